"""The wiki's side of the sample collection as seeding calls: `[("page", {"title": …, "text": …}), …]`.

The calls are methods of `glamflow.sandbox.wiki.seed.Seed`; `post_form` makes them fit `POST /sandbox/seed` of the sandbox wiki.
Order matters and is kept: users, pages, items, files. Meant for a fresh wiki, once: a repeat would restore and delete the
deleted file again.

    first_calls()            before the first upload
    phase2_calls(pages)      what people do later to our own files; `pages` tells the file title and page id of a record
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import msgspec
import yaml

from glamflow.sandbox.collection.facts import Medium, load_works
from glamflow.sandbox.collection.pictures.render import cropped_bytes, media_bytes

Call = tuple[str, dict[str, Any]]


class OurPage(NamedTuple):
    """Where a record's first file lives on the wiki."""

    title: str  # with "File:"
    page_id: int


@cache
def wiki_facts() -> dict[str, Any]:
    """`wiki.yaml` as it is."""
    text = resources.files(__package__).joinpath("wiki.yaml").read_text(encoding="utf-8")
    facts: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return facts


def first_calls() -> list[Call]:
    """Everything that stands on the wiki before our first upload."""
    facts = wiki_facts()
    return [*_users(facts), *_pages(facts), *_items(facts), *_files(facts)]


def phase2_calls(pages: Mapping[str, OurPage]) -> list[Call]:
    """A rename, a person's captions and a deletion tag; `pages` by record id ("LM-1024")."""
    renamed, captioned, tagged = (wiki_facts()["phase2"][name] for name in ("renamed", "captioned", "tagged"))
    labels = {code: {"language": code, "value": text} for code, text in captioned["labels"].items()}
    return [
        ("move", {"title": pages[renamed["record"]].title, "to": "File:" + renamed["to"], "user": renamed["user"], "reason": renamed["reason"]}),
        ("entity", {"entity_id": f"M{pages[captioned['record']].page_id}", "data": {"labels": labels}, "user": captioned["user"]}),
        ("tag_for_deletion", {"title": pages[tagged["record"]].title, "reason": tagged["reason"], "user": tagged["user"]}),
    ]  # fmt: skip


def post_form(calls: Iterable[Call]) -> dict[str, Any]:
    """The calls as the JSON body of `POST /sandbox/seed`; bytes in base64."""
    return {"calls": [[name, {k: _plain(v) for k, v in arguments.items()}] for name, arguments in calls]}


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _users(facts: dict[str, Any]) -> list[Call]:
    return [
        ("user", {"name": name, "groups": ["sysop"] if name.startswith("Admin") else []}) for name in facts["users"]
    ]


def _pages(facts: dict[str, Any]) -> list[Call]:
    pages = [(f"Template:{name}", "<!-- note template of the sandbox -->") for name in facts["templates"]]
    for name, about in facts["institutions"].items():
        text = f"{{{{Institution\n|name={about['name']}\n|location={about['location']}\n|wikidata={about['wikidata']}\n}}}}\n"
        pages.append((f"Institution:{name}", text))
    for name, about in facts["creators"].items():
        born, died = about["years"]
        text = f"{{{{Creator\n|Name={name}\n|Birthdate={born}\n|Deathdate={died}\n|Occupation={about['occupation']}\n|Wikidata={about['wikidata']}\n}}}}\n"
        pages.append((f"Creator:{name}", text))
    pages += [(f"Category:{name}", "{{Hiddencat}}\n") for name in facts["hidden_categories"]]
    pages += [(f"Category:{name}", "Made for the sample collection.\n") for name in facts["categories"]]
    return [("page", {"title": title, "text": text}) for title, text in pages]


def _items(facts: dict[str, Any]) -> list[Call]:
    calls: list[Call] = [("item", {"item_id": key, "labels": labels}) for key, labels in facts["items"].items()]
    for key, about in facts["people"].items():
        labels = {code: text for code, text in about.items() if code not in ("born", "died", "category")}
        claims = [_claim("P31", _item("Q5"))]
        claims += [_claim(p, _year(about[k])) for p, k in (("P569", "born"), ("P570", "died")) if k in about]
        claims += [_claim("P373", _string(about["category"]))] if "category" in about else []
        calls.append(("item", {"item_id": key, "labels": labels, "claims": claims}))
    for key, about in facts["works"].items():
        labels = {code: about[code] for code in ("en", "sv")}
        number = _claim("P217", _string(about["number"]))
        number["qualifiers"] = {"P195": [_snak("P195", _item("Q990000001"))]}
        claims = [
            _claim("P31", _item("Q3305213")),
            _claim("P170", _item(about["creator"])),
            _claim("P195", _item("Q990000001")),
            number,
        ]
        claims += [_claim("P18", _string(about["image"]))] if "image" in about else []
        calls.append(("item", {"item_id": key, "labels": labels, "claims": claims}))
    return calls


def _files(facts: dict[str, Any]) -> list[Call]:
    calls: list[Call] = []
    for file in facts["files"]:
        title = "File:" + file["title"]
        calls.append(("file", {"title": title, "content": _bytes_of(file), "text": file["text"], "user": file["user"]}))
        if gone := file.get("deleted"):
            calls.append(("delete", {"title": title, **gone}))
    return calls


def _bytes_of(file: dict[str, Any]) -> bytes:
    if "medium" in file:
        return media_bytes(msgspec.convert(file["medium"], Medium))
    source = file.get("same_bytes_as") or file["cropped_from"]
    medium = next(m for work in load_works(source["partner"]) for m in work.media if m.id == source["medium"])
    return media_bytes(medium) if "same_bytes_as" in file else cropped_bytes(medium)


def _claim(property_id: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"mainsnak": _snak(property_id, value), "type": "statement", "rank": "normal"}


def _snak(property_id: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"snaktype": "value", "property": property_id, "datavalue": value}


def _item(key: str) -> dict[str, Any]:
    return {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": key}}


def _string(text: str) -> dict[str, Any]:
    return {"type": "string", "value": text}


def _year(year: int) -> dict[str, Any]:
    moment = {"time": f"{year:+05d}-00-00T00:00:00Z", "timezone": 0, "before": 0, "after": 0, "precision": 9}
    return {"type": "time", "value": {**moment, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}}
