"""One JSON line per API request."""
import json
import threading
import time

from . import settings

PATH = settings.RUN / "journal.jsonl"
LIMIT = 2048
_lock = threading.Lock()


def record(service, op, role, resource, status, ms, params):
    line = json.dumps({
        "t": round(time.time(), 3), "service": service, "op": op, "role": role, "resource": resource,
        "status": status, "ms": round(ms), "params": short(params),
    }, default=str)
    with _lock, PATH.open("a") as file:
        file.write(line + "\n")


def short(value):
    """Bodies cut to 2 KB; binary ones to their size."""
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [short(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        try:
            value = bytes(value).decode()
        except UnicodeDecodeError:
            return f"<{len(value)} bytes>"
    if isinstance(value, str) and len(value) > LIMIT:
        return f"{value[:LIMIT]}<{len(value) - LIMIT} more>"
    return value


RESOURCE = {
    "s3": ("Bucket", "Key"), "lambda": ("FunctionName", "LayerName", "Arn", "Resource"),
    "cloudformation": ("StackName", "ChangeSetName"),
    "codebuild": ("projectName", "ids", "id", "names", "name"), "iam": ("RoleName", "PolicyArn", "PolicyName"),
    "events": ("Name", "Rule"), "logs": ("logGroupName",),
}


def resource_of(service, params):
    """What the call is about, in one string."""
    names = RESOURCE.get(service, ("Name", "name", "Arn"))
    if service == "s3":
        return "/".join(str(params[name]) for name in names if params.get(name)) or None
    for name in names:
        value = params.get(name)
        if value:
            return ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return None


def clear():
    with _lock:
        PATH.write_text("")
