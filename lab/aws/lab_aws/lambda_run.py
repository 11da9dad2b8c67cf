"""Runs a function's code: inline Node.js in a local process, everything else in the function runner."""
import io
import json
import threading
import time
import uuid
import zipfile
from dataclasses import dataclass

from . import callers, lambda_container, lambda_logs, lambda_node, settings

RESPONSE_LIMIT = 6_291_556
# Written into the zip's comment when CloudFormation made it from ZipFile text.
INLINE = b"lab:inline"
_generation = [0]
_reset = threading.Condition()
_extracting = threading.Lock()


@dataclass
class Outcome:
    payload: bytes
    error: str | None
    log: str


def generation():
    return _generation[0]


def reset():
    with _reset:
        _generation[0] += 1
        _reset.notify_all()


def wait_or_reset(seconds, started):
    """True if the lab was reset meanwhile."""
    end = time.monotonic() + seconds
    with _reset:
        while _generation[0] == started and time.monotonic() < end:
            _reset.wait(max(0, end - time.monotonic()))
        return _generation[0] != started


def run(found, payload, without_layers=False):
    request_id = str(uuid.uuid4())
    code = code_folder(found)
    environment = function_environment(found, request_id)
    began = time.monotonic()
    if is_local(found):
        result, error, log = lambda_node.run(found, code, environment, payload, request_id)
    else:
        result, error, log = lambda_container.run(found, code, environment, payload, request_id, without_layers)
    if len(result) > RESPONSE_LIMIT:
        error = "Unhandled"
        result = json.dumps({"errorMessage": f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).",
                             "errorType": "Function.ResponseSizeTooLarge"}).encode()
    text = lambda_logs.write(found, request_id, log, result if error else None, time.monotonic() - began)
    return Outcome(result, error, text)


def is_local(found):
    runtime = found.run_time or ""
    return runtime.startswith("nodejs") and not found.layers and zip_comment(found) == INLINE


def zip_comment(found):
    try:
        with zipfile.ZipFile(io.BytesIO(found.code_bytes)) as archive:
            return archive.comment
    except zipfile.BadZipFile:
        return b""


def function_environment(found, token):
    role = callers.role_name(found.role)
    return {
        **callers.credentials(role, token),
        "AWS_ENDPOINT_URL": settings.endpoint(), "AWS_REGION": settings.REGION, "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_LAMBDA_FUNCTION_NAME": found.function_name, "AWS_LAMBDA_FUNCTION_VERSION": str(found.version),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(found.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": lambda_logs.group_of(found), "AWS_LAMBDA_LOG_STREAM_NAME": lambda_logs.stream_of(found),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "_HANDLER": found.handler or "",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{found.run_time}", "TZ": ":UTC", "LANG": "en_US.UTF-8",
        **{name: str(value) for name, value in (found.environment_vars or {}).items()},
    }


def code_folder(found):
    """The code, unpacked once per content with its modes and links."""
    folder = settings.RUN / "code" / (found.code_digest or "empty")
    with _extracting:
        if not folder.exists():
            unzip(found.code_bytes, folder)
    return folder


def unzip(content, folder):
    work = folder.with_name(folder.name + ".new")
    work.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            mode = entry.external_attr >> 16
            target = work / entry.filename
            if mode & 0o170000 == 0o120000:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(archive.read(entry).decode())
                continue
            archive.extract(entry, work)
            if mode & 0o777:
                target.chmod(mode & 0o777)
            if entry.is_dir():
                target.chmod(0o755)
    if not (work / "package.json").exists():
        # Else the repository's own package.json would decide what index.js is.
        (work / "package.json").write_text('{"type":"commonjs"}')
    work.chmod(0o755)
    work.rename(folder)
