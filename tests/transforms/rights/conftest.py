"""Records built from one line of facts, so that a whole table of cases can be read at a glance."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from glamflow.transforms.policy import ReviewedRule, RightsPolicy
from glamflow.transforms.record import (
    Agent,
    AgentKind,
    Attribution,
    CalendarDate,
    DateKind,
    DateSpan,
    MediaId,
    MediaRef,
    MediaRole,
    Place,
    PlaceKind,
    Record,
    RecordKey,
    RightsLevel,
    RightsStatement,
    Role,
    Term,
    Text,
)

_SHORT = {
    "CC0": "http://creativecommons.org/publicdomain/zero/1.0/",
    "PDM": "http://creativecommons.org/publicdomain/mark/1.0/",
    "BY4": "http://creativecommons.org/licenses/by/4.0/",
    "NKC": "http://rightsstatements.org/vocab/NKC/1.0/",
}
_DAY = dt.date(2026, 9, 1)


class Facts:
    """What one line of facts says: the parts of a record and of a policy."""

    def __init__(self, facts: str, statements: str = "") -> None:
        self.record: dict[str, object] = {"partner": "museum-x", "key": RecordKey("1"), "institution": "Museum X"}
        self.policy: dict[str, object] = {"metadata": "cc0", "attribution": "Museum X", "institution_wikidata": "Q4115189"}
        self.medium: dict[str, object] = {"id": MediaId("m1"), "url": "https://media.example/1.jpg"}
        self.agents: list[Agent] = []
        self.dates: list[DateSpan] = []
        self.rules: list[ReviewedRule] = []
        self.removed = ""
        self.published_before = False
        kind, *rest = [part.strip() for part in facts.split(";")]
        if kind:
            self.record["object_types"] = (_term(kind),)
        for part in rest:
            self._add(part)
        self._say(statements)

    def _add(self, part: str) -> None:
        key, _, value = part.partition("=")
        if re.fullmatch("(pub:)?[A-Z]{2}", part):
            kind = PlaceKind.PUBLISHED if part.startswith("pub:") else PlaceKind.MADE
            self.record["places"] = (Place(kind=kind, country=part[-2:]),)
            return
        match key:
            case "d" | "b":
                self.agents.append(_person(key, value, len(self.agents)))
            case "made" | "collected" | "issued":
                self.dates.append(_span(value, key))
            case "unknown":
                self.agents.append(Agent(name="unknown", kind=AgentKind.ANONYMOUS))
            case "named":
                self.agents.append(Agent(name=f"Maker {len(self.agents)}", kind=AgentKind.PERSON))
            case "body" | "institution" | "nasa":
                name = {"body": "City Tramways", "institution": "Museum X", "nasa": "NASA"}[key]
                self.agents.append(Agent(name=name, kind=AgentKind.CORPORATE))
                if key == "nasa":
                    self.record["institution"] = "NASA"
            case _:
                self._add_policy(key, value)

    def _add_policy(self, key: str, value: str) -> None:
        match key:
            case "absent":
                self.policy["absent"] = "judge_by_facts"
            case "role":
                self.medium["role"] = MediaRole(value)
            case "material":
                self.record["materials"] = (_term(value),)
            case "rule":
                name, _, template = value.partition(",")
                self.rules.append(_rule(name, verdict="publish", template=template))
            case "declared":
                self.rules.append(_rule("own-works", licensor="partner"))
            case "version":
                self.policy["licence_versions"] = dict([value.split(",")])
            case "account":
                self.record["extra"] = {"flickr:nsid": ("12345@N00",)}
                self.policy["flickr_accounts"] = ("12345@N00",)
            case "third":
                self.record["third_party"] = value
                self.medium["url"] = "https://media.example/1.pdf"
            case "published":
                self.record["published"] = True
            case "unpublished":
                self.record["published"] = False
            case "symbol":
                self.record["document_symbol"] = value
            case "title":
                self.record["titles"] = (Text(value=value, language="en"),)
            case "sensitivity":
                self.record["sensitivity"] = (value,)
            case "embargo":
                self.record["not_before"] = value
            case "removed":
                self.removed = value
            case "published before":
                self.published_before = True
            case _:
                raise ValueError(key)

    def _say(self, statements: str) -> None:
        at_object: list[RightsStatement] = []
        at_medium: list[RightsStatement] = []
        for part in filter(None, (p.strip() for p in statements.split(" + "))):
            value, medium = (part[:-2], True) if part.endswith("@m") else (part, False)
            (at_medium if medium else at_object).append(statement(value))
        self.record["rights"] = tuple(at_object)
        self.medium["rights"] = tuple(at_medium)

    def build(self) -> tuple[Record, MediaRef, RightsPolicy]:
        """Record, medium and policy."""
        medium = msgspec.convert(msgspec.to_builtins(self.medium), MediaRef)
        whole = {**self.record, "agents": self.agents, "dates": self.dates, "media": [medium]}
        policy = {**self.policy, "rules": self.rules}
        record = msgspec.convert(msgspec.to_builtins(whole), Record)
        return record, medium, msgspec.convert(msgspec.to_builtins(policy), RightsPolicy)


def statement(value: str, *, level: RightsLevel = RightsLevel.OBJECT) -> RightsStatement:
    """A statement from `"quoted text"`, `vocabulary:code`, an address or one of the short names."""
    if value.startswith('"'):
        return RightsStatement(value=value.strip('"'), level=level)
    vocabulary, colon, code = value.partition(":")
    if colon and not code.startswith("//"):
        return RightsStatement(value=code, level=level, vocabulary=vocabulary)
    return RightsStatement(value=_SHORT.get(value, value), level=level)


def _term(label: str) -> Term:
    return Term(labels=(Text(value=label, language="en"),))


def _person(key: str, value: str, number: int) -> Agent:
    year, _, how = value.partition(":")
    role = Role(how) if how in set(Role) else Role.CREATOR
    attribution = Attribution(how) if how in set(Attribution) else Attribution.BY
    birth, death = (int(year), None) if key == "b" else (None, int(year))
    return Agent(name=f"Maker {number}", kind=AgentKind.PERSON, role=role, attribution=attribution, birth=birth, death=death)


def _span(value: str, key: str) -> DateSpan:
    kind = {"made": DateKind.MADE, "collected": DateKind.COLLECTED, "issued": DateKind.PUBLISHED}[key]
    circa = value.startswith("~")
    first, _, last = value.lstrip("~").partition("-") if not value.startswith("-") else (value, "", "")
    return DateSpan(
        earliest=CalendarDate(year=int(first)), latest=CalendarDate(year=int(last or first)), kind=kind, circa=circa, as_stated=value
    )


def _rule(name: str, *, verdict: str = "", template: str = "", licensor: str = "") -> ReviewedRule:
    when: dict[str, str | int] = {"kind": "is_the_work"} if "drawings" not in name else {"country": "IT"}
    facts = {"id": name, "when": when, "approved_by": "A. Registrar", "date": _DAY, "link": "https://wiki.example/discussion"}
    more = {"verdict": verdict or None, "template": template, "licensor": licensor}
    return msgspec.convert(msgspec.to_builtins({**facts, **more}), ReviewedRule)


@pytest.fixture
def facts() -> type[Facts]:
    """The builder of records from one line."""
    return Facts
