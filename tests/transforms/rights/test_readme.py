"""The README shows the tables that the engine reads."""

from __future__ import annotations

from pathlib import Path

import glamflow.transforms.rights.tables as tables
from glamflow.transforms.rights.countries import countries, term
from glamflow.transforms.rights.reference import END, START, licence_table

README = Path(tables.__file__).resolve().parent / "README.md"


def test_the_licence_table_of_the_readme_is_not_stale(update_golden: bool) -> None:
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(START)
    tail = rest.split(END)[1]
    fresh = f"{head}{START}\n{licence_table()}\n{END}{tail}"
    if update_golden:
        README.write_text(fresh, encoding="utf-8")
    assert README.read_text(encoding="utf-8") == fresh


def test_every_listed_country_waits_at_least_seventy_years() -> None:
    assert len(countries()) > 100
    assert all(70 <= term(code) <= 100 for code in countries())


def test_unknown_countries_wait_a_hundred_years() -> None:
    assert (term(""), term("XX"), term("MX")) == (100, 100, 100)


def test_the_version_of_the_tables_is_a_digest_of_all_files() -> None:
    assert tables.table_version().startswith("rights-")
    folder = README.parent / "data"
    assert {path.stem for path in folder.glob("*.json")} == set(tables.NAMES)
