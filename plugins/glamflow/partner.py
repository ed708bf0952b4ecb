"""Partner files: read, check and turn into a `Partner`. Every error names file, line, key and what to do.

    load_partner(path) → Partner            raises ConfigInvalid
    parse_partner(text, file=…) → Partner   the same from the text kept in the ledger

The schema is `schemas/partner.schema.json`; nothing in a partner file can run code, read the environment or be inherited.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from glamflow.harvest.spec import RestSpec, SourceSpec
from glamflow.partner_yaml import line_of, read_yaml
from glamflow.transforms.digest import digest_bytes
from glamflow.transforms.errors import ConfigInvalid
from glamflow.transforms.policy import (
    CommonsPolicy,
    FieldSelector,
    MappingPolicy,
    MediaPolicy,
    ReviewedRule,
    RightsPolicy,
    Vocabulary,
    WikidataPolicy,
)
from glamflow.transforms.record import Model

_UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "kB": 1000, "MB": 1000**2, "GB": 1000**3}


class QualityPolicy(Model, frozen=True, kw_only=True):
    """`quality:`; `max_rejected` is a share between 0 and 1."""

    max_rejected: float = 0.05
    require: tuple[str, ...] = ("title", "rights", "media", "source_url")


class PublishPolicy(Model, frozen=True, kw_only=True):
    """`publish:`; levels above `pilot` count only with what the ledger has on record."""

    approvers: tuple[str, ...]
    wiki: str = "glamflow_wiki"
    level: Literal["pilot", "trial", "full"] = "pilot"
    review: Literal["every", "sample", "trusted"] = "every"
    max_files_per_plan: int = 10
    daily_limit: int = 50
    edits_per_minute: float = 10.0
    adopt: bool = False  # files that somebody else uploaded with the same bytes get our data, after approval
    batch_page: str = ""
    project_page: str = ""
    bot_request: str = ""
    agreement: str = ""
    stop_page: str = ""  # page on which people stop the account; "" = what the connection says, else User:<account>/stop


class Schedule(Model, frozen=True, kw_only=True):
    """`schedule:`; cron lines or presets, "" = only by hand or by asset."""

    ingest: str = "@daily"
    publish: str = ""
    sync: str = "@weekly"
    watch: str = "@hourly"


class Partner(Model, frozen=True, kw_only=True):
    """One partner: facts, policies, and the text they came from (`digest` = SHA-256 of it)."""

    slug: str
    name: str
    contact: str
    wikidata: str
    language: str
    source: SourceSpec
    mapping: MappingPolicy
    vocabulary: Vocabulary
    rights: RightsPolicy
    media: MediaPolicy
    commons: CommonsPolicy
    items: WikidataPolicy
    quality: QualityPolicy
    publish: PublishPolicy
    schedule: Schedule
    text: str
    digest: str
    file: str = ""


def load_partner(path: str | Path) -> Partner:
    """The partner of a file; `ConfigInvalid` if it cannot be read or breaks the schema, or its slug is not its file name."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(str(path), f"the file cannot be read ({error})", fix="Save it as UTF-8 where Airflow can read it.") from error
    partner = parse_partner(text, file=str(path))
    if path.stem != partner.slug:
        raise ConfigInvalid(
            str(path), f"the slug “{partner.slug}” is not the file's name", line=_line_of(text, "slug"), key="partner.slug",
            fix=f"Rename the file to {partner.slug}.yaml or set the slug to {path.stem}.",
        )  # fmt: skip
    return partner


def parse_partner(text: str, *, file: str = "partner file") -> Partner:
    """The partner of a text; `ConfigInvalid` names the first wrong line."""
    data = read_yaml(text, file=file, schema="partner")
    try:
        partner = _build(data, text, file)
        _check_field_map(partner.mapping, text, file)
        return partner
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigInvalid(file, f"a value cannot be used ({error})", fix="See schemas/partner.schema.json.") from error


def _check_field_map(mapping: MappingPolicy, text: str, file: str) -> None:
    """Selectors, parsers and names of fields are looked at now, not when the first record is mapped."""
    if not mapping.fields:
        return
    from glamflow.transforms.fieldmap import problems  # the parsers are loaded only where somebody uses them

    for problem in problems(mapping):
        where = ("mapping", "fields", *problem.where)
        raise ConfigInvalid(file, problem.what, line=line_of(text, where), key=".".join(where), fix=problem.fix)


