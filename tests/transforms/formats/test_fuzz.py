"""Every format by a record of our own, whole, damaged and hostile: only `Mapped` or `Rejected`, within a second of CPU."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glamflow.transforms.digest import canonical_json
from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Reason, Rejected, SourceInfo
from glamflow.transforms.policy import MappingPolicy
from glamflow.transforms.record import Record

RECORDS: dict[str, str] = json.loads((Path(__file__).parent / "own_records.json").read_text("utf-8"))
PIECES = (
    "",
    "<",
    ">",
    "&lt;b&gt;",
    "&#0;",
    "9" * 30,
    "-",
    "\u202e",
    "\ufffe",
    "<x/>",
    "é",
    "'",
    '"',
    "http://[",
    "{{",
    "\n",
    "]]>",
    "(" * 9,
    "1/2/",
)
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(9))
    + "]>"
)
EXTERNAL = "<!DOCTYPE x [<!ENTITY j SYSTEM 'file:///etc/passwd'>]>"


def timed(payload: bytes, name: str) -> Mapped | Rejected:
    started = time.process_time()
    outcome = map_record(payload, SourceInfo(partner="x", key="k", format=name), MappingPolicy(crosswalk=name))
    assert time.process_time() - started < 1
    assert isinstance(outcome, Mapped | Rejected)
    canonical_json(outcome)
    return outcome


def read(name: str) -> Record:
    outcome = timed(RECORDS[name].encode(), name)
    assert isinstance(outcome, Mapped), outcome
    return outcome.record


def test_every_format_has_a_record_of_our_own() -> None:
    assert set(RECORDS) == set(CROSSWALKS)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_of_our_own_is_read_in_every_field_that_its_format_has(name: str) -> None:
    record = read(name)
    assert record.titles[0].value == "TITLE"
    assert record.inventory_number == "HM 12"
    assert [m.url for m in record.media] == ["https://m.example/1.jpg"]
    assert record.dates
    assert record.dates[0].earliest is not None
    assert any(s.value for s in (*record.rights, *(s for m in record.media for s in m.rights)))
    assert name == "mets" or any(a.name == "Anna Lind" for a in record.agents)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(RECORDS)), st.data())
def test_a_damaged_record_maps_or_is_rejected_within_a_second(name: str, data: st.DataObject) -> None:
    text = RECORDS[name]
    for _ in range(data.draw(st.integers(1, 5))):
        at, cut = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 15))
        text = text[:at] + data.draw(st.sampled_from(PIECES) | st.text(max_size=6)) + text[at + cut :]
    timed(text.encode("utf-8", "surrogatepass"), name)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(RECORDS)), st.text(max_size=60), st.data())
def test_any_text_may_stand_in_any_place(name: str, value: str, data: st.DataObject) -> None:
    place = data.draw(
        st.sampled_from(
            ["TITLE", "HM 12", "20 x 30 cm", "1880", "Lind, Anna", "CC BY 4.0", "swe", "https://m.example/1.jpg"]
        )
    )
    shown = (
        json.dumps(value)[1:-1]
        if CROSSWALKS[name].json
        else value.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")
    )
    timed(RECORDS[name].replace(place, shown).encode("utf-8", "surrogatepass"), name)


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize(
    "kind", ["laughs", "external", "utf-16 laughs", "title of 1 MB", "depth 10,000", "20 MB", "cut off"]
)
def test_a_hostile_record_of_any_format_is_refused_cheaply(kind: str, name: str) -> None:
    record, is_json = RECORDS[name], CROSSWALKS[name].json
    deep = "[" * 10_000 + "]" * 10_000 if is_json else "<a>" * 10_000 + "</a>" * 10_000
    payloads: dict[str, str | bytes] = {
        "laughs": LAUGHS + record.replace("TITLE", "&j;"),
        "external": EXTERNAL + record.replace("TITLE", "&j;"),
        "utf-16 laughs": (LAUGHS + record.replace("TITLE", "&j;")).encode("utf-16"),
        "title of 1 MB": record.replace("TITLE", "x" * 1_000_000),
        "depth 10,000": record.replace('"TITLE"' if is_json else "TITLE", deep),
        "20 MB": record.replace("TITLE", "x" * 20_000_000),
        "cut off": record[: len(record) // 2],
    }
    payload = payloads[kind]
    outcome = timed(payload if isinstance(payload, bytes) else payload.encode(), name)
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.PAYLOAD_INVALID
