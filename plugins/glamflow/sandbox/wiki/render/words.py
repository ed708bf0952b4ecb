"""Words of the pages in the reader's language, and the closed sets of template parameters. Data: `data/interface.json`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

READERS = ("en", "sv", "fr", "ar")
RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("glamflow.sandbox.wiki").joinpath("data", "interface.json").read_text(encoding="utf-8"))
    return loaded


def word(key: str, language: str) -> str:
    """A word of the interface."""
    terms = _data()["interface"].get(key, {})
    return str(terms.get(language) or terms.get("en") or key)


def field_label(name: str, language: str) -> str:
    """Label of a template parameter."""
    terms = _data()["fields"].get(name, {})
    return str(terms.get(language) or terms.get("en") or name.capitalize())


def licence_text(key: str, language: str, **values: str) -> str:
    """Sentence of a licence look-alike."""
    terms = _data()["licences"][key]
    return str(terms.get(language) or terms["en"]).format(**values)


def parameters_of(template: str) -> tuple[str, ...] | None:
    """Known parameters of an information template, None for any other template."""
    known = _data()["parameters"].get(template[:1].upper() + template[1:])
    return tuple(known) if known is not None else None


def language_name(code: str) -> str | None:
    """Own name of a language that has a template."""
    name = _data()["languages"].get(code)
    return str(name) if name else None
