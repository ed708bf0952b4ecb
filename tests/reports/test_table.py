"""The registrar's tables: numbers as supplied, no formulas, the code last."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.reports import table
from glamflow.reports.figures import Change
from glamflow.reports.words import Words
from glamflow.reports.works import Work
from glamflow.transforms.outcome import Reason
from glamflow.transforms.sentences import LANGUAGES, Sentence, explain

WAY_ON = Sentence(what="On its way.", why="Nothing stands against it.", do="Nothing to do.", who="operator")


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(table.BOM), newline="")))


@pytest.mark.parametrize("number", ["A 12/3", "A 12-3", "=1+1", "-7", "+46 8", "@home", "00012", '12"34', "a,b", " 7 ", "٣٤"])
def test_the_inventory_number_stands_first_exactly_as_supplied(number: str, make_work: Callable[..., Work]) -> None:
    work = make_work(state="held", reason="NO_MEDIA")
    work = Work(key=work.key, inventory_number=number, state="held", standing=work.standing, reason="NO_MEDIA")
    (row,) = rows_of("".join(table.lines(work, Words("en"), WAY_ON)))
    assert row[0] == number
    assert row[-1] == "NO_MEDIA"


@given(st.sampled_from("=+-@\t\r＝＋－＠"), st.text(max_size=20))
def test_a_formula_becomes_text(sign: str, rest: str) -> None:
    assert table.harmless(sign + rest) == f"'{sign}{rest}"


def test_no_cell_but_the_number_can_be_a_formula(make_work: Callable[..., Work]) -> None:
    evil = '=HYPERLINK("https://evil.example","x")'
    work = make_work(number=evil, title=evil, state="held", reason="RIGHTS_TEXT_UNKNOWN", stated=evil, detail=evil, source_url=evil)
    (row,) = rows_of("".join(table.lines(work, Words("sv"), WAY_ON)))
    assert row[0] == evil
    assert not [cell for cell in row[1:] if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_heading_and_sentences(language: str, make_work: Callable[..., Work]) -> None:
    words = Words(language)
    text = table.head(words) + "".join(table.lines(make_work(state="held", reason="MEDIA_CORRUPT"), words, WAY_ON))
    assert text.startswith("\ufeff")
    heading, row = rows_of(text)
    assert len(heading) == len(row) == len(set(heading))
    told = explain(Reason.MEDIA_CORRUPT, language)
    assert row[3:6] == [told.what, told.why, told.do]
    assert row[6] == words.named("who", "partner")


def test_every_file_of_a_record_has_a_line_and_a_record_without_files_one(make_work: Callable[..., Work]) -> None:
    assert len(list(table.lines(make_work(files=3), Words("en"), WAY_ON))) == 3
    assert len(list(table.lines(make_work(state="held", reason="NO_MEDIA", files=0), Words("en"), WAY_ON))) == 1


def test_the_take_back_file_says_who_when_before_and_after() -> None:
    at = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
    change = Change(
        kind="IMPROVED", name="A 12/3", title="Lake", url="https://w.example/1", who="=Eve", at=at, field="caption (de)", language="de",
        before="", after="See", code="caption", record="oai:1", link="https://w.example/2",
    )  # fmt: skip
    _, row = rows_of(table.community([change], Words("en")))
    assert row == [
        "A 12/3", "Lake", "https://w.example/1", "added to it or improved it", "'=Eve", "2026-11-24T08:00:00+00:00", "caption (de)", "de",
        "", "See", "https://w.example/2", "oai:1", "caption", "IMPROVED",
    ]  # fmt: skip
    (data,) = json.loads(table.community_data([change], Words("sv")))
    assert (data["id"], data["field"], data["language"], data["before"], data["after"]) == ("oai:1", "caption", "de", "", "See")
    assert (data["who"], data["when"], data["link"]) == ("=Eve", "2026-11-24T08:00:00+00:00", "https://w.example/2"), "as it is"
