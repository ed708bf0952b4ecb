"""A preset becomes a minute of the partner's own."""

from __future__ import annotations

import pytest

from glamflow.orchestration.schedule import cron_of, timetable


def test_a_preset_gives_each_partner_a_stable_minute_of_its_own() -> None:
    lines = {cron_of("@daily", key=f"museum-{n}") for n in range(200)}
    assert cron_of("@daily", key="museum-1") == cron_of("@daily", key="museum-1")
    assert len(lines) > 100


def test_daily_runs_fall_into_the_small_hours() -> None:
    assert all(int(cron_of("@daily", key=f"m{n}").split()[1]) < 6 for n in range(100))


def test_a_cron_line_is_taken_as_it_is() -> None:
    assert cron_of("5 4 * * 1", key="x") == "5 4 * * 1"


@pytest.mark.parametrize("preset", ["@hourly", "@daily", "@weekly", "@monthly"])
def test_every_preset_is_a_cron_line_that_airflow_accepts(preset: str) -> None:
    assert timetable(preset, key="museum") is not None


def test_no_schedule_means_no_clock() -> None:
    assert timetable("", key="museum") is None


def test_a_deployment_can_switch_the_clock_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLAMFLOW_SCHEDULES", "off")
    assert timetable("@daily", key="museum") is None
