"""A function's output: one file per function, and CloudWatch Logs."""
import json
import threading
import time
import uuid

from moto.logs.models import logs_backends

from . import settings
from .gateway import moto_lock

_streams = {}
# Function name -> its LoggingConfig.LogGroup, which moto does not keep.
groups = {}
_lock = threading.Lock()


def group_of(found):
    return groups.get(found.function_name) or f"/aws/lambda/{found.function_name}"


def stream_of(found):
    key = (found.function_name, str(found.version))
    if key not in _streams:
        _streams[key] = time.strftime("%Y/%m/%d/", time.gmtime()) + f"[{found.version}]{uuid.uuid4().hex}"
    return _streams[key]


def write(found, request_id, log, failure, seconds):
    lines = [f"START RequestId: {request_id} Version: {found.version}", *log.splitlines()]
    if failure is not None:
        lines.append("ERROR\tInvoke Error\t" + failure.decode(errors="replace"))
    ms = f"{seconds * 1000:.2f} ms"
    lines += [f"END RequestId: {request_id}",
              f"REPORT RequestId: {request_id}\tDuration: {ms}\tMemory Size: {found.memory_size} MB"]
    folder = settings.RUN / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    with _lock, (folder / f"{found.function_name}.log").open("a") as file:
        file.write("\n".join(lines) + "\n")
    put(group_of(found), stream_of(found), lines)
    return "\n".join(lines) + "\n"


def put(group, stream, lines):
    """Lines to moto's CloudWatch Logs; group and stream are made as needed."""
    with moto_lock:
        backend = logs_backends[settings.ACCOUNT][settings.REGION]
        if group not in backend.groups:
            backend.create_log_group(group, {})
        if stream not in backend.groups[group].streams:
            backend.create_log_stream(group, stream)
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line or " "} for line in lines]
        if events:
            backend.put_log_events(group, stream, events)


def reset():
    _streams.clear()
    groups.clear()


def failure(kind, message):
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
