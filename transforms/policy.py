"""The parts of a partner file that pure code needs. `glamflow.partner` reads the YAML and builds these.

Field names and allowed values are those of `schemas/partner.schema.json`, where each is explained.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from glamflow.transforms.record import Model


class ReviewedRule(Model, frozen=True, kw_only=True):
    """A judgement of people on rights (`rights.rules`), each with name, date and link.

    `when` may hold: set, statement (normalised URI), value (verbatim), kind, before (year), country.
    Without a verdict it only declares a licensor (`licensor: partner`) for the matching records.
    """

    id: str
    when: dict[str, str | int]
    approved_by: str
    date: dt.date
    link: str
    verdict: Literal["publish", "hold", "reject"] | None = None
    licensor: str = ""
    template: str = ""
    us_template: str = ""
    note: str = ""


class RightsPolicy(Model, frozen=True, kw_only=True):
    """`rights:` of a partner file."""

    metadata: Literal["cc0", "cc-by", "facts-only"]
    default_country: str = ""
    absent: Literal["hold", "judge_by_facts"] = "hold"
    attribution: str = ""  # the credit that goes into licence templates and P8264
    licence_versions: dict[str, str] = msgspec.field(default_factory=dict)
    kinds: dict[str, Literal["flat", "solid", "is_the_work", "unknown"]] = msgspec.field(default_factory=dict)
    courtesy: tuple[str, ...] = ()  # courtesy phrases that are this partner's ordinary credit form
    texts: dict[str, str] = msgspec.field(default_factory=dict)  # verbatim statement → normalised URI, decided once
    flickr_accounts: tuple[str, ...] = ()
    rules: tuple[ReviewedRule, ...] = ()
    institution_wikidata: str = ""  # for {{NKC|Q…}}


class FieldSelector(Model, frozen=True, kw_only=True):
    """One row of `mapping.fields`: where the value stands and the named parser that reads it."""

    path: str
    parse: str = "text"
    language: str = ""


class MappingPolicy(Model, frozen=True, kw_only=True):
    """`mapping:` of a partner file. `fields` replaces the crosswalk's result for that field of `Record`."""

    crosswalk: str
    language: str = ""
    constants: dict[str, str] = msgspec.field(default_factory=dict)
    fields: dict[str, FieldSelector] = msgspec.field(default_factory=dict)
    sensitive_terms: tuple[str, ...] = ()


class MediaPolicy(Model, frozen=True, kw_only=True):
    """`media:` of a partner file; sizes in bytes."""

    select: Literal["largest", "master", "all"] = "largest"
    max_bytes: int = 4 * 1024**3
    views: Literal["all", "front"] = "all"
    pages: Literal["images", "pdf", "cover", "hold"] = "images"
    max_per_record: int = 20
    exif: Literal["keep", "strip", ""] = ""
    keep_days: int = 30  # staged bytes stay so long after their file's last change
    convert: Literal["", "tiff", "jpeg"] = ""  # what JPEG 2000 and BMP become; "" = a person decides
    transcode: bool = False  # films and sound in other codecs become WebM or Ogg here, not at the partner's
    iiif_tiles: bool = False  # pictures larger than the server's largest answer are put together from tiles
    publish_roles: tuple[str, ...] = ("front", "detail", "page", "cover", "view", "frame", "document", "unknown")
    allow_hosts: tuple[str, ...] = ()  # private or loopback hosts that this partner's media may come from


class VocabularyEntry(Model, frozen=True, kw_only=True):
    """A reviewed match of one of the partner's terms: Wikidata item, Commons category, Creator page, life dates."""

    wikidata: str = ""
    category: str = ""
    creator: str = ""  # name of the Creator page without its namespace
    birth: int | None = None
    death: int | None = None
    depicts: bool = False  # the item may be stated as P180


class Vocabulary(Model, frozen=True, kw_only=True):
    """Reviewed term lists of one partner: `creators`, `subjects`, `places`, `types`, `series`, keyed by the partner's own word."""

    creators: dict[str, VocabularyEntry] = msgspec.field(default_factory=dict)
    subjects: dict[str, VocabularyEntry] = msgspec.field(default_factory=dict)
    places: dict[str, VocabularyEntry] = msgspec.field(default_factory=dict)
    types: dict[str, VocabularyEntry] = msgspec.field(default_factory=dict)
    series: dict[str, VocabularyEntry] = msgspec.field(default_factory=dict)


class CommonsPolicy(Model, frozen=True, kw_only=True):
    """`commons:` of a partner file."""

    template: Literal["auto", "Information", "Artwork", "Photograph", "Art Photo", "Book", "Map"] = "auto"
    title: str = "{title} - {partner} - {identifier}"
    short_name: str = ""  # the institution as it stands in file names
    institution: str = ""  # Institution page without its namespace
    cooperation_template: str = ""
    source_template: str = ""
    category_contributed: str = ""  # hidden tracking category
    category_collection: str = ""  # where earlier uploads of this collection by others are looked for
    categories_content: tuple[str, ...] = ()  # content categories given to every file of the partner
    publish_provenance: bool = False


class WikidataPolicy(Model, frozen=True, kw_only=True):
    """`wikidata:` of a partner file; without `bot_request` nothing is ever written to items."""

    items: Literal["off", "match_only"] = "match_only"
    institution: str = ""  # Q-id of the collection (P195)
    bot_request: str = ""
    create_items: bool = False  # items for objects that have none; needs `bot_request`, too
    wiki: str = ""  # connection of the item repository; "" = that of the files
    operator: str = ""
