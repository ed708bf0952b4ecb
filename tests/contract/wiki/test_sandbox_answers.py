"""The sandbox wiki answers as a MediaWiki with Wikibase does.

`answers.json` is our own table of facts: by situation the error code, header, upload result, kinds of warnings and the keys
of the answer. Where a folder of recorded exchanges is named by GLAMFLOW_MEDIAWIKI_EXCHANGES, each situation is also compared with
the recording of the same name.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

Answer = tuple[dict[str, Any], str]
FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))
RECORDED = os.environ.get("GLAMFLOW_MEDIAWIKI_EXCHANGES", "")
# What depends on the server's extensions and on the file, not on the request.
FREE = frozenset({"extmetadata", "metadata", "commonmetadata", "html", "options", "descriptionshorturl", "watched", "readonlyreason"})


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if value is None:
        return "null"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "map"


def shape(value: Any, path: str = "") -> set[str]:
    """Paths of all keys with the kind of their values; ids used as keys become `*`."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, inner in value.items():
            name = "docref" if key in {"*", "docref"} and path in {"error", ""} else "#" if _is_id(key, path) else key
            if name not in FREE and not f"{path}.{name}".endswith("datavalue.value"):
                found |= {f"{path}.{name}:{kind(inner)}".lstrip(".")} | shape(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value[:1]:
            found |= shape(inner, f"{path}[]")
    return found


def _is_id(key: str, path: str) -> bool:
    last = path.rpartition(".")[2]
    return last in {"pages", "entities", "labels", "descriptions", "statements", "claims", "qualifiers", "snaks"} or key.lstrip("-").isdigit()


def facts(answer: dict[str, Any], header: str) -> dict[str, Any]:
    """What a client acts on."""
    upload = answer.get("upload", {})
    error = answer.get("error") or (answer.get("errors") or [{}])[0]
    messages = error.get("messages") or error.get("data", {}).get("messages") or []
    return {
        "code": error.get("code", ""), "header": header, "result": upload.get("result", ""), "stage": upload.get("stage", ""),
        "warnings": sorted(upload.get("warnings", {})), "messages": [message["name"] for message in messages],
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(FACTS))
def test_an_answer_has_the_code_result_warnings_and_keys_of_its_situation(name: str, said: dict[str, Answer]) -> None:
    answer, header = said[name]
    expected = FACTS[name]
    assert facts(answer, header) == {key: expected.get(key, default) for key, default in facts({}, "").items()}
    assert sorted(shape(answer)) == expected["keys"]


def test_every_situation_that_is_played_has_its_row_in_the_table(said: dict[str, Answer]) -> None:
    assert sorted(said) == sorted(FACTS)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "recording" in metafunc.fixturenames:
        metafunc.parametrize("recording", sorted(FACTS))


if RECORDED:

    def test_an_answer_is_like_the_recorded_one(recording: str, said: dict[str, Answer]) -> None:
        exchange = json.loads((Path(RECORDED) / f"{recording}.json").read_text(encoding="utf-8"))
        answer, header = said[recording]
        recorded = exchange["response"]
        assert facts(answer, header) == facts(recorded, exchange["response_headers"].get("MediaWiki-API-Error", ""))
        assert sorted(shape(answer)) == sorted(shape(recorded))
