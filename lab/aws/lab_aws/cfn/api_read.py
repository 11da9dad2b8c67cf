"""CloudFormation's API: the calls that tell about stacks and change sets."""
from ..gateway import handler
from . import change_sets, operations, state
from .template import invalid


def shown_parameters(found):
    declared = found.template.get("Parameters") or {}
    return [{"ParameterKey": name, "ParameterValue": "****" if declared.get(name, {}).get("NoEcho") in (True, "true") else value}
            for name, value in found.values.items()]


def described(stack):
    shown = {
        "StackName": stack.name, "StackId": stack.id, "StackStatus": stack.status, "CreationTime": stack.created,
        "Parameters": shown_parameters(stack), "Outputs": stack.outputs, "Tags": stack.given.get("Tags") or [],
        "Capabilities": stack.given.get("Capabilities") or [], "DisableRollback": bool(stack.given.get("DisableRollback")),
        "NotificationARNs": [], "RollbackConfiguration": {}, "EnableTerminationProtection": False,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }
    for key, value in (("StackStatusReason", stack.reason), ("LastUpdatedTime", stack.updated), ("DeletionTime", stack.deleted),
                       ("ParentId", stack.parent), ("Description", stack.template.get("Description"))):
        if value:
            shown[key] = value
    return shown


@handler("cloudformation", "DescribeStacks")
def stacks(params, call):
    if params.get("StackName"):
        stack = operations.must_find(params["StackName"])
        state.hold(lambda: stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS")
        return {"Stacks": [described(stack)]}
    return {"Stacks": [described(stack) for stack in state.stacks.values() if stack.status != "DELETE_COMPLETE"]}


@handler("cloudformation", "ListStacks")
def list_stacks(params, call):
    wanted = params.get("StackStatusFilter")
    found = []
    for stack in state.stacks.values():
        if not wanted or stack.status in wanted:
            item = described(stack)
            found.append({key: item[key] for key in ("StackName", "StackId", "StackStatus", "CreationTime", "StackStatusReason",
                                                     "LastUpdatedTime", "DeletionTime", "DriftInformation", "ParentId") if key in item})
    return {"StackSummaries": found}


@handler("cloudformation", "DescribeStackEvents")
def events(params, call):
    stack = state.find(params["StackName"])
    if stack is None:
        raise invalid(f"Stack [{params['StackName']}] does not exist")
    with state.changed:
        found = list(reversed(stack.events))
    at = int(params.get("NextToken") or 0)
    more = {"NextToken": str(at + 100)} if len(found) > at + 100 else {}
    return {"StackEvents": found[at:at + 100], **more}


def resource(stack, item):
    shown = {"StackName": stack.name, "StackId": stack.id, "LogicalResourceId": item.logical, "PhysicalResourceId": item.physical,
             "ResourceType": item.type, "Timestamp": item.time, "LastUpdatedTimestamp": item.time, "ResourceStatus": item.status,
             "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"}}
    if item.reason:
        shown["ResourceStatusReason"] = item.reason
    return shown


@handler("cloudformation", "DescribeStackResources")
def stack_resources(params, call):
    found = [stack for stack in state.stacks.values() if params.get("PhysicalResourceId") and
             any(item.physical == params["PhysicalResourceId"] for item in stack.resources.values())]
    stack = operations.must_find(params["StackName"]) if params.get("StackName") else (found or [None])[0]
    if stack is None:
        raise invalid(f"Stack for {params.get('PhysicalResourceId')} does not exist")
    logical = params.get("LogicalResourceId")
    return {"StackResources": [resource(stack, item) for item in list(stack.resources.values()) if logical in (None, item.logical)]}


@handler("cloudformation", "DescribeStackResource")
def stack_resource(params, call):
    import json
    stack = operations.must_find(params["StackName"])
    item = stack.resources.get(params["LogicalResourceId"])
    if item is None:
        raise invalid(f"Resource {params['LogicalResourceId']} does not exist for stack {stack.name}")
    return {"StackResourceDetail": {**resource(stack, item), "Metadata": json.dumps(item.definition.get("Metadata") or {})}}


@handler("cloudformation", "ListStackResources")
def list_stack_resources(params, call):
    stack = operations.must_find(params["StackName"])
    return {"StackResourceSummaries": [resource(stack, item) for item in list(stack.resources.values())]}


@handler("cloudformation", "DescribeChangeSet")
def change_set(params, call):
    stack, made = change_sets.find(params)
    state.hold(lambda: made.status in ("CREATE_PENDING", "CREATE_IN_PROGRESS"))
    changes = made.changes
    if not params.get("IncludePropertyValues"):
        changes = [{**item, "ResourceChange": without_values(item["ResourceChange"])} for item in changes]
    shown = {
        "ChangeSetName": made.name, "ChangeSetId": made.id, "StackId": stack.id, "StackName": stack.name, "CreationTime": made.created,
        "ExecutionStatus": made.execution, "Status": made.status, "Parameters": shown_parameters(made), "NotificationARNs": [],
        "Capabilities": made.given.get("Capabilities") or [], "Tags": made.given.get("Tags") or [], "Changes": changes,
        "RollbackConfiguration": {}, "IncludeNestedStacks": False,
    }
    if made.reason:
        shown["StatusReason"] = made.reason
    return shown


def without_values(change):
    kept = {key: value for key, value in change.items() if key not in ("BeforeContext", "AfterContext")}
    kept["Details"] = [{**detail, "Target": {key: value for key, value in detail["Target"].items()
                                             if key in ("Attribute", "Name", "RequiresRecreation")}} for detail in change["Details"]]
    return kept


@handler("cloudformation", "ListChangeSets")
def list_change_sets(params, call):
    stack = operations.must_find(params["StackName"])
    return {"Summaries": [{"StackId": stack.id, "StackName": stack.name, "ChangeSetId": made.id, "ChangeSetName": made.name,
                           "ExecutionStatus": made.execution, "Status": made.status, "CreationTime": made.created,
                           **({"StatusReason": made.reason} if made.reason else {})} for made in stack.change_sets.values()]}
