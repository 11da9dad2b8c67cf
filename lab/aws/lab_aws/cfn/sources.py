"""Where a request's template comes from, and how big it may be."""
import re
from urllib.parse import unquote, urlparse

from moto.s3.models import s3_backends

from .. import settings
from ..gateway import moto_lock
from .template import invalid

INLINE, FROM_S3 = 51_200, 1_000_000


def text(params, previous=None):
    """The template's text."""
    if params.get("TemplateBody"):
        body = params["TemplateBody"]
        if len(body.encode()) > INLINE:
            shown = body[:100] + "..."
            raise invalid(f"1 validation error detected: Value '{shown}' at 'templateBody' failed to satisfy constraint: "
                          f"Member must have length less than or equal to {INLINE}")
        return body
    if params.get("TemplateURL"):
        return from_s3(params["TemplateURL"])
    if params.get("UsePreviousTemplate") and previous:
        return previous
    raise invalid("Either Template URL or Template Body must be specified.")


def from_s3(url):
    """Path-style on the lab's own address, or any of S3's own forms."""
    parsed = urlparse(url)
    path = unquote(parsed.path).lstrip("/")
    virtual = re.match(r"(.+)\.s3[.-]", parsed.hostname or "")
    if virtual:
        bucket, key = virtual.group(1), path
    else:
        bucket, _, key = path.partition("/")
    with moto_lock:
        try:
            found = s3_backends[settings.ACCOUNT]["aws"].get_object(bucket, key)
        except Exception:
            found = None
        if found is None:
            raise invalid("S3 error: Access Denied For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html")
        content = found.value
    if len(content) > FROM_S3:
        raise invalid(f"Template may not exceed {FROM_S3} bytes in size.")
    return content.decode()
