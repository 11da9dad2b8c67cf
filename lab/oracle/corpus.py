"""Prints the parsable templates below a folder as one JSON object, {path: template}, read by cfn-lint's own decoder."""
import json
import logging
import sys
from pathlib import Path

from cfnlint.decode import decode

logging.disable(logging.CRITICAL)


def main(folder):
    templates = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".yaml", ".yml", ".json", ".template"):
            continue
        template, faults = decode(str(path))
        if not faults and isinstance(template, dict):
            # A date without quotes is a string to CloudFormation.
            templates[path.relative_to(folder).as_posix()] = json.loads(json.dumps(template, default=str))
    json.dump(templates, sys.stdout, indent=1)


main(Path(sys.argv[1]))
