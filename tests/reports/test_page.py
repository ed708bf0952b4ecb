"""The page: one for the director, the rest for the registrar; safe with anything that records may hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from report_reader import CODE_WORDS, loads, read_page, shown

from glamflow.reports.figures import Change, Report
from glamflow.reports.onwiki import status_lines
from glamflow.reports.page import render_page
from glamflow.reports.works import Work
from glamflow.transforms.outcome import Finding, Reason
from glamflow.transforms.sentences import LANGUAGES

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}[[File:x]]‮'
FILES = {"csv": "report.csv", "json": "report.json", "community": "community.csv", "data": "community.json"}
MakeWork = Callable[..., Work]
MakeReport = Callable[..., Report]


def some_of_everything(make_work: MakeWork) -> list[Work]:
    stopped = [make_work(title="Work", state="held", reason=reason) for reason in Reason]
    finding = Finding(reason=Reason.DATE_NOT_READ, field="dates", value="in the year of the comet")
    return [*(make_work(title=f"View {n}", findings=(finding,)) for n in range(40)), *stopped]


def page_of(report: Report) -> str:
    return render_page(report, {}, files=FILES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_has_at_most_150_words_five_numbers_and_three_requests(
    language: str, make_work: MakeWork, make_report: MakeReport
) -> None:
    page = read_page(page_of(make_report(some_of_everything(make_work), language=language)))
    (director,) = page.find_class("director")
    assert len(shown(director).split()) <= 150
    assert len(director.xpath(".//dl/div/dd")) == 5
    assert len(director.xpath(".//ol/li")) == 3
    assert all(item.xpath(".//a[starts-with(@href, '#')]") for item in director.xpath(".//ol/li"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_words_stand_on_the_page(language: str, make_work: MakeWork, make_report: MakeReport) -> None:
    text = shown(read_page(page_of(make_report(some_of_everything(make_work), language=language))))
    assert CODE_WORDS.findall(text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_nothing_of_any_server(language: str, make_work: MakeWork, make_report: MakeReport) -> None:
    page = page_of(make_report(some_of_everything(make_work), language=language))
    assert loads(read_page(page)) == []
    assert "default-src 'none'" in page


def test_every_link_within_the_page_leads_somewhere(make_work: MakeWork, make_report: MakeReport) -> None:
    page = read_page(page_of(make_report(some_of_everything(make_work))))
    targets = set(page.xpath("//@id"))
    assert {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")} <= targets


def test_arabic_is_written_from_right_to_left_and_names_keep_their_own_direction(make_work: MakeWork, make_report: MakeReport) -> None:
    page = read_page(page_of(make_report([make_work(title="Lake")], language="ar")))
    assert (page.get("dir"), page.get("lang")) == ("rtl", "ar")
    assert page.xpath("//figcaption/bdi[text()='Lake']")


def test_swedish_reads_from_left_to_right_and_dates_are_long(make_work: MakeWork, make_report: MakeReport) -> None:
    page = read_page(page_of(make_report([make_work()], language="sv")))
    assert page.get("dir") == "ltr"
    assert "25 november 2026" in shown(page)


def test_hostile_values_are_shown_as_text(make_work: MakeWork, make_report: MakeReport) -> None:
    works = [
        make_work(HOSTILE, title=HOSTILE, stated=HOSTILE),
        make_work(HOSTILE, title=HOSTILE, state="held", reason="POSSIBLE_DUPLICATE", detail=f"File:{HOSTILE}", stated=HOSTILE),
        make_work(
            HOSTILE, title=HOSTILE, state="rejected", reason="MEDIA_CORRUPT", source_url="javascript:alert(1)",
            findings=(Finding(reason=Reason.DATE_NOT_READ, field=HOSTILE, value=HOSTILE),),
        ),
    ]  # fmt: skip
    change = Change(
        kind="RENAMED", name=HOSTILE, title=HOSTILE, url="javascript:alert(1)", who=HOSTILE, at=dt.datetime.now(dt.UTC), before=HOSTILE,
        after=HOSTILE,
    )  # fmt: skip
    page = read_page(page_of(make_report(works, changes=[change], name=HOSTILE)))
    assert loads(page) == []
    assert not page.xpath("//a[starts-with(@href, 'javascript')]")
    assert "<script>alert(1)</script>" in shown(page)


def test_hostile_values_stay_text_in_the_wiki_lines(make_work: MakeWork, make_report: MakeReport) -> None:
    text = status_lines(make_report([make_work()], name=HOSTILE))
    assert "{{" not in text.partition("\n")[0]
    assert "<script" not in text
    assert "[[" not in text


def test_before_the_first_run_the_page_says_so(make_report: MakeReport) -> None:
    text = shown(read_page(page_of(make_report([]))))
    assert "No run yet." in text
    assert "0 records" not in text


def test_nothing_asked_is_said_and_not_left_empty(make_work: MakeWork, make_report: MakeReport) -> None:
    assert "Nothing. Thank you." in shown(read_page(page_of(make_report([make_work()]))))


@pytest.mark.parametrize("number", [0, 1, 2, 1204])
def test_numbers_have_thin_spaces_and_the_sentence_fits_its_number(number: int, make_work: MakeWork, make_report: MakeReport) -> None:
    works: Sequence[Work] = [make_work() for _ in range(number)] + [make_work(state="held", reason="NO_MEDIA")]
    sentence = shown(read_page(page_of(make_report(works))).find(".//h1"))
    verb = "is" if number == 1 else "are"
    assert f"{number:,}".replace(",", "\u202f") + f" {verb} now on Wikimedia Commons" in sentence
