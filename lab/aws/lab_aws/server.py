"""Puts the parts together and listens on loopback."""
import logging
import os
import sys
import threading

from . import settings


def main(port):
    os.environ.update({
        "LAB_ENDPOINT": f"http://{settings.BIND}:{port}", "MOTO_PORT": str(port),
        "AWS_DEFAULT_REGION": settings.REGION, "AWS_REGION": settings.REGION, "MOTO_ACCOUNT_ID": settings.ACCOUNT,
        "AWS_ENDPOINT_URL": f"http://{settings.BIND}:{port}", "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "LAB-cloudformation", "AWS_SECRET_ACCESS_KEY": "lab",
        "MOTO_S3_DEFAULT_MAX_KEYS": "1000", "MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "SAM_CLI_TELEMETRY": "0",
    })
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    from . import admin, codebuild_api, events, lambda_api, layers, limits, moto_patches  # noqa: F401 they register handlers
    from .cfn import api  # noqa: F401
    from .gateway import Gateway

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    MotoRequestHandler.protocol_version = "HTTP/1.1"
    moto = DomainDispatcherApplication(create_backend_app)
    server = make_server(settings.BIND, port, Gateway(moto), threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=warm, daemon=True).start()
    events.start_schedules()
    server.serve_forever()


def warm():
    """The first deploy shall not pay for imports."""
    from .cfn import sam
    sam.load()


if __name__ == "__main__":
    main(int(sys.argv[1]))
