"""Carries out a stack operation: each resource in its own thread as soon as what it needs is there."""
import copy
import threading
import traceback

from . import plan, resources
from .state import Resource, changed, now


class Cancelled(Exception):
    pass


class Run:
    """One operation on one stack, and what it touched, for the way back."""

    def __init__(self, stack, processed, values, verb):
        self.stack, self.processed, self.values, self.verb = stack, processed, values, verb
        self.cancel = threading.Event()
        self.failed, self.done, self.running = {}, set(), set()
        # (logical, what happened, the resource before), in the order it happened.
        self.touched = []
        # Old physical resources that a replacement left.
        self.leftovers = []
        self.resolver = plan.resolver_for(stack, processed, values, self.ref, self.get_att)
        self.wanted = plan.wanted(self.resolver, processed)
        self.depends = {name: self.needs(name, definition) for name, definition in self.wanted.items()}

    def ref(self, logical):
        if logical not in self.stack.resources:
            raise plan.invalid(f"Template error: instance of Ref references undefined resource {logical}")
        return self.stack.resources[logical].physical

    def get_att(self, logical, attribute):
        if logical not in self.stack.resources:
            raise plan.invalid(f"Template error: instance of Fn::GetAtt references undefined resource {logical}")
        return resources.attribute(self.stack.resources[logical], attribute)

    def needs(self, name, definition):
        """Logical ids that this one waits for."""
        found = set()

        def note(logical, attribute=None):
            found.add(logical)
            return "x"
        resolver = plan.resolver_for(self.stack, self.processed, self.values, note, note)
        resolver.resolve(definition.get("Properties") or {})
        depends = definition.get("DependsOn") or []
        found.update([depends] if isinstance(depends, str) else depends)
        return {item for item in found if item in self.wanted and item != name}

    def carry_out(self):
        """Starts whatever can start until all is done or something failed; True if all went well."""
        with changed:
            while True:
                if not self.failed and not self.stack.cancel.is_set():
                    for name in self.wanted:
                        if name not in self.done | self.running and self.depends[name] <= self.done:
                            self.running.add(name)
                            threading.Thread(target=self.one, args=(name,), daemon=True).start()
                if not self.running:
                    break
                changed.wait(1)
        stuck = [name for name in self.wanted if name not in self.done and name not in self.failed]
        if stuck and not self.failed:
            self.failed[stuck[0]] = f"Circular dependency between resources: [{', '.join(stuck)}]"
        return not self.failed

    def one(self, name):
        try:
            self.bring_about(name)
            with changed:
                self.done.add(name)
        except Exception as error:
            if not isinstance(error, (resources.Failed, Cancelled)) and not hasattr(error, "response") and not hasattr(error, "code"):
                traceback.print_exc()
            with changed:
                reason = getattr(error, "message", None) or str(error)
                if self.cancel.is_set() and isinstance(error, Cancelled):
                    reason = f"Resource {'creation' if self.verb == 'CREATE' else 'update'} cancelled"
                else:
                    self.failed[name] = reason
                self.cancel.set()
                self.mark(name, "FAILED", reason)
        finally:
            with changed:
                self.running.discard(name)
                changed.notify_all()

    def mark(self, name, end, reason=None, properties=None):
        resource = self.stack.resources.get(name)
        if resource is None:
            return
        verb = resource.status.split("_")[0] or self.verb
        resource.status, resource.reason, resource.time = f"{verb}_{end}", reason, now()
        self.stack.event(name, resource.physical, resource.type, resource.status, reason, properties)

    def bring_about(self, name):
        definition = self.wanted[name]
        properties = self.resolver.resolve(definition.get("Properties") or {})
        known = self.stack.resources.get(name)
        if known is None:
            self.create(name, definition, properties)
        elif known.type != definition["Type"]:
            raise resources.Failed(f"Update of resource type is not permitted. The new template modifies resource type of the following resources: [{name}]")
        elif not plan.same(known.properties, properties):
            self.update(name, known, definition, properties)
        elif not plan.same(known.definition, definition):
            self.touched.append((name, "kept", copy_of(known)))
            known.definition, known.depends = definition, self.depends[name]

    def begin(self, name, definition, verb, known=None):
        resource = Resource(name, definition["Type"], known.physical if known else "", f"{verb}_IN_PROGRESS",
                            properties=known.properties if known else {}, attributes=known.attributes if known else {},
                            definition=definition, depends=self.depends[name], time=now())
        with changed:
            self.stack.resources[name] = resource
        self.stack.event(name, resource.physical, resource.type, resource.status)
        return resource

    def create(self, name, definition, properties):
        self.touched.append((name, "created", None))
        resource = self.begin(name, definition, "CREATE")
        resource.properties = properties
        resources.create(self, resource, properties)
        self.stack.event(name, resource.physical, resource.type, "CREATE_IN_PROGRESS", "Resource creation Initiated", properties)
        self.mark(name, "COMPLETE", properties=properties)

    def update(self, name, known, definition, properties):
        old = copy_of(known)
        resource = self.begin(name, definition, "UPDATE", known)
        if resources.must_replace(known.type, known.properties, properties):
            self.stack.event(name, resource.physical, resource.type, "UPDATE_IN_PROGRESS",
                             "Requested update requires the creation of a new physical resource; hence creating one.")
            self.touched.append((name, "replaced", old))
            resource.physical, resource.attributes, resource.properties = "", {}, properties
            resources.create(self, resource, properties)
        else:
            self.touched.append((name, "updated", old))
            # Even if it fails: the way back starts from what was asked.
            resource.properties = properties
            resources.update(self, resource, old.properties, properties)
        if resource.physical != old.physical:
            self.leftovers.append(old)
        self.mark(name, "COMPLETE", properties=properties)


def copy_of(resource):
    return copy.copy(resource)
