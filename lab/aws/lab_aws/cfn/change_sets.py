"""Change sets: made at once, filled in a thread, carried out when asked."""
import traceback
import uuid

from .. import settings
from ..errors import AwsError
from . import operations, plan, state
from .sam import TransformError
from .state import ChangeSet, changed
from .template import invalid


def create(params):
    kind = params.get("ChangeSetType") or "UPDATE"
    name = params["StackName"]
    with changed:
        stack = state.find(name)
        if kind == "CREATE":
            if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                raise invalid(f"Stack [{name}] already exists and cannot be created again with the changeset [{params['ChangeSetName']}].")
        elif stack is None or stack.status == "REVIEW_IN_PROGRESS":
            raise invalid(f"Stack [{name}] does not exist")
        elif stack.status not in operations.UPDATABLE:
            raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        text, template, values = operations.prepare(params, stack)
        if stack is None:
            stack = state.new_stack(name)
            stack.become("REVIEW_IN_PROGRESS", "User Initiated")
        if params["ChangeSetName"] in stack.change_sets:
            raise AwsError("AlreadyExistsException", f"ChangeSet {params['ChangeSetName']} cannot be created due to existing ChangeSet of the same name", 400)
        made = ChangeSet(params["ChangeSetName"], settings.arn("cloudformation", f"changeSet/{params['ChangeSetName']}/{uuid.uuid4()}"),
                         kind, text, template, values, params)
        stack.change_sets[made.name] = made
    operations.spawn(fill, stack, made)
    return stack, made


def fill(stack, made):
    """The slow part of a change set: its macros, then what it would change."""
    made.status = "CREATE_IN_PROGRESS"
    try:
        made.processed = operations.transformed(stack, made.template, made.values, made.given)
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


def execute(params):
    stack, made = find(params)
    with changed:
        if made.execution != "AVAILABLE":
            raise AwsError("InvalidChangeSetStatus", f"ChangeSet [{made.id}] cannot be executed in its current status of [{made.status}]", 400)
        made.execution = "EXECUTE_IN_PROGRESS"
        for other in list(stack.change_sets):
            if stack.change_sets[other] is not made:
                del stack.change_sets[other]
        disable = bool(params.get("DisableRollback"))
        change = (made.original, made.template, made.processed, made.values, made.given)
        operations.begin(stack, change, made.kind, disable, made.given.get("OnStackFailure"), made)


def find(params):
    name = params["ChangeSetName"]
    for stack in list(state.stacks.values()):
        for made in stack.change_sets.values():
            if made.id == name or (made.name == name and params.get("StackName") in (stack.name, stack.id) and stack.status != "DELETE_COMPLETE"):
                return stack, made
    if params.get("StackName") and state.find(params["StackName"]) is None:
        raise invalid(f"Stack [{params['StackName']}] does not exist")
    raise AwsError("ChangeSetNotFoundException", f"ChangeSet [{name}] does not exist", 404)
