"""Lambda's Invoke, for real, and PublishVersion as AWS numbers it. Everything else about functions is moto's."""
import base64
import copy
import json
import threading

from moto.awslambda.models import LambdaFunction, LambdaStorage

from . import lambda_run, settings
from .errors import AwsError
from .gateway import Raw, check, handler, moto_lock
from .layers import backend

SYNC_LIMIT = 6_291_456
ASYNC_LIMIT = 1_048_576
_numbers = {}


def function(name, qualifier=None):
    """moto's record of a function, by name or ARN."""
    with moto_lock:
        try:
            return backend().get_function(name, qualifier)
        except Exception:
            arn = name if name.startswith("arn:") else settings.arn("lambda", f"function:{name}")
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404, Type="User") from None


@handler("lambda", "Invoke")
def invoke(params, call):
    found = function(params["FunctionName"], params.get("Qualifier"))
    payload = params.get("Payload") or b"{}"
    kind = params.get("InvocationType") or "RequestResponse"
    most = SYNC_LIMIT if kind == "RequestResponse" else ASYNC_LIMIT
    if len(payload) > most:
        raise AwsError("RequestTooLargeException", f"{len(payload)} byte payload is too large for the {kind} invocation "
                       f"type (limit {most} bytes)", 413, Type="User")
    try:
        json.loads(payload)
    except ValueError:
        raise AwsError("InvalidRequestContentException", "Could not parse request body into json", 400, Type="User") from None
    if kind == "DryRun":
        return Raw(204, {}, b"")
    if kind == "Event":
        later(found, payload)
        return Raw(202, {"x-amzn-RequestId": call.request_id}, b"")
    outcome = lambda_run.run(found, payload)
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": str(found.version), "x-amzn-RequestId": call.request_id}
    if outcome.error:
        headers["X-Amz-Function-Error"] = outcome.error
    if params.get("LogType") == "Tail":
        headers["X-Amz-Log-Result"] = base64.b64encode(outcome.log[-4096:].encode()).decode()
    return Raw(200, headers, outcome.payload)


def later(found, payload):
    """An asynchronous invocation: repeated twice when the function fails."""
    def work():
        delays = settings.live["retrySeconds"]
        configured = [item.config.get("MaximumRetryAttempts") for item in found.event_invoke_config]
        if configured and configured[0] is not None:
            delays = delays[:configured[0]]
        generation = lambda_run.generation()
        for delay in [*delays, None]:
            if not lambda_run.run(found, payload).error or delay is None:
                return
            if lambda_run.wait_or_reset(delay, generation):
                return
    threading.Thread(target=work, daemon=True).start()


def published_state(found):
    config = found.get_configuration()
    kept = ("CodeSha256", "Handler", "Runtime", "Timeout", "MemorySize", "Role", "Layers", "Environment",
            "Architectures", "EphemeralStorage", "VpcConfig", "TracingConfig", "Description")
    return json.dumps({name: config.get(name) for name in kept}, sort_keys=True, default=str)


def publish_version(self, name_or_arn, description=""):
    """As AWS: the same version again if nothing changed, and no number twice."""
    found = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    versions = self._functions[found.function_name]["versions"]
    state = published_state(found)
    if versions and getattr(versions[-1], "lab_state", None) == state:
        return versions[-1]
    number = _numbers.get(found.function_name, 0) + 1
    _numbers[found.function_name] = number
    version = copy.copy(found)
    version.set_version(number)
    version.lab_state = state
    version.environment_vars = dict(found.environment_vars)
    if description:
        version.description = description
    versions.append(version)
    self._arns[version.function_arn] = version
    return version


LambdaStorage.publish_version = publish_version


@check("lambda", "CreateFunction")
def not_twice(params, call):
    name = params["FunctionName"].rsplit(":", 1)[-1]
    if name in backend()._lambdas._functions:
        raise AwsError("ResourceConflictException", f"Function already exist: {name}", 409, Type="User")


def invoked_by_moto(self, body, request_headers, response_headers):
    """SNS, SQS and the like hold moto's lock: they may not wait for the function."""
    later(self, body.encode() if isinstance(body, str) else body or b"{}")
    return b""


LambdaFunction.invoke = invoked_by_moto


def reset():
    _numbers.clear()
