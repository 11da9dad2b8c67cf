"""CreateStack, UpdateStack, DeleteStack and change sets, up to where their threads take over."""
import re
import threading
import traceback
import uuid

from .. import settings
from ..errors import AwsError
from . import execution, macros, parameters, plan, rollback, sources, state
from .sam import TransformError
from .state import ChangeSet, changed
from .template import invalid, load, validate

UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")
IAM_TYPES = ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::InstanceProfile")
IAM_NAMES = ("RoleName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName")


def missing(name):
    return invalid(f"Stack with id {name} does not exist")


def must_find(name):
    stack = state.find(name)
    if stack is None:
        raise missing(name)
    return stack


def spawn(function, *arguments):
    def work():
        try:
            function(*arguments)
        except Exception:
            traceback.print_exc()
    threading.Thread(target=work, daemon=True).start()


def capabilities(template, given):
    """Raises what CloudFormation raises when a template makes IAM resources unasked."""
    found = [item for item in template.get("Resources", {}).values() if isinstance(item, dict) and item.get("Type") in IAM_TYPES]
    named = any(name in (item.get("Properties") or {}) for item in found for name in IAM_NAMES)
    if named and "CAPABILITY_NAMED_IAM" not in given:
        raise AwsError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]", 400)
    if found and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & set(given):
        raise AwsError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]", 400)


def prepare(params, stack):
    """(original text, template, values) of a request, checked as far as CloudFormation checks at once."""
    if not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}|arn:.+", params["StackName"]):
        raise invalid(f"1 validation error detected: Value '{params['StackName']}' at 'stackName' failed to satisfy constraint: "
                      "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*")
    text = sources.text(params, stack.original if stack else None)
    template = load(text)
    values = parameters.evaluate(template, params.get("Parameters"), stack.values if stack else {})
    if not macros.needed(template):
        validate(template)
        capabilities(template, params.get("Capabilities") or [])
    return text, template, values


def transformed(stack, template, values, given):
    """The processed template; CloudFormation's words if that fails."""
    processed = template
    if macros.needed(template):
        processed = macros.process(template, parameters.typed(template, values), stack.name, stack.id)
        validate(processed)
        capabilities(processed, given.get("Capabilities") or [])
    return processed


# Change sets

def create_change_set(params):
    kind = params.get("ChangeSetType") or "UPDATE"
    name = params["StackName"]
    with changed:
        stack = state.find(name)
        if kind == "CREATE":
            if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                raise invalid(f"Stack [{name}] already exists and cannot be created again with the changeset [{params['ChangeSetName']}].")
        elif stack is None or stack.status == "REVIEW_IN_PROGRESS":
            raise invalid(f"Stack [{name}] does not exist")
        elif stack.status not in UPDATABLE:
            raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        text, template, values = prepare(params, stack)
        if stack is None:
            stack = state.new_stack(name)
            stack.become("REVIEW_IN_PROGRESS", "User Initiated")
        if params["ChangeSetName"] in stack.change_sets:
            raise AwsError("AlreadyExistsException", f"ChangeSet {params['ChangeSetName']} cannot be created due to existing ChangeSet of the same name", 400)
        made = ChangeSet(params["ChangeSetName"], settings.arn("cloudformation", f"changeSet/{params['ChangeSetName']}/{uuid.uuid4()}"),
                         kind, text, template, values, params)
        stack.change_sets[made.name] = made
    spawn(fill, stack, made)
    return stack, made


def fill(stack, made):
    """The slow part of a change set: its macros, then what it would change."""
    made.status = "CREATE_IN_PROGRESS"
    try:
        made.processed = transformed(stack, made.template, made.values, made.given)
        made.changes = plan.changes(stack, made.processed, made.values)
        reason = plan.NOTHING if made.kind == "UPDATE" and plan.empty(stack, made) else None
    except TransformError as error:
        reason = str(error)
    except Exception as error:
        if not hasattr(error, "message"):
            traceback.print_exc()
        reason = getattr(error, "message", None) or f"Template error: {error}"
    with changed:
        made.reason = reason
        made.status = "FAILED" if reason else "CREATE_COMPLETE"
        made.execution = "UNAVAILABLE" if reason else "AVAILABLE"
        changed.notify_all()


