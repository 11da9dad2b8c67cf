"""AWS::CloudFormation::Stack: a stack within a stack, its own transforms included."""
import time

from .. import state
from . import Failed, Provider, provides


@provides("AWS::CloudFormation::Stack")
class Nested(Provider):
    def request(self, properties):
        given = [{"ParameterKey": key, "ParameterValue": ",".join(value) if isinstance(value, list) else str(value)}
                 for key, value in (properties.get("Parameters") or {}).items()]
        return {"TemplateURL": properties["TemplateURL"], "Parameters": given,
                "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"], "Tags": properties.get("Tags") or []}

    def create(self, run, resource, properties):
        from .. import operations
        name = state.physical_name(run.stack, resource.logical, 128)
        resource.physical = operations.create({"StackName": name, **self.request(properties)}, parent=run.stack.id)
        self.wait(resource, "CREATE_COMPLETE")

    def update(self, run, resource, old, new):
        from .. import operations
        try:
            operations.update({"StackName": resource.physical, **self.request(new)})
        except Exception as error:
            if "No updates are to be performed" not in str(error):
                raise
        self.wait(resource, "UPDATE_COMPLETE", "CREATE_COMPLETE")

    def delete(self, stack, resource):
        from .. import operations
        operations.delete({"StackName": resource.physical})
        self.wait(resource, "DELETE_COMPLETE")

    def wait(self, resource, *good):
        while True:
            stack = state.find(resource.physical)
            if stack is None:
                raise Failed(f"Embedded stack {resource.physical} is gone")
            if not stack.status.endswith("IN_PROGRESS"):
                break
            time.sleep(0.1)
        resource.attributes = {"Outputs": {item["OutputKey"]: item["OutputValue"] for item in stack.outputs}}
        if stack.status not in good:
            raise Failed(f"Embedded stack {stack.id} was not successfully {'created' if 'CREATE_COMPLETE' in good else 'deleted'}: {stack.reason or stack.status}")
