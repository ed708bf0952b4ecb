"""Against a repository written by others: the server of the package `oaipmh` (ETH Library), served over loopback."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from lxml.etree import SubElement
from oaipmh.common import Header, Identify, Metadata
from oaipmh.error import NoRecordsMatchError
from oaipmh.metadata import MetadataRegistry
from oaipmh.server import BatchingServer

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"


class Holdings:
    """What the foreign server holds: 25 records, a day apart, three of them deleted, half in the set `maps`."""

    def __init__(self) -> None:
        self.rows = [
            (
                f"oai:eth.example:{n}",
                dt.datetime(2026, 1, 1) + dt.timedelta(days=n),
                n % 9 == 4,
                ["maps"] if n % 2 else ["coins"],
            )
            for n in range(25)
        ]

    def identify(self) -> Identify:
        return Identify(
            repositoryName="Foreign museum",
            baseURL="http://127.0.0.1/oai",
            protocolVersion="2.0",
            adminEmails=["admin@example.org"],
            earliestDatestamp=dt.datetime(2026, 1, 1),
            deletedRecord="persistent",
            granularity="YYYY-MM-DDThh:mm:ssZ",
            compression=["identity"],
        )

    def listMetadataFormats(self, identifier: str | None = None) -> list[tuple[str, str, str]]:
        return [("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", OAI_DC)]

    def listSets(self, cursor: int = 0, batch_size: int = 10) -> list[tuple[str, str, str]]:
        return [("maps", "Maps", ""), ("coins", "Coins", "")][cursor : cursor + batch_size]

    def getRecord(self, metadataPrefix: str, identifier: str) -> Any:
        return next(self._record(row) for row in self.rows if row[0] == identifier)

    def listRecords(
        self,
        metadataPrefix: str,
        set: str | None = None,
        from_: Any = None,
        until: Any = None,
        cursor: int = 0,
        batch_size: int = 10,
    ) -> list[Any]:
        return [self._record(row) for row in self._chosen(set, from_, until)[cursor : cursor + batch_size]]

    def listIdentifiers(
        self,
        metadataPrefix: str,
        set: str | None = None,
        from_: Any = None,
        until: Any = None,
        cursor: int = 0,
        batch_size: int = 10,
    ) -> list[Any]:
        return [self._record(row)[0] for row in self._chosen(set, from_, until)[cursor : cursor + batch_size]]

    def _chosen(self, name: str | None, since: Any, until: Any) -> list[Any]:
        found = [
            row
            for row in self.rows
            if (not name or name in row[3]) and (not since or row[1] >= since) and (not until or row[1] <= until)
        ]
        if not found:
            raise NoRecordsMatchError("nothing")
        return found

    def _record(self, row: Any) -> Any:
        key, stamp, deleted, sets = row
        header = Header(None, key, stamp, sets, deleted)
        return header, None if deleted else Metadata(None, {"title": [f"Työ {key}"]}), None


def write_dc(element: Any, metadata: Any) -> None:
    root = SubElement(element, f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC})
    SubElement(root, f"{{{DC}}}title").text = metadata.getField("title")[0]


@pytest.fixture
def holdings(loopback: Any, reply: Any) -> Holdings:
    held = Holdings()
    registry = MetadataRegistry()
    registry.registerWriter("oai_dc", write_dc)
    server = BatchingServer(held, metadata_registry=registry, resumption_batch_size=7)
    loopback.answer(
        lambda request: reply(server.handleRequest(dict(request.params)), headers={"Content-Type": "text/xml"})
    )
    return held


def test_a_complete_harvest_holds_what_the_server_holds(holdings: Holdings, source: Any, harvest: Any) -> None:
    result = harvest(source())
    assert set(result.records) == {row[0] for row in holdings.rows}
    assert {key for key, record in result.records.items() if record.deleted} == {
        row[0] for row in holdings.rows if row[2]
    }
    assert all(f"Työ {key}".encode() in one.payload for key, one in result.records.items() if not one.deleted)
    assert len(result.pages) == 4


def test_windows_together_hold_the_same(holdings: Holdings, source: Any, harvest: Any) -> None:
    whole = harvest(source())
    weekly = harvest(source(window="P1W"), None, dt.datetime(2026, 2, 1, tzinfo=dt.UTC))
    assert {key: one.digest for key, one in weekly.records.items()} == {
        key: one.digest for key, one in whole.records.items()
    }


def test_an_incremental_harvest_brings_what_changed_and_what_was_deleted_since(
    holdings: Holdings, source: Any, harvest: Any
) -> None:
    key, _, _, sets = holdings.rows[3]
    holdings.rows[3] = (key, dt.datetime(2026, 3, 1), True, sets)
    holdings.rows[5] = (holdings.rows[5][0], dt.datetime(2026, 3, 2), False, holdings.rows[5][3])
    result = harvest(source(), dt.datetime(2026, 2, 15, tzinfo=dt.UTC), dt.datetime(2026, 3, 10, tzinfo=dt.UTC))
    assert {one.key: one.deleted for one in result.records.values()} == {key: True, holdings.rows[5][0]: False}


def test_nothing_new_is_an_empty_success(holdings: Holdings, source: Any, harvest: Any) -> None:
    assert harvest(source(), dt.datetime(2026, 5, 1, tzinfo=dt.UTC), None).records == {}


def test_a_set_brings_its_own_records(holdings: Holdings, source: Any, harvest: Any) -> None:
    assert set(harvest(source(sets=("maps",))).records) == {row[0] for row in holdings.rows if "maps" in row[3]}


def test_the_probe_reads_the_foreign_server(holdings: Holdings, source: Any) -> None:
    facts = source().probe()
    assert (facts.name, facts.deleted, facts.formats) == ("Foreign museum", "persistent", ("oai_dc",))
    assert [name for name, _ in facts.sets] == ["maps", "coins"]
