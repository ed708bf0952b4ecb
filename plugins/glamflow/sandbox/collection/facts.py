"""Facts of the sample collection: `load_works(partner, phase)` reads `<partner>.yaml` into `Work`s.

Rules
- The YAML is the one source of truth; payloads and pictures are made from it and from nothing else.
- `works` hold the collection as it is at first (phase 1); `phase2` names by record what the partner changed later:
  keys that replace the record's own, `deleted: true`, or a whole new record.
- Works and makers are plainly invented, except four makers of common knowledge (Rubens, Dürer, Hokusai, Rembrandt).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
import yaml

PARTNERS = ("lumen-museum", "havn-archive", "water-agency")
PHASES = (1, 2)


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all facts."""


class Maker(Fact, frozen=True, kw_only=True):
    """Who made a work; `how` is the cataloguer's qualifier ("after", "workshop of"), `name` in catalogue order."""

    name: str
    role: str = ""  # word of the partner; "" = the usual one of the partner's language
    role_en: str = ""
    how: str = ""
    birth: int | None = None
    death: int | None = None
    kind: Literal["person", "corporate", "anonymous"] = "person"


class Date(Fact, frozen=True, kw_only=True):
    """`text` as catalogued; `start` and `end` are years (negative = BCE), None where the record gives no numbers."""

    text: str
    start: int | None = None
    end: int | None = None


class Spot(Fact, frozen=True, kw_only=True):
    """A place with the name of its state and the ISO 3166-1 code, where the record gives them."""

    name: str
    country: str = ""
    code: str = ""


class Medium(Fact, frozen=True, kw_only=True):
    """One medium. `draw` names the picture; `fault` what is broken on purpose; `same_as` whose bytes it repeats.

    `name` is the file name on the media server where it differs from the id (a later scan has a new name).
    """

    id: str
    draw: str
    role: str = "front"
    rights: tuple[str, ...] = ()
    photographer: str = ""
    holder: bool = True  # the institution is named as holder of the rights in the medium
    name: str = ""
    seed: str = ""  # what the picture is drawn from; "" = the id
    scale: float = 1.0
    fault: Literal["", "truncated", "error_page", "dead", "empty"] = ""
    same_as: str = ""
    lines: tuple[str, ...] = ()  # text that the picture shows

    @property
    def suffix(self) -> str:
        return ".pdf" if self.draw == "document" else ".png" if self.draw == "chart" else ".jpg"

    @property
    def file(self) -> str:
        return (self.name or self.id) + self.suffix

    @property
    def mime(self) -> str:
        return {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg"}[self.suffix]


class Work(Fact, frozen=True, kw_only=True):
    """One record of a partner. Texts are {language: text}; the first title is the preferred one."""

    id: str
    set: str
    number: str = ""  # inventory number exactly as the partner writes it
    stamp: str = "2026-09-01T08:00:00Z"
    titles: dict[str, str] = {}
    type: dict[str, str] = {}
    aat: str = ""
    makers: tuple[Maker, ...] = ()
    date: Date | None = None
    place: Spot | None = None
    found: Spot | None = None
    culture: str = ""
    materials: dict[str, str] = {}
    size: dict[str, float] = {}  # height, width, depth, diameter in cm
    descriptions: dict[str, str] = {}
    subjects: dict[str, tuple[str, ...]] = {}
    inscription: str = ""
    credit: str = ""
    provenance: str = ""
    internal: str = ""
    available: str = ""
    published: str = ""  # publisher
    rights: tuple[str, ...] = ()  # of the object, beside those of its media
    language: str = ""
    group: str = ""  # language versions of one document
    symbol: str = ""
    third_party: str = ""
    media: tuple[Medium, ...] = ()
    pages: int = 0  # so many written pages as media, instead of a list
    deleted: bool = False


class Collection(Fact, frozen=True, kw_only=True):
    """What one YAML file holds."""

    name: dict[str, str]
    record_page: str
    defaults: dict[str, dict[str, Any]] = {}
    statements: list[str] = []  # anchors only
    makers: list[Any] = []  # anchors only
    works: list[dict[str, Any]]
    phase2: dict[str, dict[str, Any]] = {}


@cache
def load_collection(partner: str) -> Collection:
    """The partner's file as it is, with works not yet put together."""
    if partner not in PARTNERS:
        raise KeyError(partner)
    text = resources.files(__package__).joinpath(f"{partner}.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), Collection)


def load_works(partner: str, phase: int = 1) -> tuple[Work, ...]:
    """All records of a partner in the order of its file, deleted ones among them; `phase` 2 with later changes."""
    collection = load_collection(partner)
    return tuple(_build(collection, raw) for raw in _as_of(collection, phase))


def changed_in_phase2(partner: str) -> frozenset[str]:
    """Ids of the records that the partner touches between the two phases."""
    return frozenset(load_collection(partner).phase2)


def _as_of(collection: Collection, phase: int) -> list[dict[str, Any]]:
    if phase < 2:
        return collection.works
    known = {work["id"] for work in collection.works}
    changed = [{**work, **collection.phase2.get(work["id"], {})} for work in collection.works]
    return changed + [{"id": id, **work} for id, work in collection.phase2.items() if id not in known]


def _build(collection: Collection, raw: dict[str, Any]) -> Work:
    work = msgspec.convert({**collection.defaults.get(raw["set"], {}), **raw}, Work)
    if not work.pages:
        return work
    media = tuple(
        Medium(id=f"{work.id}-{number:02d}", draw="letter", role="page") for number in range(1, work.pages + 1)
    )
    return msgspec.structs.replace(work, media=media)


KEY_PREFIX = {"lumen-museum": "oai:lumen.example:", "havn-archive": "oai:havn.example:", "water-agency": ""}
"""What stands before a record's id in the key under which its source offers it."""


def record_key(partner: str, id: str) -> str:
    """The record's key in its source: the OAI identifier, or the id of the API."""
    return KEY_PREFIX[partner] + id


def medium_key(partner: str, medium: Medium) -> str:
    """How the medium is known in its source: its own id; in EDM, which gives media none, its file name."""
    return medium.file if partner == "havn-archive" else medium.id
