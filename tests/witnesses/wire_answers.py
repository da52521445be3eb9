"""Answers as the service would send them: made from the SDK's models, in JSON and in XML."""

import itertools
import json
import typing
from xml.sax.saxutils import escape

from darabonba.model import DaraModel

import wire_forms
from wire_values import JSON_TEXTS, json_text

SPECIAL = "Ü世界🚀 <a> & \"b\" 'c' ]]> \\d\ne"

# Members of the envelope, in any spelling; with other values it would be a refusal.
SUCCESS = {"code": 200, "errorcode": "success", "success": True, "successresponse": True}


class Answer:
    """One answer; each of its leaves differs from all others."""

    def __init__(self, operation):
        self.numbers = itertools.count(1)
        self.root = f"{operation.name}Response"
        self.members = self.model(operation.answer)
        for name, (_, declared) in wire_forms.fields(operation.answer).items():
            if name.lower() in SUCCESS:
                good = SUCCESS[name.lower()]
                self.members[name] = scalar_text(good) if declared is str else good

    def json(self):
        return "application/json;charset=utf-8", json.dumps(self.members, ensure_ascii=False).encode()

    def xml(self):
        """Lists repeat their element, as the gateway writes them."""
        text = '<?xml version="1.0" encoding="UTF-8"?>' + "".join(element(self.root, self.members))
        return "text/xml;charset=utf-8", text.encode()

    def model(self, kind):
        return {wire: self.value(wire, declared) for wire, (_, declared) in wire_forms.fields(kind).items()}

    def value(self, name, declared):
        arguments = typing.get_args(declared)
        if typing.get_origin(declared) is list:
            return [self.value(name, arguments[0]) for _ in range(2)]
        if typing.get_origin(declared) is dict:
            return {key: self.value(name, arguments[1]) for key in ("first", "zweites-ü")}
        if isinstance(declared, type) and issubclass(declared, DaraModel):
            return self.model(declared)
        number = next(self.numbers)
        if declared is typing.Any:
            return {"first": f"{name} {number}", "second": f"{number}"}
        if declared is bool:
            return number % 2 == 1
        if declared is int:
            return number
        if declared is float:
            return number + 0.5
        if name in JSON_TEXTS:
            return json_text(name, number)
        return f"{name} {number} {SPECIAL}"


def element(name, value):
    if isinstance(value, list):
        for item in value:
            yield from element(name, item)
        return
    yield f"<{name}>"
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from element(member, inner)
    else:
        yield escape(scalar_text(value))
    yield f"</{name}>"


def differences(theirs, ours):
    """What two readings of an answer have otherwise: the place, and what stands there."""
    theirs, ours = dict(leaves(theirs)), dict(leaves(ours))
    for place in sorted(theirs.keys() | ours.keys()):
        if theirs.get(place) != ours.get(place):
            yield place, theirs.get(place), ours.get(place)


def leaves(value, place=""):
    """Every scalar as text, under its path: numbers and booleans may come as strings."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{place}[{at}]")
    elif value is not None:
        yield place, scalar_text(value)


def scalar_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