def execute_change_set(params):
    stack, made = find_change_set(params)
    with changed:
        if made.execution != "AVAILABLE":
            raise AwsError("InvalidChangeSetStatus", f"ChangeSet [{made.id}] cannot be executed in its current status of [{made.status}]", 400)
        made.execution = "EXECUTE_IN_PROGRESS"
        for other in list(stack.change_sets):
            if stack.change_sets[other] is not made:
                del stack.change_sets[other]
        disable = bool(params.get("DisableRollback"))
        change = (made.original, made.template, made.processed, made.values, made.given)
        begin(stack, change, made.kind, disable, made.given.get("OnStackFailure"), made)


def begin(stack, change, kind, disable=False, on_failure=None, made=None):
    stack.given = change[4] if kind == "CREATE" else stack.given
    stack.become(f"{kind}_IN_PROGRESS", "User Initiated")

    def work():
        if kind == "CREATE":
            stack.original, stack.template, stack.processed, stack.values, stack.given = change
            execution.first(stack, change[2], change[3], disable, on_failure)
        else:
            execution.again(stack, change, disable)
        if made is not None:
            stack.change_sets.pop(made.name, None)
    spawn(work)


def find_change_set(params):
    name = params["ChangeSetName"]
    for stack in list(state.stacks.values()):
        for made in stack.change_sets.values():
            if made.id == name or (made.name == name and params.get("StackName") in (stack.name, stack.id) and stack.status != "DELETE_COMPLETE"):
                return stack, made
    if params.get("StackName") and state.find(params["StackName"]) is None:
        raise invalid(f"Stack [{params['StackName']}] does not exist")
    raise AwsError("ChangeSetNotFoundException", f"ChangeSet [{name}] does not exist", 404)


# Without change sets

def create(params, parent=None):
    name = params["StackName"]
    with changed:
        if state.find(name) is not None:
            raise AwsError("AlreadyExistsException", f"Stack [{name}] already exists", 400)
        text, template, values = prepare(params, None)
        auto_expand(template, params)
        stack = state.new_stack(name, "CREATE_IN_PROGRESS")
        stack.parent, stack.given = parent, params
        stack.original, stack.template, stack.values = text, template, values
        stack.become("CREATE_IN_PROGRESS", "User Initiated")

    def work():
        try:
            processed = transformed(stack, template, values, params)
        except Exception as error:
            reason = getattr(error, "message", None) or str(error)
            stack.become("ROLLBACK_IN_PROGRESS", f"{reason}. Rollback requested by user.")
            stack.become("ROLLBACK_COMPLETE")
            return
        stack.processed = processed
        execution.first(stack, processed, values, bool(params.get("DisableRollback")), params.get("OnFailure"))
    spawn(work)
    return stack.id


def update(params):
    stack = must_find(params["StackName"])
    with changed:
        if stack.status not in UPDATABLE:
            raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        text, template, values = prepare(params, stack)
        auto_expand(template, params)
        slow = macros.needed(template)
        probe = ChangeSet("update", "", "UPDATE", text, template, values, params)
        if not slow:
            probe.processed = template
            probe.changes = plan.changes(stack, template, values)
            if plan.empty(stack, probe):
                raise invalid("No updates are to be performed.")
        stack.become("UPDATE_IN_PROGRESS", "User Initiated")

    def work():
        try:
            processed = transformed(stack, template, values, params)
        except Exception as error:
            stack.become("UPDATE_ROLLBACK_IN_PROGRESS", getattr(error, "message", None) or str(error))
            stack.become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
            stack.become("UPDATE_ROLLBACK_COMPLETE")
            return
        execution.again(stack, (text, template, processed, values, params), bool(params.get("DisableRollback")))
    spawn(work)
    return stack.id


def auto_expand(template, params):
    if macros.uses_macros(template) and "CAPABILITY_AUTO_EXPAND" not in (params.get("Capabilities") or []):
        raise AwsError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]", 400)


def delete(params):
    stack = state.find(params["StackName"])
    if stack is None or stack.status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
        return
    if stack.status == "REVIEW_IN_PROGRESS":
        stack.change_sets.clear()
    stack.cancel.set()
    stack.become("DELETE_IN_PROGRESS", "User Initiated")
    spawn(rollback.delete_all, stack)
