"""What Lambda refuses about layers, before moto gets to see it."""
import re
import stat

from . import layers, settings
from .errors import AwsError
from .gateway import check

UNZIPPED = 262_144_000
NAME = r"(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+"
DIRECT_UPLOAD = 50 * 1024 * 1024


def invalid(message):
    return AwsError("InvalidParameterValueException", message, 400)


def constraint(value, name, rule):
    return AwsError("ValidationException",
                    f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {rule}", 400)


@check("lambda", "PublishLayerVersion")
def layer_fields(params, call):
    name, description = params["LayerName"], params.get("Description") or ""
    if not re.fullmatch(NAME, name):
        raise constraint(name, "layerName", f"Member must satisfy regular expression pattern: {NAME}")
    at_most(name, "layerName", 140)
    at_most(description, "description", 256)
    at_most(params.get("LicenseInfo") or "", "licenseInfo", 512)
    for field, most in (("CompatibleRuntimes", 15), ("CompatibleArchitectures", 2)):
        if len(params.get(field) or []) > most:
            shown = field[0].lower() + field[1:]
            raise constraint(params[field], shown, f"Member must have length less than or equal to {most}")


def at_most(value, name, most):
    if len(value) > most:
        raise constraint(value, name, f"Member must have length less than or equal to {most}")


def zip_content(archive):
    """Refuses what Lambda cannot turn into a layer."""
    size = 0
    unreadable = []
    for entry in archive.infolist():
        size += entry.file_size
        mode = entry.external_attr >> 16
        # Entries not made on Unix carry no mode.
        if mode and not stat.S_ISLNK(mode) and not mode & stat.S_IROTH:
            unreadable.append(entry.filename)
    if size > UNZIPPED:
        raise invalid(f"Unzipped size must be smaller than {UNZIPPED} bytes")
    if unreadable:
        raise invalid("Layer conversion failed: Some directories/files in the layer are not readable. "
                      f"Check their permissions: {', '.join(unreadable[:5])}")
    return size


@check("lambda", "CreateFunction")
def new_function(params, call):
    code = params.get("Code") or {}
    if len(code.get("ZipFile") or b"") > DIRECT_UPLOAD:
        raise AwsError("RequestEntityTooLargeException",
                       "Request must be smaller than 69905067 bytes for the CreateFunction operation", 413)
    function_layers(params, call)


@check("lambda", "UpdateFunctionConfiguration")
def function_layers(params, call):
    arns = params.get("Layers") or []
    if len(arns) > 5:
        raise invalid("Cannot reference more than 5 layers.")
    seen = {}
    for arn in arns:
        name, _, version = arn.rpartition(":")
        if name in seen:
            raise invalid("Two different versions of the same layer are not allowed to be referenced in the same "
                          f"function. {seen[name]} and {arn}")
        seen[name] = arn
        region = arn.split(":")[3] if arn.count(":") > 6 else None
        if region is None or not version.isdigit():
            raise constraint(arns, "layers", "Member must satisfy regular expression pattern of a layer version ARN")
        if region != settings.REGION:
            raise invalid(f"Layers are not in the same region as the function. Layers are expected to be in region {settings.REGION}.")
        if layers.find(arn) is None:
            raise invalid(f"Layer version {arn} does not exist.")
    total = sum(layers.unzipped_size(arn) for arn in arns)
    if total > UNZIPPED:
        raise invalid("Function code combined with layers exceeds the maximum allowed size of "
                      f"{UNZIPPED} bytes. The actual size is {total} bytes.")
