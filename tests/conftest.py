"""What all tests share: the switch that rewrites golden files, and one profile for property tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Machines that run tests are shared and slow at times: a time limit per example would fail for no fault of ours.
settings.register_profile("glamflow", deadline=None, print_blob=True)
settings.load_profile("glamflow")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files; the diff is the review")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))
