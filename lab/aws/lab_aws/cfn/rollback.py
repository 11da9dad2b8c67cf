"""The way back: undoing a failed create or update, and deleting stacks."""
from . import resources, state
from .state import now


def backwards(stack, found):
    """Dependents before what they depend on."""
    names = {resource.logical: resource for resource in found}
    ordered, seen = [], set()

    def visit(name):
        if name in seen or name not in names:
            return
        seen.add(name)
        for other in names[name].depends:
            visit(other)
        ordered.append(names[name])
    for name in names:
        visit(name)
    return list(reversed(ordered))


def remove(stack, found, honour="DeletionPolicy", creating=False):
    """Deletes resources one after the other; the logical ids that would not go, with their reasons."""
    failed = {}
    for resource in found:
        current = stack.resources.get(resource.logical)
        policy = "UpdateReplacePolicy" if current is not None and current.physical != resource.physical else honour
        kept = ("Retain", "Snapshot") if creating else ("Retain", "Snapshot", "RetainExceptOnCreate")
        if policy and resource.definition.get(policy) in kept:
            note(stack, resource, "DELETE_SKIPPED")
            continue
        if not resource.physical:
            note(stack, resource, "DELETE_COMPLETE")
            continue
        note(stack, resource, "DELETE_IN_PROGRESS")
        try:
            resources.delete(stack, resource)
        except Exception as error:
            failed[resource.logical] = getattr(error, "message", None) or str(error)
            note(stack, resource, "DELETE_FAILED", failed[resource.logical])
            continue
        note(stack, resource, "DELETE_COMPLETE")
    return failed


def note(stack, resource, status, reason=None):
    resource.status, resource.reason, resource.time = status, reason, now()
    stack.event(resource.logical, resource.physical, resource.type, status, reason)


def undo_create(stack, run):
    created = [stack.resources[name] for name, what, _ in run.touched if what == "created" and name in stack.resources]
    failed = remove(stack, backwards(stack, created), creating=True)
    end(stack, failed, "ROLLBACK")


def undo_update(stack, run):
    failed, extra = {}, []
    for name, what, old in reversed(run.touched):
        current = stack.resources.get(name)
        if what == "created":
            extra.append(current)
            continue
        if what == "kept":
            stack.resources[name] = old
            continue
        current.status = "UPDATE_IN_PROGRESS"
        stack.event(name, current.physical, current.type, "UPDATE_IN_PROGRESS")
        try:
            if what == "updated":
                back = state.Resource(**{**vars(old), "physical": current.physical or old.physical, "attributes": dict(old.attributes)})
                resources.update(Back(stack), back, current.properties, old.properties)
                if current.physical and back.physical != current.physical:
                    extra.append(current)
                old.physical, old.attributes = back.physical, back.attributes
            elif current.physical and current.physical != old.physical:
                extra.append(current)
            stack.resources[name] = old
            note(stack, old, "UPDATE_COMPLETE")
        except Exception as error:
            failed[name] = getattr(error, "message", None) or str(error)
            note(stack, current, "UPDATE_FAILED", failed[name])
    if failed:
        stack.become("UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{', '.join(failed)}].")
        return
    stack.become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    created = [item for item in extra if stack.resources.get(item.logical) is item]
    remove(stack, [*backwards(stack, created), *[item for item in extra if item not in created]], honour=None)
    for item in created:
        stack.resources.pop(item.logical, None)
    stack.become("UPDATE_ROLLBACK_COMPLETE")


class Back:
    """What providers need of a run, on the way back."""

    def __init__(self, stack):
        import threading
        self.stack, self.cancel = stack, threading.Event()


def end(stack, failed, verb):
    if failed:
        stack.become(f"{verb}_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}].")
    else:
        for name in [name for name, resource in stack.resources.items() if resource.status == "DELETE_COMPLETE"]:
            del stack.resources[name]
        stack.become(f"{verb}_COMPLETE")


def delete_all(stack, reason=None):
    stack.become("DELETE_IN_PROGRESS", reason)
    failed = remove(stack, backwards(stack, list(stack.resources.values())))
    if failed:
        stack.become("DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}].")
        return
    stack.outputs = []
    stack.resources.clear()
    stack.deleted = now()
    stack.become("DELETE_COMPLETE")
