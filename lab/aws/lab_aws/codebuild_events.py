"""EventBridge's "CodeBuild Build State Change", in AWS's own shape."""
import json

from . import events


def when(moment):
    return moment.strftime("%b %-d, %Y %-I:%M:%S %p")


def phase(item):
    shown = {"phase-type": item["phaseType"], "start-time": when(item["startTime"])}
    if "phaseStatus" in item:
        contexts = [f"{context.get('statusCode', '')}: {context.get('message', '')}" for context in item.get("contexts", [])]
        shown.update({"phase-context": contexts, "end-time": when(item["endTime"]), "duration-in-seconds": item["durationInSeconds"],
                      "phase-status": item["phaseStatus"]})
    return shown


def state_change(build):
    shown = build.shown
    environment = shown["environment"]
    detail = {
        "build-status": shown["buildStatus"], "project-name": shown["projectName"], "build-id": shown["arn"],
        "additional-information": {
            "timeout-in-minutes": float(shown["timeoutInMinutes"]), "build-complete": shown["buildComplete"],
            "build-number": float(shown["buildNumber"]), "initiator": shown["initiator"],
            "build-start-time": when(shown["startTime"]),
            "environment": {
                "image": environment.get("image"), "privileged-mode": bool(environment.get("privilegedMode")),
                "compute-type": environment.get("computeType"), "type": environment.get("type"),
                "environment-variables": [{"name": item["name"], "type": item["type"], "value": item["value"]}
                                          for item in build.environment],
            },
            "source": {"type": shown["source"].get("type"), "buildspec": build.buildspec},
            "logs": {"group-name": shown["logs"]["groupName"], "stream-name": shown["logs"]["streamName"],
                     "deep-link": shown["logs"]["deepLink"]},
            "phases": [phase(item) for item in shown["phases"]],
            "queued-timeout-in-minutes": float(shown["queuedTimeoutInMinutes"]),
        },
        "current-phase": shown["currentPhase"], "current-phase-context": json.dumps([]), "version": "1",
    }
    events.publish(events.event("aws.codebuild", "CodeBuild Build State Change", [shown["arn"]], detail))
