"""CodeBuild's API: projects, and StartBuild with its overrides, idempotency and quota."""
import copy
import json
import time
import uuid

from . import codebuild_build, settings
from .codebuild_state import Build, build_arn, builds, changed, now, project_arn, projects, queued, running, tokens
from .errors import AwsError
from .gateway import handler

OVERRIDES = {"imageOverride": "image", "environmentTypeOverride": "type", "computeTypeOverride": "computeType",
             "privilegedModeOverride": "privilegedMode", "certificateOverride": "certificate"}


@handler("codebuild", "*")
def unknown(params, call):
    raise AwsError("InvalidInputException", f"lab: CodeBuild's {params['__operation__']} is not played here")


@handler("codebuild", "CreateProject")
def create(params, call):
    name = params["name"]
    if name in projects:
        raise AwsError("ResourceAlreadyExistsException", f"Project already exists: {project_arn(name)}")
    projects[name] = {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480, "badge": {"badgeEnabled": False},
                      **params, "arn": project_arn(name), "created": now(), "lastModified": now()}
    return {"project": projects[name]}


@handler("codebuild", "UpdateProject")
def update(params, call):
    if params["name"] not in projects:
        raise AwsError("ResourceNotFoundException", f"Project cannot be found: {project_arn(params['name'])}")
    projects[params["name"]] = {**projects[params["name"]], **params, "lastModified": now()}
    return {"project": projects[params["name"]]}


@handler("codebuild", "DeleteProject")
def delete(params, call):
    projects.pop(short(params["name"]), None)


@handler("codebuild", "BatchGetProjects")
def get_projects(params, call):
    names = [short(name) for name in params["names"]]
    return {"projects": [projects[name] for name in names if name in projects],
            "projectsNotFound": [name for name in params["names"] if short(name) not in projects]}


@handler("codebuild", "ListProjects")
def list_projects(params, call):
    return {"projects": sorted(projects)}


def short(name):
    return name.rsplit("project/", 1)[-1]


def short_build(build_id):
    return build_id.rsplit("build/", 1)[-1]


@handler("codebuild", "StartBuild")
def start(params, call):
    name = short(params["projectName"])
    with changed:
        project = projects.get(name)
        if project is None:
            raise AwsError("ResourceNotFoundException", f"Project cannot be found: {project_arn(name)}")
        asked = json.dumps({key: value for key, value in params.items() if key != "idempotencyToken"}, sort_keys=True)
        token = params.get("idempotencyToken")
        if token:
            known = tokens.get(token)
            if known and time.monotonic() - known[0] < 300:
                if known[1] != asked:
                    raise AwsError("InvalidInputException", "Idempotency token was already used with different parameters")
                return {"build": builds[known[2]].shown}
        quota(project)
        build = make(project, params, call.role)
        builds[build.id] = build
        if token:
            tokens[token] = (time.monotonic(), asked, build.id)
        answer = copy.deepcopy(build.shown)
    codebuild_build.start(build)
    return {"build": answer}


def quota(project):
    most = settings.live["concurrentBuilds"]
    if len(queued()) + len(running()) >= most * 6 or most == 0:
        raise AwsError("AccountLimitExceededException", f"Cannot have more than {most * 5} builds in queue for the account")
    limit = project.get("concurrentBuildLimit")
    active = [item for item in running() + queued() if item.shown["projectName"] == project["name"]]
    if limit and len(active) >= limit:
        raise AwsError("AccountLimitExceededException", f"Cannot have more than {limit} active builds for the project {project['name']}")


def make(project, params, role):
    name = project["name"]
    build_id = f"{name}:{uuid.uuid4()}"
    environment = copy.deepcopy(project.get("environment") or {})
    for override, key in OVERRIDES.items():
        if override in params:
            environment[key] = params[override]
    variables = {item["name"]: item for item in environment.get("environmentVariables") or []}
    variables.update({item["name"]: item for item in params.get("environmentVariablesOverride") or []})
    environment["environmentVariables"] = [{"type": "PLAINTEXT", **item} for item in variables.values()]
    source = copy.deepcopy(project.get("source") or {"type": "NO_SOURCE"})
    if "buildspecOverride" in params:
        source["buildspec"] = params["buildspecOverride"]
    logs = params.get("logsConfigOverride") or project.get("logsConfig") or {}
    group = (logs.get("cloudWatchLogs") or {}).get("groupName") or f"/aws/codebuild/{name}"
    stream = build_id.split(":")[1]
    shown = {
        "id": build_id, "arn": build_arn(build_id), "buildNumber": 1 + sum(item.shown["projectName"] == name for item in builds.values()),
        "startTime": now(), "currentPhase": "QUEUED", "buildStatus": "IN_PROGRESS", "projectName": name,
        "phases": [{"phaseType": "SUBMITTED", "phaseStatus": "SUCCEEDED", "startTime": now(), "endTime": now(), "durationInSeconds": 0},
                   {"phaseType": "QUEUED", "startTime": now()}],
        "source": source, "artifacts": params.get("artifactsOverride") or project.get("artifacts") or {"type": "NO_ARTIFACTS"},
        "environment": environment, "serviceRole": params.get("serviceRoleOverride") or project.get("serviceRole"),
        "logs": {"groupName": group, "streamName": stream, "deepLink": f"https://console.aws.amazon.com/cloudwatch/home?region="
                 f"{settings.REGION}#logsV2:log-groups/log-group/{group.replace('/', '$252F')}/log-events/{stream}"},
        "timeoutInMinutes": params.get("timeoutInMinutesOverride") or project["timeoutInMinutes"],
        "queuedTimeoutInMinutes": params.get("queuedTimeoutInMinutesOverride") or project["queuedTimeoutInMinutes"],
        "buildComplete": False, "initiator": role, "encryptionKey": f"arn:aws:kms:{settings.REGION}:{settings.ACCOUNT}:alias/aws/s3",
    }
    return Build(build_id, shown, source.get("buildspec") or "", environment["environmentVariables"], len(builds))


@handler("codebuild", "BatchGetBuilds")
def get_builds(params, call):
    with changed:
        ids = params["ids"]
        return {"builds": [copy.deepcopy(builds[short_build(item)].shown) for item in ids if short_build(item) in builds],
                "buildsNotFound": [item for item in ids if short_build(item) not in builds]}


@handler("codebuild", "ListBuildsForProject")
def list_builds(params, call):
    name = short(params["projectName"])
    if name not in projects:
        raise AwsError("ResourceNotFoundException", f"Project cannot be found: {project_arn(name)}")
    return page([item for item in builds.values() if item.shown["projectName"] == name], params)


@handler("codebuild", "ListBuilds")
def list_all(params, call):
    return page(list(builds.values()), params)


def page(found, params):
    found = sorted(found, key=lambda item: item.order, reverse=params.get("sortOrder") != "ASCENDING")
    at = int(params.get("nextToken") or 0)
    more = {"nextToken": str(at + 100)} if len(found) > at + 100 else {}
    return {"ids": [item.id for item in found[at:at + 100]], **more}


@handler("codebuild", "StopBuild")
def stop(params, call):
    build = builds.get(short_build(params["id"]))
    if build is None:
        raise AwsError("ResourceNotFoundException", f"Build cannot be found: {params['id']}")
    with changed:
        build.stop.set()
        changed.notify_all()
    return {"build": copy.deepcopy(build.shown)}
