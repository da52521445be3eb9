"""`sae call`, as a program."""

import re
import subprocess

# A call that hangs must not hold up CI.
CALL_SECONDS = 30


class Program:
    def __init__(self, path, key, secret):
        self.path = path
        self.environment = {"ALIBABA_CLOUD_ACCESS_KEY_ID": key, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret}

    def operations(self):
        """Product and name of everything that can be called."""
        found = set()
        for line in self.run("--list").stdout.splitlines():
            if line.startswith("  "):
                found.add((product, line.split()[0]))
            elif line:
                product = line.split()[0]
        return found

    def required(self, operation):
        """The parameters that the help calls required."""
        text = self.run(operation.name, "--product", operation.product, "--help").stdout
        _, _, parameters = text.partition("\nParameters:\n")
        # A parameter that is named like an option of the program has a prefix.
        entries = re.split(r"^ +--(?:param-)?(\S+) <[^>]*>", parameters, flags=re.MULTILINE)
        return {name for name, doc in zip(entries[1::2], entries[2::2]) if "[required]" in doc}

    def missing(self, operation, params):
        """The parameters without which the program doesn't make the call."""
        ran = self.run(operation.name, "--product", operation.product, "--params", params, "--dry-run",
                       "--endpoint", "http://127.0.0.1")
        found = re.search("the required parameters? (.+) (?:is|are) missing", ran.stderr)
        return set(re.split(", | and ", found[1])) if found else set()

    def call(self, operation, params, form, host):
        return self.run(
            operation.name, "--product", operation.product, "--params", params, "--accept", form,
            "--signature", "acs3", "--endpoint", f"http://{host}", "--max-attempts", "1",
        )

    def run(self, *arguments):
        return subprocess.run(
            [self.path, "call", *arguments], env=self.environment, capture_output=True, text=True, timeout=CALL_SECONDS,
        )
