"""A feed of our own and a plan over it in which every kind of action stands: the world in which workers are killed.

Records by number: the first ones are published before; then the source changes them (text, data, number, bytes), our account is found
to have uploaded some others already, and the rest is new, every third of them large enough for chunks.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crash_world import RUN, ingest_without_suite
from foreign_wiki import ForeignWiki, Preparing
from oai_feed import Feed
from PIL import Image
from sample_world import fill_wiki, world_environment

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.settings import connection_from_environment
from glamflow.steps import chain, plan, stage
from glamflow.steps.deps import Deps, build_deps

PARTNER = "feed-museum"
CHUNK_FROM, CHUNK = 12_000, 6_000
TEXT = """\
partner: {{slug: feed-museum, name: Feed Museum, wikidata: Q4115189, contact: data@feed.example, language: en}}
source: {{type: oai_pmh, url: "{url}", format: oai_dc}}
mapping:
  crosswalk: oai_dc
  language: en
  constants: {{institution: Feed Museum}}
  fields:
    media: {{path: "dc:relation", parse: media}}
    inventory_number: {{path: "dc:identifier[1]", parse: inventory_number}}
    source_url: {{path: "dc:identifier[2]", parse: url}}
rights: {{metadata: cc0, default_country: NL}}
media: {{allow_hosts: ["127.0.0.1"]}}
commons: {{attribution: Feed Museum, categories: {{contributed: Media contributed by Feed Museum}}}}
publish: {{wiki: glamflow_wiki, level: full, adopt: true, approvers: [operator], max_files_per_plan: 500, daily_limit: 500, edits_per_minute: 600}}
"""
_DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Which numbers of the feed are what."""

    files: int
    updated: frozenset[int] = frozenset()
    rescanned: frozenset[int] = frozenset()
    linked: frozenset[int] = frozenset()
    foreign: frozenset[int] = frozenset()
    renumbered: frozenset[int] = frozenset()  # of the updated ones: another inventory number
    stamp: int = 0  # on a wiki that remembers earlier runs: other titles, numbers and bytes

    @property
    def before(self) -> list[int]:
        return sorted(self.updated | self.rescanned)


@dataclass
class Source:
    """What the feed says of each number; `later` once the source changed."""

    shape: Shape
    media: str = ""
    later: bool = False
    made: dict[tuple[int, bool], bytes] = field(default_factory=dict)

    def metadata(self, number: int) -> str:
        changed = self.later and number in self.shape.before
        mark = f"{self.shape.stamp}-{number:05}" if self.shape.stamp else f"{number:05}"
        title = f"Harbour view {number}" + (", seen from the quay" if changed else "")
        inventory = f"9{mark}" if changed and number in self.shape.renumbered else mark
        year = 1871 + number % 9 + (1 if changed else 0)
        return (
            f"<oai_dc:dc {_DC}><dc:title>{title}</dc:title><dc:creator>Jan Example (1830-1899)</dc:creator><dc:date>{year}</dc:date>"
            f"<dc:type>photograph</dc:type><dc:rights>https://creativecommons.org/publicdomain/mark/1.0/</dc:rights>"
            f"<dc:identifier>FM-{inventory}</dc:identifier><dc:identifier>https://feed.example/{mark}</dc:identifier>"
            f"<dc:relation>{self.media}/{number}.jpg</dc:relation></oai_dc:dc>"
        )

    def picture(self, number: int) -> bytes:
        better = self.later and number in self.shape.rescanned
        if (number, better) not in self.made:
            self.made[number, better] = draw(number + self.shape.stamp * 1000, large=number % 3 == 2, better=better)
        return self.made[number, better]


