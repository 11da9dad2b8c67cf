"""AWS::CodeBuild::Project"""
from ... import clients
from . import Provider, provides

NAMES = {"BuildSpec": "buildspec"}
WHOLE = ("timeoutInMinutes", "queuedTimeoutInMinutes", "concurrentBuildLimit")
FLAGS = ("privilegedMode", "encryptionDisabled", "overrideArtifactName", "insecureSsl", "badgeEnabled")


def lowered(value):
    """CloudFormation's names in the API's spelling."""
    if isinstance(value, list):
        return [lowered(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {NAMES.get(key, key[0].lower() + key[1:]): lowered(item) for key, item in value.items()}
    for key, item in found.items():
        if key in WHOLE:
            found[key] = int(item)
        elif key in FLAGS:
            found[key] = item in (True, "true")
        elif key == "value":
            found[key] = str(item).lower() if isinstance(item, bool) else str(item)
    return found


def project(properties, name):
    found = {key: item for key, item in lowered(properties).items() if key not in ("triggers", "visibility", "resourceAccessRole", "sourceVersion")}
    return {**found, "name": name}


@provides("AWS::CodeBuild::Project")
class Project(Provider):
    replace_on = ("Name",)

    def create(self, run, resource, properties):
        from ..state import physical_name
        name = properties.get("Name") or physical_name(run.stack, resource.logical, 255)
        made = clients.of("codebuild").create_project(**project(properties, name))
        resource.physical = name
        resource.attributes = {"Arn": made["project"]["arn"]}

    def update(self, run, resource, old, new):
        clients.of("codebuild").update_project(**project(new, resource.physical))

    def delete(self, stack, resource):
        clients.of("codebuild").delete_project(name=resource.physical)
