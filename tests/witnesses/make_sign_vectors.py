"""Writes the signature vectors that the official Python SDKs can produce.

    python make_sign_vectors.py

Each case is a folder below crates/sae-sign/vectors. Running it again gives the same files. The cases that start with
`documented-` come from documents and are not touched.
"""

import hashlib
import json
import pathlib
import shutil
from base64 import b64encode
from urllib.parse import quote

import signers

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "crates/sae-sign/vectors"
SEED = 20190506
RANDOM_CASES = 12
KEY = {"access_key_id": "LTAI5tVectorKeyId0001", "access_key_secret": "vectorSecretvectorSecretvector"}
HEADERS = {
    "roa": {
        "Accept": "application/json",
        "Date": "Mon, 26 Aug 2019 08:55:56 GMT",
        "x-acs-signature-method": "HMAC-SHA1",
        "x-acs-signature-nonce": "f63659d4-10ac-483b-99da-ea8fde61eae3",
        "x-acs-signature-version": "1.0",
        "x-acs-version": "2019-05-06",
    },
    "acs3": {
        "accept": "application/json",
        "host": "sae.cn-beijing.aliyuncs.com",
        "x-acs-action": "DescribeRegions",
        "x-acs-date": "2019-08-26T08:55:56Z",
        "x-acs-signature-nonce": "f63659d410ac483b99daea8fde61eae3",
        "x-acs-version": "2019-05-06",
    },
}
TOKEN = "CAISvectorToken+/==" + "x" * 300
VALUES = {
    "space": "order service",
    "plus": "a+b",
    "ampersand": "a&b",
    "equals": "a=b",
    "question-mark": "really?",
    "percent": "100%",
    "percent-sequence": "a%2Fb%20c",
    "slash": "a/b",
    "tilde": "~user",
    "asterisk": "*.example.com",
    "newline": "line one\nline two",
    "carriage-return-and-tab": "a\r\n\tb",
    "quotes": "\"double\" 'single' `back`",
    "brackets": "[{(<>)}]",
    "hash-and-at": "#1 @home",
    "chinese": "测试应用",
    "accents": "Größe naïve",
    "emoji": "🚀 lift-off 👩‍💻",
    "json": '[{"name":"JAVA_OPTS","value":"-Xmx512m -Dq=\\"a b\\""}]',
    "long": "x" * 5000,
}


def main():
    for scheme in ("roa", "acs3"):
        for old in (VECTORS / scheme).glob("*"):
            if not old.name.startswith("documented-"):
                shutil.rmtree(old)
        count = 0
        for name, request in cases(scheme):
            write(VECTORS / scheme / name, request, signers.sign(request))
            count += 1
        print(f"{scheme}: {count} vectors")


def cases(scheme):
    def case(method="GET", path="/pop/v1/paas/regionConfig", query=None, headers=None, body="", token=None):
        headers = HEADERS[scheme] | (headers or {})
        if scheme == "acs3":
            headers.setdefault("x-acs-content-sha256", hashlib.sha256(body.encode()).hexdigest())
        request = {"scheme": scheme, "method": method, "path": path, "query": query or {}, "headers": headers, "body": body}
        return request | KEY | ({"security_token": token} if token else {})

    for method in signers.METHODS:
        yield f"method-{method.lower()}", case(method, query={"AppId": "7171a6ca-d1cd", "Replicas": "2"})
    for name, value in VALUES.items():
        yield f"value-{name}", case("POST", "/pop/v1/sam/app/createApplication", {"AppName": value, "RegionId": "cn-beijing"})
    yield "query-none", case()
    yield "query-sorted-by-bytes", case(
        query={name: "v" for name in ["b", "B", "a", "A", "_", "Tags.10", "Tags.2", "Tags.1", "Tags", "AppId", "AppID", "1"]}
    )
    yield "query-many", case(
        "POST", "/pop/v1/sam/app/deployApplication", {f"Parameter{n}": f"value {n * n}" for n in range(90)}
    )
    yield "path-root", case(path="/")
    for name, parameter in {"space": "a b", "chinese": "测试", "reserved": "a/b?c&d=e%f+g*h", "tilde": "~a"}.items():
        yield f"path-{name}", case("DELETE", f"/pop/v1/sam/ingress/{quote(parameter, safe='')}")
    json_type = {"Content-Type": "application/json; charset=utf-8"}
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    for name, body, headers in [
        ("json", '{"Name":"demo","Count":3}', json_type),
        ("form", "Name=demo&Text=a%20b%26c", form_type),
        ("unicode", '{"Name":"测试 🚀"}', json_type),
        ("lines", "first\r\nsecond\n", {"Content-Type": "text/plain"}),
        ("without-type", "{}", {}),
    ]:
        if scheme == "roa":
            headers = headers | {"Content-MD5": b64encode(hashlib.md5(body.encode()).digest()).decode()}
        yield f"body-{name}", case("POST", "/pop/v1/sam/configmap/configMap", {"NamespaceId": "cn-beijing:test"}, headers, body)
    yield "token", case(query={"AppId": "7171a6ca-d1cd"}, token=TOKEN)
    yield "token-and-body", case("PUT", "/pop/v1/sam/app/scaleApplication", {"Replicas": "3"}, json_type, "{}", TOKEN)
    given = {"x-acs-security-token": TOKEN} | ({"x-acs-accesskey-id": KEY["access_key_id"]} if scheme == "acs3" else {})
    yield "token-already-in-headers", case(headers=given, token=TOKEN)
    yield "header-names-of-mixed-case", case(headers={"X-Acs-Region-Id": "cn-beijing", "X-ACS-CALLER": "Console"})
    yield "header-empty", case(headers={"x-acs-trace": ""})
    yield "header-not-signed-by-roa", case(headers={"User-Agent": "AlibabaCloud (Linux; x86_64)", "x-other": "1"})
    yield "header-inner-spaces", case(headers={"x-acs-note": "a  b, c : d"})
    yield "header-unicode", case(headers={"x-acs-note": "Größe 测试"})
    if scheme == "acs3":
        yield "header-trimmed", case(headers={"x-acs-note": " \t value  "})
        yield "header-folded", case(headers={"x-acs-note": "b", "X-Acs-Note": "a", "X-ACS-NOTE": "c"})
        yield "query-empty-value", case(query={"AppId": "", "RegionId": "cn-beijing"})
    else:
        bare = case()
        bare["headers"] = {}
        yield "header-none", bare
    source = signers.Requests(SEED)
    for number in range(1, RANDOM_CASES + 1):
        yield f"random-{number:02}", source.request(scheme)


def write(folder, request, answer):
    folder.mkdir(parents=True)
    request = {key: value for key, value in request.items() if key != "scheme"}
    (folder / "request.json").write_text(json.dumps(request, ensure_ascii=False, indent=2) + "\n", newline="")
    for step, text in answer.items():
        (folder / f"{step}.txt").write_text(text, newline="")


if __name__ == "__main__":
    main()
