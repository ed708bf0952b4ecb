"""Every ready preset against a server that answers as its API does: all pages, identifiers, titles, media and their rights.

The answers in `presets/` were written for these tests after the shape of each API's own documentation; the facts are invented.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from glamflow.harvest.factory import make_harvester
from glamflow.harvest.preset import preset_names, read_preset
from glamflow.net import Session
from glamflow.partner import Partner, parse_partner
from glamflow.steps.onboard import compose
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, SourceInfo
from glamflow.transforms.record import RightsLevel

FIXTURES = Path(__file__).parent / "presets"
SECRET = "s3cret"


def test_every_preset_has_a_server_here() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == set(preset_names())
    assert len(preset_names()) >= 15


def served(loopback: Any, reply: Any, name: str) -> dict[str, Any]:
    """The fixture, answered page by page: the entry with most matching parameters wins."""
    fixture: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text().replace("HOST", loopback.url))

    def answer(request: Any) -> Any:
        fits = [
            page
            for page in fixture["pages"]
            if page["path"] == request.path and all(request.params.get(key) == value for key, value in page["query"].items())
        ]
        if not fits:
            return reply(b"no such page", 404)
        body = max(fits, key=lambda page: len(page["query"]))["body"]
        return reply(body if isinstance(body, str) else json.dumps(body))

    loopback.answer(answer)
    return fixture


def partner(name: str, loopback: Any) -> Partner:
    body = re.sub(r'url: "https?://[^/"]+', f'url: "{loopback.url}', read_preset(name), count=1)
    body = re.sub(r"requests_per_second: \d+", "requests_per_second: 50", body)
    return parse_partner(compose("example-museum", body, name="Example Museum", contact="data@museum.example"))


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_brings_every_record_with_its_media_and_their_rights(loopback: Any, reply: Any, session: Session, name: str) -> None:
    fixture = served(loopback, reply, name)
    config = partner(name, loopback)
    harvester = make_harvester(config.source, secret=SECRET, session=session)
    pages = [page for window in harvester.windows(None, None) for page in harvester.pages(window)]
    assert not [one for page in pages for one in page.quarantined]
    found = [described(config, record) for page in pages for record in page.records]
    assert found == fixture["expect"]


def described(config: Partner, raw: Any) -> dict[str, Any]:
    source = SourceInfo(partner=config.slug, key=raw.key, format=config.mapping.crosswalk)
    outcome = map_record(raw.payload, source, config.mapping)
    assert isinstance(outcome, Mapped), outcome
    record = outcome.record
    stated = (*record.rights, *(statement for medium in record.media for statement in medium.rights))
    rights = dict.fromkeys(one.value for one in stated if one.level is not RightsLevel.METADATA)
    return {
        "key": raw.key, "title": next((text.value for text in record.titles), ""), "media": [medium.url for medium in record.media],
        "rights": list(rights),
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in preset_names() if "secret" in json.loads((FIXTURES / f"{name}.json").read_text())])
def test_a_key_goes_where_the_api_wants_it_and_into_nothing_that_is_kept(loopback: Any, reply: Any, session: Session, name: str) -> None:
    fixture = served(loopback, reply, name)
    harvester = make_harvester(partner(name, loopback).source, secret=SECRET, session=session)
    kept = [json.dumps(page.request) + page.resume for page in harvester.pages(harvester.windows(None, None)[0])]
    place = fixture["secret"]
    first = loopback.requests[0]
    assert (first.headers.get(place.get("header", "")) or first.params.get(place.get("param", ""))) == SECRET
    assert not [text for text in kept if SECRET in text]


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_asks_the_hosts_that_it_names_only(name: str) -> None:
    config = parse_partner(compose("example-museum", read_preset(name), name="Example Museum", contact="data@museum.example"))
    assert urlsplit(config.source.url).scheme == "https"
