"""Plain lines where nobody watches: few, whole, and never lost in a table."""

from __future__ import annotations

import io

from rich.console import Console

from glamflow.sandbox.demo.show import Row, Screen


def _screen() -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    return Screen(live=False, out=Console(file=out, width=40, highlight=False)), out


def test_a_new_phase_is_told_once() -> None:
    screen, out = _screen()
    for stage in ("ingest", "ingest: map lane", "ingest: check lane", "publish", "publish: stage lane"):
        screen.show([Row(partner="alpha", stage=stage)])
    assert [line.partition("] ")[2].partition(" (")[0] for line in out.getvalue().splitlines()] == ["alpha: ingest", "alpha: publish"]


def test_links_stay_whole_in_a_narrow_terminal() -> None:
    screen, out = _screen()
    link = "http://127.0.0.1:12345/" + "x" * 100
    screen.say(f"Wiki: {link}")
    assert link in out.getvalue()


def test_square_brackets_of_partners_are_no_markup() -> None:
    screen, out = _screen()
    screen.say("alpha: held [red]LM-1[/red]")
    assert "[red]LM-1[/red]" in out.getvalue()
