"""Runs a program that opens plugins in a folder which it has compiled in."""
from tools import answers, run


@answers
def handler():
    return {"plugins": sorted(run("caseconv").split()), "text": run("caseconv", "upper", "hello").strip()}
