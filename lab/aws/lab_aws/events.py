"""EventBridge: events of the lab's own to the Lambda targets of moto's rules, and schedules that really fire."""
import datetime
import json
import re
import threading
import time
import uuid

from moto.events.models import EventTemplateParser, events_backends

from . import journal, settings
from .gateway import moto_lock

UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_due = {}


def rules():
    with moto_lock:
        bus = events_backends[settings.ACCOUNT][settings.REGION].event_buses.get("default")
        return [rule for rule in list(bus.rules.values()) if rule.state == "ENABLED"] if bus else []


def event(source, kind, resources, detail):
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"version": "0", "id": str(uuid.uuid4()), "detail-type": kind, "source": source, "account": settings.ACCOUNT,
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "region": settings.REGION, "resources": resources, "detail": detail}


def publish(sent):
    """To every target of every rule whose pattern takes it."""
    for rule in rules():
        pattern = rule.event_pattern
        if pattern and pattern.get_pattern() and pattern.matches_event(sent):
            deliver(rule, sent)


def deliver(rule, sent):
    from . import lambda_api
    for target in list(rule.targets):
        if ":lambda:" not in target["Arn"]:
            continue
        payload = json.dumps(shaped(target, sent)).encode()
        journal.record("lambda", "Invoke", "events", target["Arn"], 202, 0,
                       {"FunctionName": target["Arn"], "InvocationType": "Event", "Rule": rule.name, "Payload": payload})
        try:
            lambda_api.later(lambda_api.function(target["Arn"]), payload)
        except Exception as error:  # a target that is gone loses its events
            print(f"events: rule {rule.name}: {error}", flush=True)


def shaped(target, sent):
    if target.get("Input"):
        return json.loads(target["Input"])
    if target.get("InputPath"):
        found = sent
        for part in target["InputPath"].split(".")[1:]:
            found = found.get(part)
        return found
    transformer = target.get("InputTransformer")
    if transformer:
        return EventTemplateParser.parse(input_template=transformer.get("InputTemplate"),
                                         input_paths_map=transformer.get("InputPathsMap", {}), event=sent)
    return sent


def period(rule):
    match = re.match(r"rate\((\d+) (minute|hour|day)s?\)", rule.scheduled_expression or "")
    return int(match.group(1)) * UNITS[match.group(2)] if match else None


def tick():
    """Fires every schedule rule now; their names."""
    fired = [rule for rule in rules() if rule.scheduled_expression]
    for rule in fired:
        deliver(rule, event("aws.events", "Scheduled Event", [rule.arn], {}))
    return [rule.name for rule in fired]


def check_schedules():
    now = time.monotonic()
    alive = {}
    for rule in rules():
        seconds = period(rule)
        if not seconds:
            continue
        alive[rule.arn] = _due.get(rule.arn, now + seconds)
        if now >= alive[rule.arn]:
            alive[rule.arn] = now + seconds
            deliver(rule, event("aws.events", "Scheduled Event", [rule.arn], {}))
    _due.clear()
    _due.update(alive)


def start_schedules():
    def work():
        while True:
            time.sleep(1)
            if settings.live["schedules"]:
                check_schedules()
    threading.Thread(target=work, daemon=True).start()


def reset():
    _due.clear()
