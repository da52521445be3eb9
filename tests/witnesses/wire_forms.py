"""Answers against the models of the official SDK.

The SDK takes any JSON: it skips names that it doesn't know and keeps values as they come. So an answer is held against what
the models declare: it may hold no other names, and each value has the declared type.
"""

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
    elif declared is not typing.Any and not is_scalar(raw, declared):
        yield f"{path} is {raw!r}, not {declared.__name__}"


def members(raw, model, path):
    if not isinstance(raw, dict):
        yield f"{path} is {raw!r}, not an object"
        return
    types = typing.get_type_hints(type(model).__init__)
    attributes = {wire_name(model, attribute): attribute for attribute in types if attribute != "return"}
    for name, value in raw.items():
        attribute = attributes.get(name)
        if attribute is None:
            yield f"{path}.{name} is unknown to {type(model).__name__}"
        else:
            yield from differences(value, getattr(model, attribute), types[attribute], f"{path}.{name}")


def wire_name(model, attribute):
    """The name under which a model of this kind sends an attribute."""
    probe = type(model)()
    empty = set(probe.to_map())
    declared = typing.get_type_hints(type(model).__init__)[attribute]
    setattr(probe, attribute, [] if typing.get_origin(declared) is list else Probe())
    (name,) = set(probe.to_map()) - empty or {name for name in empty if name.lower() == attribute.replace("_", "")}
    return name


class Probe:
    """Stands for any value."""

    def to_map(self):
        return {}


def is_scalar(raw, declared):
    if declared is float:
        return isinstance(raw, (int, float)) and not isinstance(raw, bool)
    return type(raw) is declared
