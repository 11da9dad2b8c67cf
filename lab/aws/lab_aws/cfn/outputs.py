"""The end of an operation that worked: outputs, clean-up of what is no longer wanted, the final status."""
from . import rollback, state
from .parameters import text


def settle(stack, run, verb):
    """True if the operation ended well; False sends the stack back."""
    try:
        found = evaluate(stack, run)
    except Exception as error:
        stack.event(stack.name, stack.id, "AWS::CloudFormation::Stack", f"{verb}_FAILED", getattr(error, "message", str(error)))
        return False
    stack.outputs = found
    if verb == "UPDATE":
        stack.updated = state.now()
        stack.become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        gone = [resource for name, resource in list(stack.resources.items()) if name not in run.wanted]
        rollback.remove(stack, [*rollback.backwards(stack, gone), *reversed(run.leftovers)])
        for resource in gone:
            if stack.resources.get(resource.logical) is resource:
                del stack.resources[resource.logical]
    stack.become(f"{verb}_COMPLETE")
    return True


def evaluate(stack, run):
    shown = []
    for name, output in (run.processed.get("Outputs") or {}).items():
        if "Condition" in output and not run.resolver.condition(output["Condition"]):
            continue
        value = run.resolver.resolve(output.get("Value"))
        item = {"OutputKey": name, "OutputValue": text(value)}
        if output.get("Description"):
            item["Description"] = output["Description"]
        if output.get("Export"):
            item["ExportName"] = text(run.resolver.resolve(output["Export"]["Name"]))
            other = next((other for other in state.stacks.values() if other is not stack and other.status != "DELETE_COMPLETE"
                          and any(one.get("ExportName") == item["ExportName"] for one in other.outputs)), None)
            if other:
                raise ValueError(f"Export with name {item['ExportName']} is already exported by stack {other.name}")
        shown.append(item)
    return shown
