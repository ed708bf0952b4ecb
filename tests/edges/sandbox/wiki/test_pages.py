"""The pages that a browser sees: look-alikes, statements in the reader's language, red for what is missing, nothing unescaped."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.sandbox.wiki.titles import clean_upload_name, parse_title

TEXT = """== {{int:filedesc}} ==
{{Artwork
 |artist = {{Creator:Marie Duval|after}}
 |title = {{sv|1=Vinterdag}} {{ar|1=يوم شتاء}}
 |institution = {{Institution:Nowhere}}
 |colour = blue
}}
{{Nonexistent thing}}
== {{int:license-header}} ==
{{Licensed-PD-Art|PD-old-100-expired|cc-by-4.0|attribution=Photo: A. Ek}}
[[Category:Winters]] [[Category:Absent]]
"""


@pytest.fixture
def seeded(wiki: SandboxWiki, tmp_path: Path, picture: bytes) -> str:
    (tmp_path / "p.jpg").write_bytes(picture)
    with wiki.seeding() as seed:
        seed.page("Creator:Marie Duval", "Painter.")
        seed.page("Category:Winters", "Winters.")
        page_id = seed.file("File:Vinterdag.jpg", tmp_path / "p.jpg", TEXT, user="PipelineBot")
        item = seed.item("", {"en": "Winter day", "sv": "Vinterdag"}, claims=[seed.claim("P18", "Vinterdag.jpg")])
        seed.entity(f"M{page_id}", {"claims": [seed.claim("P6243", item), seed.claim("P6216", "Q19652")]}, user="PipelineBot")
    return item


def test_a_file_page_shows_templates_statements_and_links_in_the_readers_language(
    wiki: SandboxWiki, http: httpx.Client, seeded: str
) -> None:
    english = http.get(f"{wiki.base_url}/wiki/File:Vinterdag.jpg").text
    swedish = http.get(f"{wiki.base_url}/wiki/File:Vinterdag.jpg?uselang=sv").text
    arabic = http.get(f"{wiki.base_url}/wiki/File:Vinterdag.jpg?uselang=ar").text
    assert 'data-template="Artwork"' in english
    assert "copyright status" in english
    assert "public domain" in english
    assert "upphovsrättsstatus" in swedish
    assert "Konstnär" in swedish
    assert 'dir="rtl"' in arabic
    assert "الفنان" in arabic
    assert f'href="/wiki/Item:{seeded}"' in english
    assert "(P18)" in english
    assert "CC BY 4.0" in english
    assert "Photo: A. Ek" in english


def test_what_is_missing_or_unknown_is_red_and_named_on_top(wiki: SandboxWiki, http: httpx.Client, seeded: str) -> None:
    html = http.get(f"{wiki.base_url}/wiki/File:Vinterdag.jpg").text
    problems = html.partition('class="problems"')[2].partition("</p>")[0]
    for name in ("Institution:Nowhere", "Artwork: colour", "Template:Nonexistent thing", "Category:Absent"):
        assert name in problems
    assert "Marie Duval" not in problems
    assert "Category:Winters" not in problems


def test_hostile_text_stays_text(wiki: SandboxWiki, http: httpx.Client) -> None:
    hostile = '<script>alert(1)</script> [javascript:alert(1) x] <b onclick="x()">b</b> {{Information|description=<img src=x onerror=y>}}'
    with wiki.seeding() as seed:
        seed.page("Project:Hostile", hostile)
    answer = http.get(f"{wiki.base_url}/wiki/Project:Hostile")
    body = answer.text.partition("<article")[2].partition("</article>")[0]
    assert "&lt;script&gt;" in body
    for bad in ("<script", "<img", "<b onclick", 'href="javascript'):
        assert bad not in body
    assert "<b>b</b>" in body
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_uploaded_svg_cannot_run_scripts(wiki: SandboxWiki, http: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    with wiki.seeding() as seed:
        seed.file("File:X.svg", tmp_path / "x.svg", "x")
    answer = http.get(f"{wiki.base_url}/wiki/Special:FilePath/X.svg?width=120")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["Main_Page", "Special:RecentChanges", "Special:Search?search=vinter", "Category:Winters", "Property:P180",
             "Special:Contributions/PipelineBot", "File:Vinterdag.jpg?action=history", "Special:EntityData/Q146.json"],
)  # fmt: skip
def test_every_kind_of_page_answers_and_asks_no_other_host(wiki: SandboxWiki, http: httpx.Client, seeded: str, path: str) -> None:
    answer = http.get(f"{wiki.base_url}/wiki/{path}")
    assert answer.status_code == 200
    assert 'src="http' not in answer.text
    assert "<script" not in answer.text


def test_thumbnails_are_made_and_bytes_are_kept_as_they_came(wiki: SandboxWiki, http: httpx.Client, seeded: str, picture: bytes) -> None:
    url = _imageinfo(http, wiki)["url"]
    assert http.get(url).content == picture
    small = http.get(f"{wiki.base_url}/wiki/Special:FilePath/Vinterdag.jpg?width=120")
    assert small.headers["content-type"] == "image/jpeg"
    assert io.BytesIO(small.content).getvalue()[:2] == b"\xff\xd8"


def _imageinfo(http: httpx.Client, wiki: SandboxWiki) -> dict[str, Any]:
    params = {"action": "query", "titles": "File:Vinterdag.jpg", "prop": "imageinfo", "iiprop": "url", "format": "json", "formatversion": "2"}
    found: dict[str, Any] = http.get(wiki.api_url, params=params).json()["query"]["pages"][0]["imageinfo"][0]
    return found


def test_titles_are_normalised_as_the_wiki_does() -> None:
    assert str(parse_title("file:lower_case  name.png")) == "File:Lower case name.png"
    assert parse_title("A[b]") is None
    assert parse_title("Perc %41") is None
    assert str(clean_upload_name("Bad:name/with?.jpg", "jpeg").title) == "File:Bad-name-with?.jpg"
    assert clean_upload_name("x.php.png", "png").error == "filetype-banned"
    assert str(clean_upload_name("Noext", "jpeg").title) == "File:Noext.jpeg"
