"""Values for the parameters of an operation: the same on every run, and no two alike."""

import itertools
import json
import pathlib
import typing

from darabonba.model import DaraModel

import wire_forms
from wire_sdk import required, wire_name

# What a URL, a form or JSON has to escape, and what they had better not.
SPECIAL = "Ü世界🚀 a&b=c?d%20/e+f*g~h \"i\" 'j' <k> \\l\nm;n,o:p@q#r[s]{t}|u^v`w!$()-._"

# Numbers in a text that the program takes from a closed set alone.
CLOSED = {"CoStatus": ("0", "1", "2", "3", "6", "8")}

# A map has two of these.
KEYS = ("first", "zweites ü&=")


class Values:
    """Fills models of the SDK, and keeps each value as it is on the wire beside it.

    `alone` leaves out what isn't required.
    """

    def __init__(self, alone=False):
        self.numbers = itertools.count(1)
        self.alone = alone

    def request(self, operation):
        """The arguments in the path, the request if there is a model of it, and all of them by wire name."""
        wire = {wire_name(argument): self.scalar(argument, str) for argument in operation.path}
        path = list(wire.values())
        if operation.request is None:
            return path, None, wire
        request, members = self.model(operation.request)
        return path, request, wire | members

    def model(self, kind):
        needed = required(kind)
        pairs = {
            wire: (attribute, self.value(wire, declared))
            for wire, (attribute, declared) in wire_forms.fields(kind).items()
            if not self.alone or attribute in needed
        }
        model = kind(**{attribute: value for attribute, (value, _) in pairs.values()})
        return model, {wire: value for wire, (_, (_, value)) in pairs.items()}

    def value(self, name, declared):
        """A value of a type, as the SDK takes it and as it is on the wire."""
        arguments = typing.get_args(declared)
        if typing.get_origin(declared) is list:
            pairs = [self.value(name, arguments[0]) for _ in range(1 if self.alone else 2)]
            return [value for value, _ in pairs], [wire for _, wire in pairs]
        if typing.get_origin(declared) is dict:
            pairs = {key: self.value(name, arguments[1]) for key in KEYS}
            return {key: value for key, (value, _) in pairs.items()}, {key: wire for key, (_, wire) in pairs.items()}
        if isinstance(declared, type) and issubclass(declared, DaraModel):
            return self.model(declared)
        scalar = self.scalar(name, declared)
        return scalar, scalar

    def scalar(self, name, declared):
        number = next(self.numbers)
        if declared is bool:
            return number % 2 == 1
        if declared is int:
            return number
        if declared is float:
            return number + 0.5
        if declared is typing.Any:
            return {KEYS[0]: [number, SPECIAL, {KEYS[1]: True}], KEYS[1]: 1.5}
        if name in JSON_TEXTS:
            return json_text(name, number)
        if name in CLOSED:
            return CLOSED[name][number % len(CLOSED[name])]
        return f"{name} {number}" if self.alone else f"{name} {number} {SPECIAL}"


def json_text(name, number):
    """JSON as it stands in a string, with white space and members that no type knows: it has to arrive as it is."""
    unknown = {"unknown member": {"number": number, "text": SPECIAL, "list": [True, None, 1.5]}}
    contents = {
        "object": unknown,
        "objects": [unknown, {}],
        "texts": [f"{number}", SPECIAL],
        "map of texts": {KEYS[0]: f"{number}", KEYS[1]: SPECIAL},
        "map of objects": dict.fromkeys(KEYS, unknown),
    }
    return json.dumps(contents[JSON_TEXTS[name]], ensure_ascii=False)


# Strings that hold JSON for which there is a type: its form.
JSON_TEXTS = {
    name: form
    for form, names in json.loads((pathlib.Path(__file__).parent / "json_texts.json").read_text()).items()
    for name in names
}
