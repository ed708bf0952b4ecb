"""Against `oai-repo` of the package index, a server of its own dialect: tokens by cursor and state, day or second dates,
`noRecordsMatch` behind an exact last page, and no word of what was deleted (there is only "not listed any more")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import oai_repo
import pytest
from feed_partner import environment, ingest, inside, records
from lxml import etree

from glamflow.steps.deps import Deps

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Data:
    """The holdings: key → (datestamp, set, title)."""

    limit = 10

    def __init__(self, granularity: str) -> None:
        self.granularity = granularity
        self.rows = {f"oai:repo.example:{n}": (START + dt.timedelta(days=n), "maps" if n % 3 else "coins", f"Kart {n} æøå") for n in range(40)}

    def get_identify(self) -> oai_repo.Identify:
        return oai_repo.Identify(
            repository_name="Repo museum", base_url="https://repo.example/oai", admin_email=["admin@repo.example"],
            earliest_datestamp=self._stamp(START), deleted_record="no", granularity=self.granularity,
        )  # fmt: skip

    def is_valid_identifier(self, identifier: str) -> bool:
        return identifier in self.rows

    def get_metadata_formats(self, identifier: str | None = None) -> list[Any]:
        return [oai_repo.MetadataFormat("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", OAI_DC)]

    def get_record_header(self, identifier: str) -> oai_repo.RecordHeader:
        stamp, name, _ = self.rows[identifier]
        return oai_repo.RecordHeader(identifier=identifier, datestamp=self._stamp(stamp), setspecs=[name])

    def get_record_metadata(self, identifier: str, metadataprefix: str) -> etree._Element:
        root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC})
        etree.SubElement(root, f"{{{DC}}}title").text = self.rows[identifier][2]
        return root

    def get_records_header(self, identifiers: list[str]) -> list[Any]:
        return [self.get_record_header(one) for one in identifiers]

    def get_records_metadata(self, identifiers: list[str], metadataprefix: str) -> list[etree._Element]:
        return [self.get_record_metadata(one, metadataprefix) for one in identifiers]

    def get_records_abouts(self, identifiers: list[str]) -> list[list[etree._Element]]:
        return [[] for _ in identifiers]

    def list_set_specs(self, identifier: str | None = None, cursor: int = 0) -> tuple[list[str], int, None]:
        names = [self.rows[identifier][1]] if identifier else ["coins", "maps"]
        return names[cursor : cursor + self.limit], len(names), None

    def get_set(self, setspec: str) -> oai_repo.Set:
        return oai_repo.Set(spec=setspec, name=setspec.title(), description=[])

    def list_identifiers(
        self, metadataprefix: str, filter_from: Any = None, filter_until: Any = None, filter_set: str | None = None, cursor: int = 0
    ) -> tuple[list[str], int, None]:
        found = [
            key
            for key, (stamp, name, _) in self.rows.items()
            if (not filter_from or stamp >= filter_from) and (not filter_until or stamp <= filter_until) and (not filter_set or name == filter_set)
        ]
        return found[cursor : cursor + self.limit], len(found), None

    def _stamp(self, moment: dt.datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if "hh" in self.granularity else "%Y-%m-%d")


@pytest.fixture(params=["YYYY-MM-DDThh:mm:ssZ", "YYYY-MM-DD"])
def data(loopback: Any, reply: Any, request: pytest.FixtureRequest) -> Data:
    held = Data(request.param)
    server = oai_repo.OAIRepository(held)
    loopback.answer(lambda asked: reply(bytes(server.process(dict(asked.params))), headers={"Content-Type": "text/xml"}))
    return held


@pytest.fixture
def deps(tmp_path: Any, loopback: Any, data: Data) -> Iterator[Deps]:
    with inside(environment(tmp_path, f"{loopback.url}/oai")) as made:
        yield made


def test_every_record_of_the_server_comes_with_its_own_words(data: Data, source: Any, harvest: Any) -> None:
    result = harvest(source())
    assert set(result.records) == set(data.rows)
    for key, (stamp, name, title) in data.rows.items():
        record = result.records[key]
        assert (record.datestamp, record.sets, record.deleted) == (data._stamp(stamp), (name,), False)
        assert etree.fromstring(record.payload).findtext(f"{{{DC}}}title") == title
    assert not result.quarantined


def test_a_set_and_weekly_windows_bring_their_own_records(data: Data, source: Any, harvest: Any) -> None:
    coins = {key for key, row in data.rows.items() if row[1] == "coins"}
    assert set(harvest(source(sets=("coins",))).records) == coins
    weekly = harvest(source(window="P1W"), None, START + dt.timedelta(days=60))
    assert set(weekly.records) == set(data.rows)


def test_an_incremental_harvest_brings_what_moved(data: Data, source: Any, harvest: Any) -> None:
    data.rows["oai:repo.example:3"] = (START + dt.timedelta(days=100), "maps", "Kart 3, corrected")
    result = harvest(source(), START + dt.timedelta(days=90), None)
    assert set(result.records) == {"oai:repo.example:3"}


def test_the_probe_reads_this_server_too(data: Data, source: Any) -> None:
    facts = source().probe()
    assert (facts.name, facts.deleted, facts.formats) == ("Repo museum", "no", ("oai_dc",))
    assert [name for name, _ in facts.sets] == ["coins", "maps"]


def test_records_that_it_leaves_out_are_found_by_full_harvests_held_and_told(data: Data, deps: Deps) -> None:
    assert ingest(deps, "first")["new"] == 40
    del data.rows["oai:repo.example:5"]
    del data.rows["oai:repo.example:11"]
    assert "missing" not in ingest(deps, "incremental")
    assert ingest(deps, "second", full=True)["missing"] == 2
    counts = ingest(deps, "third", full=True)
    assert counts["vanished"] == 2
    states = records(deps)
    assert {key for key, state in states.items() if state == "held"} == {"oai:repo.example:5", "oai:repo.example:11"}
    assert {key for key, state in states.items() if state != "held"} == set(data.rows)
    told = deps.ledger.why("oai:repo.example:5", partner="feed-museum")
    assert any(line.reason == "REMOVED_AT_SOURCE" for line in told.story)
