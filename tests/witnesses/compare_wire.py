"""Compares every operation of the official SDKs with `sae call`: what is sent, and what is read of an answer.

    python compare_wire.py [--all] SAE [OPERATION ...]

SAE is the built program. Operations, parameters and answers come from the code of the SDKs. Exits with 1 on any difference
that `wire_known.py` doesn't explain.
"""

import argparse
import concurrent.futures
import contextlib
import logging
import os
import re
import signal
import sys
import threading
import time

import wire_known
import wire_sdk
from wire_program import Program
from wire_server import server
from wire_worker import PARTS, Worker

KEY, SECRET = "witness", "witness-secret"
THREADS = 4
LIMIT_SECONDS = 180


def main():
    arguments = parse()
    # The SDKs send plain HTTP through a proxy, even to this machine.
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        os.environ.pop(name, None)
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(LIMIT_SECONDS)
    start = time.monotonic()
    program = Program(arguments.program, KEY, SECRET)
    listed = program.operations()
    everything = wire_sdk.operations()
    chosen = [one for one in everything if (one.product, one.name) in listed]
    strangers = {(one.product, one.name) for one in everything} ^ listed
    if arguments.operations:
        chosen, strangers = [one for one in chosen if one.name in arguments.operations], set()
    with contextlib.ExitStack() as servers, concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        workers = Workers(program, servers)
        results = list(pool.map(lambda operation: workers.mine().compare(operation), chosen))

    report = Report(arguments.all)
    for product, name in sorted(strangers):
        where = "the program" if (product, name) not in listed else "the SDK"
        report.failure(f"{product} {name}", [f"unknown to {where}"], len(PARTS))
    for operation, result in zip(chosen, results):
        for part in PARTS:
            report.part(operation, part, result[part])
    if not arguments.operations:
        for entry in wire_known.unused(report.used):
            report.failure(entry, ["is no difference any more; take it out of wire_known.py"])
    counts = ", ".join(f"{sum(one.product == product for one in chosen)} of {product}" for product in wire_sdk.PRODUCTS)
    print(f"{len(chosen)} operations compared ({counts}) in {time.monotonic() - start:.1f} s")
    print(f"{report.explained} differences are known to be right")
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed or not report.passed else 0


def give_up(*_):
    print(f"compare_wire: not done within {LIMIT_SECONDS} s", file=sys.stderr, flush=True)
    # The threads would be waited for otherwise.
    os._exit(1)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--all", action="store_true", help="print every difference, not the first of each part alone")
    parser.add_argument("program", metavar="SAE", help="path of the built `sae` program")
    parser.add_argument("operations", metavar="OPERATION", nargs="*", help="compare these alone")
    return parser.parse_args()


class Workers:
    """One for each thread, with a server of its own: its requests don't mix with those of others."""

    def __init__(self, program, servers):
        self.program, self.servers = program, servers
        self.threads, self.lock = threading.local(), threading.Lock()

    def mine(self):
        if not hasattr(self.threads, "worker"):
            with self.lock:
                running = self.servers.enter_context(server())
            self.threads.worker = Worker(self.program, running, wire_sdk.Sdk(running.host, KEY, SECRET))
        return self.threads.worker


class Report:
    """Prints failures and counts parts."""

    def __init__(self, all):
        self.all, self.used = all, set()
        self.passed = self.failed = self.explained = 0

    def part(self, operation, part, differences):
        lines = []
        for difference in differences:
            reason = wire_known.reason(operation, *difference)
            if reason:
                self.explained += 1
                self.used.add(reason)
            else:
                place, theirs, ours = difference
                lines.append(f"{place}: {shown(theirs)} by the SDK, {shown(ours)} by sae")
        if lines:
            self.failure(f"{operation.product} {operation.name}, {part}", lines)
        else:
            self.passed += 1

    def failure(self, what, lines, parts=1):
        self.failed += parts
        more = f" (and {len(lines) - 1} more)" if lines[1:] and not self.all else ""
        for line in lines if self.all else lines[:1]:
            print(f"FAILED {what}: {line}{more}")


def shown(value):
    return "nothing" if value is None else re.sub(r"\s+", " ", str(value))


if __name__ == "__main__":
    sys.exit(main())
