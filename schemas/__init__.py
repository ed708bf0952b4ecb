"""JSON Schemas of glamflow and one way to load them. `partner` is written by hand, the others come from the types."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator


@functools.cache
def load(name: str) -> dict[str, Any]:
    """The schema `<name>.schema.json`; KeyError names the schemas there are."""
    folder = resources.files(__name__)
    path = folder / f"{name}.schema.json"
    if not path.is_file():
        known = sorted(entry.name.removesuffix(".schema.json") for entry in folder.iterdir() if entry.name.endswith(".schema.json"))
        raise KeyError(f"no schema {name!r}; there are: {', '.join(known)}")
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@functools.cache
def validator(name: str) -> Draft202012Validator:
    """A validator of the schema `name`."""
    return Draft202012Validator(load(name))
