"""Clones a repository with a submodule over file://, after having made both."""
from tools import answers, run

ME = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "protocol.file.allow=always")


def repository(path, file, text):
    run("git", "init", "--quiet", "--initial-branch=main", path)
    with open(f"{path}/{file}", "w") as out:
        out.write(text)
    run("git", "add", file, cwd=path)
    run("git", *ME, "commit", "--quiet", "-m", f"Add {file}", cwd=path)


@answers
def handler():
    repository("/tmp/library", "library.txt", "of the submodule")
    repository("/tmp/app", "app.txt", "of the repository")
    run("git", *ME, "submodule", "--quiet", "add", "file:///tmp/library", "library", cwd="/tmp/app")
    run("git", *ME, "commit", "--quiet", "-m", "Add the submodule", cwd="/tmp/app")
    run("git", *ME, "clone", "--quiet", "--recurse-submodules", "file:///tmp/app", "/tmp/clone")
    texts = [open(f"/tmp/clone/{path}").read() for path in ("app.txt", "library/library.txt")]
    return {"texts": texts, "log": run("git", "log", "--format=%s", cwd="/tmp/clone").split("\n")[:2]}
