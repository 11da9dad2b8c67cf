"""Every other function: the lab's function runner, which uses the function's Lambda image."""
import json
import subprocess
import tempfile

from . import callers, layers, settings
from .lambda_logs import failure

RUNNER = settings.REPO / "lab" / "runner" / "run"


def run(found, code, environment, payload, request_id, without_layers):
    request = {
        "runtime": found.run_time, "arch": found.architectures[0], "handler": found.handler, "code": str(code),
        "layers": [] if without_layers else [str(layers.zip_path(item["Arn"])) for item in found.layers],
        "environment": environment, "event": json.loads(payload), "timeoutSeconds": found.timeout,
        "memoryMb": found.memory_size, "functionName": found.function_name, "region": settings.REGION,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json", prefix="invoke-", dir=settings.RUN) as file:
        json.dump(request, file)
        file.flush()
        process = subprocess.Popen([str(RUNNER), "--request", file.name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True, cwd=settings.REPO)
        callers.started(request_id, process, callers.end_group)
        try:
            # The runner keeps the function's time itself; this is for a runner that hangs.
            out, err = process.communicate(timeout=float(found.timeout) + 60)
        except subprocess.TimeoutExpired:
            callers.end_group(process)
            out, err = process.communicate()
        finally:
            callers.ended(request_id)
    log = err.decode(errors="replace")
    return *read(out, process.returncode), log


def read(out, code):
    lines = out.decode(errors="replace").strip().splitlines()
    try:
        answer = json.loads(lines[-1])
    except (IndexError, ValueError):
        return failure("Runtime.ExitError", f"lab: the function runner failed with exit code {code}: read the function's log"), "Unhandled"
    if answer.get("ok"):
        return json.dumps(answer.get("result")).encode(), None
    shown = {name: answer[name] for name in ("errorType", "errorMessage", "stackTrace") if name in answer}
    return json.dumps(shown).encode(), "Unhandled"
