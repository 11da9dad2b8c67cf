"""Starts and stops the lab's two servers, podman's and this one; all they leave lies in the run folder."""
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import codebuild_containers, settings

PORT, PID, PODMAN_PID = (settings.RUN / name for name in ("port", "pid", "podman.pid"))


def fail(where, wrong, todo):
    print(f"{where}: {wrong}: {todo}", file=sys.stderr)
    sys.exit(1)


def quoted(value):
    return shlex.quote(value) if not value.endswith(":$PATH") else f'"{value}"'


def endpoint():
    if not PORT.is_file():
        fail("lab", "it is not running", "run lab/bin/lab up")
    return f"http://{settings.BIND}:{PORT.read_text().strip()}"


def call(command, body=None, timeout=1000):
    request = urllib.request.Request(f"{endpoint()}/_lab/{command}", json.dumps(body or {}).encode(), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        fail(f"lab {command}", json.load(error)["error"], "see lab/README.md")
    except OSError as error:
        fail(f"lab {command}", f"the server does not answer ({error})", "run lab/bin/lab down, then lab/bin/lab up")


def alive(path):
    try:
        pid = int(path.read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    # A pid may belong to somebody else by now.
    line = Path(f"/proc/{pid}/cmdline")
    return pid if not line.exists() or b"lab_aws" in line.read_bytes() or b"podman" in line.read_bytes() else None


def environment():
    return {**os.environ, "CONTAINERS_CONF": str(settings.CACHE / "containers.conf"), "LAB_RUN_DIR": str(settings.RUN),
            "PYTHONPATH": str(Path(__file__).resolve().parents[1])}


def up():
    if alive(PID):
        print(f"lab is up: {endpoint()}")
        return
    if PID.exists() or PODMAN_PID.exists():
        down(quiet=True)
    settings.RUN.mkdir(parents=True, exist_ok=True)
    for name in ("builds", "logs", "layers", "code", "macro"):
        (settings.RUN / name).mkdir(exist_ok=True)
    (settings.RUN / "journal.jsonl").touch()
    start_podman()
    port = os.environ.get("LAB_PORT") or free_port()
    with (settings.RUN / "server.log").open("ab") as log:
        server = subprocess.Popen([sys.executable, "-m", "lab_aws.server", str(port)], env=environment(), stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log, start_new_session=True, cwd=settings.RUN)
    PID.write_text(str(server.pid))
    PORT.write_text(str(port))
    wait_for(server)
    call("bucket")
    print(f"lab is up: {endpoint()}")


def start_podman():
    if not shutil.which("podman"):
        print("lab up: podman is not installed: builds and containers will fail until lab/bin/prepare has run", file=sys.stderr)
        return
    with (settings.RUN / "podman.log").open("ab") as log:
        podman = subprocess.Popen(["podman", "system", "service", "--time=0", f"unix://{settings.PODMAN_SOCKET}"], env=environment(),
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    PODMAN_PID.write_text(str(podman.pid))


def free_port():
    with socket.socket() as found:
        found.bind((settings.BIND, 0))
        return found.getsockname()[1]


def wait_for(server):
    for _ in range(300):
        if server.poll() is not None:
            PID.unlink(missing_ok=True)
            tail = (settings.RUN / "server.log").read_text()[-2000:]
            down(quiet=True)
            fail("lab up", f"the server ended at once\n{tail}", "run lab/bin/prepare, then try again")
        try:
            urllib.request.urlopen(f"{endpoint()}/_lab/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    fail("lab up", "the server does not answer within 15 s", f"read {settings.RUN / 'server.log'}")


def down(quiet=False):
    """Ends what runs, then the servers; afterwards the run folder is gone."""
    if alive(PID):
        try:
            urllib.request.urlopen(urllib.request.Request(f"{endpoint()}/_lab/stop", b"{}", method="POST"), timeout=10).close()
        except OSError:
            pass
    if PODMAN_PID.exists():
        codebuild_containers.remove("lab.run", settings.RUN)
    for path in (PID, PODMAN_PID):
        pid = alive(path)
        if pid:
            end(pid)
    clean()
    if not quiet:
        print("lab is down")


def clean():
    """Only what the lab itself put into the run folder, which the user may have chosen."""
    for name in ("builds", "logs", "layers", "code", "macro"):
        shutil.rmtree(settings.RUN / name, ignore_errors=True)
    for pattern in ("journal.jsonl", "*.log", "pid", "podman.pid", "port", "podman.sock", "node-options", "invoke-*"):
        for path in settings.RUN.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if settings.RUN.is_dir() and not any(settings.RUN.iterdir()):
        settings.RUN.rmdir()


def end(pid):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, number)
            for _ in range(60):
                os.kill(pid, 0)
                time.sleep(0.05)
                if zombie(pid):
                    return
        except ProcessLookupError:
            return


def zombie(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (OSError, IndexError):
        return True


def status():
    print(f"lab is up: {endpoint()}" if alive(PID) else "lab is down")
    sys.exit(0 if alive(PID) else 3)


def exports():
    address = endpoint()
    return {
        "AWS_ENDPOINT_URL": address, "AWS_REGION": settings.REGION, "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_ACCESS_KEY_ID": "LAB-deployer", "AWS_SECRET_ACCESS_KEY": "lab", "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "1", "AWS_PAGER": "",
        "CONTAINERS_CONF": str(settings.CACHE / "containers.conf"), "DOCKER_HOST": f"unix://{settings.PODMAN_SOCKET}",
        "LAB_RUN_DIR": str(settings.RUN), "LAB_BUCKET": settings.BUCKET,
        "PATH": f"{settings.CACHE}/venv/bin:{settings.CACHE}/bin:$PATH",
    }
