"""Runs what the guide shows of official SDKs, each block against a `sae local` of its own.

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
PAGE = HERE / "../../docs/guide/src/official-sdks.md"
# How a block of each language is run.
INTERPRETERS = {"python": (sys.executable, ".py"), "js": ("node", ".cjs")}
SHOWN = "127.0.0.1:8080"
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
    if passed + failed < len(INTERPRETERS):
        failed += 1
        print(f"{PAGE.name} lacks a block")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


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
