"""Answers against the models of the official SDK.

The SDK takes any JSON: it skips names that it doesn't know and keeps values as they come. So an answer is held against what
the models declare: it may hold no other names, and each value has the declared type.
"""

import functools
import typing

from darabonba.model import DaraModel


def differences(raw, model, declared=None, path=""):
    """What an answer has otherwise than its model: a line for each place."""
    declared = declared or type(model)
    arguments = typing.get_args(declared)
    if raw is None:
        return
    if isinstance(declared, type) and issubclass(declared, DaraModel):
        yield from members(raw, model, path)
    elif typing.get_origin(declared) is list:
        if not isinstance(raw, list):
            yield f"{path} is {raw!r}, not a list"
            return
        for at, (item, kept) in enumerate(zip(raw, model, strict=True)):
            yield from differences(item, kept, arguments[0], f"{path}[{at}]")
    elif typing.get_origin(declared) is dict:
        if not isinstance(raw, dict):
            yield f"{path} is {raw!r}, not an object"
            return
        for name, value in raw.items():
            yield from differences(value, model[name], arguments[1], f"{path}.{name}")
    elif declared is not typing.Any and not is_scalar(raw, declared):
        yield f"{path} is {raw!r}, not {declared.__name__}"


def members(raw, model, path):
    if not isinstance(raw, dict):
        yield f"{path} is {raw!r}, not an object"
        return
    known = fields(type(model))
    for name, value in raw.items():
        if name in known:
            attribute, declared = known[name]
            yield from differences(value, getattr(model, attribute), declared, f"{path}.{name}")
        else:
            yield f"{path}.{name} is unknown to {type(model).__name__}"


@functools.cache
def fields(kind):
    """The attributes of a kind of model and their types, by wire name: the name under which a set one is sent."""
    empty = kind().to_map()
    found = {}
    for attribute, declared in typing.get_type_hints(kind.__init__).items():
        value = SAMPLES.get(typing.get_origin(declared), Anything())
        for name, sent in kind(**{attribute: value}).to_map().items():
            if empty.get(name) != sent:
                found[name] = attribute, declared
    return found


class Anything:
    """Takes the place of any value."""

    def to_map(self):
        return {}


# Models send empty lists and maps even if they hold none.
SAMPLES = {list: [None], dict: {"": None}}


def is_scalar(raw, declared):
    if declared is float:
        return isinstance(raw, (int, float)) and not isinstance(raw, bool)
    return type(raw) is declared
