"""AWS::Lambda::*"""
import io
import zipfile

from ... import clients, lambda_logs, lambda_run
from ..state import physical_name
from . import Failed, Provider, provides

DEFAULTS = {"Description": "", "Handler": None, "MemorySize": 128, "Role": None, "Runtime": None, "Timeout": 3, "VpcConfig": None,
            "Environment": {"Variables": {}}, "Layers": [], "EphemeralStorage": None, "TracingConfig": None, "KMSKeyArn": None}
CREATE_ONLY = ("PackageType", "Architectures", "ImageConfig", "FileSystemConfigs", "SnapStart")


def tags(properties):
    return {item["Key"]: str(item["Value"]) for item in properties.get("Tags") or []}


def inline(text, runtime):
    """The archive CloudFormation makes of ZipFile text."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("index.js" if runtime.startswith("nodejs") else "index.py", (1980, 1, 1, 0, 0, 0))
        entry.external_attr = 0o100644 << 16
        archive.writestr(entry, text)
        archive.comment = lambda_run.INLINE
    return packed.getvalue()


def code(properties):
    found = properties.get("Code") or {}
    if "ZipFile" in found:
        return {"ZipFile": inline(found["ZipFile"], properties.get("Runtime", ""))}
    return {key: found[key] for key in ("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri") if key in found}


def whole(properties, name):
    return int(properties[name]) if name in properties else None


def configuration(properties):
    found = {name: properties[name] for name in DEFAULTS if name in properties}
    for name in ("MemorySize", "Timeout"):
        if name in found:
            found[name] = int(found[name])
    if "Environment" in found:
        values = found["Environment"].get("Variables") or {}
        found["Environment"] = {"Variables": {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in values.items()}}
    if "EphemeralStorage" in found:
        found["EphemeralStorage"] = {"Size": int(found["EphemeralStorage"]["Size"])}
    return found


@provides("AWS::Lambda::Function")
class Function(Provider):
    replace_on = ("FunctionName", "PackageType")

    def create(self, run, resource, properties):
        name = properties.get("FunctionName") or physical_name(run.stack, resource.logical)
        rest = {key: properties[key] for key in CREATE_ONLY if key in properties}
        made = clients.of("lambda").create_function(FunctionName=name, Code=code(properties), Tags=tags(properties), **configuration(properties), **rest)
        resource.physical = name
        resource.attributes = {"Arn": made["FunctionArn"]}
        self.rest(name, properties)

    def rest(self, name, properties):
        group = (properties.get("LoggingConfig") or {}).get("LogGroup")
        if group:
            lambda_logs.groups[name] = group
        if "ReservedConcurrentExecutions" in properties:
            clients.of("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=whole(properties, "ReservedConcurrentExecutions"))

    def update(self, run, resource, old, new):
        name = resource.physical
        client = clients.of("lambda")
        if code(old) != code(new) or old.get("Architectures") != new.get("Architectures"):
            client.update_function_code(FunctionName=name, Architectures=new.get("Architectures") or ["x86_64"], **code(new))
        before, after = configuration(old), configuration(new)
        if before != after:
            gone = {key: DEFAULTS[key] for key in before if key not in after and DEFAULTS[key] is not None}
            client.update_function_configuration(FunctionName=name, **gone, **after)
        if tags(old) != tags(new):
            arn = resource.attributes["Arn"]
            missing = [key for key in tags(old) if key not in tags(new)]
            if missing:
                client.untag_resource(Resource=arn, TagKeys=missing)
            if tags(new):
                client.tag_resource(Resource=arn, Tags=tags(new))
        self.rest(name, new)

    def delete(self, stack, resource):
        forgive(clients.of("lambda").delete_function, FunctionName=resource.physical)


def forgive(function, **arguments):
    """What is gone already counts as deleted."""
    from botocore.exceptions import ClientError
    try:
        function(**arguments)
    except ClientError as error:
        if error.response["ResponseMetadata"].get("HTTPStatusCode") != 404:
            raise


@provides("AWS::Lambda::Version")
class Version(Provider):
    replace_on = "*"

    def create(self, run, resource, properties):
        client = clients.of("lambda")
        name = properties["FunctionName"]
        before = {item["Version"] for item in client.list_versions_by_function(FunctionName=name)["Versions"]}
        made = client.publish_version(FunctionName=name, **{key: properties[key] for key in ("Description", "CodeSha256") if key in properties})
        if made["Version"] in before:
            raise Failed(f'Resource handler returned message: "A version for this Lambda function exists ( {made["Version"]} ). Modify the '
                         'function to create a new version." (HandlerErrorCode: AlreadyExists)')
        arn = made["FunctionArn"]
        if not arn.endswith(":" + made["Version"]):
            arn += ":" + made["Version"]
        resource.physical = arn
        resource.attributes = {"Version": made["Version"], "FunctionArn": arn}

    def delete(self, stack, resource):
        name, _, version = resource.physical.rpartition(":")
        forgive(clients.of("lambda").delete_function, FunctionName=name, Qualifier=version)


@provides("AWS::Lambda::Alias")
class Alias(Provider):
    replace_on = ("Name", "FunctionName")

    def arguments(self, properties):
        found = {"FunctionName": properties["FunctionName"], "Name": properties["Name"], "FunctionVersion": str(properties["FunctionVersion"]),
                 "Description": properties.get("Description", "")}
        weights = (properties.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        if weights:
            found["RoutingConfig"] = {"AdditionalVersionWeights": {item["FunctionVersion"]: float(item["FunctionWeight"]) for item in weights}}
        return found

    def create(self, run, resource, properties):
        made = clients.of("lambda").create_alias(**self.arguments(properties))
        resource.physical = made["AliasArn"]
        resource.attributes = {"AliasArn": made["AliasArn"]}

    def update(self, run, resource, old, new):
        clients.of("lambda").update_alias(**self.arguments(new))

    def delete(self, stack, resource):
        forgive(clients.of("lambda").delete_alias, FunctionName=resource.properties["FunctionName"], Name=resource.properties["Name"])


@provides("AWS::Lambda::Permission")
class Permission(Provider):
    replace_on = "*"

    def create(self, run, resource, properties):
        resource.physical = physical_name(run.stack, resource.logical, 100)
        clients.of("lambda").add_permission(StatementId=resource.physical, **properties)

    def delete(self, stack, resource):
        forgive(clients.of("lambda").remove_permission, FunctionName=resource.properties["FunctionName"], StatementId=resource.physical)


@provides("AWS::Lambda::LayerVersion")
class LayerVersion(Provider):
    replace_on = "*"

    def create(self, run, resource, properties):
        found = {"LayerName": resource.logical, **properties}
        made = clients.of("lambda").publish_layer_version(**found)
        resource.physical = made["LayerVersionArn"]
        resource.attributes = {"LayerVersionArn": made["LayerVersionArn"]}

    def delete(self, stack, resource):
        name, _, version = resource.physical.rpartition(":")
        clients.of("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


@provides("AWS::Lambda::EventInvokeConfig")
class EventInvokeConfig(Provider):
    replace_on = ("FunctionName", "Qualifier")

    def create(self, run, resource, properties):
        rest = {key: int(properties[key]) for key in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds") if key in properties}
        clients.of("lambda").put_function_event_invoke_config(FunctionName=properties["FunctionName"], **rest)
        resource.physical = physical_name(run.stack, resource.logical)

    def update(self, run, resource, old, new):
        kept = resource.physical
        self.create(run, resource, new)
        resource.physical = kept

    def delete(self, stack, resource):
        forgive(clients.of("lambda").delete_function_event_invoke_config, FunctionName=resource.properties["FunctionName"])
