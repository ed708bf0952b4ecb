"""Which information template a file gets.

Rules (`commons.template: auto`)
- Two licences (a photograph of a solid thing) → Art Photo, the only template that keeps them apart.
- A photograph of what is no work (a specimen) → Information.
- Else by the object type: Map, Book, Photograph; a file that is the work itself → Photograph where a photographer made it, else Information;
  anything else → Artwork.
- A template named in the partner file is used as it is.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

from glamflow.transforms.policy import CommonsPolicy
from glamflow.transforms.record import MediaRef, MediaRole, Record, Role
from glamflow.transforms.rights.decision import Kind, LayerStatus, RightsDecision


def choose_template(record: Record, medium: MediaRef, decision: RightsDecision, commons: CommonsPolicy) -> str:
    if commons.template != "auto":
        return commons.template
    if decision.object_template and decision.photo_template:
        return "Art Photo"
    if decision.work.status is LayerStatus.NOT_A_WORK:
        return "Information"
    if medium.role is MediaRole.DOCUMENT or record.document_symbol:
        return "Information"
    if by_type := _by_type(record):
        return by_type
    if decision.kind is Kind.IS_THE_WORK:
        return "Photograph" if any(a.role is Role.PHOTOGRAPHER for a in record.agents) else "Information"
    return "Artwork"


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = json.loads((files("glamflow.transforms.commons") / "data" / "kinds.json").read_text("utf-8"))
    return {name: re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)") for name, words in data.items()}


def _by_type(record: Record) -> str:
    labels = " / ".join(label.value.casefold() for term in record.object_types for label in term.labels)
    return next((name for name, pattern in _words().items() if pattern.search(labels)), "")
