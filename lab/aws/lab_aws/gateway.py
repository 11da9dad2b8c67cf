"""The one door: every request is named, delayed or refused by faults, handled, and written down."""
import io
import json
import socket
import threading
import time
import traceback
import uuid
from dataclasses import dataclass, field

from . import callers, faults, journal, protocol
from .errors import AwsError

# (service, operation) -> function(params, call) that answers instead of moto.
HANDLERS = {}
# (service, operation) -> functions(params, call) that may refuse before moto answers.
CHECKS = {}
# Path prefix -> function(environ, body) -> (status, headers, body), outside any AWS protocol.
PATHS = {}
# moto's own state is not made for threads; nothing that waits happens under this lock.
moto_lock = threading.RLock()


@dataclass
class Call:
    service: str
    role: str
    token: str | None
    request_id: str
    environ: dict = field(repr=False)


@dataclass
class Raw:
    """An answer that no model serialises."""
    status: int
    headers: dict
    body: bytes


def handler(service, *operations):
    def register(function):
        for operation in operations:
            HANDLERS[(service, operation)] = function
        return function
    return register


def check(service, *operations):
    def register(function):
        for operation in operations:
            CHECKS.setdefault((service, operation), []).append(function)
        return function
    return register


class Gateway:
    def __init__(self, moto):
        self.moto = moto

    def __call__(self, environ, start_response):
        body = read_body(environ)
        path = environ.get("PATH_INFO", "")
        for prefix, function in PATHS.items():
            if path.startswith(prefix):
                return respond(start_response, *guarded(function, environ, body))
        role, service, _ = callers.role_of(environ.get("HTTP_AUTHORIZATION"), environ.get("QUERY_STRING"))
        role, service = role or "anonymous", service or "s3"
        began = time.monotonic()
        environ["wsgi.input"] = io.BytesIO(body)
        operation, name, params = protocol.identify(service, environ)
        environ["wsgi.input"] = io.BytesIO(body)
        token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
        call = Call(service, role, token, str(uuid.uuid4()), environ)
        status, headers, answer, dropped = self.serve(call, operation, name, params)
        journal.record(service, name, role, journal.resource_of(service, params), 0 if dropped else status,
                       (time.monotonic() - began) * 1000, params)
        if dropped:
            drop(environ)
        return respond(start_response, status, headers, answer)

    def serve(self, call, operation, name, params):
        content_type = call.environ.get("CONTENT_TYPE")
        fault = faults.take(call.service, name, call.role, params)
        pause = faults.latency(fault)
        if pause:
            time.sleep(pause)
        if fault and fault.get("kill"):
            callers.kill(call.token)
            return 0, {}, b"", True
        try:
            if fault and fault.get("error"):
                code, message, status = faults.error_of(fault)
                raise AwsError(code, message, status)
            status, headers, body = self.handle(call, operation, name, params)
        except AwsError as error:
            status, headers, body = protocol.error_answer(call.service, operation, error, content_type, call.request_id)
        except Exception as error:  # a bug of the lab's own must not look like silence
            traceback.print_exc()
            failure = AwsError("InternalFailure", f"lab: {type(error).__name__}: {error}", 500)
            status, headers, body = protocol.error_answer(call.service, operation, failure, content_type, call.request_id)
        return status, headers, body, bool(fault and fault.get("drop"))

    def handle(self, call, operation, name, params):
        for function in CHECKS.get((call.service, name), ()):
            function(params, call)
        function = HANDLERS.get((call.service, name))
        if function is None and (call.service, "*") in HANDLERS:
            function = HANDLERS[(call.service, "*")]
            params = {**params, "__operation__": name}
        if function is None:
            return self.ask_moto(call.environ)
        result = function(params, call)
        if isinstance(result, Raw):
            return result.status, result.headers, result.body
        return protocol.answer(operation, result or {}, call.environ.get("CONTENT_TYPE"), call.request_id)

    def ask_moto(self, environ):
        found = {}

        def start(status, headers, exc_info=None):
            found["status"], found["headers"] = int(status.split()[0]), headers

        with moto_lock:
            body = b"".join(self.moto(environ, start))
        return found["status"], found["headers"], body


def guarded(function, environ, body):
    try:
        return function(environ, body)
    except Exception as error:
        if not isinstance(error, (AwsError, ValueError, KeyError)):
            traceback.print_exc()
        text = json.dumps({"error": f"{type(error).__name__}: {error}"})
        return 400, {"Content-Type": "application/json"}, text.encode()


def read_body(environ):
    stream = environ["wsgi.input"]
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = stream.read()
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING")
        environ.pop("wsgi.input_terminated", None)
        return body
    return stream.read(int(environ.get("CONTENT_LENGTH") or 0))


def drop(environ):
    """Ends the connection without a byte."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
    raise ConnectionResetError("dropped by a fault")


def respond(start_response, status, headers, body):
    items = list(headers.items()) if isinstance(headers, dict) else list(headers)
    if not any(name.lower() == "content-length" for name, _ in items):
        items.append(("Content-Length", str(len(body))))
    start_response(f"{status} {'OK' if status < 400 else 'Error'}", items)
    return [body]
