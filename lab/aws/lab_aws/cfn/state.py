"""Stacks, change sets and resources as this CloudFormation remembers them."""
import datetime
import json
import random
import string
import threading
import time
import uuid
from dataclasses import dataclass, field

from .. import settings

stacks = {}
changed = threading.Condition(threading.RLock())


def now():
    return datetime.datetime.now(datetime.timezone.utc)


@dataclass
class Resource:
    logical: str
    type: str
    physical: str = ""
    status: str = ""
    reason: str | None = None
    properties: dict = field(default_factory=dict)
    attributes: dict = field(default_factory=dict)
    definition: dict = field(default_factory=dict)
    depends: set = field(default_factory=set)
    time: object = None


@dataclass
class ChangeSet:
    name: str
    id: str
    kind: str
    original: str
    template: dict
    values: dict
    given: dict
    status: str = "CREATE_PENDING"
    execution: str = "UNAVAILABLE"
    reason: str | None = None
    processed: dict | None = None
    changes: list = field(default_factory=list)
    created: object = field(default_factory=now)


@dataclass
class Stack:
    name: str
    id: str
    status: str
    reason: str | None = None
    original: str = ""
    template: dict = field(default_factory=dict)
    processed: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    given: dict = field(default_factory=dict)
    outputs: list = field(default_factory=list)
    resources: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    change_sets: dict = field(default_factory=dict)
    created: object = field(default_factory=now)
    updated: object = None
    deleted: object = None
    parent: str | None = None
    cancel: threading.Event = field(default_factory=threading.Event)

    def event(self, logical, physical, kind, status, reason=None, properties=None):
        moment = now()
        shown = {"StackId": self.id, "StackName": self.name, "LogicalResourceId": logical, "PhysicalResourceId": physical or "",
                 "ResourceType": kind, "Timestamp": moment, "ResourceStatus": status,
                 "EventId": str(uuid.uuid4()) if kind == "AWS::CloudFormation::Stack" and logical == self.name else
                 f"{logical}-{status}-{moment.isoformat(timespec='microseconds')}"}
        if reason:
            shown["ResourceStatusReason"] = reason
        if properties is not None:
            shown["ResourceProperties"] = json.dumps(properties)
        with changed:
            self.events.append(shown)

    def become(self, status, reason=None):
        with changed:
            self.status, self.reason = status, reason
            self.event(self.name, self.id, "AWS::CloudFormation::Stack", status, reason)
            changed.notify_all()


def new_stack(name, status="REVIEW_IN_PROGRESS"):
    stack = Stack(name, settings.arn("cloudformation", f"stack/{name}/{uuid.uuid4()}"), status)
    stacks[stack.id] = stack
    return stack


def find(name_or_id):
    """The living stack of that name, or any of that id."""
    if name_or_id in stacks:
        return stacks[name_or_id]
    for stack in stacks.values():
        if stack.name == name_or_id and stack.status != "DELETE_COMPLETE":
            return stack
    return None


def export(name):
    for stack in stacks.values():
        for output in stack.outputs:
            if output.get("ExportName") == name and stack.status != "DELETE_COMPLETE":
                return output["OutputValue"]
    return None


def physical_name(stack, logical, most=64, lower=False):
    """StackName-LogicalId-RANDOM, as CloudFormation names things, cut to `most` characters."""
    letters = string.ascii_lowercase if lower else string.ascii_uppercase
    tail = "".join(random.choices(letters + string.digits, k=12))
    head = f"{stack.name}-{logical}"[: most - 13]
    name = f"{head}-{tail}"
    return name.lower() if lower else name


def hold(busy):
    """Waits while `busy()`, but not longer than clients are ready to wait for an answer."""
    end = time.monotonic() + settings.live["holdSeconds"]
    with changed:
        while busy() and time.monotonic() < end:
            changed.wait(0.5)


def reset():
    with changed:
        for stack in stacks.values():
            stack.cancel.set()
        stacks.clear()
        changed.notify_all()
