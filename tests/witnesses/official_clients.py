"""Drives `sae local` with the official Python SDKs and holds what they see against the documents.

    python official_clients.py SAE

SAE is the built program. Every public function of the modules `checks_*` is a check, and one of the modules `life_*` a
stage of a life, which counts as a check. Exits with 1 if one fails.
"""

import argparse
import inspect
import logging
import os
import signal
import sys
import time
import traceback

import checks_core
import checks_life
import checks_reads
import checks_refusals
import checks_roa
import life_edas
import life_sae
import sdks
from local_server import local_server
from world import World

PARTS = {
    "alibabacloud_sae20190506, ACS3": [checks_life, checks_reads, checks_refusals],
    "alibabacloud_sae20190506, ROA": [checks_roa],
    "aliyun-python-sdk-core, ROA": [checks_core],
}
# Each is lived with the older and with the newer SDK.
LIVES = [life_sae, life_edas]
# The SDKs send plain HTTP through a proxy, even to this machine.
PROXIES = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
# A server that hangs must not hold up CI: each of its calls would take ten seconds.
LIMIT_SECONDS = 120


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", metavar="SAE", help="path of the built `sae` program")
    program = parser.parse_args().program
    for name in PROXIES:
        os.environ.pop(name, None)
    # The SDKs write every refusal to stderr.
    logging.disable(logging.CRITICAL)
    # An exit ends the server, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"official clients: not done within {LIMIT_SECONDS} s"))
    signal.alarm(LIMIT_SECONDS)
    passed = failed = 0
    with local_server(program) as endpoint:
        for part, results in parts(endpoint):
            start = time.monotonic()
            results = list(results)
            print(f"{part}: {len(results)} checks in {time.monotonic() - start:.1f} s", flush=True)
            passed += results.count(True)
            failed += results.count(False)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def parts(endpoint):
    """Everything, under the names that the report has for it."""
    world = World(endpoint)
    for part, modules in PARTS.items():
        yield part, (run(check, world) for module in modules for check in checks(module))
    for life in LIVES:
        for number, generation in enumerate(sdks.GENERATIONS):
            sdk = generation(life.PRODUCT, endpoint)
            yield f"{sdk.name}, whole life", live(checks(life), life.Application(sdk, number))


def checks(module):
    """The public functions of a module, in its order."""
    mine = (value for value in vars(module).values() if inspect.isfunction(value) and value.__module__ == module.__name__)
    return [function for function in mine if not function.__name__.startswith("_")]


def run(check, world):
    try:
        check(world)
    except Exception:
        print(f"FAILED {check.__module__}.{check.__name__}\n{traceback.format_exc()}", file=sys.stderr, flush=True)
        return False
    return True


def live(stages, application):
    """A stage needs what the one before it left: after a failure the others count as failed, too."""
    alive = True
    for stage in stages:
        alive = alive and run(stage, application)
        yield alive


if __name__ == "__main__":
    sys.exit(main())
