"""Who calls: the access key id names a role, the session token an invocation or a build."""
import os
import re
import signal
import subprocess
import threading
from urllib.parse import unquote

PREFIX = "LAB-"
DEPLOYER = "deployer"
_running = {}
_lock = threading.Lock()


def credentials(role, token=None):
    """Environment variables that make the AWS SDKs sign as `role`."""
    found = {"AWS_ACCESS_KEY_ID": PREFIX + role, "AWS_SECRET_ACCESS_KEY": "lab"}
    if token:
        found["AWS_SESSION_TOKEN"] = token
    return found


def role_of(authorization, query):
    """(role, service, region) of a signed request; Nones where it is not signed."""
    match = re.search(r"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/", authorization or "")
    if not match:
        match = re.search(r"X-Amz-Credential=([^/&]+)/[^/]+/([^/]+)/([^/]+)/", unquote(query or ""))
    if not match:
        return None, None, None
    key, region, service = match.groups()
    return (key[len(PREFIX):] if key.startswith(PREFIX) else DEPLOYER), service.lower(), region


def role_name(arn):
    return arn.rsplit("/", 1)[-1]


def started(token, process, end=None):
    """`end` is how to kill it, if not at once."""
    with _lock:
        _running[token] = (process, end or kill_group)


def ended(token):
    with _lock:
        _running.pop(token, None)


def kill(token):
    """Kills the process group that called, as if its host had died."""
    with _lock:
        process, end = _running.get(token, (None, None))
    if process is None:
        return False
    end(process)
    return True


def kill_all():
    with _lock:
        processes = list(_running.values())
    threads = [threading.Thread(target=end, args=(process,)) for process, end in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def kill_group(process, number=signal.SIGKILL):
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def end_group(process):
    """Lets it clean up after itself first."""
    kill_group(process, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        pass
    kill_group(process)
