"""Words for what somebody did → `Role`: the ten working languages, MARC relator codes and terms.

Rules
- A word is compared whole, in lower case, without brackets and a trailing full stop; an unknown word is no role (None).
- Of two words ("photographer / publisher") the first known one counts.
Table: `data/roles.json`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from glamflow.transforms.record import Role

_SPLIT = re.compile(r"\s*[/,;|]\s*|\s+(?:and|och|und|et|y|ja|en|og|e)\s+")


@cache
def _roles() -> dict[str, Role]:
    table = json.loads((files("glamflow.transforms.fields") / "data" / "roles.json").read_text("utf-8"))
    return {word: Role(role) for role, words in table.items() for word in words}


def parse_role(value: str) -> Role | None:
    """The role that a word, MARC code or relator URI names."""
    word = value.strip().lower()
    if not word or len(word) > 200:
        return None
    if word.startswith("http"):
        word = word.rstrip("/").rsplit("/", 1)[-1]
    word = word.strip(" .()[]:")
    table = _roles()
    if word in table:
        return table[word]
    return next((table[part] for part in _SPLIT.split(word) if part in table), None)
