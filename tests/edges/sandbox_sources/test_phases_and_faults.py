"""What the partners change later, what is remembered over a restart, and the scripted faults."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from lxml import etree

Serve = Callable[[Path], AbstractContextManager[httpx.Client]]
OAI = {"o": "http://www.openarchives.org/OAI/2.0/"}
LIDO = "/lumen/oai?verb=ListIdentifiers&metadataPrefix=lido"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sources"


@pytest.fixture
def client(folder: Path, serve: Serve) -> Iterator[httpx.Client]:
    with serve(folder) as client:
        yield client


def changed_since(client: httpx.Client, moment: dt.datetime) -> list[str]:
    answer = client.get(f"{LIDO}&from={moment:%Y-%m-%dT%H:%M:%SZ}")
    return [element.text or "" for element in etree.fromstring(answer.content).iterfind(".//o:identifier", OAI)]


def test_the_switch_dates_the_changed_records_now_and_only_them(client: httpx.Client) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)
    assert changed_since(client, before) == []
    assert client.post("/sandbox/phase/2").json() == {"phase": 2}
    assert changed_since(client, before) == [
        f"oai:lumen.example:LM-{number}" for number in (1013, 1014, 1030, 1036, 5103)
    ]
    changed = client.get("/agency/api/v1/publications", params={"modified_since": before.isoformat()}).json()["data"]
    assert [item["id"] for item in changed] == ["IWA-C-001-es", "IWA-C-002"]


def test_switching_twice_changes_nothing_more(client: httpx.Client) -> None:
    client.post("/sandbox/phase/2")
    first = client.get("/lumen/oai?verb=GetRecord&metadataPrefix=lido&identifier=oai:lumen.example:LM-1036").content
    client.post("/sandbox/phase/2")
    again = client.get("/lumen/oai?verb=GetRecord&metadataPrefix=lido&identifier=oai:lumen.example:LM-1036").content
    datestamps = [etree.fromstring(body).findtext(".//o:datestamp", namespaces=OAI) for body in (first, again)]
    assert datestamps[0] == datestamps[1]


def test_phase_and_request_log_outlive_a_restart(client: httpx.Client, folder: Path, serve: Serve) -> None:
    client.post("/sandbox/phase/2")
    client.get(LIDO)
    with serve(folder) as later:
        assert later.get("/sandbox/phase").json() == {"phase": 2}
        assert any(row["path"] == "/lumen/oai" for row in later.get("/sandbox/requests").json())


def test_a_token_of_the_former_phase_has_died(client: httpx.Client) -> None:
    token = etree.fromstring(client.get(LIDO).content).findtext(".//o:resumptionToken", namespaces=OAI)
    client.post("/sandbox/phase/2")
    answer = client.get("/lumen/oai", params={"verb": "ListIdentifiers", "resumptionToken": token or ""})
    assert etree.fromstring(answer.content).xpath("string(//o:error/@code)", namespaces=OAI) == "badResumptionToken"


def test_the_better_scan_has_a_new_file_and_the_old_address_still_answers(client: httpx.Client) -> None:
    assert client.get("/media/lumen/LM-1013-1-v2.jpg").status_code == 404
    small = client.get("/media/lumen/LM-1013-1.jpg")
    client.post("/sandbox/phase/2")
    large = client.get("/media/lumen/LM-1013-1-v2.jpg")
    assert len(large.content) > len(small.content)
    assert client.get("/media/lumen/LM-1013-1.jpg").content == small.content


def test_a_scripted_fault_meets_the_request_it_waits_for_and_is_used_up(client: httpx.Client) -> None:
    client.post(
        "/sandbox/faults",
        json=[{"path": "/lumen/oai", "match": "ListIdentifiers", "after": 1, "status": 503, "retry_after": "2"}],
    )
    assert client.get("/lumen/oai?verb=Identify").status_code == 200
    assert client.get(LIDO).status_code == 200
    refused = client.get(LIDO)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert client.get(LIDO).status_code == 200
    assert client.get("/sandbox/faults").json() == []


def test_a_page_can_be_cut_in_the_middle_or_be_html(client: httpx.Client) -> None:
    client.post("/sandbox/faults", json=[{"path": "/lumen/oai", "kind": "truncate"}])
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(client.get(LIDO).content)
    client.post("/sandbox/faults", json=[{"path": "/agency", "kind": "html"}])
    with pytest.raises(json.JSONDecodeError):
        client.get("/agency/api/v1/publications").json()


def test_a_fault_that_is_none_is_refused(client: httpx.Client) -> None:
    assert client.post("/sandbox/faults", json=[{"path": "/", "kind": "earthquake"}]).status_code == 400
