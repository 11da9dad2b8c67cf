"""What a change set would do: resources before against resources after."""
import json

from . import resources, state
from .intrinsics import Resolver
from .template import invalid, validate

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
NOTHING = "The submitted information didn't contain changes. Submit different information to create a change set."


def resolver_for(stack, processed, values, ref, get_att):
    from .parameters import typed
    return Resolver(processed, typed(processed, values), stack.name, stack.id, ref, get_att, state.export)


def wanted(resolver, processed):
    """The resources whose condition holds."""
    return {name: definition for name, definition in processed["Resources"].items()
            if "Condition" not in definition or resolver.condition(definition["Condition"])}


def changes(stack, processed, values):
    """The change set's Changes, each with its contexts; raises ValidationError for a template that cannot work."""
    validate(processed)
    touched = set()

    def ref(logical):
        known = stack.resources.get(logical)
        return known.physical if known and logical not in touched else UNKNOWN

    def get_att(logical, attribute):
        known = stack.resources.get(logical)
        if not known or logical in touched:
            return UNKNOWN
        return resources.attribute(known, attribute)

    resolver = resolver_for(stack, processed, values, ref, get_att)
    after = wanted(resolver, processed)
    if not after:
        raise invalid("Template format error: At least one Resources member must be defined.")
    found = {}
    # Until nothing new is touched: what reads a changed resource may change too.
    for _ in range(len(after) + 1):
        size = len(touched)
        for name, definition in after.items():
            change = compare(stack, name, definition, resolver)
            if change:
                found[name] = change
                if change["Action"] == "Add" or change.get("Replacement") != "False" or definition["Type"].startswith("Custom::"):
                    touched.add(name)
        if len(touched) == size:
            break
    for name, known in stack.resources.items():
        if name not in after:
            found[name] = removal(known)
    ordered = sorted(found.values(), key=lambda change: change["LogicalResourceId"])
    return [{"Type": "Resource", "ResourceChange": change} for change in ordered]


def context(definition, properties):
    shown = {"Properties": properties}
    for name in ("Metadata", "DeletionPolicy", "UpdateReplacePolicy"):
        if name in definition:
            shown[name] = definition[name]
    return json.dumps(shown)


def compare(stack, name, definition, resolver):
    properties = resolver.resolve(definition.get("Properties") or {})
    known = stack.resources.get(name)
    if known is None:
        return {"Action": "Add", "LogicalResourceId": name, "ResourceType": definition["Type"], "Scope": [], "Details": [],
                "AfterContext": context(definition, properties)}
    scope, details = [], []
    before = known.properties
    for key in sorted(set(before) | set(properties)):
        if same(before.get(key), properties.get(key)):
            continue
        recreation = "Always" if resources.replaces(known.type, key) else "Never"
        dynamic = UNKNOWN in json.dumps(properties.get(key))
        if dynamic and recreation == "Always":
            recreation = "Conditionally"
        details.append({"Target": {"Attribute": "Properties", "Name": key, "RequiresRecreation": recreation, "Path": f"/Properties/{key}",
                                   "BeforeValue": shown(before.get(key)), "AfterValue": shown(properties.get(key)), "AttributeChangeType": "Modify"},
                        "Evaluation": "Dynamic" if dynamic else "Static", "ChangeSource": "DirectModification"})
    if details:
        scope.append("Properties")
    if not same(known.definition.get("Metadata"), definition.get("Metadata")):
        scope.append("Metadata")
        details.append({"Target": {"Attribute": "Metadata", "RequiresRecreation": "Never"}, "Evaluation": "Static", "ChangeSource": "DirectModification"})
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        if known.definition.get(attribute) != definition.get(attribute):
            scope.append(attribute)
            details.append({"Target": {"Attribute": attribute, "RequiresRecreation": "Never"}, "Evaluation": "Static", "ChangeSource": "DirectModification"})
    if not scope and known.type == definition["Type"]:
        return None
    needs = {detail["Target"]["RequiresRecreation"] for detail in details}
    replacement = "True" if "Always" in needs or known.type != definition["Type"] else "Conditional" if "Conditionally" in needs else "False"
    return {"Action": "Modify", "LogicalResourceId": name, "PhysicalResourceId": known.physical, "ResourceType": definition["Type"],
            "Replacement": replacement, "Scope": scope, "Details": details,
            "BeforeContext": context(known.definition, before), "AfterContext": context(definition, properties)}


def removal(known):
    action = "Delete" if known.definition.get("DeletionPolicy", "Delete") != "Retain" else "Retain"
    return {"Action": "Remove", "LogicalResourceId": known.logical, "PhysicalResourceId": known.physical, "ResourceType": known.type,
            "Scope": [], "Details": [], "PolicyAction": action, "BeforeContext": context(known.definition, known.properties)}


def shown(value):
    return None if value is None else value if isinstance(value, str) else json.dumps(value)


def same(left, right):
    return json.dumps(left, sort_keys=True, default=str) == json.dumps(right, sort_keys=True, default=str)


def empty(stack, change_set):
    """Nothing to do: no resource, output, parameter or tag differs."""
    return (not change_set.changes and same(stack.processed.get("Outputs"), change_set.processed.get("Outputs"))
            and same(stack.values, change_set.values) and same(stack.given.get("Tags") or [], change_set.given.get("Tags") or []))
