"""What stays and what changes: page text, page ids, versions, merges, search."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.sandbox.wiki.api.edit import merge_lines

Api = Callable[..., dict[str, Any]]


def _page(api: Api, title: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = next(iter(api(action="query", titles=title, **more)["query"]["pages"].values()))
    return found


def test_a_new_version_keeps_the_page_text_and_the_page_id(api: Api, picture: bytes) -> None:
    api(action="upload", filename="V.jpg", text="first text", file=picture)
    before = _page(api, "File:V.jpg")["pageid"]
    api(action="upload", filename="V.jpg", text="other text", ignorewarnings=1, file=picture + b"\0")
    after = _page(api, "File:V.jpg", prop="revisions|imageinfo", rvprop="content", rvslots="main", iilimit=5, iiprop="sha1|user")
    assert after["pageid"] == before
    assert after["revisions"][0]["slots"]["main"]["*"] == "first text"
    assert len(after["imageinfo"]) == 2


def test_a_rename_keeps_the_entity_and_leaves_a_redirect(api: Api, picture: bytes) -> None:
    api(action="upload", filename="Old.jpg", text="x", file=picture)
    entity = f"M{_page(api, 'File:Old.jpg')['pageid']}"
    api(action="wbeditentity", id=entity, data=json.dumps({"labels": {"en": {"language": "en", "value": "caption"}}}))
    api(**{"action": "move", "from": "File:Old.jpg", "to": "File:New.jpg"})
    moved = api(action="wbgetentities", ids=entity)["entities"][entity]
    assert (moved["title"], moved["labels"]["en"]["value"]) == ("File:New.jpg", "caption")
    query = api(action="query", titles="File:Old.jpg", redirects=1)["query"]
    assert query["redirects"] == [{"from": "File:Old.jpg", "to": "File:New.jpg"}]


def test_search_finds_statements_inventory_numbers_links_and_categories(wiki: SandboxWiki, api: Api, picture: bytes) -> None:
    text = "{{Information|description=x|source=https://example.org/objects/7}}\nA 12/3\n[[Category:Bucket]]"
    api(action="upload", filename="Found.jpg", text=text, file=picture)
    entity = f"M{_page(api, 'File:Found.jpg')['pageid']}"
    with wiki.seeding() as seed:
        seed.entity(entity, {"claims": [seed.claim("P217", "A 12/3", qualifiers={"P195": "Q1754"})]}, user="Volunteer")
    for query in ('haswbstatement:"P217=A 12/3"', 'insource:"A 12/3"', 'insource:"A 12/3" incategory:Bucket', "haswbstatement:P217"):
        hits = api(action="query", list="search", srsearch=query, srnamespace=6)["query"]["search"]
        assert [hit["title"] for hit in hits] == ["File:Found.jpg"], query
    assert api(action="query", list="search", srsearch='insource:"A 12/3" incategory:Other', srnamespace=6)["query"]["search"] == []
    urls = api(action="query", list="exturlusage", euquery="example.org/objects/7", eunamespace=6)["query"]["exturlusage"]
    assert [hit["title"] for hit in urls] == ["File:Found.jpg"]


def test_a_deleted_file_is_found_by_its_bytes_and_its_categories_are_gone(wiki: SandboxWiki, tmp_path: Path, api: Api, picture: bytes) -> None:
    (tmp_path / "p.jpg").write_bytes(picture)
    with wiki.seeding() as seed:
        seed.file("File:Gone.jpg", tmp_path / "p.jpg", "[[Category:Bucket]]", user="Volunteer")
        seed.delete("File:Gone.jpg", reason="copyright")
    assert api(action="upload", filename="Again.jpg", text="x", file=picture)["upload"]["warnings"] == {"duplicate-archive": "Gone.jpg"}
    members = api(action="query", list="categorymembers", cmtitle="Category:Bucket")["query"]["categorymembers"]
    assert members == []


def test_a_cooperation_template_puts_its_tracking_category_on_the_page(wiki: SandboxWiki, api: Api) -> None:
    with wiki.seeding() as seed:
        seed.page("Template:Museum project", "Thanks.<includeonly>[[Category:Media of the museum]]</includeonly>")
    api(action="edit", title="Project:X", text="{{Museum project}}")
    shown = _page(api, "Project:X", prop="categories|templates")
    assert shown["categories"] == [{"ns": 14, "title": "Category:Media of the museum"}]
    assert shown["templates"] == [{"ns": 10, "title": "Template:Museum project"}]


def test_lines_merge_unless_the_same_or_neighbouring_ones_changed() -> None:
    base = "a\nb\nc\nd\ne"
    assert merge_lines(base, "A\nb\nc\nd\ne", "a\nb\nc\nd\nE") == "A\nb\nc\nd\nE"
    assert merge_lines(base, "A\nb\nc\nd\ne", "X\nb\nc\nd\ne") is None
    assert merge_lines(base, "A\nb\nc\nd\ne", "A\nb\nc\nd\ne") == "A\nb\nc\nd\ne"


def test_continuation_walks_over_all_files_once(wiki: SandboxWiki, tmp_path: Path, api: Api, picture: bytes) -> None:
    with wiki.seeding() as seed:
        for number in range(7):
            (tmp_path / "p.jpg").write_bytes(picture + bytes([number]))
            seed.file(f"File:N{number}.jpg", tmp_path / "p.jpg", "x")
    seen: list[str] = []
    more: dict[str, Any] = {}
    for _ in range(10):
        answer = api(action="query", list="allimages", ailimit=3, **more)
        seen += [one["name"] for one in answer["query"]["allimages"]]
        more = {key: value for key, value in answer.get("continue", {}).items() if key != "continue"}
        if not more:
            break
    assert seen == [f"N{number}.jpg" for number in range(7)]
