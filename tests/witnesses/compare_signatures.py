"""Compares a signer with those of the official Python SDKs, step by step, on random requests.

    python compare_signatures.py [--seed N] [--count N] COMMAND [ARGUMENT ...]

COMMAND reads a request a line on stdin and answers each with a line, as `sae sign --jsonl` does. Exits with 1 on any
difference.
"""

import argparse
import json
import random
import subprocess
import sys

import signers


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="repeat an earlier run")
    parser.add_argument("--count", type=int, default=1000, help="requests for each scheme (default 1000)")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="for example: sae sign --jsonl")
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("no command given")
    print(f"seed {arguments.seed}")
    source = signers.Requests(arguments.seed)
    requests = [source.request(scheme) for scheme in ("roa", "acs3") for _ in range(arguments.count)]
    answers = ask(arguments.command, requests)
    different = {"roa": 0, "acs3": 0}
    for request, answer in zip(requests, answers):
        if not same(request, signers.sign(request), answer):
            different[request["scheme"]] += 1
    for scheme, count in different.items():
        print(f"{scheme}: {arguments.count} requests, {count} different")
    return 1 if any(different.values()) else 0


def ask(command, requests):
    lines = "".join(json.dumps(request, ensure_ascii=False) + "\n" for request in requests)
    run = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in run.stdout.decode().split("\n") if line]
    if len(answers) != len(requests):
        sys.exit(f"{len(requests)} requests, but {len(answers)} answers")
    return answers


def same(request, expected, answer):
    if answer == expected:
        return True
    for key in sorted(set(expected) | set(answer)):
        if expected.get(key) != answer.get(key):
            print(f"{key} differs for {json.dumps(request, ensure_ascii=False)}")
            print(f"  official {expected.get(key)!r}\n  ours     {answer.get(key)!r}")
    return False


if __name__ == "__main__":
    sys.exit(main())
