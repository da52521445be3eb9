"""Two requests for the same operation, side by side."""

import json
from urllib.parse import parse_qsl, unquote, urlsplit

HEADERS = ["x-acs-action", "x-acs-version"]


def differences(theirs, ours, structures):
    """What two requests have otherwise: the place, and what stands there.

    Structures are the parameters that the SDK may write as JSON: white space and order of members are its own there.
    """
    theirs, ours = parts(theirs, structures), parts(ours, structures)
    for place in sorted(theirs.keys() | ours.keys()):
        if theirs.get(place) != ours.get(place):
            yield place, theirs.get(place), ours.get(place)


def parts(request, structures):
    """A request as it is understood, by the names of its parts."""
    url = urlsplit(request.target)
    found = {"method": request.method, "path": [unquote(step) for step in url.path.split("/")]}
    found["scheme"] = request.headers.get("authorization", "").split(" ")[0]
    for name in HEADERS:
        found[f"header {name}"] = request.headers.get_all(name)
    add(found, "query", url.query, structures)
    if not request.body:
        return found
    media_type = request.headers.get_content_type()
    found["media type"] = media_type
    if media_type == "application/x-www-form-urlencoded":
        add(found, "form", request.body.decode(), structures)
    elif media_type == "application/json":
        found |= {f"JSON {place}": leaf for place, leaf in leaves(json.loads(request.body))}
    else:
        found["body"] = request.body
    return found


def add(found, where, encoded, structures):
    for name, value in parse_qsl(encoded, keep_blank_values=True, strict_parsing=bool(encoded)):
        if name in structures:
            value = canonical(value)
        found.setdefault(f"{where} {name}", []).append(value)


def leaves(value, place=""):
    """Everything that holds nothing else, under its path. Here a number isn't a string."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, f"{place}.{name}")
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{place}[{at}]")
    else:
        yield place, json.dumps(value, ensure_ascii=False)


def canonical(value):
    """JSON in one spelling; what is none stays as it is."""
    try:
        return json.dumps(json.loads(value), ensure_ascii=False, sort_keys=True)
    except ValueError:
        return value
