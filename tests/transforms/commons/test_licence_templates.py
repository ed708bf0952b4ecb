"""Every licence template that a rights decision can name stands in the closed table of page templates."""

from __future__ import annotations

import re
from pathlib import Path

import glamflow.transforms.rights as rights
from glamflow.transforms.commons.templates import known_parameters


def _named() -> set[str]:
    folder = Path(str(rights.__file__)).parent
    sources = [path.read_text("utf-8") for path in folder.glob("*.py")]
    sources.append((folder / "data" / "agencies.json").read_text("utf-8"))
    sources.append((folder / "data" / "licences.json").read_text("utf-8"))
    found = set(re.findall(r'"((?:PD-|Cc-|Licensed-PD)[A-Za-z0-9.-]*[A-Za-z0-9])["|]', "\n".join(sources)))
    return found


def test_every_licence_template_of_the_rights_tables_is_known() -> None:
    named = _named()
    assert len(named) > 20
    assert sorted(name for name in named if known_parameters(name) is None) == []
