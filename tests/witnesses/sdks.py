"""Both generations of the official SDKs behind one function: wire names in, wire names out.

`called` has the operations that succeeded.
"""

import importlib
import json
from urllib.parse import urlsplit

from aliyunsdkcore.client import AcsClient
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

import wire_forms
import wire_sdk
from clients import KEY, REGION, SECRET, Recording


class Old:
    """`aliyun-python-sdk-sae` or `aliyun-python-sdk-edas`: signs ROA HMAC-SHA1."""

    PACKAGES = {"sae": "aliyunsdksae.request.v20190506", "edas": "aliyunsdkedas.request.v20170801"}

    def __init__(self, product, endpoint):
        self.name, self.requests = f"aliyun-python-sdk-{product}", self.PACKAGES[product]
        self.host, port = urlsplit(endpoint).netloc.split(":")
        self.client = AcsClient(KEY, SECRET, REGION, port=int(port), auto_retry=False)
        self.called = set()

    def call(self, operation, **parameters):
        module = importlib.import_module(f"{self.requests}.{operation}Request")
        request = getattr(module, f"{operation}Request")()
        request.set_endpoint(self.host)
        for name, value in parameters.items():
            getattr(request, f"set_{name}")(value)
        answer = succeeded(json.loads(self.client.do_action_with_exception(request)))
        self.called.add(operation)
        return answer


class New:
    """`alibabacloud_sae20190506` or `alibabacloud_edas20170801`: signs ACS3-HMAC-SHA256."""

    def __init__(self, product, endpoint):
        sdk = wire_sdk.PRODUCTS[product]
        self.name = sdk.__module__.split(".")[0]
        self.client = type("Recorder", (Recording, sdk), {})(Config(
            access_key_id=KEY, access_key_secret=SECRET, endpoint=urlsplit(endpoint).netloc, protocol="http",
        ))
        self.operations = {one.name: one for one in wire_sdk.operations() if one.product == product}
        self.called = set()

    def call(self, operation, **parameters):
        described = self.operations[operation]
        arguments = [{}, RuntimeOptions()]
        if described.request:
            fields = wire_forms.fields(described.request)
            attributes = {fields[name][0]: value for name, value in parameters.items()}
            arguments.insert(0, described.request(**attributes))
        body = getattr(self.client, described.method)(*arguments).body
        differences = list(wire_forms.differences(self.client.raw["body"], body))
        assert not differences, f"{operation}: " + "; ".join(differences)
        answer = succeeded(body.to_map())
        self.called.add(operation)
        return answer


class Unsuccessful(Exception):
    """An answer with a good HTTP status that tells of a failure."""


def succeeded(answer):
    if str(answer.get("Code")) != "200" or not answer.get("Success", True):
        raise Unsuccessful(json.dumps(answer, ensure_ascii=False))
    return answer


GENERATIONS = [Old, New]
