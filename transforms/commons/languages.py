"""Language templates and caption codes, from one closed table (`data/languages.json`).

Rules
- A code in `templates` has a template of its own name that was checked to be a language template: `{{sv|1=…}}`.
- Codes whose template means something else (`{{tl}}` links templates; `{{no}}`, `{{is}}`, `{{as}}`, `{{or}}` are words) go through `{{lang|…}}`.
- An unknown language gets no wrapper and no caption: nothing is guessed.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from glamflow.transforms.commons.wikitext import template


@cache
def _table() -> dict[str, dict[str, str]]:
    data = json.loads((files("glamflow.transforms.commons") / "data" / "languages.json").read_text("utf-8"))
    captions = {code: code for code in [*data["templates"], *data["plain"]]} | data["captions"]
    return {"templates": {code: code for code in data["templates"]}, "captions": captions}


def language_templates() -> frozenset[str]:
    return frozenset(_table()["templates"])


def in_language(text: str, language: str | None) -> str:
    """Ready wikitext `text` in its language's template; as it is where the language is not known."""
    code = (language or "").lower()
    if not text or code not in _table()["captions"]:
        return text
    if code in _table()["templates"]:
        return template(code, {"1": text})
    return template("lang", {"1": code, "2": text})


def caption_language(language: str | None) -> str | None:
    """The code under which Wikibase keeps a label, None where there is none."""
    return _table()["captions"].get((language or "").lower())
