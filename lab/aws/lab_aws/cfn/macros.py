"""Runs a template's transforms in order; custom macros by their Lambda functions, as CloudFormation calls them."""
import copy
import itertools
import json
import threading
import uuid

from .. import journal, lambda_api, lambda_run, settings
from ..errors import AwsError
from . import sam
from .intrinsics import Resolver
from .sam import TransformError

# Name -> function ARN: the registered AWS::CloudFormation::Macro.
registered = {}
_numbers = itertools.count(1)
_lock = threading.Lock()
FOLDER = settings.RUN / "macro"


def reset():
    global _numbers
    registered.clear()
    with _lock:
        _numbers = itertools.count(1)
        for path in FOLDER.glob("*.json"):
            path.unlink()


def needed(template):
    return bool(template.get("Transform")) or '"Fn::Transform"' in json.dumps(template)


def uses_macros(template):
    """Whether CAPABILITY_AUTO_EXPAND is asked for: for any transform, AWS's own included."""
    return needed(template)


def process(template, parameters, stack_name, stack_id):
    """The processed template; raises TransformError with CloudFormation's words."""
    resolver = Resolver(template, parameters, stack_name, stack_id, lambda name: {"Ref": name}, lambda name, attribute: {"Fn::GetAtt": [name, attribute]})
    transforms = template.get("Transform") or []
    current = {key: value for key, value in template.items() if key != "Transform"}
    current = snippets(current, parameters)
    for item in transforms if isinstance(transforms, list) else [transforms]:
        name, given = (item, {}) if isinstance(item, str) else (item.get("Name"), item.get("Parameters") or {})
        if name == sam.SAM:
            current = sam.serverless(current, parameters)
        elif name == sam.LANGUAGE:
            current = sam.language_extensions(current, parameters)
        else:
            before = copy.deepcopy(current.get("Parameters"))
            current = call(name, current, resolver.resolve(given), parameters)
            if current.get("Parameters") != before:
                raise TransformError(f"Transform {settings.ACCOUNT}::{name} failed with: a macro may not change the Parameters section.")
    return current


def snippets(value, parameters):
    """Fn::Transform, innermost first: the macro gets its siblings and replaces them."""
    if isinstance(value, list):
        return [snippets(item, parameters) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: item if key == "Fn::Transform" else snippets(item, parameters) for key, item in value.items()}
    if "Fn::Transform" not in value:
        return value
    use = value.pop("Fn::Transform")
    return call(use["Name"], value, use.get("Parameters") or {}, parameters)


def call(name, fragment, given, parameters):
    transform = f"{settings.ACCOUNT}::{name}"
    if name not in registered:
        raise TransformError(f"No transform named {transform} found.")
    request_id = str(uuid.uuid4())
    event = {"accountId": settings.ACCOUNT, "fragment": fragment, "transformId": transform, "requestId": request_id,
             "region": settings.REGION, "params": given, "templateParameterValues": parameters}
    with _lock:
        number = next(_numbers)
    payload = json.dumps(event).encode()
    keep(number, "event", payload)
    keep(number, "request", json.dumps(fragment).encode())
    answer, failed = invoke(registered[name], payload)
    keep(number, "answer", answer)
    return judge(number, transform, request_id, answer, failed)


def invoke(arn, payload):
    import time
    began = time.monotonic()
    try:
        outcome = lambda_run.run(lambda_api.function(arn), payload)
        answer, failed = outcome.payload, bool(outcome.error)
    except AwsError as error:
        answer, failed = json.dumps({"errorMessage": error.message}).encode(), True
    journal.record("lambda", "Invoke", "cloudformation", arn, 200, (time.monotonic() - began) * 1000,
                   {"FunctionName": arn, "InvocationType": "RequestResponse", "Payload": payload})
    return answer, failed


def judge(number, transform, request_id, answer, failed):
    malformed = TransformError(f"Received malformed response from transform {transform}")
    if failed:
        raise malformed
    try:
        found = json.loads(answer)
    except ValueError:
        raise malformed from None
    if not isinstance(found, dict) or "status" not in found or found.get("requestId") != request_id:
        raise malformed
    if str(found["status"]).lower() != "success":
        message = found.get("errorMessage")
        raise TransformError(f"Transform {transform} failed with: {message}" if message else
                             f"Transform {transform} failed without an error message.")
    if not isinstance(found.get("fragment"), dict):
        raise TransformError("Template format error: unsupported structure.")
    keep(number, "response", json.dumps(found["fragment"]).encode())
    return found["fragment"]


def keep(number, kind, content):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{number}-{kind}.json").write_bytes(content)
