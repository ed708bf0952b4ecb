"""A short way to map a payload in tests."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Rejected, SourceInfo
from glamflow.transforms.policy import MappingPolicy
from glamflow.transforms.record import Record

Outcome = Mapped | Rejected


@pytest.fixture
def outcome_of() -> Callable[..., Outcome]:
    def run(payload: str | bytes, crosswalk: str, **policy: object) -> Outcome:
        data = payload.encode() if isinstance(payload, str) else payload
        settings = msgspec.convert({"crosswalk": crosswalk, **policy}, MappingPolicy)
        return map_record(data, SourceInfo(partner="example-museum", key="k-1", format=crosswalk), settings)

    return run


@pytest.fixture
def record_of(outcome_of: Callable[..., Outcome]) -> Callable[..., Record]:
    def run(payload: str | bytes, crosswalk: str, **policy: object) -> Record:
        outcome = outcome_of(payload, crosswalk, **policy)
        assert isinstance(outcome, Mapped), outcome
        return outcome.record

    return run
