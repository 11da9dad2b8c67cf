"""The lab's own door, /_lab/: what `lab` the command calls."""
import json
import os

from . import callers, codebuild_build, codebuild_state, events, faults, journal, lambda_api, lambda_logs, lambda_run, layers, settings
from .gateway import PATHS, moto_lock


def answer(value, status=200):
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def door(environ, body):
    name = environ["PATH_INFO"][len("/_lab/"):]
    function = COMMANDS.get(name)
    if function is None:
        return answer({"error": f"no such command: {name}"}, 404)
    return answer(function(json.loads(body) if body else {}))


def health(_):
    return {"ok": True, "pid": os.getpid()}


def reset(_):
    """As new: nothing running, nothing stored."""
    from .cfn import macros, state
    from .cfn.resources import moto_models
    codebuild_build.kill_all()
    callers.kill_all()
    with moto_lock:
        state.reset()
        from moto.moto_api._internal.models import moto_api_backend
        moto_api_backend.reset()
    for part in (macros, codebuild_state, events, lambda_api, lambda_run, lambda_logs, layers):
        part.reset()
    moto_models.models.clear()
    faults.clear()
    journal.clear()
    settings.live.clear()
    settings.live.update(settings.DEFAULTS)
    for path in [*(settings.RUN / "logs").glob("*.log"), *(settings.RUN / "builds").glob("*.log"), settings.RUN / "node-options"]:
        path.unlink(missing_ok=True)
    make_bucket({})
    return {"ok": True}


def make_bucket(_):
    from moto.s3.models import s3_backends
    with moto_lock:
        backend = s3_backends[settings.ACCOUNT]["aws"]
        if settings.BUCKET not in backend.buckets:
            backend.create_bucket(settings.BUCKET, settings.REGION)
    return {"bucket": settings.BUCKET}


def add_fault(fault):
    faults.add(fault)
    return {"faults": faults.listing()}


def clear_faults(_):
    faults.clear()
    return {"faults": []}


def invoke(asked):
    found = lambda_api.function(asked["function"], asked.get("qualifier"))
    outcome = lambda_run.run(found, json.dumps(asked.get("event", {})).encode(), bool(asked.get("withoutLayers")))
    return {"error": outcome.error, "payload": outcome.payload.decode(errors="replace"), "log": outcome.log}


def tick(_):
    return {"fired": events.tick()}


def config(asked):
    wrong = set(asked) - set(settings.DEFAULTS)
    if wrong:
        raise ValueError(f"no such setting: {', '.join(sorted(wrong))}: there are {', '.join(settings.DEFAULTS)}")
    settings.live.update(asked)
    with codebuild_state.changed:
        codebuild_state.changed.notify_all()
    return settings.live


def stop(_):
    """Ends everything that runs, before the server itself is ended."""
    codebuild_build.kill_all()
    callers.kill_all()
    return {"ok": True}


COMMANDS = {"health": health, "reset": reset, "bucket": make_bucket, "fault": add_fault, "faults": lambda _: {"faults": faults.listing()},
            "fault-clear": clear_faults, "invoke": invoke, "tick": tick, "config": config, "stop": stop}
PATHS["/_lab/"] = door
