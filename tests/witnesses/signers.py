"""The signers of the official Python SDKs, and random requests for them.

A request is a dict with the keys of `sae sign --jsonl`: scheme, method, path, query, headers, body, access_key_id,
access_key_secret, security_token.
"""

import hashlib
import random
import string
from urllib.parse import quote

from aliyunsdkcore.auth.algorithm import sha_hmac1
from aliyunsdkcore.auth.composer import roa_signature_composer as composer
from alibabacloud_tea_openapi import utils as tea
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest

METHODS = ["GET", "POST", "PUT", "DELETE"]
ALGORITHM = "ACS3-HMAC-SHA256"
# Compared by PyCore under exactly these names.
STANDARD = {"accept": "Accept", "content-md5": "Content-MD5", "content-type": "Content-Type", "date": "Date"}
WORDS = [
    "cn-hangzhou", "7171a6ca-d1cd-4928-8642-7d5cfe69", "order service", "a+b", "x&y=z", "what?", "100%", "%2F", "a/b",
    "~user", "*", "line\nbreak", "tab\there", "命名空间", "Größe", "🚀", "👩‍💻 team", "'quoted'", '[{"key":"env","value":"prod"}]',
    "http://a.example/?q=1&r=%20", "semi;colon,comma", "(a)!", "#hash", "\\", "a:b", "`", "$HOME", "@", "<xml/>", "0", "true",
]
NAMES = [
    "AppId", "AppName", "NamespaceId", "RegionId", "CurrentPage", "PageSize", "Envs", "JarStartOptions", "Command",
    "CommandArgs", "Tags.1", "Tags.10", "Tags.2", "app_id", "appId", "a-b", "a~b", "Z", "z", "_x",
]


def sign(request):
    """What the official SDK answers: the same keys as `sae sign --jsonl`."""
    return roa(request) if request["scheme"] == "roa" else acs3(request)


def roa(request):
    """Signs with aliyun-python-sdk-core, and checks it against alibabacloud_tea_openapi."""
    headers = {STANDARD.get(name.lower(), name): value for name, value in request.get("headers", {}).items()}
    if request.get("security_token"):
        headers["x-acs-security-token"] = request["security_token"]
    text = composer.compose_string_to_sign(
        method=request["method"], queries=dict(request.get("query", {})), uri_pattern=request["path"], headers=headers,
    )
    signature = sha_hmac1.get_sign_string(text, request["access_key_secret"])
    second = DaraRequest()
    second.method, second.pathname = request["method"], request["path"]
    second.query = dict(request.get("query", {}))
    second.headers = {name.lower(): value for name, value in headers.items()}
    assert Utils.get_string_to_sign(second) == text, "the official SDKs disagree with each other"
    assert Utils.get_roasignature(text, request["access_key_secret"]) == signature
    return {
        "string_to_sign": text,
        "signature": signature,
        "authorization": f"acs {request['access_key_id']}:{signature}",
    }


def acs3(request):
    """Signs with alibabacloud_tea_openapi."""
    payload = Utils.hex_encode(Utils.hash(request.get("body", "").encode(), ALGORITHM))
    headers = dict(request.get("headers", {}))
    if request.get("security_token"):
        headers["x-acs-accesskey-id"] = request["access_key_id"]
        headers["x-acs-security-token"] = request["security_token"]
    tea_request = DaraRequest()
    tea_request.method, tea_request.pathname = request["method"], request["path"]
    tea_request.query, tea_request.headers = dict(request.get("query", {})), headers
    seen = []
    plain = tea.signature_method

    def spy(secret, source, sign_type):
        seen.append(source)
        return plain(secret, source, sign_type)

    hashed = []
    plain_hash = Utils.hash

    def spy_hash(raw, sign_type):
        hashed.append(raw.decode())
        return plain_hash(raw, sign_type)

    tea.signature_method, Utils.hash = spy, staticmethod(spy_hash)
    try:
        authorization = Utils.get_authorization(
            tea_request, ALGORITHM, payload, request["access_key_id"], request["access_key_secret"],
        )
    finally:
        tea.signature_method, Utils.hash = plain, staticmethod(plain_hash)
    (text,), (canonical,) = seen, hashed
    return {
        "string_to_sign": text,
        "canonical_request": canonical,
        "signature": authorization.rsplit("=", 1)[1],
        "authorization": authorization,
    }


