"""The sandbox can be told to fail, and counts what really changed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from glamflow.sandbox.wiki import SandboxWiki

Api = Callable[..., dict[str, Any]]


def test_a_dropped_answer_leaves_the_upload_on_the_wiki_and_in_the_log(wiki: SandboxWiki, api: Api, picture: bytes) -> None:
    with wiki.seeding() as seed:
        seed.fault("drop-after", action="upload:direct")
    with pytest.raises(httpx.TransportError):
        api(action="upload", filename="Lost.jpg", text="x", file=picture)
    page = next(iter(api(action="query", titles="File:Lost.jpg")["query"]["pages"].values()))
    assert "missing" not in page
    assert wiki.write_counts() == {"upload": 1, "total": 1}
    assert api(action="upload", filename="Lost.jpg", text="x", file=picture)["upload"]["warnings"].keys() == {"exists", "nochange"}


@pytest.mark.parametrize("kind", ["drop-before", "html", "http-504"])
def test_a_fault_before_the_module_changes_nothing(wiki: SandboxWiki, api: Api, http: httpx.Client, kind: str) -> None:
    with wiki.seeding() as seed:
        seed.fault(kind, action="edit")
    with pytest.raises((httpx.TransportError, ValueError)):
        api(action="edit", title="A", text="x")
    assert wiki.write_counts() == {"total": 0}
    assert api(action="edit", title="A", text="x")["edit"]["result"] == "Success"


def test_a_lost_stash_and_a_lost_session_are_forgotten_by_the_server(wiki: SandboxWiki, api: Api, picture: bytes) -> None:
    key = api(action="upload", filename="S.jpg", stash=1, file=picture)["upload"]["filekey"]
    with wiki.seeding() as seed:
        seed.fault("lost-stash", action="upload:publish")
    assert api(action="upload", filename="S.jpg", filekey=key)["error"]["code"] == "uploadstash-file-not-found"
    with wiki.seeding() as seed:
        seed.fault("lost-session", action="edit")
    assert api(action="edit", title="A", text="x")["error"]["code"] == "badtoken"
    assert api(action="query", meta="userinfo")["query"]["userinfo"]["id"] == 0


def test_faults_are_scripted_and_read_over_http_too(wiki: SandboxWiki, api: Api, http: httpx.Client) -> None:
    script = {"kind": "editconflict", "action": "edit", "skip": 1, "contains": "Only me"}
    assert http.post(f"{wiki.base_url}/sandbox/faults", json=script).status_code == 200
    assert http.post(f"{wiki.base_url}/sandbox/faults", json={"kind": "nonsense"}).status_code == 400
    assert api(action="edit", title="Only me", text="1")["edit"]["result"] == "Success"
    assert api(action="edit", title="Other", text="1")["edit"]["result"] == "Success"
    assert api(action="edit", title="Only me", text="2")["error"]["code"] == "editconflict"
    assert http.get(f"{wiki.base_url}/sandbox/faults").json()["faults"][0]["fired"] == 1


def test_the_log_counts_changes_only_and_keeps_no_secret(wiki: SandboxWiki, api: Api, http: httpx.Client) -> None:
    api(action="edit", title="A", text="x")
    api(action="edit", title="A", text="x")
    api(action="edit", title="A", text="y", baserevid=99999)
    counts = http.get(f"{wiki.base_url}/sandbox/log/counts").json()
    assert (counts["edit"], counts["total"]) == (1, 1)
    after = http.get(f"{wiki.base_url}/sandbox/log/counts", params={"after": counts["last"]}).json()
    assert after["total"] == 0
    text = http.get(f"{wiki.base_url}/sandbox/log").text
    assert "secret" not in text
    assert '"outcome":"editconflict"' in text


def test_seeding_over_http_is_not_logged_and_is_atomic(wiki: SandboxWiki, http: httpx.Client) -> None:
    good = {"calls": [["page", {"title": "Category:New", "text": "x"}], ["item", {"labels": {"en": "thing"}}]]}
    assert http.post(f"{wiki.base_url}/sandbox/seed", json=good).json()["results"][1].startswith("Q")
    bad = {"calls": [["page", {"title": "Category:Half", "text": "x"}], ["__init__", {}]]}
    assert http.post(f"{wiki.base_url}/sandbox/seed", json=bad).status_code == 400
    assert http.get(f"{wiki.base_url}/wiki/Category:Half").status_code == 404
    assert wiki.log() == []


def test_the_state_outlives_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "wiki"
    with SandboxWiki(folder) as first, first.seeding() as seed:
        page_id = seed.page("Template:Mine", "text")
    with SandboxWiki(folder) as second, second.seeding() as seed:
        assert seed.page("Template:Mine", "text") == page_id


def test_a_form_of_another_site_cannot_seed(wiki: SandboxWiki, http: httpx.Client) -> None:
    body = '{"calls": [["page", {"title": "Category:Sly", "text": "x"}]]}'
    answer = http.post(f"{wiki.base_url}/sandbox/seed", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_input_that_no_check_foresaw_is_an_internal_error_and_changes_nothing(wiki: SandboxWiki, api: Api) -> None:
    answer = api(action="wbcreateclaim", entity="Q146", property="P217", snaktype="value", value="{not json")
    assert answer["error"]["code"].startswith("internal_api_error")
    assert wiki.write_counts() == {"total": 0}


def test_writers_at_the_same_moment_lose_nothing(wiki: SandboxWiki, api: Api) -> None:
    api(action="edit", title="Project:Shared", text="start")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda n: api(action="edit", title="Project:Shared", appendtext=f"\nline {n}")["edit"]["result"], range(20)))
    assert done == ["Success"] * 20
    text = api(action="query", titles="Project:Shared", prop="revisions", rvprop="content", rvslots="main", formatversion=2)
    lines = text["query"]["pages"][0]["revisions"][0]["slots"]["main"]["content"].split("\n")
    assert sorted(lines) == sorted(["start", *(f"line {n}" for n in range(20))])
    assert wiki.write_counts()["edit"] == 21
