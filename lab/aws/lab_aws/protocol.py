"""Requests to (service, operation, parameters) and answers back, by botocore's own models."""
import re

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model

# Where the name a request is signed for is not the name of the model.
MODELS = {"monitoring": "cloudwatch", "eventbridge": "events"}


def identify(service, environ):
    """The operation's model and its parameters; a bare name and {} where botocore knows no better."""
    request = Request(environ)
    try:
        operation, uri_params = get_service_router(MODELS.get(service, service)).match(request)
    except Exception:  # unknown service, or a call no model has
        return None, fallback_name(request), {}
    try:
        return operation, operation.name, parse(operation, uri_params, request)
    except Exception as error:
        return operation, operation.name, {"unparsed": str(error)}


def parse(operation, uri_params, request):
    protocol = determine_request_protocol(operation.service_model, request.content_type)
    return PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse({
        "method": request.method,
        "values": request.values,
        "headers": request.headers,
        "body": request.get_data(),
        "url_path": request.path,
        "url_params": uri_params,
    })


def fallback_name(request):
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1]
    match = re.search(r"(?:^|&)Action=(\w+)", request.query_string.decode())
    return match.group(1) if match else f"{request.method} {request.path}"


def answer(operation, result, content_type, request_id):
    """(status, headers, body) of a result, or of an exception with a code."""
    model = operation.service_model
    protocol = determine_request_protocol(model, content_type)
    serializer = get_serializer_class(model.service_name, protocol)(operation, SerializationContext(request_id))
    done = serializer.serialize(result)
    body = done["body"]
    status = getattr(result, "status", None) or done["status_code"]
    headers = {**done["headers"], "x-amzn-RequestId": request_id}
    return status, headers, body if isinstance(body, bytes) else body.encode()


def error_answer(service, operation, error, content_type, request_id):
    if operation is not None and operation.service_model.service_name != "s3":
        return answer(operation, error, content_type, request_id)
    text = (f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{error.code}</Code><Message>{error.message}'
            f"</Message><RequestId>{request_id}</RequestId></Error>")
    return error.status or 400, {"Content-Type": "application/xml", "x-amz-request-id": request_id}, text.encode()


def model_of(service):
    return get_service_model(MODELS.get(service, service))
