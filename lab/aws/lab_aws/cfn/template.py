"""A template's text to plain dicts and lists, short forms of the intrinsics included."""
import json

import yaml

from ..errors import AwsError


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    pass


# Dates stay text, as in CloudFormation.
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in Loader.yaml_implicit_resolvers.items()
}


def intrinsic(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", intrinsic)


def invalid(message):
    return AwsError("ValidationError", message, 400)


def load(text):
    try:
        if text.lstrip().startswith("{"):
            found = json.loads(text)
        else:
            found = yaml.load(text, Loader)  # a SafeLoader
    except ValueError as error:
        raise invalid(f"Template format error: JSON not well-formed. ({error})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise invalid(f"Template format error: YAML not well-formed.{where}") from None
    if not isinstance(found, dict):
        raise invalid("Template format error: unsupported structure.")
    # YAML's integer keys (Mappings) become text.
    return json.loads(json.dumps(found))


def validate(template):
    """What CloudFormation says about a processed template before it makes anything of it."""
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise invalid("Template format error: At least one Resources member must be defined.")
    if len(resources) > 500:
        raise invalid(f"Template format error: Number of resources, {len(resources)}, is greater than maximum allowed, 500")
    if len(json.dumps(template)) > 1_000_000:
        raise invalid("Template may not exceed 1000000 bytes in size.")
    for name, resource in resources.items():
        if not isinstance(resource, dict) or "Type" not in resource:
            raise invalid(f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member.")
    known = set(resources) | set(template.get("Parameters") or {})
    missing = sorted({name for name in references(resources) if not name.startswith("AWS::") and name not in known})
    if missing:
        raise invalid(f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] in the Resources block of the template")


def references(value):
    """Logical ids and parameters that Ref, GetAtt, Sub and DependsOn name."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        if set(value) == {"Ref"} and isinstance(value["Ref"], str):
            yield value["Ref"]
        elif set(value) == {"Fn::GetAtt"}:
            target = value["Fn::GetAtt"]
            yield target.split(".")[0] if isinstance(target, str) else target[0]
        elif set(value) == {"Fn::Sub"}:
            yield from sub_references(value["Fn::Sub"])
        else:
            for item in value.values():
                yield from references(item)


def sub_references(value):
    import re
    text, names = (value, {}) if isinstance(value, str) else value
    for name in re.findall(r"\$\{([^!}][^}]*)\}", text):
        if name.strip() not in names:
            yield name.strip().split(".")[0]
    yield from references(names)
