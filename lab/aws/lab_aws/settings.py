"""Where this lab lives, and the knobs that `lab config` turns while it runs."""
import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]
CACHE = REPO / ".cache" / "lab"
RUN = Path(os.environ.get("LAB_RUN_DIR") or CACHE / "run").resolve()
ACCOUNT = "123456789012"
REGION = os.environ.get("AWS_REGION", "us-east-1")
BUCKET = f"lab-deployments-{ACCOUNT}-{REGION}"
PODMAN_SOCKET = RUN / "podman.sock"
BIND = "127.0.0.1"

DEFAULTS = {
    # Added to every request.
    "latencyMs": 0,
    # CodeBuild: how many builds run at once; 0 refuses them all. The queue takes five times as many.
    "concurrentBuilds": 2,
    # Seconds a build spends in SUBMITTED and PROVISIONING.
    "buildStartSeconds": 0.2,
    # Lambda waits 60 and 120 s before it repeats a failed asynchronous invocation.
    "retrySeconds": [1, 2],
    # Whether schedule rules fire by themselves; `lab tick` fires them in any case.
    "schedules": True,
    # DescribeStacks and DescribeChangeSet hold their answer while work is under way, at most this long: the AWS CLI
    # sleeps 30 s between two looks.
    "holdSeconds": 20,
    # Ends a custom resource's wait early; null leaves its own ServiceTimeout.
    "customResourceSeconds": None,
}
live = dict(DEFAULTS)


def endpoint():
    return os.environ["LAB_ENDPOINT"]


def arn(service, resource, region=None):
    return f"arn:aws:{service}:{REGION if region is None else region}:{ACCOUNT}:{resource}"
