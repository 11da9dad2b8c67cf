"""Inline Node.js functions: a fresh local process per invocation, with the AWS SDK on NODE_PATH as the runtime has it."""
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from . import callers, settings
from .lambda_logs import failure

BOOTSTRAP = Path(__file__).with_name("bootstrap.cjs")


def node_options():
    """What a test wants hooked into every function's process."""
    path = settings.RUN / "node-options"
    return path.read_text().strip() if path.is_file() else ""


def run(found, code, environment, payload, request_id):
    scratch = Path(tempfile.mkdtemp(prefix="invoke-", dir=settings.RUN))
    try:
        return in_process(found, code, environment, payload, request_id, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def in_process(found, code, environment, payload, request_id, scratch):
    result, output = scratch / "result.json", scratch / "output"
    options = " ".join(filter(None, [environment.get("NODE_OPTIONS"), node_options()]))
    env = {
        "PATH": os.environ["PATH"], "HOME": str(scratch), "TMPDIR": str(scratch),
        "NODE_PATH": str(settings.REPO / "node_modules"), "LAMBDA_TASK_ROOT": str(code), **environment,
        "LAB_RESULT": str(result), "LAB_REQUEST_ID": request_id, "LAB_FUNCTION_ARN": found.function_arn,
        "LAB_TIMEOUT": str(found.timeout),
    }
    if options:
        env["NODE_OPTIONS"] = options
    with output.open("wb") as out:
        process = subprocess.Popen(["node", str(BOOTSTRAP)], cwd=code, env=env, stdin=subprocess.PIPE,
                                   stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    callers.started(request_id, process)
    timed_out = threading.Event()
    timer = threading.Timer(float(found.timeout), lambda: (timed_out.set(), callers.kill_group(process)))
    timer.start()
    try:
        try:
            process.stdin.write(payload)
            process.stdin.close()
        except BrokenPipeError:
            pass
        code_of_exit = process.wait()
    finally:
        timer.cancel()
        callers.kill_group(process)
        callers.ended(request_id)
    log = output.read_text(errors="replace")
    if timed_out.is_set():
        text = f"RequestId: {request_id} Error: Task timed out after {float(found.timeout):.2f} seconds"
        return failure("Sandbox.Timedout", text), "Unhandled", log
    if not result.is_file():
        text = f"RequestId: {request_id} Error: Runtime exited with error: " + (
            f"exit status {code_of_exit}" if code_of_exit >= 0 else "signal: killed")
        return failure("Runtime.ExitError", text), "Unhandled", log
    answer = result.read_bytes()
    return answer[1:], "Unhandled" if answer[:1] == b"!" else None, log
