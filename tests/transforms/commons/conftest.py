"""Golden cases: `record.json` + `case.json` in, `page.wikitext` + `sdc.json` out. All records are written by us; the museums are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from glamflow.transforms.commons.context import MediaFacts, PageDraft, Sibling
from glamflow.transforms.commons.page import build_page
from glamflow.transforms.commons.title import title_for
from glamflow.transforms.policy import CommonsPolicy, RightsPolicy, Vocabulary, WikidataPolicy
from glamflow.transforms.record import Record
from glamflow.transforms.rights.decision import RightsDecision

GOLDEN = Path(__file__).parent / "golden"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What `case.json` holds: everything of a page but the record."""

    medium: str
    decision: RightsDecision
    commons: CommonsPolicy
    rights: RightsPolicy
    wikidata: WikidataPolicy
    vocabulary: Vocabulary
    partner_name: str
    siblings: tuple[Sibling, ...] = ()
    extension: str = "jpg"
    item: str = ""


@pytest.fixture
def load() -> Callable[[str], tuple[Record, Case]]:
    return _load


@pytest.fixture
def page_of() -> Callable[[Record, Case], PageDraft]:
    return _page_of


@pytest.fixture
def folder_of() -> Callable[[str], Path]:
    return lambda name: GOLDEN / name


def _load(name: str) -> tuple[Record, Case]:
    folder = GOLDEN / name
    record = msgspec.json.decode((folder / "record.json").read_bytes(), type=Record)
    return record, msgspec.json.decode((folder / "case.json").read_bytes(), type=Case)


def _page_of(record: Record, case: Case) -> PageDraft:
    medium = next(medium for medium in record.media if medium.id == case.medium)
    title = title_for(record, medium, case.commons, case.partner_name, extension=case.extension)
    return build_page(
        record,
        medium,
        case.decision,
        commons=case.commons,
        rights=case.rights,
        wikidata=case.wikidata,
        vocabulary=case.vocabulary,
        partner_name=case.partner_name,
        title=title,
        siblings=case.siblings,
        media_facts=MediaFacts(url=medium.url),
        retrieved=dt.date(2026, 11, 1),
        item=case.item,
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "golden" in metafunc.fixturenames:
        metafunc.parametrize("golden", sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir()))
