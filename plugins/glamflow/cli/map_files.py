"""`glamflow map --format F FILE…`: the record, its findings and the rights decision per medium, or the page that would come of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec

from glamflow.cli.files import Policies, policies_for, read_files
from glamflow.cli.output import emit, say
from glamflow.transforms.commons.context import MediaFacts, PageDraft
from glamflow.transforms.commons.page import build_page
from glamflow.transforms.commons.title import title_for
from glamflow.transforms.outcome import Mapped
from glamflow.transforms.record import MediaRef, Record
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.rights.decision import RightsDecision
from glamflow.transforms.wikidata.match import match_keys


def map_files(files: list[str], *, format: str, partner: Path | None, on: dt.date, shown: str) -> int:
    """One JSON line per record; with `shown` the wikitext, statements or item of each medium instead."""
    policies = policies_for(format, partner)
    done = rejected = 0
    for outcome in read_files(files, policies):
        done += 1
        if not isinstance(outcome, Mapped):
            rejected += 1
            emit({"rejected": msgspec.to_builtins(outcome)})
        elif shown:
            _show(outcome.record, policies, on, shown)
        else:
            emit(_line(outcome, policies, on))
    say(f"{done} {'record' if done == 1 else 'records'}, {rejected} could not be read.")
    return 1 if rejected else 0


def decisions(record: Record, policies: Policies, on: dt.date) -> list[tuple[MediaRef | None, RightsDecision]]:
    """Each medium with its decision; a record without media is judged as a whole."""
    media: list[MediaRef | None] = [*record.media] or [None]
    return [(medium, decide(record, medium, policies.rights, on=on)) for medium in media]


def _line(outcome: Mapped, policies: Policies, on: dt.date) -> dict[str, Any]:
    judged = decisions(outcome.record, policies, on)
    return {
        "record": msgspec.to_builtins(outcome.record),
        "findings": msgspec.to_builtins(outcome.findings),
        "media": [
            {
                "id": medium.id if medium else "",
                "verdict": decision.verdict.value,
                "decision": msgspec.to_builtins(decision),
            }
            for medium, decision in judged
        ],
    }


def _show(record: Record, policies: Policies, on: dt.date, shown: str) -> None:
    if shown == "item":
        keys = match_keys(record, policies.wikidata)
        emit({"key": record.key, "match": msgspec.to_builtins(keys), "labels": msgspec.to_builtins(record.titles)})
        return
    for medium, decision in decisions(record, policies, on):
        if medium is None:
            say(f"{record.key}: there is no medium, so there is no page.")
            continue
        page = page_of(record, medium, decision, policies, on)
        if shown == "wikitext":
            print(f"{page.wikitext}\n")
        else:
            emit(
                {
                    "media": medium.id,
                    "title": page.title,
                    "captions": page.captions,
                    "statements": list(page.statements),
                }
            )


def page_of(record: Record, medium: MediaRef, decision: RightsDecision, policies: Policies, on: dt.date) -> PageDraft:
    """The page as it would be; its licence section is empty unless the verdict is publish."""
    title = title_for(record, medium, policies.commons, policies.name, extension=extension_of(medium))
    return build_page(
        record, medium, decision, commons=policies.commons, rights=policies.rights, wikidata=policies.wikidata,
        vocabulary=policies.vocabulary, partner_name=policies.name, title=title, retrieved=on,
        media_facts=MediaFacts(url=medium.url),
    )  # fmt: skip


def extension_of(medium: MediaRef) -> str:
    """What the address ends with; the file itself tells for certain, once it is fetched."""
    ending = medium.url.rsplit("?", 1)[0].rsplit(".", 1)[-1].lower()
    return {"jpeg": "jpg", "tif": "tiff"}.get(ending, ending) if ending.isalnum() and len(ending) <= 4 else "jpg"
