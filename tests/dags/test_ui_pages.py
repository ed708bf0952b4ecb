"""What the pages show, from a small ledger of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from glamflow.ledger.ledger import Ledger
from glamflow.ledger.reads import Reads
from glamflow.orchestration.pages import quality_page, run_of_token, run_page, token_of
from glamflow.ui.pages import Obstacle, PartnerRow, render_overview, render_partner

RUN = "alpha__ingest/manual__2026-11-25T01:02:03+00:00"


def test_partners_that_need_somebody_come_first() -> None:
    rows = [
        PartnerRow(slug="a", name="Alpha"),
        PartnerRow(slug="b", name="Beta", funnel=(("records offered", 3),), waiting="publish 3 files?", waiting_link="/x"),
        PartnerRow(slug="c", name="Gamma", problem="c.yaml:3: wrong"),
    ]
    text = render_overview(rows)
    assert text.index("Gamma") < text.index("Beta") < text.index("Alpha")
    assert "3 collections, 1 waiting for a decision." in text


def test_text_of_partners_never_becomes_markup() -> None:
    text = render_overview([PartnerRow(slug="a", name="<script>alert(1)</script>", problem="<b>x")])
    assert "<script>" not in text
    assert "<b>x" not in text


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    return Reads(Ledger.open(f"sqlite:///{tmp_path}/ledger.db", actor="person:test").migrate().context)


def test_a_partner_without_a_run_says_so(reads: Reads) -> None:
    text = render_partner("alpha", "Alpha", funnel=reads.funnel("alpha"), obstacles=[], runs=[])
    assert "No run yet." in text


def test_what_stands_in_the_way_is_said_in_words_with_examples(reads: Reads) -> None:
    row = Obstacle(
        subject="file", state="held", reason="CC_NO_VERSION", count=4, what="The licence has no version.",
        do="Tell us the version.", examples=("LM-5101",),
    )  # fmt: skip
    text = render_partner("alpha", "Alpha", funnel=reads.funnel("alpha"), obstacles=[row], runs=[])
    assert "The licence has no version." in text
    assert "LM-5101" in text


def test_a_run_of_airflow_leads_to_airflow_and_one_of_the_command_line_nowhere() -> None:
    assert run_page(RUN) == "/dags/alpha__ingest/runs/manual__2026-11-25T01:02:03+00:00"
    assert run_page("cli-2026") == ""


def test_a_runs_name_survives_its_way_through_an_address() -> None:
    assert run_of_token(token_of(RUN)) == RUN
    assert quality_page("alpha", RUN).endswith("/index.html")
    assert "/" not in token_of(RUN)
