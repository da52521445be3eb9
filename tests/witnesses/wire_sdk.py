"""The operations of the official SDKs, from nothing but the SDKs' own code."""

import dataclasses
import functools
import inspect
import re
import typing

import alibabacloud_edas20170801.client
import alibabacloud_sae20190506.client
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

PRODUCTS = {"sae": alibabacloud_sae20190506.client.Client, "edas": alibabacloud_edas20170801.client.Client}


@dataclasses.dataclass(frozen=True)
class Operation:
    product: str
    name: str
    method: str
    # Arguments that stand in the path.
    path: tuple
    # The model of the request, if it has one.
    request: type | None
    # The model of the answer's body.
    answer: type


def operations():
    """All of them, in the order of the clients."""
    return [
        operation(product, method, function)
        for product, client in PRODUCTS.items()
        for method, function in vars(client).items()
        if method.endswith("_with_options")
    ]


def operation(product, method, function):
    hints = typing.get_type_hints(function)
    response = hints.pop("return")
    request = hints.get("tmp_req") or hints.get("request")
    path = tuple(argument for argument, kind in hints.items() if kind is str)
    body = typing.get_type_hints(response.__init__)["body"]
    return Operation(product, response.__name__.removesuffix("Response"), method, path, request, body)


def wire_name(argument):
    """The name of an argument that stands in the path; the SDKs know it in snake case alone."""
    return "".join(word.capitalize() for word in argument.split("_"))


@functools.cache
def required(kind):
    """The attributes of a model that the SDK calls required. It says so in the comments of the constructor."""
    found = set()
    comment = []
    for line in inspect.getsource(kind.__init__).splitlines():
        line = line.strip()
        if line.startswith("#"):
            comment.append(line)
            continue
        attribute = re.match(r"self\.(\w+) = ", line)
        if attribute and "# This parameter is required." in comment:
            found.add(attribute[1])
        comment = []
    return found


class Sdk:
    """One client for each product. Signs with ACS3-HMAC-SHA256."""

    def __init__(self, host, key, secret):
        config = {"access_key_id": key, "access_key_secret": secret, "endpoint": host, "protocol": "http"}
        self.clients = {product: client(Config(**config)) for product, client in PRODUCTS.items()}

    def call(self, operation, path, request):
        """What the SDK understood of the answer, with wire names."""
        method = getattr(self.clients[operation.product], operation.method)
        answer = method(*path, *([request] if request else []), {}, RuntimeOptions())
        return answer.body.to_map()