class Requests:
    """Random requests within what the official signers agree on: no empty ROA values, no repeated names."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        choose = self.random
        if choose.random() < 0.5:
            return choose.choice(WORDS)
        alphabet = string.printable[:95] + "äß中文日本語\n\U0001f600\U0001f680"
        return "".join(choose.choice(alphabet) for _ in range(choose.randint(1, 40)))

    def token(self, length):
        return "".join(self.random.choice(string.ascii_letters + string.digits) for _ in range(length))

    def mixed(self, name):
        return "".join(self.random.choice([c.upper(), c.lower()]) for c in name)

    def names(self, count):
        names = set(NAMES[:count] if count > len(NAMES) else self.random.sample(NAMES, count))
        while len(names) < count:
            names.add(self.token(self.random.randint(1, 20)))
        names = list(sorted(names))
        self.random.shuffle(names)
        return names

    def request(self, scheme):
        choose = self.random
        query = {name: self.text() for name in self.names(choose.choice([0, 1, 2, 5, 10, 30, 90]))}
        if scheme == "acs3" and query and choose.random() < 0.3:
            query[choose.choice(list(query))] = ""
        path = "/" + "/".join(
            choose.choice(["pop/v1/sam/app", "pop/v1/paas/namespace", quote(self.text(), safe="")])
            for _ in range(choose.randint(0, 3))
        )
        body = choose.choice(["", "", "{}", "a=1&b=%20", '{"name":"服务 🚀"}', self.text()])
        nonce = self.token(32)
        headers = {"x-acs-version": "2019-05-06", "x-acs-signature-nonce": nonce}
        if choose.random() < 0.8:
            headers["Accept"] = choose.choice(["application/json", "application/xml"])
        if body and choose.random() < 0.8:
            headers["Content-Type"] = choose.choice(["application/json; charset=utf-8", "application/x-www-form-urlencoded"])
        if scheme == "roa":
            headers |= {"Date": "Mon, 26 Aug 2019 08:55:56 GMT", "x-acs-signature-method": "HMAC-SHA1"}
            headers["x-acs-signature-version"] = "1.0"
            if body:
                headers["Content-MD5"] = tea.base64.b64encode(hashlib.md5(body.encode()).digest()).decode()
        else:
            headers |= {"host": "sae.cn-hangzhou.aliyuncs.com", "x-acs-date": "2026-08-26T08:55:56Z"}
            headers["x-acs-action"] = "DescribeApplicationStatus"
            if choose.random() < 0.8:
                headers["x-acs-content-sha256"] = hashlib.sha256(body.encode()).hexdigest()
        for _ in range(choose.randint(0, 3)):
            value = choose.choice(["", "plain", "a, b", "a  b", "x:y", "Ünïcode 中", self.token(8)])
            if scheme == "acs3" and choose.random() < 0.3:
                value = f"  {value} "
            headers[f"x-acs-{self.token(choose.randint(1, 6)).lower()}"] = value
        if choose.random() < 0.3:
            headers["User-Agent"] = "AlibabaCloud (Linux; x86_64) Python/3.11 Core/2.16"
        if choose.random() < 0.3:
            headers = {self.mixed(name): value for name, value in headers.items()}
        request = {
            "scheme": scheme,
            "method": choose.choice(METHODS),
            "path": path,
            "query": query,
            "headers": headers,
            "body": body,
            "access_key_id": "LTAI" + self.token(20),
            "access_key_secret": self.token(choose.choice([1, 30, 30, 30, 100])),
        }
        if choose.random() < 0.3:
            request["security_token"] = "CAIS" + self.token(choose.choice([20, 400])) + "+/=="
        return request
