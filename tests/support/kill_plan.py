"""A feed of our own and a plan over it in which every kind of action stands: the world in which workers are killed.

Records by number: the first ones are published before; then the source changes them (text and data, bytes), our account is found
to have uploaded some others already, and the rest is new, every third of them large enough for chunks.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crash_world import RUN, ingest_without_suite
from oai_feed import Feed, stamp
from PIL import Image
from sample_world import World, fill_wiki, world_environment

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.steps import chain, plan, stage

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
        title = f"Harbour view {number}" + (", seen from the quay" if changed else "")
        year = 1871 + number % 9 + (1 if changed else 0)
        return (
            f"<oai_dc:dc {_DC}><dc:title>{title}</dc:title><dc:creator>Jan Example (1830-1899)</dc:creator><dc:date>{year}</dc:date>"
            f"<dc:type>photograph</dc:type><dc:rights>https://creativecommons.org/publicdomain/mark/1.0/</dc:rights>"
            f"<dc:identifier>FM-{number:05}</dc:identifier><dc:identifier>https://feed.example/{number}</dc:identifier>"
            f"<dc:relation>{self.media}/{number}.jpg</dc:relation></oai_dc:dc>"
        )

    def picture(self, number: int) -> bytes:
        better = self.later and number in self.shape.rescanned
        if (number, better) not in self.made:
            self.made[number, better] = draw(number, large=number % 3 == 2, better=better)
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
def planned(shape: Shape) -> Iterator[Path]:
    """A folder with ledger, store and wiki in which the plan waits for its answer. In memory: a kill loses no page cache."""
    memory = Path("/dev/shm")
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        try:
            _prepare(Path(folder), shape)
        finally:
            os.environ.clear()
            os.environ.update(before)
        yield Path(folder)


def _prepare(folder: Path, shape: Shape) -> None:
    source = Source(shape)
    partners = folder / "partners"
    partners.mkdir()
    with Feed(records=shape.files, page=50) as feed, SandboxWiki(folder / "wiki") as wiki:
        source.media = feed.url.replace("/oai", "/media")
        feed.metadata, feed.deleted = source.metadata, set()
        feed.media_of = lambda path: source.picture(int(path.rpartition("/")[2].removesuffix(".jpg")))
        fill_wiki(wiki)
        with wiki.seeding() as seed:
            seed.item("Q4115189", {"en": "Feed Museum"})
            for name in ("", ": without content categories"):
                seed.page(f"Category:Media contributed by Feed Museum{name}", "A category.")
        (partners / f"{PARTNER}.yaml").write_text(TEXT.format(url=feed.url))
        environment = world_environment(folder, sources=feed.url, wiki=wiki.base_url) | {"GLAMFLOW_PARTNERS": str(partners)}
        os.environ.update(environment)
        deps = World(folder, feed.url, wiki, environment).deps()
        if shape.before:
            feed.numbers = shape.before
            ingest_without_suite(deps, PARTNER, "ingest/0")
            chain.publication(deps, PARTNER, "publish/0", tell=lambda *_: None, ask=_yes, sleep=lambda _: None)
        feed.numbers, source.later = list(range(shape.files)), True
        deps.ledger.database._clock = lambda: dt.datetime.now(dt.UTC)
        ingest_again(deps, "ingest/1")
        for number in shape.linked | shape.foreign:
            path, by_us = folder / "there.jpg", number in shape.linked
            path.write_bytes(source.picture(number))
            with wiki.seeding() as seed:
                title = f"File:Uploaded {'by us' if by_us else 'by a person'} long ago {number}.jpg"
                seed.file(title, path, "Old text.", user="GlamflowBot" if by_us else "Volunteer")
        for lane in stage.select_files(deps, PARTNER, RUN, {}):
            stage.stage_lane(deps, lane)
        plan.plan_publication(deps, PARTNER, RUN)
        deps.ledger.close()


def ingest_again(deps: Any, run_id: str) -> None:
    """Everything, also what the feed did not date anew."""
    ingest_without_suite(deps, PARTNER, run_id, {"full": True})


def _yes(request: dict[str, Any]) -> dict[str, Any]:
    at = dt.datetime.now(dt.UTC).isoformat()
    return {"plan": request["plan"], "digest": request["digest"], "choice": "Publish all", "note": "", "by": "person:tester", "at": at}


__all__ = ["CHUNK", "CHUNK_FROM", "PARTNER", "RUN", "Shape", "planned", "stamp"]
