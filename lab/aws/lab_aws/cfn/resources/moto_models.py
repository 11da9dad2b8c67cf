"""Every other type through moto's own CloudFormation models."""
from ... import settings
from ...gateway import moto_lock
from . import Failed, Provider

# (stack id, logical id, physical id) -> moto's object.
models = {}


def provider(kind):
    return MotoModel(kind)


class MotoModel(Provider):
    def __init__(self, kind):
        self.kind = kind

    def model(self):
        # Imports most of moto: only when a template asks for it.
        from moto.cloudformation.parsing import get_model_map
        found = get_model_map().get(self.kind)
        if found is None:
            raise Failed(f"lab: resource type {self.kind} is not played here")
        return found

    def name(self, stack, logical, properties):
        from moto.cloudformation.parsing import generate_resource_name
        key = self.model().cloudformation_name_type()
        return properties.get(key) if key and key in properties else generate_resource_name(self.kind, stack.name, logical)

    def create(self, run, resource, properties):
        model = self.model()
        name = self.name(run.stack, resource.logical, properties)
        with moto_lock:
            made = model.create_from_cloudformation_json(
                name, {"Type": self.kind, "Properties": properties}, settings.ACCOUNT, settings.REGION,
                LogicalId=resource.logical, StackId=run.stack.id, ResourceType=self.kind)
        self.remember(run.stack, resource, made, name)

    def remember(self, stack, resource, made, name):
        resource.physical = str(getattr(made, "physical_resource_id", None) or name)
        models[(stack.id, resource.logical, resource.physical)] = made

    def update(self, run, resource, old, new):
        made = models.get((run.stack.id, resource.logical, resource.physical))
        model = self.model()
        if hasattr(model.update_from_cloudformation_json, "__isabstractmethod__"):
            return
        with moto_lock:
            made = model.update_from_cloudformation_json(
                original_resource=made, new_resource_name=resource.physical, cloudformation_json={"Type": self.kind, "Properties": new},
                account_id=settings.ACCOUNT, region_name=settings.REGION)
        self.remember(run.stack, resource, made, resource.physical)

    def delete(self, stack, resource):
        made = models.pop((stack.id, resource.logical, resource.physical), None)
        model = self.model()
        with moto_lock:
            if hasattr(made, "delete"):
                made.delete(settings.ACCOUNT, settings.REGION)
            elif not hasattr(model.delete_from_cloudformation_json, "__isabstractmethod__"):
                model.delete_from_cloudformation_json(resource.physical, {"Type": self.kind, "Properties": resource.properties},
                                                      settings.ACCOUNT, settings.REGION)

    def attribute(self, resource, name):
        for (_, logical, physical), made in list(models.items()):
            if (logical, physical) == (resource.logical, resource.physical):
                return made.get_cfn_attribute(name)
        raise Failed(f"Requested attribute {name} does not exist in schema for {self.kind}")
