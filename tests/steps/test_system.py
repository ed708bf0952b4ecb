"""What the house does for itself: the public domain grows on 1 January, chains are checked, questions expire."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sample_world import World

from glamflow.steps import chain, system
from glamflow.steps.outcome import StepReport
from glamflow.transforms.errors import Permanent


def quiet(stage: str, report: StepReport | None) -> None:
    """Nothing to tell."""


def requests_at_source(world: World) -> list[Any]:
    return list(httpx.get(f"{world.sources}/sandbox/requests").json())


def test_on_new_years_day_a_work_becomes_publishable_without_a_request_to_the_partner(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.ingest(world.deps(), "lumen-museum", "ingest/1", tell=quiet)
    (file,) = world.deps().ledger.files_of_record("lumen-museum", "oai:lumen.example:LM-1003")
    assert (file.state, file.reason, file.reconsider_on) == ("rejected", "IN_COPYRIGHT", dt.date(2027, 1, 1))
    asked = requests_at_source(world)

    monkeypatch.setenv("GLAMFLOW_TODAY", "2026-12-31")
    assert system.keep_house(world.deps(), "house/1").counts == {}
    monkeypatch.setenv("GLAMFLOW_TODAY", "2027-01-01")
    assert system.keep_house(world.deps(), "house/2").counts == {"judged_again": 1}

    deps = world.deps()
    (file,) = deps.ledger.files_of_record("lumen-museum", "oai:lumen.example:LM-1003")
    assert file.state == "listed"
    assert file.id in {chosen.id for chosen in deps.ledger.select_files("lumen-museum", limit=1000, today=deps.today())}
    assert requests_at_source(world) == asked


def test_the_fault_of_one_partner_stops_neither_the_others_nor_the_housekeeping(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deps = world.deps()
    for slug in ("lumen-museum", "havn-archive"):
        chain.ingest(deps, slug, f"ingest/{slug}", tell=quiet)
    with deps.ledger.database.write() as connection:  # a file of the first partner in the alphabet is due as well
        row = connection.execute(sa.text("SELECT min(id) FROM file WHERE partner = 'havn-archive'")).scalar_one()
        connection.execute(sa.text("UPDATE file SET state = 'held', reconsider_on = '2026-12-31' WHERE id = :id"), {"id": row})
    deps.ledger.save_partner_version("havn-archive", "no longer: a partner file")
    monkeypatch.setenv("GLAMFLOW_TODAY", "2027-01-01")
    with pytest.raises(Permanent, match=r"havn-archive: havn-archive\.yaml"):
        system.keep_house(world.deps(), "house/1")
    (file,) = world.deps().ledger.files_of_record("lumen-museum", "oai:lumen.example:LM-1003")
    assert file.state == "listed"
    assert file.id in {chosen.id for chosen in deps.ledger.select_files("lumen-museum", limit=1000, today=dt.date(2027, 1, 1))}
    assert deps.ledger.run("house/1/havn-archive").state == "incomplete"


def test_seals_cover_what_runs_left_open_and_a_changed_row_turns_the_check_red(world: World) -> None:
    deps = world.deps()
    chain.ingest(deps, "water-agency", "ingest/1", tell=quiet)
    assert system.check_ledger(deps, "check/1").counts["links"] > 0
    system.seal_audit(deps, "seal/1")
    assert "seals" not in system.seal_audit(deps, "seal/2").counts
    with deps.ledger.database.write() as connection:
        connection.execute(sa.text("DROP TRIGGER event_no_update"))
        connection.execute(sa.text("UPDATE event SET reason = 'FORGED' WHERE id = (SELECT min(id) FROM event WHERE partner = 'water-agency')"))
    with pytest.raises(Permanent, match="water-agency: an event in the range of seal 1"):
        system.check_ledger(deps, "check/2")
