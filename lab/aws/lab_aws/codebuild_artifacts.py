"""UPLOAD_ARTIFACTS: the buildspec's files to S3, as the service role."""
import glob
import os
import tempfile
import zipfile
from pathlib import Path

from . import callers, clients


def upload(build, spec, source):
    """None, or what went wrong."""
    target, wanted = build.shown["artifacts"], spec.get("artifacts") or {}
    if target.get("type") != "S3" or not wanted:
        return None
    base = source / wanted.get("base-directory", "")
    files = matching(base, wanted.get("files") or [])
    if not files:
        return "no matching artifact paths found"
    role = callers.role_name(build.shown["serviceRole"])
    s3 = clients.of("s3", role)
    prefix = prefix_of(build, target)
    names = {path: path.name if wanted.get("discard-paths") in (True, "yes") else str(path.relative_to(base)) for path in files}
    try:
        if target.get("packaging") == "ZIP":
            with tempfile.NamedTemporaryFile() as packed:
                with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                    for path, name in names.items():
                        archive.write(path, name)
                packed.flush()
                s3.upload_file(packed.name, target["location"], prefix.rstrip("/"))
        else:
            for path, name in names.items():
                s3.upload_file(str(path), target["location"], prefix + name)
    except Exception as error:
        return f"Error uploading artifacts: {error}"
    return None


def prefix_of(build, target):
    parts = [target.get("path", "").strip("/"), build.id.split(":")[1] if target.get("namespaceType") == "BUILD_ID" else "",
             target.get("name", "").strip("/")]
    joined = "/".join(part for part in parts if part)
    return joined + "/" if joined else ""


def matching(base, patterns):
    found = []
    for pattern in patterns:
        for name in sorted(glob.glob(os.path.join(base, pattern), recursive=True)):
            if os.path.isfile(name) and Path(name) not in found:
                found.append(Path(name))
    return found
