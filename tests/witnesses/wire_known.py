"""Differences that are right as they are, each with its reason. One that no longer shows is a failure."""

# By product, operation and place.
PLACES = {
    ("sae", "CreateConfigMap", "requirement of Data"): "the official metadata calls it optional",
    ("sae", "UpdateConfigMap", "requirement of Data"): "the official metadata calls it optional",
}


def python_boolean(place, theirs, ours):
    """The Python SDKs write booleans in the spelling of Python; the API documents them as JSON has them."""
    return place.startswith(("query ", "form ")) and theirs in (["True"], ["False"]) and ours == [theirs[0].lower()]


# By what the difference looks like, wherever it is.
RULES = [python_boolean]


def reason(operation, place, theirs, ours):
    """What explains a difference: a key of PLACES, or one of RULES."""
    key = (operation.product, operation.name, place)
    return key if key in PLACES else next((rule for rule in RULES if rule(place, theirs, ours)), None)


def unused(used):
    """What explains nothing any more."""
    return [" ".join(key) for key in PLACES if key not in used] + [rule.__name__ for rule in RULES if rule not in used]
