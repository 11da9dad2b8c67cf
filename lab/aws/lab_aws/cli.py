"""The command `lab`."""
import json
import sys

from . import cli_server, settings
from .cli_server import call, fail

USAGE = """usage: lab up | down | reset | env | status
       lab journal [--json]
       lab fault add JSON | fault list | fault clear
       lab invoke FUNCTION [--event JSON] [--without-layers]
       lab config [JSON]
       lab tick"""


def env():
    for name, value in cli_server.exports().items():
        print(f"export {name}={cli_server.quoted(value)}")


def journal(arguments):
    path = settings.RUN / "journal.jsonl"
    lines = path.read_text().splitlines() if path.is_file() else []
    for line in lines:
        if "--json" in arguments:
            print(line)
            continue
        item = json.loads(line)
        print(f"{item['t']:.3f} {item['status']} {item['ms']:>6} ms  {item['service']}:{item['op']}  {item['role']}  {item['resource'] or ''}")


def fault(arguments):
    if arguments[:1] == ["add"] and len(arguments) == 2:
        try:
            found = json.loads(arguments[1])
        except ValueError as error:
            fail("lab fault add", f"the argument is not JSON ({error})", "write it as one quoted JSON object")
        print(json.dumps(call("fault", found)["faults"]))
    elif arguments == ["clear"]:
        call("fault-clear")
    elif arguments == ["list"]:
        print(json.dumps(call("faults")["faults"]))
    else:
        usage()


def invoke(arguments):
    """Prints the function's answer; exit 1 if the function failed."""
    asked = {"function": None, "event": {}, "withoutLayers": False}
    rest = iter(arguments)
    for item in rest:
        if item == "--event":
            asked["event"] = json.loads(next(rest))
        elif item == "--without-layers":
            asked["withoutLayers"] = True
        elif asked["function"] is None:
            asked["function"] = item
        else:
            usage()
    if asked["function"] is None:
        usage()
    found = call("invoke", asked)
    sys.stderr.write(found["log"])
    print(found["payload"])
    sys.exit(1 if found["error"] else 0)


def usage():
    print(USAGE, file=sys.stderr)
    sys.exit(64)


def main(arguments):
    command, rest = (arguments[0] if arguments else ""), arguments[1:]
    commands = {
        "up": cli_server.up, "down": cli_server.down, "status": cli_server.status, "env": env,
        "reset": lambda: call("reset"), "tick": lambda: print("\n".join(call("tick")["fired"])),
    }
    if command in commands and not rest:
        commands[command]()
    elif command == "journal":
        journal(rest)
    elif command == "fault":
        fault(rest)
    elif command == "invoke":
        invoke(rest)
    elif command == "config" and len(rest) <= 1:
        print(json.dumps(call("config", json.loads(rest[0]) if rest else {})))
    else:
        usage()


if __name__ == "__main__":
    main(sys.argv[1:])