def _build(data: dict[str, Any], text: str, file: str) -> Partner:
    who, rights, commons = data["partner"], data["rights"], data["commons"]
    return Partner(
        slug=who["slug"], name=who["name"], contact=who["contact"], wikidata=who.get("wikidata", ""),
        language=who.get("language", "en"),
        source=_source(data["source"]),
        mapping=_mapping(data["mapping"]),
        vocabulary=msgspec.convert(data.get("vocabulary", {}), Vocabulary),
        rights=_rights(rights, commons, who),
        media=_media(data.get("media", {})),
        commons=_commons(commons, who),
        items=_items(data.get("wikidata", {}), who),
        quality=_quality(data.get("quality", {})),
        publish=msgspec.convert(data["publish"], PublishPolicy),
        schedule=_schedule(data.get("schedule", {})),
        text=text, digest=digest_bytes(text.encode()), file=file,
    )  # fmt: skip


def parse_size(value: str | int) -> int:
    """Bytes of "4GiB", "250 MB" or 1000; ValueError for anything else."""
    if isinstance(value, int):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGkB]i?B?)?\s*", value)
    if not match or (match[2] and match[2] not in _UNITS):
        raise ValueError(f"“{value}” is no size; write for example 4GiB or 250MB")
    return int(float(match[1]) * _UNITS[match[2] or "B"])


def _source(block: dict[str, Any]) -> SourceSpec:
    rest = block.get("rest")
    if rest:
        rest = {**rest, "params": {k: str(v) for k, v in rest.get("params", {}).items()}}
    return msgspec.convert({**block, "rest": msgspec.convert(rest, RestSpec) if rest else None}, SourceSpec)


def _mapping(block: dict[str, Any]) -> MappingPolicy:
    fields = {name: msgspec.convert(row, FieldSelector) for name, row in block.get("fields", {}).items()}
    return msgspec.convert({**block, "fields": fields}, MappingPolicy)


def _rights(block: dict[str, Any], commons: dict[str, Any], who: dict[str, Any]) -> RightsPolicy:
    rules = tuple(
        msgspec.convert({**rule, "date": dt.date.fromisoformat(str(rule["date"]))}, ReviewedRule)
        for rule in block.get("rules", ())
    )
    versions = {code: str(version) for code, version in block.get("licence_versions", {}).items()}
    plain = {**block, "rules": rules, "licence_versions": versions}
    extra = {"attribution": commons["attribution"], "institution_wikidata": who.get("wikidata", "")}
    return msgspec.convert(plain | extra, RightsPolicy)


def _media(block: dict[str, Any]) -> MediaPolicy:
    plain = {k: v for k, v in block.items() if k != "works"} | block.get("works", {})
    if "max_bytes" in plain:
        plain["max_bytes"] = parse_size(plain["max_bytes"])
    return msgspec.convert(plain, MediaPolicy)


def _commons(block: dict[str, Any], who: dict[str, Any]) -> CommonsPolicy:
    categories = block.get("categories", {})
    content = categories.get("content", "mapping")
    plain = {k: v for k, v in block.items() if k not in ("categories", "attribution")}
    plain["category_contributed"] = categories.get("contributed", "")
    plain["category_collection"] = categories.get("collection", "")
    plain["categories_content"] = () if content == "mapping" else tuple(content)
    plain.setdefault("short_name", who["name"])
    return msgspec.convert(plain, CommonsPolicy)


def _items(block: dict[str, Any], who: dict[str, Any]) -> WikidataPolicy:
    return msgspec.convert({**block, "institution": who.get("wikidata", "")}, WikidataPolicy)


def _quality(block: dict[str, Any]) -> QualityPolicy:
    plain = dict(block)
    if "max_rejected" in plain:
        plain["max_rejected"] = float(plain["max_rejected"].rstrip("%")) / 100
    return msgspec.convert(plain, QualityPolicy)


def _schedule(block: dict[str, Any]) -> Schedule:
    return msgspec.convert({k: "" if v == "none" else v for k, v in block.items()}, Schedule)


def _line_of(text: str, key: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(rf"\b{re.escape(key)}\s*:", line):
            return number
    return None
