"""Resource types: each a provider with create, update and delete, mostly through the services' own APIs."""

providers = {}


class Failed(Exception):
    """The reason a resource's event shows."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


class Provider:
    """`create` sets resource.physical and .attributes; `update` may change them."""

    # Properties whose change means a new physical resource; "*" for all.
    replace_on = ()

    def create(self, run, resource, properties):
        raise NotImplementedError

    def update(self, run, resource, old, new):
        raise NotImplementedError

    def delete(self, stack, resource):
        raise NotImplementedError


def provides(*types):
    def register(cls):
        for name in types:
            providers[name] = cls()
        return cls
    return register


def provider(kind):
    from . import basics, codebuild, custom, functions, iam, moto_models, nested, s3  # noqa: F401 they register themselves
    if kind.startswith("Custom::"):
        return providers["AWS::CloudFormation::CustomResource"]
    # A whole service may be registered by its name.
    return providers.get(kind) or providers.get(kind.rpartition("::")[0]) or moto_models.provider(kind)


def replaces(kind, name):
    found = provider(kind).replace_on
    return found == "*" or name in found


def must_replace(kind, old, new):
    from ..plan import same
    return any(replaces(kind, name) for name in set(old) | set(new) if not same(old.get(name), new.get(name)))


def attribute(resource, name):
    if name in resource.attributes:
        return resource.attributes[name]
    found = resource.attributes
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            break
        found = found[part]
    else:
        return found
    if resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource":
        raise Failed(f"CustomResource attribute error: Vendor response doesn't contain {name} attribute in object {resource.physical}")
    getter = getattr(provider(resource.type), "attribute", None)
    if getter:
        return getter(resource, name)
    raise Failed(f"Requested attribute {name} does not exist in schema for {resource.type}")


def explained(kind):
    """Turns an API's refusal into the reason CloudFormation shows."""
    from contextlib import contextmanager

    from botocore.exceptions import BotoCoreError, ClientError

    @contextmanager
    def guard():
        try:
            yield
        except ClientError as error:
            answer = error.response
            service = kind.split("::")[1]
            raise Failed(f'Resource handler returned message: "{answer["Error"].get("Message", "")} (Service: {service}, Status Code: '
                         f'{answer["ResponseMetadata"].get("HTTPStatusCode")}, Request ID: {answer["ResponseMetadata"].get("RequestId")})" '
                         f'(HandlerErrorCode: {answer["Error"].get("Code")})') from None
        except BotoCoreError as error:
            raise Failed(f'Resource handler returned message: "{error}" (HandlerErrorCode: InvalidRequest)') from None
    return guard()


def create(run, resource, properties):
    with explained(resource.type):
        provider(resource.type).create(run, resource, properties)


def update(run, resource, old, new):
    with explained(resource.type):
        provider(resource.type).update(run, resource, old, new)


def delete(stack, resource):
    with explained(resource.type):
        provider(resource.type).delete(stack, resource)
