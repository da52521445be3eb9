"""What the documents describe, from the spec."""

import pathlib
import tomllib

SPEC = pathlib.Path(__file__).parents[2] / "api-spec"


def operations(product):
    """The names of a product's operations that aren't of today's API alone."""
    files = [file for file in SPEC.glob(f"{product}-*/*/*.toml") if file.stem != "shapes"]
    described = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return {operation["name"] for operation in described if operation.get("from") != "today"}
