"""One build: queue, provisioning, the buildspec in a real bash, artifacts, and an event at each change of state."""
import os
import shutil
import signal
import subprocess
import threading
import time
import traceback

from . import callers, codebuild_artifacts, codebuild_containers, codebuild_events, codebuild_script, lambda_logs, settings
from .codebuild_state import changed, complete, end, enter, queued, running

FOLDER = settings.RUN / "builds"


class Ended(Exception):
    """The build is over with this status."""

    def __init__(self, status, context=None):
        super().__init__(status)
        self.status = status
        self.context = context


def start(build):
    codebuild_events.state_change(build)
    threading.Thread(target=work, args=(build,), daemon=True).start()


def work(build):
    folder = FOLDER / build.id.split(":")[1]
    try:
        status = run(build, folder)
    except Ended as ended:
        status = ended.status
        end(build, {"TIMED_OUT": "TIMED_OUT", "STOPPED": "STOPPED", "FAULT": "FAULT"}.get(status, "FAILED"),
            [ended.context] if ended.context else ())
    except Exception as error:
        traceback.print_exc()
        status = "FAULT"
        end(build, "FAULT", [{"statusCode": "INTERNAL_SERVICE_ERROR", "message": f"lab: {error}"}])
    finally:
        if folder.exists():
            codebuild_containers.remove("lab.build", build.id)
        shutil.rmtree(folder, ignore_errors=True)
    log = log_path(build)
    if log.is_file():
        lambda_logs.put(build.shown["logs"]["groupName"], build.shown["logs"]["streamName"],
                        log.read_text(errors="replace").splitlines()[-5000:])
    complete(build, status)
    codebuild_events.state_change(build)


def log_path(build):
    return FOLDER / f"{build.id}.log"


def run(build, folder):
    wait_for_a_place(build)
    enter(build, "PROVISIONING")
    if build.stop.wait(settings.live["buildStartSeconds"]):
        raise Ended("STOPPED")
    if build.shown["environment"].get("type", "").startswith("ARM"):
        raise Ended("FAULT", {"statusCode": "LAB_NO_ARM", "message": "lab: there is no ARM machine here: deploy for x86_64"})
    enter(build, "DOWNLOAD_SOURCE")
    (folder / "src").mkdir(parents=True)
    try:
        spec = codebuild_script.read(build.buildspec)
    except codebuild_script.BuildspecError as error:
        raise Ended("FAILED", {"statusCode": "YAML_FILE_ERROR", "message": str(error)}) from None
    failed = execute(build, spec, folder)
    enter(build, "UPLOAD_ARTIFACTS")
    problem = codebuild_artifacts.upload(build, spec, folder / "src")
    if problem and not failed:
        raise Ended("FAILED", {"statusCode": "CLIENT_ERROR", "message": problem})
    if problem:
        end(build, "FAILED", [{"statusCode": "CLIENT_ERROR", "message": problem}])
    enter(build, "FINALIZING")
    return "FAILED" if failed else "SUCCEEDED"


def wait_for_a_place(build):
    deadline = time.monotonic() + build.shown["queuedTimeoutInMinutes"] * 60
    with changed:
        while not (len(running()) < settings.live["concurrentBuilds"] and queued() and
                   min(item.order for item in queued()) == build.order):
            if build.stop.is_set():
                raise Ended("STOPPED")
            if time.monotonic() > deadline:
                raise Ended("TIMED_OUT")
            changed.wait(1)
        if build.stop.is_set():
            raise Ended("STOPPED")
        build.running = True
        changed.notify_all()


def environment(build, spec, folder):
    role = callers.role_name(build.shown["serviceRole"] or "codebuild")
    env = {
        "PATH": f"{codebuild_containers.client(folder, build.id)}:{settings.CACHE}/venv/bin:{settings.CACHE}/bin:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8",
        "TMPDIR": str(folder), "LAB_BUILD_DIR": str(folder),
        **callers.credentials(role, build.id), "AWS_REGION": settings.REGION, "AWS_DEFAULT_REGION": settings.REGION,
        "AWS_ENDPOINT_URL": settings.endpoint(), "AWS_EC2_METADATA_DISABLED": "true",
        "CODEBUILD_BUILD_ID": build.id, "CODEBUILD_BUILD_ARN": build.shown["arn"], "CODEBUILD_SRC_DIR": str(folder / "src"),
        "CODEBUILD_BUILD_NUMBER": str(build.shown["buildNumber"]), "CODEBUILD_INITIATOR": build.shown["initiator"],
        "CODEBUILD_BUILD_IMAGE": build.shown["environment"].get("image", ""), "CODEBUILD_CI": "true",
        "CODEBUILD_LOG_PATH": build.shown["logs"]["streamName"],
        "CODEBUILD_START_TIME": str(int(build.shown["startTime"].timestamp() * 1000)),
    }
    if build.shown["environment"].get("privilegedMode"):
        env["DOCKER_HOST"] = f"unix://{settings.PODMAN_SOCKET}"
    else:
        env["DOCKER_HOST"] = "unix:///nonexistent/not-privileged.sock"
    env.update(codebuild_script.variables(spec))
    env.update({item["name"]: item["value"] for item in build.environment})
    return env


def execute(build, spec, folder):
    """Runs the phases; whether one failed."""
    text, commands = codebuild_script.program(spec, folder)
    read, write = os.pipe()
    with log_path(build).open("wb") as log:
        process = subprocess.Popen(["bash", "-c", f"exec 9>&{write}; exec {write}>&-\n" + text], cwd=folder / "src",
                                   env=environment(build, spec, folder), stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, pass_fds=(write,), start_new_session=True)
    os.close(write)
    build.process = process
    callers.started(build.id, process)
    outcome = {"failed": False, "at": None, "broken": False}
    reader = threading.Thread(target=follow, args=(build, read, commands, outcome), daemon=True)
    reader.start()
    try:
        verdict = watch(build, process)
    finally:
        callers.ended(build.id)
        callers.kill_group(process)
    reader.join(2)
    if verdict:
        raise Ended(verdict)
    if process.returncode < 0:
        raise Ended("FAULT", {"statusCode": "INTERNAL_SERVICE_ERROR", "message": "The build host died."})
    return outcome["failed"]


def watch(build, process):
    deadline = time.monotonic() + build.shown["timeoutInMinutes"] * 60
    while True:
        try:
            process.wait(0.1)
            return None
        except subprocess.TimeoutExpired:
            pass
        verdict = "STOPPED" if build.stop.is_set() else "TIMED_OUT" if time.monotonic() > deadline else None
        if verdict:
            callers.kill_group(process, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                pass
            return verdict


def follow(build, read, commands, outcome):
    with os.fdopen(read) as marks:
        for line in marks:
            word, phase, *rest = line.split()
            if word == "start":
                enter(build, phase)
            elif word == "at" and not outcome["broken"]:
                outcome["at"] = (phase, int(rest[0]))
            elif word == "ran":
                outcome["broken"] = rest[0] != "0"
            elif word == "end" and rest[0] != "0":
                outcome.update(failed=True, broken=False)
                command = commands.get(outcome["at"], "")
                end(build, "FAILED", [{"statusCode": "COMMAND_EXECUTION_ERROR",
                                       "message": f"Error while executing command: {command.strip()}. Reason: exit status {rest[0]}"}])
            elif word == "end":
                end(build, "SUCCEEDED")


def kill_all():
    from .codebuild_state import builds
    for build in list(builds.values()):
        build.stop.set()
        if build.process is not None and build.process.poll() is None:
            callers.kill_group(build.process)
