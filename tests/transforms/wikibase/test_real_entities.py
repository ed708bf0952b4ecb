"""Real entities, where a folder of them is named by GLAMFLOW_CORPUS: nothing of them breaks us, and nothing is changed without cause."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glamflow.transforms.merge import PageState, changes, three_way
from glamflow.transforms.wikibase.statement import identity, says_the_same, statement_id


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    files = sorted((Path(os.environ["GLAMFLOW_CORPUS"]) / "commons-entities").glob("*.json"))
    metafunc.parametrize("path", files, ids=[path.name for path in files])


def _claims(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("mainsnak"), dict) and "property" in value["mainsnak"]:
            yield value
        else:
            for inner in value.values():
                yield from _claims(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _claims(inner)


def test_statements_of_a_real_entity_are_read_and_left_alone(path: Path) -> None:
    claims = tuple(_claims(json.loads(path.read_bytes())))
    for claim in claims:
        assert says_the_same(claim, claim)
        assert identity(claim)
        assert statement_id("M1", claim).startswith("M1$")
    state = PageState(statements=claims)
    assert changes(three_way(None, state, state)) == ()
    assert changes(three_way(PageState(), state, state)) == ()
