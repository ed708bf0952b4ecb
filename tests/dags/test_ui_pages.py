"""What the pages show, from a small ledger of our own."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.reads import Reads
from glamflow.ledger.states import FileState, PlanState, RecordState
from glamflow.orchestration.pages import quality_page, run_of_token, run_page, token_of
from glamflow.ui.bars import flow, parts_of_files, parts_of_records
from glamflow.ui.pages import Obstacle, PartnerRow, PartnerView, record_path, render_overview, render_partner
from glamflow.ui.words import FILE_WORDS, PLAN_WORDS, RECORD_WORDS, standing

RUN = "alpha__ingest/manual__2026-11-25T01:02:03+00:00"


def test_partners_that_need_somebody_come_first() -> None:
    rows = [
        PartnerRow(slug="a", name="Alpha"),
        PartnerRow(slug="b", name="Beta", sentence="Of 3 files, 0 are on the wiki.", files=3, waiting="publish 3 files?", waiting_link="/x"),
        PartnerRow(slug="c", name="Gamma", problem="c.yaml:3: wrong"),
    ]
    text = render_overview(rows)
    assert text.index("Gamma") < text.index("Beta") < text.index("Alpha")
    assert "3 collections: of 3 files, 0 are on the wiki; 1 decision waits for you." in text


def test_text_of_partners_never_becomes_markup() -> None:
    text = render_overview([PartnerRow(slug="a", name="<script>alert(1)</script>", problem="<b>x")])
    assert "<script>alert" not in text
    assert "<b>x" not in text


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    return Reads(Ledger.open(f"sqlite:///{tmp_path}/ledger.db", actor="person:test").migrate().context)


def test_a_partner_without_a_run_says_so_and_what_to_do() -> None:
    text = render_partner(PartnerView(slug="alpha", name="Alpha"))
    assert "Alpha: No run yet." in text
    assert "Unpause" in text


def test_what_stands_in_the_way_is_said_in_words_with_examples_that_lead_to_their_record() -> None:
    row = Obstacle(
        subject="file", state="held", reason="CC_NO_VERSION", count=4, what="The licence has no version.",
        do="Tell us the version.", who="partner", examples=("oai:x/LM-5101",), query="what=files&state=held",
    )  # fmt: skip
    text = render_partner(PartnerView(slug="alpha", name="Alpha", obstacles=(row,)), root="/glam")
    assert "The licence has no version." in text
    assert 'href="/glam/record/alpha/oai%3Ax%2FLM-5101"' in text
    assert 'href="/glam/partners/alpha/list?what=files&amp;state=held"' in text


def test_the_parts_of_a_sum_add_up_and_leave_out_what_is_nothing(reads: Reads) -> None:
    empty = reads.funnel("alpha")
    assert (parts_of_files(empty), parts_of_records(empty), standing(empty)) == ((), (), "No run yet.")
    funnel = msgspec.structs.replace(
        empty, records=empty.records | {"checked": 5, "held": 2}, files=empty.files | {"verified": 3, "held": 1, "rejected": 2}
    )
    assert sum(bar.count for bar in parts_of_files(funnel)) == funnel.files_total == 6
    assert sum(bar.count for bar in parts_of_records(funnel)) == funnel.offered == 7
    assert sum(bar.share for bar in parts_of_files(funnel)) == pytest.approx(100)
    assert standing(funnel) == "Of 6 files, 3 are on the wiki, 1 waits for somebody, 2 cannot go (yet)."
    assert [bar.count for bar in flow(funnel)] == [7, 7, 6, 3, 3, 3, 3]


def test_every_state_has_words() -> None:
    assert set(RECORD_WORDS) == set(RecordState)
    assert set(FILE_WORDS) == set(FileState)
    assert set(PLAN_WORDS) == set(PlanState)


def test_a_record_key_of_any_kind_is_one_part_of_an_address() -> None:
    assert record_path("alpha", "https://x/?a=1#b%") == "/record/alpha/https%3A%2F%2Fx%2F%3Fa%3D1%23b%25"


def test_a_run_of_airflow_leads_to_airflow_and_one_of_the_command_line_nowhere() -> None:
    assert run_page(RUN) == "/dags/alpha__ingest/runs/manual__2026-11-25T01:02:03+00:00"
    assert run_page("cli-2026") == ""


def test_a_runs_name_survives_its_way_through_an_address() -> None:
    assert run_of_token(token_of(RUN)) == RUN
    assert quality_page("alpha", RUN).endswith("/index.html")
    assert "/" not in token_of(RUN)
