"""AWS's own transforms: the real SAM translator, and the language extensions as SAM CLI carries them."""
import copy
import threading

SAM = "AWS::Serverless-2016-10-31"
LANGUAGE = "AWS::LanguageExtensions"
_lock = threading.Lock()


class TransformError(Exception):
    pass


class Policies:
    """Names of managed policies to ARNs, from the translator's own list."""

    def load(self):
        import json
        from importlib import resources
        path = resources.files("samtranslator") / "internal" / "data" / "aws_managed_policies.json"
        return json.loads(path.read_text())["aws"]


def load():
    with _lock:
        import samtranslator.translator.transform  # noqa: F401


def serverless(template, parameters):
    load()
    from samtranslator.public.exceptions import InvalidDocumentException
    from samtranslator.translator.transform import transform
    try:
        with _lock:
            return transform(copy.deepcopy(template), dict(parameters), Policies())
    except InvalidDocumentException as error:
        causes = " ".join(cause.message for cause in error.causes)
        raise TransformError(f"Transform {SAM} failed with: Invalid Serverless Application Specification document. "
                             f"Number of errors found: {len(error.causes)}. {causes}") from None


def language_extensions(template, parameters):
    from samcli.lib.cfn_language_extensions import PseudoParameterValues, process_template
    from .. import settings
    try:
        return process_template(copy.deepcopy(template), parameter_values=dict(parameters),
                                pseudo_parameters=PseudoParameterValues(region=settings.REGION, account_id=settings.ACCOUNT))
    except Exception as error:
        raise TransformError(f"Transform {LANGUAGE} failed with: {error}") from None
