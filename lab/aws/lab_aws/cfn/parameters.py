"""Parameter values: given, kept from before, or defaults; checked against the template."""
import re

from .template import invalid


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(text(item) for item in value)
    return str(value)


def evaluate(template, given, previous):
    """{name: text} for every parameter of the template."""
    declared = template.get("Parameters") or {}
    asked = {item["ParameterKey"]: item for item in given or []}
    unknown = [name for name in asked if name not in declared]
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values, missing = {}, []
    for name, rule in declared.items():
        item = asked.get(name)
        if item is not None and item.get("UsePreviousValue"):
            if name not in previous:
                raise invalid(f"Invalid input for parameter key {name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template")
            values[name] = previous[name]
        elif item is not None and "ParameterValue" in item:
            values[name] = item["ParameterValue"]
        elif "Default" in rule:
            values[name] = text(rule["Default"])
        else:
            missing.append(name)
            continue
        check(name, rule, values[name])
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    return values


def check(name, rule, value):
    kind = rule.get("Type", "String")
    for item in value.split(",") if "List" in kind else [value]:
        item = item.strip() if "List" in kind else item
        allowed = rule.get("AllowedValues")
        if allowed is not None and item not in [text(one) for one in allowed]:
            raise invalid(f"Parameter '{name}' must be one of AllowedValues")
        if rule.get("AllowedPattern") and not re.fullmatch(rule["AllowedPattern"], item):
            shown = rule.get("ConstraintDescription")
            raise invalid(f"Parameter {name} failed to satisfy constraint: {shown}" if shown else
                          f"Parameter '{name}' must match pattern {rule['AllowedPattern']}")
        if kind == "Number":
            number(name, rule, item)
        elif not int(rule.get("MinLength", 0)) <= len(item) <= int(rule.get("MaxLength", 10**9)):
            raise invalid(f"Parameter '{name}' must contain at {'least' if len(item) < int(rule.get('MinLength', 0)) else 'most'} "
                          f"{rule.get('MinLength') if len(item) < int(rule.get('MinLength', 0)) else rule.get('MaxLength')} characters")


def number(name, rule, item):
    try:
        value = float(item)
    except ValueError:
        raise invalid(f"Parameter '{name}' must be a number.") from None
    if "MinValue" in rule and value < float(rule["MinValue"]):
        raise invalid(f"Parameter '{name}' must be a number not less than {rule['MinValue']}")
    if "MaxValue" in rule and value > float(rule["MaxValue"]):
        raise invalid(f"Parameter '{name}' must be a number not greater than {rule['MaxValue']}")


def typed(template, values):
    """Lists as lists: what Ref gives, and what macros see in templateParameterValues."""
    declared = template.get("Parameters") or {}
    return {name: [item.strip() for item in value.split(",")] if "List" in declared[name].get("Type", "") and "SSM" not in declared[name].get("Type", "")
            else value for name, value in values.items() if name in declared}
