"""All that is compared of one operation."""

import json

import wire_answers
import wire_forms
import wire_requests
import wire_sdk
from wire_answers import Answer
from wire_values import Values

# The first two are what is sent, the others what is read.
PARTS = ALL, ALONE, JSON, XML = "all parameters", "required alone", "answer in JSON", "answer in XML"


class Worker:
    def __init__(self, program, server, sdk):
        self.program, self.server, self.sdk = program, server, sdk

    def compare(self, operation):
        """The differences of each part: a place, what the SDK has there and what the program has."""
        result = {}
        result[ALL], result[JSON] = self.calls(operation, Values(), "json")
        result[ALONE], result[XML] = self.calls(operation, Values(alone=True), "xml")
        result[ALONE] += self.required(operation)
        return result

    def calls(self, operation, values, form):
        """The same call by both: differences of the requests, and of what is read of the answer."""
        path, request, wire = values.request(operation)
        answer = Answer(operation)
        self.server.answer = answer.json()
        theirs = self.sdk.call(operation, path, request)
        sent = self.server.take()
        self.server.answer = getattr(answer, form)()
        ran = self.program.call(operation, json.dumps(wire), form, self.server.host)
        ending = "call", None, f"exit code {ran.returncode} and {ran.stderr.strip()}"
        received = self.server.take()
        if not received:
            return [ending], [ending]
        structures = {name for name, value in wire.items() if isinstance(value, (dict, list))}
        requests = list(wire_requests.differences(sent, received, structures))
        if form not in received.headers.get("Accept", ""):
            requests.append(("header accept", form, received.headers.get("Accept")))
        if ran.returncode or ran.stderr:
            return requests, [ending]
        return requests, list(wire_answers.differences(theirs, json.loads(ran.stdout)))

    def required(self, operation):
        """What the SDK calls required, against the help of the program, and what it refuses to leave out."""
        theirs = {wire_sdk.wire_name(argument) for argument in operation.path}
        needed = wire_sdk.required(operation.request) if operation.request else set()
        theirs |= {wire for wire, (attribute, _) in parameters(operation).items() if attribute in needed}
        documented = self.program.required(operation)
        for name in sorted(theirs ^ documented):
            yield f"requirement of {name}", word(name in theirs), word(name in documented)
        missing = self.program.missing(operation, "{}")
        for name in sorted(documented ^ missing):
            ours = "sent without it" if name in documented else "refused without it"
            yield f"requirement of {name}", word(name in theirs), ours


def parameters(operation):
    return wire_forms.fields(operation.request) if operation.request else {}


def word(required):
    return "required" if required else "optional"
