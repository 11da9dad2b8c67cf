"""Calls a Python handler as Lambda does; the result goes to a file, since stdout is the function's own."""
import importlib
import json
import os
import traceback
from types import SimpleNamespace


def report(answer):
    with open("/run/lab/result.json", "w") as out:
        json.dump(answer, out)


def report_error(kind, message, error):
    report({"ok": False, "errorType": kind, "errorMessage": message, "stackTrace": traceback.format_tb(error.__traceback__)})


def main():
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    try:
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    except ImportError as error:
        return report_error("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}", error)
    except Exception as error:
        return report_error(type(error).__name__, str(error), error)
    context = SimpleNamespace(
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        function_version="$LATEST",
        memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        aws_request_id="00000000-0000-0000-0000-000000000000",
    )
    try:
        with open("/run/lab/event.json") as event:
            report({"ok": True, "result": handler(json.load(event), context)})
    except Exception as error:
        report_error(type(error).__name__, str(error), error)


main()
