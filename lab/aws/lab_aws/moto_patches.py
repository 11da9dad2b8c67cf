"""What moto does otherwise than AWS, in ways that matter here."""
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket


def neutral(self, action, resource):
    """moto ignores a policy's conditions, so "deny without TLS" would deny everything."""
    return PermissionResult.NEUTRAL


FakeBucket.get_permission = neutral
