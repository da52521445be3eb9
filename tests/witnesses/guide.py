"""Runs what the guide shows of official SDKs, each block against a `sae local` of its own, and the blocks about migrating as one program.

    guide.py SAE

SAE is the built program. Exits with 1 if a block fails.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit

from local_server import local_server

HERE = pathlib.Path(__file__).parent
SHOWN = "127.0.0.1:8080"
PAGE = HERE / "../../docs/guide/src/official-sdks.md"
# The blocks of this page are one program, whose client is that of the local server and whose application this makes.
MIGRATION = HERE / "../../docs/guide/src/from-python.md"
LOCAL = [('"my-id"', '"local"'), ('"my-secret"', '"local-secret"'), ('region_id="cn-hangzhou"', f'endpoint="{SHOWN}", protocol="http"')]
APPLICATION = """
from alibabacloud_sae20190506 import models
namespace = models.CreateNamespaceRequest(namespace_id="cn-hangzhou:shop", namespace_name="Shop")
client.create_namespace(namespace)
app = client.create_application(models.CreateApplicationRequest(
    app_name="shop", namespace_id="cn-hangzhou:shop", package_type="Image", image_url="repo/shop:1", cpu=1000, memory=2048, replicas=1,
)).body.data.app_id
import time
time.sleep(3)
"""
# How a block of each language is run.
INTERPRETERS = {"python": (sys.executable, ".py"), "js": ("node", ".cjs")}
TIMEOUT = 60


def main(program):
    passed = failed = 0
    for language, block in re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(), re.DOTALL):
        if language not in INTERPRETERS:
            continue
        ended = run(program, language, block)
        if ended.returncode == 0 and "TotalSize" in ended.stdout:
            passed += 1
        else:
            failed += 1
            print(f"the block in {language} of {PAGE.name} failed:\n{ended.stdout}{ended.stderr}")
    ended = run(program, "python", migration())
    if ended.returncode == 0 and "repo/shop:1" in ended.stdout and "['shop'] 2" in ended.stdout:
        passed += 1
    else:
        failed += 1
        print(f"{MIGRATION.name} failed:\n{ended.stdout}{ended.stderr}")
    if passed + failed <= len(INTERPRETERS):
        failed += 1
        print(f"{PAGE.name} lacks a block")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def migration():
    first, *blocks = re.findall(r"```python\n(.*?)```", MIGRATION.read_text(), re.DOTALL)
    for shown, local in LOCAL:
        assert shown in first, f"{MIGRATION.name} lacks {shown}"
        first = first.replace(shown, local)
    return "\n".join([first, APPLICATION, *blocks, "print(names, status)"])


def run(program, language, block):
    interpreter, suffix = INTERPRETERS[language]
    modules = {"NODE_PATH": str(HERE / "node/node_modules")}
    with local_server(program) as endpoint, tempfile.NamedTemporaryFile("w", suffix=suffix) as script:
        script.write(block.replace(SHOWN, urlsplit(endpoint).netloc))
        script.flush()
        command = [interpreter, script.name]
        return subprocess.run(command, env=os.environ | modules, capture_output=True, text=True, timeout=TIMEOUT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
