"""Reviewed rules of a partner: judgements of people, each with name, date and link (law: section 2 of the README).

A rule can declare the licensor, release a hold that only people may release, or hold and reject more. It can never allow NC,
ND or InC, never override a cultural hold, and never put a template of `templates.NEVER` on a page.
"""

from __future__ import annotations

import re

from glamflow.transforms.policy import ReviewedRule, RightsPolicy
from glamflow.transforms.record import Record
from glamflow.transforms.rights.decision import Kind
from glamflow.transforms.rights.normalise import normalise_uri
from glamflow.transforms.rights.said import Said
from glamflow.transforms.rights.templates import NEVER
from glamflow.transforms.rights.work import Work

_TEMPLATE = re.compile(r"[A-Za-z0-9][\w .()-]*(\|[\w .=()-]*)*")


def matching_rules(
    record: Record, policy: RightsPolicy, said: Said, kind: Kind, work: Work
) -> tuple[ReviewedRule, ...]:
    """Rules whose every condition the record fulfils; a rule without link, name or condition is none."""
    return tuple(
        rule
        for rule in policy.rules
        if rule.when
        and rule.link
        and rule.approved_by
        and all(_holds(k, v, record, said, kind, work) for k, v in rule.when.items())
    )


def _holds(key: str, wanted: str | int, record: Record, said: Said, kind: Kind, work: Work) -> bool:
    text = str(wanted)
    match key:
        case "set":
            return text in record.sets
        case "statement":
            return bool(normalise_uri(text)) and normalise_uri(text) in {r.uri for r in said.readings}
        case "value":
            return text.strip() in {r.raw.strip() for r in said.readings}
        case "kind":
            return text == kind
        case "country":
            return text.upper() == work.country
        case "before":
            return work.made is not None and text.lstrip("-").isdecimal() and work.made < int(text)
        case "type":
            return text.casefold() in {label.value.casefold() for term in record.object_types for label in term.labels}
        case _:
            return False


def rule_template(text: str) -> str:
    """The template of a rule without braces, "" if it is empty, malformed or never written by us."""
    inner = text.strip().removeprefix("{{").removesuffix("}}").strip()
    name = inner.partition("|")[0].strip().casefold().replace(" ", "_")
    return inner if _TEMPLATE.fullmatch(inner) and name not in NEVER else ""
