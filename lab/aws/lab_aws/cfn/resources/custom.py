"""Custom resources: the request to the function, and the answer that anyone may PUT later."""
import json
import secrets
import threading
import time
import uuid

from ... import journal, lambda_api, settings
from ...errors import AwsError
from ...gateway import PATHS
from ..state import physical_name
from . import Failed, Provider, provides

PREFIX = "/cloudformation-custom-resource-response-useast1/"
LIMIT = 4096
_waiting = {}
_lock = threading.Condition()


def strings(value):
    """Scalars arrive as text."""
    if isinstance(value, dict):
        return {key: strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strings(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def receive(environ, body):
    token = environ["PATH_INFO"][len(PREFIX):]
    with _lock:
        if token in _waiting and _waiting[token] is None:
            _waiting[token] = body
            _lock.notify_all()
    journal.record("s3", "PutObject", "presigned", f"cloudformation-response/{token}", 200, 0, {"Body": body})
    return 200, {"Content-Type": "application/xml"}, b""


PATHS[PREFIX] = receive


def ask(stack, resource, kind, properties, cancel, extra=None):
    """Sends one request and waits for its answer."""
    arn = properties.get("ServiceToken") or resource.properties.get("ServiceToken")
    if not arn:
        raise Failed("Missing service token: a custom resource needs the property ServiceToken")
    token = secrets.token_urlsafe(24)
    request_id = str(uuid.uuid4())
    request = {
        "RequestType": kind, "ServiceToken": arn, "StackId": stack.id, "RequestId": request_id, "LogicalResourceId": resource.logical,
        "ResponseURL": f"{settings.endpoint()}{PREFIX}{token}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=7199",
        "ResourceType": resource.type, "ResourceProperties": strings(properties), **(extra or {}),
    }
    with _lock:
        _waiting[token] = None
    try:
        payload = json.dumps(request).encode()
        journal.record("lambda", "Invoke", "cloudformation", arn, 202, 0, {"FunctionName": arn, "InvocationType": "Event", "Payload": payload})
        try:
            lambda_api.later(lambda_api.function(arn), payload)
        except AwsError as error:
            raise Failed(error.message) from None
        return read(wait(token, limit_of(properties), cancel, request_id), request_id)
    finally:
        with _lock:
            _waiting.pop(token, None)


def limit_of(properties):
    limit = float(properties.get("ServiceTimeout") or 3600)
    if not 1 <= limit <= 3600:
        raise Failed("ServiceTimeout must be between 1 and 3600")
    most = settings.live["customResourceSeconds"]
    return min(limit, most) if most else limit


def wait(token, seconds, cancel, request_id):
    end = time.monotonic() + seconds
    with _lock:
        while _waiting[token] is None:
            if cancel.is_set():
                from ..execution import Cancelled
                raise Cancelled("Resource creation cancelled")
            if time.monotonic() > end:
                raise Failed("CloudFormation did not receive a response from your custom resource. Please check your logs for requestId "
                             f"[{request_id}]. If you are using the Python cfn-response module, you may need to update your Lambda function code "
                             "so that CloudFormation can attach the updated version.")
            _lock.wait(0.2)
        return _waiting[token]


def read(body, request_id):
    if len(body) > LIMIT:
        raise Failed("Response object is too long.")
    try:
        answer = json.loads(body)
    except ValueError:
        raise Failed("Invalid response object: Response is not valid JSON") from None
    if answer.get("Status") == "SUCCESS":
        return answer
    error = Failed(f"Received response status [{answer.get('Status')}] from custom resource. Message returned: {answer.get('Reason')} (RequestId: {request_id})")
    error.physical = answer.get("PhysicalResourceId")
    raise error


@provides("AWS::CloudFormation::CustomResource")
class Custom(Provider):
    replace_on = ("ServiceToken",)

    def create(self, run, resource, properties):
        # What a Delete names if no answer ever tells the real id.
        resource.physical = physical_name(run.stack, resource.logical)
        try:
            answer = ask(run.stack, resource, "Create", properties, run.cancel)
        except Failed as error:
            resource.physical = getattr(error, "physical", None) or resource.physical
            raise
        take(resource, answer)

    def update(self, run, resource, old, new):
        take(resource, ask(run.stack, resource, "Update", new, run.cancel,
                           {"PhysicalResourceId": resource.physical, "OldResourceProperties": strings(old)}))

    def delete(self, stack, resource):
        ask(stack, resource, "Delete", resource.properties, threading.Event(), {"PhysicalResourceId": resource.physical})


def take(resource, answer):
    if not answer.get("PhysicalResourceId"):
        raise Failed("Invalid PhysicalResourceId")
    resource.physical = answer["PhysicalResourceId"]
    resource.attributes = answer.get("Data") or {}
