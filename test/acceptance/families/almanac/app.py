"""Runs programs with a private library, found by RUNPATH and by RPATH, which reads a file below /usr/share."""
from tools import answers, run


@answers
def handler():
    return [run("almanac", "3").strip(), run("almanac-classic", "12").strip()]
