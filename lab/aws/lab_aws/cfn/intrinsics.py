"""Evaluates intrinsic functions against a stack's parameters, conditions and resources."""
import base64
import json
import re

from .. import settings
from .template import invalid

NO_VALUE = object()


class Resolver:
    """`ref(logical)` and `get_att(logical, attribute)` answer for resources."""

    def __init__(self, template, parameters, stack_name, stack_id, ref, get_att, exports=None):
        self.template = template
        self.parameters = parameters
        self.ref, self.get_att = ref, get_att
        self.exports = exports or (lambda name: None)
        self.pseudo = {
            "AWS::AccountId": settings.ACCOUNT, "AWS::Region": settings.REGION, "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com", "AWS::StackName": stack_name, "AWS::StackId": stack_id,
            "AWS::NotificationARNs": [], "AWS::NoValue": NO_VALUE,
        }
        self._conditions = {}

    def condition(self, name):
        if name not in self._conditions:
            conditions = self.template.get("Conditions") or {}
            if name not in conditions:
                raise invalid(f"Template format error: Unresolved condition dependency {name} in the Conditions block of the template")
            self._conditions[name] = self.truth(conditions[name])
        return self._conditions[name]

    def truth(self, value):
        if isinstance(value, dict) and len(value) == 1:
            key, argument = next(iter(value.items()))
            if key == "Condition":
                return self.condition(argument)
            if key == "Fn::And":
                return all(self.truth(item) for item in argument)
            if key == "Fn::Or":
                return any(self.truth(item) for item in argument)
            if key == "Fn::Not":
                return not self.truth(argument[0])
            if key == "Fn::Equals":
                left, right = (self.resolve(item) for item in argument)
                return plain(left) == plain(right)
        value = self.resolve(value)
        return value is True or value == "true"

    def resolve(self, value):
        if isinstance(value, list):
            items = (self.resolve(item) for item in value)
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            key, argument = next(iter(value.items()))
            function = self.function(key)
            if function:
                return function(argument)
        items = ((key, self.resolve(item)) for key, item in value.items())
        return {key: item for key, item in items if item is not NO_VALUE}

    def function(self, key):
        if key == "Ref":
            return self.do_ref
        if key.startswith("Fn::"):
            return getattr(self, f"do_{key[4:].lower()}", None)
        return None

    def do_ref(self, name):
        if name in self.parameters:
            return self.parameters[name]
        if name in self.pseudo:
            return self.pseudo[name]
        return self.ref(name)

    def do_getatt(self, argument):
        logical, attribute = argument.split(".", 1) if isinstance(argument, str) else (argument[0], ".".join(map(str, argument[1:])))
        return self.get_att(logical, self.resolve(attribute))

    def do_sub(self, argument):
        text, names = (argument, {}) if isinstance(argument, str) else (argument[0], self.resolve(argument[1]))

        def value(match):
            name = match.group(1).strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in names:
                return plain(names[name])
            if name in self.parameters or name in self.pseudo or "." not in name:
                return plain(self.do_ref(name))
            return plain(self.do_getatt(name))
        return re.sub(r"\$\{([^}]+)\}", value, text)

    def do_if(self, argument):
        return self.resolve(argument[1] if self.condition(argument[0]) else argument[2])

    def do_join(self, argument):
        return argument[0].join(plain(item) for item in self.resolve(argument[1]))

    def do_select(self, argument):
        items = self.resolve(argument[1])
        items = items.split(",") if isinstance(items, str) else items
        return items[int(self.resolve(argument[0]))]

    def do_split(self, argument):
        return self.resolve(argument[1]).split(argument[0])

    def do_base64(self, argument):
        return base64.b64encode(plain(self.resolve(argument)).encode()).decode()

    def do_findinmap(self, argument):
        names = [plain(self.resolve(item)) for item in argument[:3]]
        found = (self.template.get("Mappings") or {})
        for name in names:
            if not isinstance(found, dict) or name not in found:
                if len(argument) > 3 and "DefaultValue" in argument[3]:
                    return self.resolve(argument[3]["DefaultValue"])
                raise invalid(f"Template error: Unable to get mapping for {'::'.join(names)}")
            found = found[name]
        return self.resolve(found)

    def do_getazs(self, argument):
        return [f"{self.resolve(argument) or settings.REGION}{zone}" for zone in "abc"]

    def do_importvalue(self, argument):
        name = plain(self.resolve(argument))
        found = self.exports(name)
        if found is None:
            raise invalid(f"No export named {name} found.")
        return found

    def do_length(self, argument):
        return len(self.resolve(argument))

    def do_tojsonstring(self, argument):
        return json.dumps(self.resolve(argument), separators=(",", ":"))


def plain(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value) if not isinstance(value, (dict, list)) else json.dumps(value)