def draw(number: int, *, large: bool, better: bool = False) -> bytes:
    """A picture that no other number has: blocks of colour, with noise where it shall be large."""
    side = 20 if large else 12
    noise = Image.effect_noise((side, side), 90).convert("L") if number < 0 else Image.new("L", (side, side))
    seed = number * 7919 + 13
    for place in range(side * side):
        seed = (seed * 1103515245 + 12345) % 2**31
        noise.putpixel((place % side, place // side), seed >> 16 & 255)
    picture = noise.resize((420, 420) if large else (200, 200), Image.Resampling.NEAREST).convert("RGB")
    if better:
        picture = picture.resize((picture.width * 3 // 2, picture.height * 3 // 2), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88 if large else 60)
    return out.getvalue()


@contextmanager
def planned(shape: Shape, foreign: ForeignWiki | None = None) -> Iterator[Path]:
    """A folder with ledger, store and wiki in which the plan waits for its answer. In memory: a kill loses no page cache.
    With `foreign` the plan is for that wiki."""
    memory = Path("/dev/shm")
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        try:
            _prepare(Path(folder), shape, foreign)
        finally:
            os.environ.clear()
            os.environ.update(before)
        yield Path(folder)


def _prepare(folder: Path, shape: Shape, foreign: ForeignWiki | None) -> None:
    source = Source(shape)
    partners = folder / "partners"
    partners.mkdir()
    with Feed(records=shape.files, page=50) as feed, _wiki(folder, foreign, shape.stamp) as wiki:
        source.media = feed.url.replace("/oai", "/media")
        feed.metadata, feed.deleted = source.metadata, set()
        feed.media_of = lambda path: source.picture(int(path.rpartition("/")[2].removesuffix(".jpg")))
        (partners / f"{PARTNER}.yaml").write_text(TEXT.format(url=feed.url))
        environment = world_environment(folder, sources=feed.url, wiki=wiki.base_url) | {"GLAMFLOW_PARTNERS": str(partners)}
        os.environ.update(environment | wiki.environment)
        deps = wiki.deps(build_deps(lambda id: connection_from_environment(id, environment | wiki.environment), actor="person:tester"))
        if shape.before:
            feed.numbers = shape.before
            ingest_without_suite(deps, PARTNER, "ingest/0")
            chain.publication(deps, PARTNER, "publish/0", tell=lambda *_: None, ask=_yes, sleep=wiki.sleep)
        feed.numbers, source.later = list(range(shape.files)), True
        ingest_without_suite(deps, PARTNER, "ingest/1", {"full": True})  # also what the feed did not date anew
        for number in shape.linked | shape.foreign:
            wiki.put(folder / "there.jpg", number, source.picture(number), by_us=number in shape.linked)
        for lane in stage.select_files(deps, PARTNER, RUN, {}):
            stage.stage_lane(deps, lane)
        plan.plan_publication(deps, PARTNER, RUN)
        deps.ledger.close()


class OwnWiki:
    """The sandbox, filled from within."""

    def __init__(self, wiki: SandboxWiki) -> None:
        self._wiki, self.base_url, self.environment = wiki, wiki.base_url, dict[str, str]()
        fill_wiki(wiki)
        with wiki.seeding() as seed:
            seed.item("Q4115189", {"en": "Feed Museum"})
            for name in ("", ": without content categories"):
                seed.page(f"Category:Media contributed by Feed Museum{name}", "A category.")

    def deps(self, deps: Deps) -> Deps:
        return deps

    def sleep(self, _: float) -> None:
        """Waiting costs nothing here."""

    def put(self, path: Path, number: int, content: bytes, *, by_us: bool) -> None:
        """The bytes stand there already."""
        path.write_bytes(content)
        with self._wiki.seeding() as seed:
            title = f"File:Uploaded {'by us' if by_us else 'by a person'} long ago {number}.jpg"
            seed.file(title, path, "Old text.", user="GlamflowBot" if by_us else "Volunteer")


class StrangeWiki:
    """A wiki known by its address and account: what a plan needs is made through its API."""

    def __init__(self, foreign: ForeignWiki, stamp: int) -> None:
        self._commons, self._stamp = Preparing(foreign.session()), stamp
        self.base_url, self.sleep = foreign.base_url, time.sleep
        self.environment = {"AIRFLOW_CONN_GLAMFLOW_WIKI": foreign.connection, "GLAMFLOW_TEST_WIKI": foreign.api}

    def deps(self, deps: Deps) -> Deps:
        return replace(deps, commons=lambda _: self._commons)

    def put(self, path: Path, number: int, content: bytes, *, by_us: bool) -> None:
        """The bytes stand there already, uploaded by the account that we have."""
        assert by_us, "there is one account only"
        path.write_bytes(content)
        outcome = self._commons.upload(
            title=f"Uploaded by us long ago {self._stamp} {number}.jpg", path=str(path), size=len(content), text="Old text.", summary="Test",
            sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(), on_write=lambda _: lambda _: None,
        )  # fmt: skip
        assert outcome.result == "applied", outcome


@contextmanager
def _wiki(folder: Path, foreign: ForeignWiki | None, stamp: int = 0) -> Iterator[OwnWiki | StrangeWiki]:
    if foreign is not None:
        yield StrangeWiki(foreign, stamp)
        return
    with SandboxWiki(folder / "wiki") as wiki:
        yield OwnWiki(wiki)


def _yes(request: dict[str, Any]) -> dict[str, Any]:
    at = dt.datetime.now(dt.UTC).isoformat()
    return {"plan": request["plan"], "digest": request["digest"], "choice": "Publish all", "note": "", "by": "person:tester", "at": at}
