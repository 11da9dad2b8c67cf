"""Bucket policies that refuse plain HTTP. moto takes a condition that does not hold for a denial, and the lab speaks HTTP
on loopback: requests here count as TLS, so such a statement does not concern them."""
from moto.iam import access_control

original = access_control.IAMPolicyStatement.is_action_permitted


def is_action_permitted(self, *args, **kwargs):
    secure = self._statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    if str(secure).lower() == "false":
        return access_control.PermissionResult.NEUTRAL
    return original(self, *args, **kwargs)


access_control.IAMPolicyStatement.is_action_permitted = is_action_permitted
