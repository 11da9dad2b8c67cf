"""CloudFormation's API: the calls that change something, and templates."""
import json

from ..errors import AwsError
from ..gateway import handler
from . import api_read, change_sets, macros, operations, parameters, sources, state  # noqa: F401 api_read registers its own
from .template import invalid, load, validate


@handler("cloudformation", "*")
def unknown(params, call):
    raise AwsError("ValidationError", f"lab: CloudFormation's {params['__operation__']} is not played here", 400)


@handler("cloudformation", "CreateChangeSet")
def create_change_set(params, call):
    stack, made = change_sets.create(params)
    return {"Id": made.id, "StackId": stack.id}


@handler("cloudformation", "ExecuteChangeSet")
def execute_change_set(params, call):
    change_sets.execute(params)


@handler("cloudformation", "DeleteChangeSet")
def delete_change_set(params, call):
    stack, made = change_sets.find(params)
    stack.change_sets.pop(made.name, None)


@handler("cloudformation", "CreateStack")
def create_stack(params, call):
    return {"StackId": operations.create(params)}


@handler("cloudformation", "UpdateStack")
def update_stack(params, call):
    return {"StackId": operations.update(params)}


@handler("cloudformation", "DeleteStack")
def delete_stack(params, call):
    operations.delete(params)


@handler("cloudformation", "UpdateTerminationProtection", "SetStackPolicy")
def taken(params, call):
    return {"StackId": operations.must_find(params["StackName"]).id}


@handler("cloudformation", "GetTemplate")
def get_template(params, call):
    if params.get("ChangeSetName"):
        _, found = change_sets.find(params)
    else:
        found = operations.must_find(params["StackName"])
    stages = ["Original", "Processed"] if found.processed else ["Original"]
    if (params.get("TemplateStage") or "Original") == "Processed":
        if not found.processed:
            raise invalid(f"Template stage Processed is not available for {params.get('StackName')}")
        # Without transforms both stages are the same text.
        text = json.dumps(found.processed) if macros.needed(found.template) else found.original
    else:
        text = found.original
    if not text:
        raise invalid(f"Stack with id {params.get('StackName')} does not exist")
    return {"TemplateBody": text, "StagesAvailable": stages}


@handler("cloudformation", "GetTemplateSummary")
def summary(params, call):
    if params.get("StackName"):
        stack = operations.must_find(params["StackName"])
        template = stack.template
    else:
        template = load(sources.text(params))
    transforms = template.get("Transform") or []
    transforms = transforms if isinstance(transforms, list) else [transforms]
    resources = template.get("Resources") or {}
    shown = {
        "Parameters": declared(template), "ResourceTypes": sorted({item.get("Type") for item in resources.values() if isinstance(item, dict)} - {None}),
        "DeclaredTransforms": [item if isinstance(item, str) else item.get("Name") for item in transforms],
        "Version": "2010-09-09", "Metadata": json.dumps(template.get("Metadata") or {}),
    }
    if template.get("Description"):
        shown["Description"] = template["Description"]
    needed = needed_capabilities(template)
    if needed:
        shown.update(Capabilities=needed, CapabilitiesReason="The following resource(s) require capabilities")
    return shown


def needed_capabilities(template):
    found = []
    try:
        operations.capabilities(template, [])
    except AwsError as error:
        found.append(error.message.split("[")[1].rstrip("]"))
    if macros.needed(template):
        found.append("CAPABILITY_AUTO_EXPAND")
    return found


def declared(template):
    shown = []
    for name, rule in (template.get("Parameters") or {}).items():
        item = {"ParameterKey": name, "ParameterType": rule.get("Type", "String"), "NoEcho": rule.get("NoEcho") in (True, "true"),
                "ParameterConstraints": {"AllowedValues": [parameters.text(one) for one in rule["AllowedValues"]]} if "AllowedValues" in rule else {}}
        if "Default" in rule:
            item["DefaultValue"] = parameters.text(rule["Default"])
        if "Description" in rule:
            item["Description"] = rule["Description"]
        shown.append(item)
    return shown


@handler("cloudformation", "ValidateTemplate")
def validate_template(params, call):
    template = load(sources.text(params))
    if not macros.needed(template):
        validate(template)
    return {"Parameters": [{key: value for key, value in item.items() if key in ("ParameterKey", "DefaultValue", "NoEcho", "Description")}
                           for item in declared(template)],
            "Description": template.get("Description", ""), "Capabilities": needed_capabilities(template)}


@handler("cloudformation", "ListExports")
def exports(params, call):
    return {"Exports": [{"ExportingStackId": stack.id, "Name": output["ExportName"], "Value": output["OutputValue"]}
                        for stack in state.stacks.values() for output in stack.outputs if "ExportName" in output]}


@handler("cloudformation", "DescribeAccountLimits")
def account_limits(params, call):
    return {"AccountLimits": [{"Name": "StackLimit", "Value": 2000}, {"Name": "StackOutputsLimit", "Value": 200}]}
