"""Reading and writing entities: MediaInfo (M-ids) on Commons, items (Q-ids) on Wikidata. Ids are Wikidata's; see `dialect.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from glamflow.transforms.errors import SourceUnavailable
from glamflow.wiki.answers import NOT_OFFERED, not_offered, read_entity
from glamflow.wiki.dialect import ABSENT, Dialect
from glamflow.wiki.protocol import Entity, OnWrite, Result, WriteOutcome
from glamflow.wiki.session import WikiSession, refused_question

BATCH = 50


def read_entities(session: WikiSession, ids: Sequence[str]) -> dict[str, Entity]:
    """Entities by the asked id; one that does not exist (yet) is `missing`."""
    found: dict[str, Entity] = {}
    for start in range(0, len(ids), BATCH):
        batch = list(ids[start : start + BATCH])
        answer = session.ask({"action": "wbgetentities", "ids": "|".join(batch), "props": "info|labels|descriptions|claims"})
        if not_offered(answer):
            return {asked: Entity(id=asked, missing=True) for asked in ids}
        if answer.codes:
            raise refused_question(session.url, answer)
        entities = (answer.data or {}).get("entities")
        if not isinstance(entities, dict):
            raise SourceUnavailable(session.url, "the answer holds no entities")
        found |= {asked: _entity(asked, entities.get(asked) or _moved(entities, asked), session.dialect) for asked in batch}
    return found


def write_entity(
    session: WikiSession, *, id: str, data: dict[str, Any], summary: str, base_revision: int | None, on_write: OnWrite
) -> WriteOutcome:
    """One `wbeditentity` with everything in it: the wiki writes all of it or nothing.

    Where a wiki that is not Wikimedia's refuses what it does not have, a second request with its own journal row leaves that out;
    the outcome names what was left out.
    """
    outcome, left = _write_once(session, id, data, summary, base_revision, on_write)
    if outcome.code in ABSENT and session.dialect.lenient and session.dialect.learn(data.get("claims", []), partial(_ask, session)):
        outcome, left = _write_once(session, id, data, summary, base_revision, on_write)
    return replace(outcome, left_out=tuple(str(claim.get("id", "")) for claim in left)) if left else outcome


def _write_once(
    session: WikiSession, id: str, data: dict[str, Any], summary: str, base_revision: int | None, on_write: OnWrite
) -> tuple[WriteOutcome, list[dict[str, Any]]]:
    claims, left = session.dialect.out(data.get("claims", []))
    whole = {**data, "claims": claims} if "claims" in data else data
    if left and not claims and not any(part for name, part in data.items() if name != "claims"):
        return WriteOutcome(result=Result.REFUSED, code=NOT_OFFERED, info="this wiki has none of these properties and items"), left
    params = {
        "action": "wbeditentity", "id": id or None, "new": None if id else "item", "data": json.dumps(whole, ensure_ascii=False, sort_keys=True),
        "summary": summary, "bot": "1", "baserevid": base_revision,
    }  # fmt: skip
    answer, done = session.write("entity", params, on_write=on_write)
    outcome = read_entity(answer)
    done(outcome)
    return outcome, left


def _ask(session: WikiSession, ids: list[str]) -> dict[str, str]:
    """Which of these properties and items exist: their data type, "item", or ""."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        entities = session.read({"action": "wbgetentities", "ids": "|".join(batch), "props": "info|datatype"}).get("entities", {})
        for asked in batch:
            entity = entities.get(asked) or _moved(entities, asked)
            found[asked] = "" if not entity or "missing" in entity else str(entity.get("datatype") or "item")
    return found


def _moved(entities: Mapping[str, Any], asked: str) -> dict[str, Any]:
    # A redirected item comes under its new id, with the old one inside.
    for entity in entities.values():
        if isinstance(entity, dict) and entity.get("redirects", {}).get("from") == asked:
            return entity
    return {}


def _entity(asked: str, data: Mapping[str, Any], dialect: Dialect) -> Entity:
    if not data or "missing" in data:
        return Entity(id=asked, missing=True)
    statements = data.get("statements") or data.get("claims") or {}
    id = str(data.get("id", asked))
    return Entity(
        id=id, revision=data.get("lastrevid"), labels=_texts(data.get("labels")), descriptions=_texts(data.get("descriptions")),
        statements=dialect.back(statements) if isinstance(statements, dict) else {}, redirected_to=id if id != asked else "",
    )  # fmt: skip


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):  # an empty map may come as []
        return {}
    return {language: str(entry.get("value", "")) for language, entry in value.items() if isinstance(entry, dict)}
