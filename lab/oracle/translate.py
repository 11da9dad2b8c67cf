"""AWS's own transforms as an oracle: what CloudFormation would make of a template.

translate.py [FILE]    reads a JSON list of {template, parameters}, prints a JSON list of answers
translate.py --lines   the same one by one, a line each, so that runs can alternate with those of another program

An answer is {expanded, template, ms} or {error}: the template after the language extensions, after the SAM translator
as well, and the milliseconds that the translator took. Nothing goes over the network.
"""
import copy
import json
import logging
import os
import sys
import time
from pathlib import Path

os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
logging.disable(logging.CRITICAL)

from samtranslator.public.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "aws"))
from lab_aws.cfn.sam import TransformError, language_extensions  # noqa: E402

MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "AmazonDynamoDBReadOnlyAccess": "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess",
    "AmazonS3ReadOnlyAccess": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
}


class Policies:
    def load(self):
        return MANAGED_POLICIES


def loops(value):
    """Whether the template needs the language extensions."""
    if isinstance(value, dict):
        return any(str(key).startswith("Fn::ForEach::") or loops(item) for key, item in value.items())
    return isinstance(value, list) and any(loops(item) for item in value)


def translate(job):
    template, parameters = job["template"], job.get("parameters") or {}
    try:
        expanded = language_extensions(template, parameters) if loops(template) else template
        # SAM changes what it is given.
        own = copy.deepcopy(expanded)
        start = time.perf_counter()
        translated = transform(own, dict(parameters), Policies())
        return {"expanded": expanded, "template": translated, "ms": (time.perf_counter() - start) * 1000}
    except InvalidDocumentException as error:
        return {"error": " ".join(cause.message for cause in error.causes)}
    except TransformError as error:
        return {"error": str(error)}
    except Exception as error:  # one template's failure must not take the others' answers with it
        return {"error": f"{type(error).__name__}: {error}"}


def main(arguments):
    if arguments == ["--lines"]:
        for line in sys.stdin:
            print(json.dumps(translate(json.loads(line))), flush=True)
        return
    text = Path(arguments[0]).read_text(encoding="utf-8") if arguments else sys.stdin.read()
    json.dump([translate(job) for job in json.loads(text)], sys.stdout)


main(sys.argv[1:])
