"""The official SDKs, each behind one function."""

import contextlib
import json
import re
import warnings
from urllib.parse import urlsplit
from xml.etree import ElementTree

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from alibabacloud_sae20190506 import models
from alibabacloud_sae20190506.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

import wire_forms

KEY, SECRET = "local", "local-secret"
REGION = "cn-hangzhou"
VERSION = "2019-05-06"


class Sae:
    """`alibabacloud_sae20190506`: signs ACS3-HMAC-SHA256, or ROA HMAC-SHA1 with the algorithm `v2`."""

    def __init__(self, endpoint, algorithm=None, key=KEY, secret=SECRET):
        self.client = Recorder(Config(
            access_key_id=key,
            access_key_secret=secret,
            endpoint=urlsplit(endpoint).netloc,
            protocol="http",
            signature_algorithm=algorithm,
        ))

    def call(self, operation, headers=None, **parameters):
        """The body of the answer, as the SDK's model. It must have the form that the model declares."""
        method = getattr(self.client, re.sub("(?<!^)(?=[A-Z])", "_", operation).lower() + "_with_options")
        request = getattr(models, f"{operation}Request", None)
        response = method(*([request(**parameters)] if request else []), headers or {}, RuntimeOptions())
        differences = list(wire_forms.differences(self.client.raw["body"], response.body))
        assert not differences, f"{operation}: " + "; ".join(differences)
        return response.body


class Recording:
    """What makes a client of the newer SDKs keep its latest answer as it came."""

    raw = None

    def call_api(self, params, request, runtime):
        self.raw = super().call_api(params, request, runtime)
        return self.raw


class Recorder(Recording, Client):
    """The client of the SAE SDK."""


class Core:
    """`aliyun-python-sdk-core`: signs ROA HMAC-SHA1 without a nonce, and sends `RegionId` with everything."""

    def __init__(self, endpoint, key=KEY, secret=SECRET):
        self.host, port = urlsplit(endpoint).netloc.split(":")
        self.client = AcsClient(key, secret, REGION, port=int(port), auto_retry=False)

    def json(self, method, path, form=None, **query):
        """The answer in JSON."""
        return json.loads(self.client.do_action_with_exception(self.request(method, path, form, query)))

    def xml(self, method, path, form=None, **query):
        """The status of the answer, and its root in XML."""
        request = self.request(method, path, form, query)
        request.set_accept_format("XML")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            status, headers, body = self.client.get_response(request)
        assert headers["Content-Type"].split(";")[0] == "text/xml", headers["Content-Type"]
        return status, ElementTree.fromstring(body)

    def request(self, method, path, form, query):
        request = CommonRequest(domain=self.host, version=VERSION, uri_pattern=path)
        request.set_method(method)
        for name, value in query.items():
            request.add_query_param(name, value)
        for name, value in (form or {}).items():
            request.add_body_params(name, value)
        return request


@contextlib.contextmanager
def refused(code, status=400):
    """What happens inside must be refused with this code and HTTP status; gives the SDK's exception afterwards."""
    caught = Refusal()
    try:
        yield caught
    except AlibabaCloudException as error:
        found = (error.code, error.status_code)
        caught.error = error
    except ServerException as error:
        found = (error.get_error_code(), error.get_http_status())
        caught.error = error
    else:
        raise AssertionError(f"not refused; expected {code}")
    assert found == (code, status), f"refused with {found}; expected {(code, status)}: {caught.error}"


class Refusal:
    error = None
