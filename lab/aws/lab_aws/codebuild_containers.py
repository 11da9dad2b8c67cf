"""Containers that builds start are marked, so that none outlives its build or its lab, and no other lab's is touched."""
import os
import shutil
import subprocess

from . import settings

WRAPPER = """#!/usr/bin/env bash
# Marks what a build starts; everything else is the real client's business.
case ${{1-}} in
  run | create) verb=$1; shift; exec {client} "$verb" --label lab.build={build} --label lab.run={run} "$@" ;;
esac
exec {client} "$@"
"""


def client(folder, build_id):
    """A folder for the build's PATH, holding `docker`."""
    real = settings.CACHE / "bin" / "docker"
    path = folder / "bin" / "docker"
    path.parent.mkdir()
    path.write_text(WRAPPER.format(client=real if real.exists() else shutil.which("docker") or "/usr/bin/docker", build=build_id, run=settings.RUN))
    path.chmod(0o755)
    return path.parent


def remove(label, value):
    """Force-removes the containers that carry the label."""
    if not shutil.which("podman"):
        return
    env = {**os.environ, "CONTAINERS_CONF": str(settings.CACHE / "containers.conf")}
    found = subprocess.run(["podman", "ps", "--all", "--quiet", "--filter", f"label={label}={value}"], env=env, capture_output=True, text=True)
    if found.stdout.split():
        subprocess.run(["podman", "rm", "--force", "--time", "0", *found.stdout.split()], env=env, capture_output=True)
