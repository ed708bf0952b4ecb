"""Against a third repository written by others: the package `django-oai-pmh`, a process of its own on Django and SQLite.

Its dialect: tokens are numbers in its database with an expiry, sizes are stated, the clock has fractions of seconds, lists go by
identifier. Two faults of version 0.3.9: a list with `until` and no `from` is refused as badArgument; behind a token, `until` is
read as another `from`, so that resumed pages hold wrong records, fail or are missing. Halving gets round it.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glamflow.harvest.factory import make_harvester
from glamflow.harvest.protocol import Harvester
from glamflow.harvest.spec import SourceSpec
from glamflow.net.session import Session

SERVER = Path(__file__).parents[2] / "support" / "django_oai_server.py"
ROWS: list[dict[str, Any]] = [
    {
        "key": f"oai:django.example:{n:02}", "day": f"2026-01-{n + 1:02}", "deleted": n % 9 == 4,
        "sets": ["maps"] if n % 2 else ["coins"], "title": f"Työ {n}",
    }
    for n in range(25)
]  # fmt: skip


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


class Server:
    """The foreign server's address, and its owner's hand on the records."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"

    def keep(self, rows: list[dict[str, Any]]) -> None:
        with urllib.request.urlopen(f"{self.url}control", data=json.dumps(rows).encode(), timeout=20):
            return


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("django")
    with subprocess.Popen([sys.executable, str(SERVER), str(folder), "7"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline()))
        process.terminate()


@pytest.fixture
def server(running: Server) -> Server:
    running.keep(ROWS)  # as they were, whatever another test did
    return running


@pytest.fixture
def feed(server: Server, session: Session) -> Any:
    def make(**fields: Any) -> Harvester:
        return make_harvester(SourceSpec(type="oai_pmh", url=server.url, **fields), session=session)

    return make


def test_a_complete_harvest_holds_record_by_record_what_the_server_holds(feed: Any, harvest: Any) -> None:
    result = harvest(feed())
    assert len(result.pages) == 4
    assert set(result.records) == {row["key"] for row in ROWS}
    for row in ROWS:
        record = result.records[row["key"]]
        assert (record.deleted, record.datestamp, list(record.sets)) == (row["deleted"], f"{row['day']}T00:00:00Z", row["sets"])
        assert row["deleted"] or f"<dc:title>{row['title']}<".encode() in record.payload


def test_a_harvest_goes_on_behind_a_kept_token(feed: Any, harvest: Any) -> None:
    harvester = feed()
    [window] = harvester.windows(None, None)
    first = next(harvester.pages(window))
    rest = list(feed().pages(window, resume=first.resume, first_number=2))
    keys = [record.key for page in (first, *rest) for record in page.records]
    assert sorted(keys) == [row["key"] for row in ROWS]


def test_an_incremental_harvest_brings_what_changed_and_what_was_deleted_since(server: Server, feed: Any, harvest: Any) -> None:
    server.keep([{**ROWS[3], "deleted": True, "day": "2026-03-01"}, {**ROWS[5], "title": "Uusi", "day": "2026-03-02"}])
    result = harvest(feed(), day("2026-02-15"))
    assert {one.key: one.deleted for one in result.records.values()} == {ROWS[3]["key"]: True, ROWS[5]["key"]: False}


def test_a_set_brings_its_own_records(feed: Any, harvest: Any) -> None:
    assert set(harvest(feed(sets=("maps",))).records) == {row["key"] for row in ROWS if "maps" in row["sets"]}


def test_nothing_new_is_an_empty_success(feed: Any, harvest: Any) -> None:
    assert harvest(feed(), day("2026-05-01")).records == {}


def test_lists_with_an_end_are_whole_although_its_tokens_mean_something_else(feed: Any, harvest: Any) -> None:
    result = harvest(feed(), day("2026-01-01"), day("2026-01-22"))
    assert set(result.records) == {row["key"] for row in ROWS if row["day"] < "2026-01-22"}
    assert any("behind its tokens are other records" in warning for warning in result.warnings)


def test_the_probe_reads_the_foreign_server(feed: Any) -> None:
    facts = feed().probe()
    assert (facts.name, facts.deleted, facts.granularity, facts.formats) == ("Django museum", "persistent", "second", ("oai_dc",))
    assert sorted(name for name, _ in facts.sets) == ["coins", "maps"]
