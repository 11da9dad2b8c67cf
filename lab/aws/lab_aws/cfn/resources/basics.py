"""Macros, event rules, log groups, and what is only written down."""
import json

from ... import clients, settings
from .. import macros
from ..state import physical_name
from . import Failed, Provider, provides
from .functions import forgive


@provides("AWS::CloudFormation::Macro")
class Macro(Provider):
    replace_on = ("Name",)

    def create(self, run, resource, properties):
        name = properties["Name"]
        if name in macros.registered:
            raise Failed(f"Macro with name {name} already exists")
        group = properties.get("LogGroupName")
        if group and not clients.of("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            raise Failed(f"Log group {group} does not exist")
        macros.registered[name] = properties["FunctionName"]
        resource.physical = name

    def update(self, run, resource, old, new):
        macros.registered[resource.physical] = new["FunctionName"]

    def delete(self, stack, resource):
        macros.registered.pop(resource.physical, None)


@provides("AWS::Events::Rule")
class Rule(Provider):
    replace_on = ("Name",)

    def create(self, run, resource, properties):
        resource.physical = properties.get("Name") or physical_name(run.stack, resource.logical)
        self.put(resource, properties)

    def put(self, resource, properties):
        client, found = clients.of("events"), {}
        if "EventPattern" in properties:
            pattern = properties["EventPattern"]
            found["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
        found.update({key: properties[key] for key in ("ScheduleExpression", "Description", "State", "RoleArn", "EventBusName") if key in properties})
        resource.attributes = {"Arn": client.put_rule(Name=resource.physical, **found)["RuleArn"]}
        targets = properties.get("Targets") or []
        if targets:
            failed = client.put_targets(Rule=resource.physical, Targets=targets)["FailedEntries"]
            if failed:
                raise Failed(f"Targets were refused: {failed}")

    def update(self, run, resource, old, new):
        kept = {target["Id"] for target in new.get("Targets") or []}
        gone = [target["Id"] for target in old.get("Targets") or [] if target["Id"] not in kept]
        if gone:
            clients.of("events").remove_targets(Rule=resource.physical, Ids=gone)
        self.put(resource, new)

    def delete(self, stack, resource):
        client = clients.of("events")
        ids = [target["Id"] for target in resource.properties.get("Targets") or []]
        if ids:
            forgive(client.remove_targets, Rule=resource.physical, Ids=ids)
        forgive(client.delete_rule, Name=resource.physical)


@provides("AWS::Logs::LogGroup")
class LogGroup(Provider):
    replace_on = ("LogGroupName",)

    def create(self, run, resource, properties):
        name = properties.get("LogGroupName") or physical_name(run.stack, resource.logical, 512)
        clients.of("logs").create_log_group(logGroupName=name)
        resource.physical = name
        resource.attributes = {"Arn": settings.arn("logs", f"log-group:{name}:*")}
        self.update(run, resource, {}, properties)

    def update(self, run, resource, old, new):
        client = clients.of("logs")
        if "RetentionInDays" in new:
            client.put_retention_policy(logGroupName=resource.physical, retentionInDays=int(new["RetentionInDays"]))
        elif "RetentionInDays" in old:
            client.delete_retention_policy(logGroupName=resource.physical)

    def delete(self, stack, resource):
        from botocore.exceptions import ClientError
        try:
            clients.of("logs").delete_log_group(logGroupName=resource.physical)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise


@provides("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::CloudFormation::WaitConditionHandle", "AWS::CDK::Metadata",
          "AWS::ApiGateway", "AWS::ApiGatewayV2")
class WrittenDown(Provider):
    """Taken as it is; nothing acts on it. Any attribute is a made-up text."""

    def attribute(self, resource, name):
        return f"{resource.physical}-{name}"

    def create(self, run, resource, properties):
        resource.physical = properties.get("AlarmName") or physical_name(run.stack, resource.logical, 128)
        resource.attributes = {"Arn": settings.arn("cloudwatch", f"alarm:{resource.physical}")}

    def update(self, run, resource, old, new):
        pass

    def delete(self, stack, resource):
        pass
