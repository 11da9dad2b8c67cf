"""boto3 clients of this same server, signed as a role."""
import threading

import boto3
from botocore.config import Config

from . import callers, settings

_clients = {}
_lock = threading.Lock()


def of(service, role="cloudformation"):
    with _lock:
        if (service, role) not in _clients:
            found = callers.credentials(role)
            config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, read_timeout=1000, max_pool_connections=20)
            _clients[(service, role)] = boto3.session.Session().client(
                service, region_name=settings.REGION, endpoint_url=settings.endpoint(), config=config,
                aws_access_key_id=found["AWS_ACCESS_KEY_ID"], aws_secret_access_key="lab")
        return _clients[(service, role)]
