"""Real records, damaged: only `Mapped` or `Rejected`, within a second of CPU."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glamflow.transforms.digest import canonical_json
from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.formats.split import split_payload
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Rejected, SourceInfo
from glamflow.transforms.policy import MappingPolicy

LARGEST = 200_000
PIECES = (
    b"",
    b"<",
    b">",
    b"&lt;i&gt;",
    b"\xff",
    b"\x00",
    b"9" * 40,
    b"-",
    b"\xe2\x80\xae",
    b"<x/>",
    b"'",
    b"http://[",
    b"{{",
    b"c. ",
    b"]",
    b"(",
)


def folder(name: str) -> Path:
    return Path(os.environ["GLAMFLOW_CORPUS"]) / ("json-api" if name == "rows" else name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("name", [name for name in CROSSWALKS if folder(name).is_dir()])


@cache
def payloads(name: str) -> tuple[bytes, ...]:
    files = sorted(p for p in folder(name).rglob("*") if p.suffix in (".xml", ".rdf", ".json"))
    return tuple(p for path in files for _, p in split_payload(path.read_bytes(), name) if 0 < len(p) <= LARGEST)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_damaged_real_record_maps_or_is_rejected_within_a_second(name: str, data: st.DataObject) -> None:
    payload = data.draw(st.sampled_from(payloads(name)))
    for _ in range(data.draw(st.integers(1, 6))):
        at, cut = data.draw(st.integers(0, len(payload))), data.draw(st.integers(0, 40))
        payload = payload[:at] + data.draw(st.sampled_from(PIECES)) + payload[at + cut :]
    started = time.process_time()
    outcome = map_record(payload, SourceInfo(partner="x", key="k", format=name), MappingPolicy(crosswalk=name))
    assert time.process_time() - started < 1
    assert isinstance(outcome, Mapped | Rejected)
    canonical_json(outcome)
