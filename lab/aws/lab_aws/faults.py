"""Faults that tests ask for: the first that matches a request acts, at most `times` times."""
import json
import threading

from . import settings

_faults = []
_lock = threading.Lock()
FIELDS = {"service", "op", "match", "times", "delayMs", "error", "drop", "kill"}


def add(fault):
    wrong = set(fault) - FIELDS
    if wrong or not fault.get("service") or not fault.get("op"):
        raise ValueError(f"fault {json.dumps(fault)}: needs service and op, may have {sorted(FIELDS)}")
    with _lock:
        _faults.append({"times": 1, **fault})


def clear():
    with _lock:
        _faults.clear()


def listing():
    with _lock:
        return [dict(fault) for fault in _faults]


def take(service, op, role, params):
    """The fault this request meets, if any; one of its times is used up."""
    with _lock:
        for fault in _faults:
            if fault["times"] > 0 and fault["service"] == service and fault["op"] in (op, "*") \
                    and matches(fault.get("match"), role, params):
                fault["times"] -= 1
                return dict(fault)
    return None


def matches(match, role, params):
    """A string is looked for in role and parameters; an object must agree with the parameters' own values."""
    if match is None:
        return True
    if isinstance(match, str):
        return match in json.dumps({"role": role, "params": params}, default=str)
    return all((role if key == "role" else params.get(key)) == value for key, value in match.items())


def latency(fault):
    return (settings.live["latencyMs"] + (fault or {}).get("delayMs", 0)) / 1000


def error_of(fault):
    """(code, message, status) from `error`, a code alone or an object."""
    error = fault["error"]
    if isinstance(error, str):
        error = {"code": error}
    default = 400
    if error["code"] in ("InternalError", "InternalFailure", "ServiceException"):
        default = 500
    elif error["code"] in ("SlowDown", "ServiceUnavailable"):
        default = 503
    elif error["code"] == "TooManyRequestsException":
        default = 429
    return error["code"], error.get("message", "Injected by the lab."), error.get("status", default)
