"""Differences that are right as they are, each with its reason. One that no longer shows is a failure."""

# By product, operation and place.
PLACES = {
    ("sae", "CreateConfigMap", "requirement of Data"): "the official metadata calls it optional",
    ("sae", "UpdateConfigMap", "requirement of Data"): "the official metadata calls it optional",
}

# Answers whose envelope is in lower camel case. The program prints every envelope in the one spelling of the document.
LOWER_ENVELOPES = {
    ("sae", "UpdateNamespaceSlsConfigs"): ("requestId",),
    ("edas", "GetMigrateApplication"): ("code", "message", "success", "traceId"),
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


def printed(operation, answer):
    """An answer with the envelope spelled as the program prints it. A wrong spelling here shows as a difference."""
    lower = LOWER_ENVELOPES.get((operation.product, operation.name), ())
    return {name[0].upper() + name[1:] if name in lower else name: value for name, value in answer.items()}
