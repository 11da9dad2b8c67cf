"""A stack's operations from their first event to their last: all went well, or the way back."""
from . import outputs, rollback
from .execution import Run


class NotBegun:
    """Stands for a run whose template could not even be read."""

    def __init__(self):
        self.ok, self.failed, self.touched, self.leftovers, self.wanted = False, {}, [], [], {}


def first(stack, processed, values, disable_rollback=False, on_failure=None):
    """Creates the stack's resources; the stack is CREATE_IN_PROGRESS already."""
    run = attempt(stack, processed, values, "CREATE")
    if run is None:
        return
    if run.ok:
        if outputs.settle(stack, run, "CREATE"):
            return
    names = ", ".join(sorted(run.failed))
    reason = f"The following resource(s) failed to create: [{names}]. " if names else ""
    if disable_rollback or on_failure == "DO_NOTHING":
        stack.become("CREATE_FAILED", reason.strip())
    elif on_failure == "DELETE":
        rollback.delete_all(stack, "Delete requested by user.")
    else:
        stack.become("ROLLBACK_IN_PROGRESS", reason + "Rollback requested by user.")
        rollback.undo_create(stack, run)


def again(stack, change, disable_rollback=False):
    """Updates the stack to `change` = (original, template, processed, values, given)."""
    before = (stack.original, stack.template, stack.processed, stack.values, stack.given, stack.outputs)
    run = attempt(stack, change[2], change[3], "UPDATE")
    if run is None:
        return
    if run.ok:
        stack.original, stack.template, stack.processed, stack.values, stack.given = change
        if outputs.settle(stack, run, "UPDATE"):
            return
    stack.original, stack.template, stack.processed, stack.values, stack.given, stack.outputs = before
    names = ", ".join(sorted(run.failed))
    reason = f"The following resource(s) failed to update: [{names}]. " if names else ""
    if disable_rollback:
        stack.become("UPDATE_FAILED", reason.strip())
        return
    stack.become("UPDATE_ROLLBACK_IN_PROGRESS", reason)
    rollback.undo_update(stack, run)


def attempt(stack, processed, values, verb):
    try:
        run = Run(stack, processed, values, verb)
    except Exception as error:
        stack.event(stack.name, stack.id, "AWS::CloudFormation::Stack", f"{verb}_FAILED", getattr(error, "message", str(error)))
        return NotBegun()
    run.ok = run.carry_out()
    return None if stack.cancel.is_set() and stack.status == "DELETE_IN_PROGRESS" else run
