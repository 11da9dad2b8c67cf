"""AWS::IAM::Role, ManagedPolicy, Policy"""
import json

from ... import clients
from ..state import physical_name
from . import Provider, provides
from .functions import forgive


def document(value):
    """moto wants a Version, which policies may leave out."""
    return value if isinstance(value, str) else json.dumps({"Version": "2012-10-17", **value})


def inline(properties):
    return {item["PolicyName"]: document(item["PolicyDocument"]) for item in properties.get("Policies") or []}


@provides("AWS::IAM::Role")
class Role(Provider):
    replace_on = ("RoleName", "Path")

    def create(self, run, resource, properties):
        name = properties.get("RoleName") or physical_name(run.stack, resource.logical)
        rest = {"Path": properties["Path"]} if "Path" in properties else {}
        made = clients.of("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(properties["AssumeRolePolicyDocument"]), **rest)
        resource.physical = name
        resource.attributes = {"Arn": made["Role"]["Arn"], "RoleId": made["Role"]["RoleId"]}
        self.policies(name, {}, properties)

    def policies(self, name, old, new):
        client = clients.of("iam")
        for arn in set(old.get("ManagedPolicyArns") or []) - set(new.get("ManagedPolicyArns") or []):
            forgive(client.detach_role_policy, RoleName=name, PolicyArn=arn)
        for arn in set(new.get("ManagedPolicyArns") or []) - set(old.get("ManagedPolicyArns") or []):
            client.attach_role_policy(RoleName=name, PolicyArn=arn)
        for policy in set(inline(old)) - set(inline(new)):
            forgive(client.delete_role_policy, RoleName=name, PolicyName=policy)
        for policy, text in inline(new).items():
            client.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)

    def update(self, run, resource, old, new):
        if old["AssumeRolePolicyDocument"] != new["AssumeRolePolicyDocument"]:
            clients.of("iam").update_assume_role_policy(RoleName=resource.physical, PolicyDocument=document(new["AssumeRolePolicyDocument"]))
        self.policies(resource.physical, old, new)

    def delete(self, stack, resource):
        client, name = clients.of("iam"), resource.physical
        self.policies(name, resource.properties, {})
        forgive(client.delete_role, RoleName=name)


@provides("AWS::IAM::ManagedPolicy")
class ManagedPolicy(Provider):
    replace_on = ("ManagedPolicyName", "Path", "Description")

    def create(self, run, resource, properties):
        name = properties.get("ManagedPolicyName") or physical_name(run.stack, resource.logical, 128)
        rest = {key: properties[key] for key in ("Path", "Description") if key in properties}
        made = clients.of("iam").create_policy(PolicyName=name, PolicyDocument=document(properties["PolicyDocument"]), **rest)
        resource.physical = made["Policy"]["Arn"]
        resource.attributes = {"PolicyArn": resource.physical, "PolicyId": made["Policy"]["PolicyId"]}
        self.attach(resource.physical, {}, properties)

    def attach(self, arn, old, new):
        client = clients.of("iam")
        for role in set(old.get("Roles") or []) - set(new.get("Roles") or []):
            forgive(client.detach_role_policy, RoleName=role, PolicyArn=arn)
        for role in set(new.get("Roles") or []) - set(old.get("Roles") or []):
            client.attach_role_policy(RoleName=role, PolicyArn=arn)

    def update(self, run, resource, old, new):
        client, arn = clients.of("iam"), resource.physical
        if old["PolicyDocument"] != new["PolicyDocument"]:
            for version in client.list_policy_versions(PolicyArn=arn)["Versions"]:
                if not version["IsDefaultVersion"]:
                    client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
            client.create_policy_version(PolicyArn=arn, PolicyDocument=document(new["PolicyDocument"]), SetAsDefault=True)
        self.attach(arn, old, new)

    def delete(self, stack, resource):
        client, arn = clients.of("iam"), resource.physical
        self.attach(arn, resource.properties, {})
        for version in client.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        forgive(client.delete_policy, PolicyArn=arn)


@provides("AWS::IAM::Policy")
class Policy(Provider):
    replace_on = ("PolicyName",)

    def create(self, run, resource, properties):
        resource.physical = physical_name(run.stack, resource.logical)
        self.put(properties)

    def put(self, properties):
        for role in properties.get("Roles") or []:
            clients.of("iam").put_role_policy(RoleName=role, PolicyName=properties["PolicyName"], PolicyDocument=document(properties["PolicyDocument"]))

    def take(self, roles, name):
        for role in roles:
            forgive(clients.of("iam").delete_role_policy, RoleName=role, PolicyName=name)

    def update(self, run, resource, old, new):
        self.take(set(old.get("Roles") or []) - set(new.get("Roles") or []), old["PolicyName"])
        self.put(new)

    def delete(self, stack, resource):
        self.take(resource.properties.get("Roles") or [], resource.properties["PolicyName"])
