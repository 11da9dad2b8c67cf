"""CreateStack, UpdateStack, DeleteStack, up to where their threads take over."""
import re
import threading
import traceback

from ..errors import AwsError
from . import lifecycle, macros, parameters, plan, rollback, sources, state
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


def begin(stack, change, kind, disable=False, on_failure=None, made=None):
    stack.given = change[4] if kind == "CREATE" else stack.given
    stack.become(f"{kind}_IN_PROGRESS", "User Initiated")

    def work():
        if kind == "CREATE":
            stack.original, stack.template, stack.processed, stack.values, stack.given = change
            lifecycle.first(stack, change[2], change[3], disable, on_failure)
        else:
            lifecycle.again(stack, change, disable)
        if made is not None:
            stack.change_sets.pop(made.name, None)
    spawn(work)


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
        lifecycle.first(stack, processed, values, bool(params.get("DisableRollback")), params.get("OnFailure"))
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
        lifecycle.again(stack, (text, template, processed, values, params), bool(params.get("DisableRollback")))
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
