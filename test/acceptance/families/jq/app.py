"""The same on Amazon Linux 2."""
from tools import answers, run


@answers
def handler():
    result = run("jq", "-c", 'map(select(test("^[a-c]+$")) | ascii_upcase)', stdin='["abc", "xyz", "cab"]')
    return {"output": result.strip(), "version": run("jq", "--version").strip()}
