"""Projects and builds, and the shapes CodeBuild shows them in."""
import datetime
import threading
from dataclasses import dataclass, field

from . import settings

projects = {}
builds = {}
# (token) -> (time, parameters, build id): StartBuild's idempotency of five minutes.
tokens = {}
changed = threading.Condition(threading.RLock())
ENDED = ("SUCCEEDED", "FAILED", "FAULT", "TIMED_OUT", "STOPPED")


@dataclass
class Build:
    id: str
    shown: dict
    buildspec: str
    environment: list
    order: int
    stop: threading.Event = field(default_factory=threading.Event)
    running: bool = False
    process: object = None

    @property
    def status(self):
        return self.shown["buildStatus"]

    @property
    def done(self):
        return self.status in ENDED


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def enter(build, phase):
    """Ends the phase before, if it was not ended, and starts this one."""
    with changed:
        end(build, "SUCCEEDED")
        build.shown["currentPhase"] = phase
        build.shown["phases"].append({"phaseType": phase, "startTime": now()})
        changed.notify_all()


def end(build, status, contexts=()):
    with changed:
        phases = build.shown["phases"]
        if phases and "phaseStatus" not in phases[-1] and phases[-1]["phaseType"] != "COMPLETED":
            last = phases[-1]
            stop = now()
            last.update(phaseStatus=status, endTime=stop, durationInSeconds=int((stop - last["startTime"]).total_seconds()))
            if contexts:
                last["contexts"] = list(contexts)


def complete(build, status):
    with changed:
        end(build, "SUCCEEDED")
        build.shown["phases"].append({"phaseType": "COMPLETED", "startTime": now()})
        build.shown.update(buildStatus=status, currentPhase="COMPLETED", buildComplete=True, endTime=now())
        build.running = False
        changed.notify_all()


def running():
    return [build for build in builds.values() if build.running]


def queued():
    return [build for build in builds.values() if not build.running and not build.done]


def build_arn(build_id):
    return settings.arn("codebuild", f"build/{build_id}")


def project_arn(name):
    return settings.arn("codebuild", f"project/{name}")


def reset():
    with changed:
        for build in builds.values():
            build.stop.set()
        changed.notify_all()
    projects.clear()
    builds.clear()
    tokens.clear()
