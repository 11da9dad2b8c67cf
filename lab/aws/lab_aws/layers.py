"""Lambda layers: moto keeps the versions, this keeps their zips and answers as AWS does."""
import io
import json
import zipfile
from urllib.parse import unquote

from moto.awslambda.models import lambda_backends
from moto.awslambda.models import LayerVersion

from . import settings
from .errors import AwsError
from .gateway import PATHS, Raw, handler, moto_lock

FOLDER = settings.RUN / "layers"
_unzipped = {}


def backend():
    return lambda_backends[settings.ACCOUNT][settings.REGION]


def find(arn):
    return backend().layers_versions_by_arn(arn)


def zip_path(arn):
    """A function keeps a layer whose version was deleted, so the zip stays."""
    name, version = arn.split(":layer:")[1].rsplit(":", 1)
    return FOLDER / f"{name}-{version}.zip"


def unzipped_size(arn):
    return _unzipped.get(arn, 0)


def reset():
    _unzipped.clear()
    for path in FOLDER.glob("*.zip"):
        path.unlink()


def short_name(name):
    return name.split(":layer:")[-1]


@handler("lambda", "PublishLayerVersion")
def publish(params, call):
    from . import limits
    content = params["Content"]
    if len(content.get("ZipFile") or b"") > limits.DIRECT_UPLOAD:
        raise AwsError("RequestEntityTooLargeException",
                       "Request must be smaller than 69905067 bytes for the PublishLayerVersion operation", 413)
    spec = {**params, "LayerName": short_name(params["LayerName"])}
    if "ZipFile" in content:
        import base64
        spec["Content"] = {"ZipFile": base64.b64encode(content["ZipFile"]).decode()}
    with moto_lock:
        try:
            version = LayerVersion(spec, account_id=settings.ACCOUNT, region=settings.REGION)
        except ValueError as error:
            raise AwsError("InvalidParameterValueException", str(error.args[-1]), 400) from None
    if not version.code_bytes:
        raise limits.invalid("Uploaded file must be a non-empty zip")
    try:
        with zipfile.ZipFile(io.BytesIO(version.code_bytes)) as archive:
            size = limits.zip_content(archive)
    except zipfile.BadZipFile:
        raise limits.invalid("Could not unzip uploaded file. Please check your file, then try to upload again.") from None
    with moto_lock:
        backend()._layers.put_layer_version(version)
    FOLDER.mkdir(parents=True, exist_ok=True)
    zip_path(version.arn).write_bytes(version.code_bytes)
    _unzipped[version.arn] = size
    return described(version)


def described(version):
    shown = version.get_layer_version()
    shown["Content"] = {**shown["Content"], "Location": f"{settings.endpoint()}/_layers/{version.name}/{version.version}"}
    shown.setdefault("Description", "")
    if not shown.get("LicenseInfo"):
        shown.pop("LicenseInfo", None)
    return shown


@handler("lambda", "ListLayerVersions")
def listing(params, call):
    most = int(params.get("MaxItems") or 50)
    if not 1 <= most <= 50:
        from . import limits
        raise limits.constraint(most, "maxItems", f"Member must have value {'less' if most > 50 else 'greater'} than or equal to {50 if most > 50 else 1}")
    versions = sorted(backend().list_layer_versions(short_name(params["LayerName"])), key=lambda item: -item.version)
    for field, attribute in (("CompatibleRuntime", "compatible_runtimes"), ("CompatibleArchitecture", "compatible_architectures")):
        if params.get(field):
            versions = [item for item in versions if params[field] in getattr(item, attribute)]
    start = int(params.get("Marker") or 0)
    page = [described(item) for item in versions[start:start + most]]
    for item in page:
        item.pop("Content"), item.pop("LayerArn")
    more = {"NextMarker": str(start + most)} if len(versions) > start + most else {}
    return {"LayerVersions": page, **more}


def must_find(arn):
    version = find(arn)
    if version is None:
        raise AwsError("ResourceNotFoundException", f"Layer version {arn} does not exist.", 404, Type="User")
    return version


def arn_of(params):
    return settings.arn("lambda", f"layer:{short_name(params['LayerName'])}:{params['VersionNumber']}")


@handler("lambda", "GetLayerVersion")
def get(params, call):
    return described(must_find(arn_of(params)))


@handler("lambda", "GetLayerVersionByArn")
def get_by_arn(params, call):
    return described(must_find(params["Arn"]))


@handler("lambda", "DeleteLayerVersion")
def delete(params, call):
    with moto_lock:
        if find(arn_of(params)):
            backend().delete_layer_version(short_name(params["LayerName"]), str(params["VersionNumber"]))
    return Raw(204, {}, b"")


def download(environ, body):
    _, _, name, version = unquote(environ["PATH_INFO"]).split("/")
    path = FOLDER / f"{name}-{version}.zip"
    if "/" in name or not path.is_file():
        return 404, {"Content-Type": "application/json"}, json.dumps({"error": "no such layer"}).encode()
    return 200, {"Content-Type": "application/zip"}, path.read_bytes()


PATHS["/_layers/"] = download
