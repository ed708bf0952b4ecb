"""Reading and writing entities: MediaInfo (M-ids) on Commons, items (Q-ids) on Wikidata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from glamflow.transforms.errors import SourceUnavailable
from glamflow.wiki.answers import not_offered, read_entity
from glamflow.wiki.protocol import Entity, OnWrite, WriteOutcome
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
        found |= {asked: _entity(asked, entities.get(asked) or _moved(entities, asked)) for asked in batch}
    return found


def write_entity(
    session: WikiSession, *, id: str, data: dict[str, Any], summary: str, base_revision: int | None, on_write: OnWrite
) -> WriteOutcome:
    """One `wbeditentity` with everything in it: the wiki writes all of it or nothing."""
    params = {
        "action": "wbeditentity", "id": id, "data": json.dumps(data, ensure_ascii=False, sort_keys=True),
        "summary": summary, "bot": "1", "baserevid": base_revision,
    }  # fmt: skip
    answer, done = session.write("entity", params, on_write=on_write)
    outcome = read_entity(answer)
    done(outcome)
    return outcome


def _moved(entities: Mapping[str, Any], asked: str) -> dict[str, Any]:
    # A redirected item comes under its new id, with the old one inside.
    for entity in entities.values():
        if isinstance(entity, dict) and entity.get("redirects", {}).get("from") == asked:
            return entity
    return {}


def _entity(asked: str, data: Mapping[str, Any]) -> Entity:
    if not data or "missing" in data:
        return Entity(id=asked, missing=True)
    statements = data.get("statements") or data.get("claims") or {}
    id = str(data.get("id", asked))
    return Entity(
        id=id, revision=data.get("lastrevid"), labels=_texts(data.get("labels")), descriptions=_texts(data.get("descriptions")),
        statements=dict(statements) if isinstance(statements, dict) else {}, redirected_to=id if id != asked else "",
    )  # fmt: skip


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):  # an empty map may come as []
        return {}
    return {language: str(entry.get("value", "")) for language, entry in value.items() if isinstance(entry, dict)}
