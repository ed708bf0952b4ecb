"""Makers given as JSON objects, in the shapes of museum APIs → agents of the draft.

    {"name": "Lind, Anna", "role": "engraver", "date": "1821–1887"}              {"label": "Sitter", "content": "Anna Lind"}
    {"description": "Anna Lind (Swedish, 1821–1887)", "qualifier": "after"}      {"agent": {"label": "Anna Lind"}, "roles": [{"label": "artist"}]}
    {"artistDisplayName": "Anna Lind", "artistPrefix": "Workshop of", …}

Rules
- A role that is stated and not known makes nobody a creator: the name is kept inside, and told. So does a qualifier that is not known.
- What kind of thing the object is (`type: Person`) is no role.
- A web address names nobody; "painter: Anna Lind" is a name with its role.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from glamflow.transforms.fields.dates import parse_date
from glamflow.transforms.fields.lifedates import LifeDates, read_life_dates
from glamflow.transforms.fields.names import attribution_of
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.plain_values import first_text, flatten, text_value
from glamflow.transforms.record import Agent, AgentKind, Attribution, Role

_WHOLE = ("artistDisplayName",)
"""Keys of objects that are the whole record: only these name a maker there."""
_NAMES = ("mda", "displayName", "name", "fc", "agent", "creator")
_ROLES = ("role", "roles", "association", "creator_role", "artistRole")
_QUALIFIERS = ("qualifier", "attribution", "attributionQualifier", "artistPrefix")
_DATES = ("date", "dates", "lifeDates", "life_dates", "artistDisplayBio")
_BIRTH = ("birth", "birthYear", "birth_year", "born", "creator_date_of_birth")
_DEATH = ("death", "deathYear", "death_year", "died", "creator_date_of_death")
_BY = re.compile(r"\bby\b", re.IGNORECASE)
_LIFE = re.compile(r"(?P<name>[^,:;\d]{3,80}), (?P<rest>(?:born|active|died|\d{1,2} [A-Z][a-z]{2,8} \d{4})\b.{0,200})")
_BOTH = re.compile(
    r"(?:born )?[^\d?]{0,80}?(?:\d{1,2} [A-Z][a-z]{2,8} )?(?P<birth>1\d{3}) ?[-–] ?(?:died )?[^\d?]{0,80}?"
    r"(?:\d{1,2} [A-Z][a-z]{2,8} )?(?P<death>[12]\d{3})"
)
"""Two certain years of a life; "ca.", "active" and question marks are left to `_DOUBTED`."""
_DOUBTED = re.compile(r"\?|\b(?:active|ca?\.?|circa|about|before|after|or)\b", re.IGNORECASE)
_SAYING_NOTHING = frozenset({"", "by", "and", "with"})


def agent_reader(default: Role) -> Callable[[Draft, str, Any, str], None]:
    """A reader of names and objects; `default` is the role of those that state none."""

    def read(draft: Draft, target: str, value: Any, language: str) -> None:
        for item in flatten(value):
            if isinstance(item, dict):
                _read_object(draft, item, default, language)
            else:
                _read_name(draft, text_value(item), default, language)

    return read


def _read_name(draft: Draft, stated: str, default: Role, language: str) -> Agent | None:
    name = stated.strip()
    lines = [line for line in name.splitlines() if line.strip()]
    if len(lines) > 2 or any(
        _BY.search(line) for line in lines[1:]
    ):  # "Designed by …" and "Published by …", one a line
        draft.keep("agents.several", name)
        draft.find(Reason.VALUE_NOT_READ, "agents", name, detail="several makers in one text")
        return None
    if name.startswith(("http://", "https://", "urn:", "#")):
        draft.keep("agents.address", name)
        draft.find(Reason.VALUE_NOT_READ, "agents", name, detail="an address names nobody", severity=Severity.INFO)
        return None
    head, colon, tail = name.partition(":")
    role = parse_role(head) if colon and "\n" not in head else None
    if life := _LIFE.fullmatch(name):
        return _with_life(draft, life, role or default, language)
    return draft.agent(tail if role else stated, role=role or default, language=language)


def _with_life(draft: Draft, life: re.Match[str], role: Role, language: str) -> Agent | None:
    """ "Anna Lind, born Falun, Sweden 1821-died Rome 1887": the name, and the years if both are certain."""
    agent = draft.agent(life["name"], role=role, language=language)
    if agent is not None:
        certain = not _DOUBTED.search(life["rest"])
        years = _BOTH.fullmatch(life["rest"].strip()) if certain else None
        known = replace(agent, as_stated=life.string)
        agent = replace(known, birth=int(years["birth"]), death=int(years["death"])) if years else known
        draft.replace_agent(agent)
    return agent


def _read_object(draft: Draft, item: dict[str, Any], default: Role, language: str) -> None:
    name = _name(item)
    stated = first_text(item, ("label",)) if _is_labelled(item) else first_text(item, _ROLES)
    qualifier = first_text(item, _QUALIFIERS)
    stated = "" if stated.strip().lower() in _SAYING_NOTHING else stated
    qualifier = "" if qualifier.strip().lower() in _SAYING_NOTHING else qualifier
    kind_or_role = first_text(item, ("type",))
    role, attribution = parse_role(stated), attribution_of(qualifier) or attribution_of(stated)
    unknown = (stated and role is None and attribution_of(stated) is None) or (
        qualifier and attribution_of(qualifier) is None
    )
    if unknown:
        if name.strip():
            draft.keep(f"agents.{(stated or qualifier).strip().lower()[:100]}", name)
            draft.find(
                Reason.VALUE_NOT_READ, "agents", f"{name} ({stated or qualifier})", detail="the role is not known"
            )
        return
    agent = _read_name(draft, name, role or parse_role(kind_or_role) or default, language)
    if agent is not None:
        _complete(draft, agent, item, attribution or attribution_of(kind_or_role))


def _is_labelled(item: dict[str, Any]) -> bool:
    """Pairs such as {"label": "Donor", "content": "Anna Lind"}: the label says the role."""
    return isinstance(item.get("label"), str) and isinstance(item.get("content"), str)


def _name(item: dict[str, Any]) -> str:
    if _is_labelled(item):
        return text_value(item["content"])
    if any(key in item for key in _WHOLE):
        return first_text(item, _WHOLE)
    return first_text(item, _NAMES) or text_value(item) or first_text(item, ("description",))


def _complete(draft: Draft, agent: Agent, item: dict[str, Any], attribution: Attribution | None) -> None:
    """The agent with attribution, kind and the dates of its life, as far as the object tells them."""
    agent = replace(agent, attribution=attribution or agent.attribution)
    if agent.kind is AgentKind.UNKNOWN and first_text(item, ("kind",)).lower().startswith(("org", "corp")):
        agent = replace(agent, kind=AgentKind.CORPORATE)
    if agent.kind not in (AgentKind.CORPORATE, AgentKind.ANONYMOUS):
        dates = read_life_dates(first_text(item, _DATES)) or LifeDates()
        agent = replace(
            agent,
            birth=agent.birth or _year(first_text(item, _BIRTH)) or dates.birth,
            death=agent.death or _year(first_text(item, _DEATH)) or dates.death,
            active=agent.active or dates.active,
        )
    draft.replace_agent(agent)


def _year(value: str) -> int | None:
    span = parse_date(value.partition("T")[0]) if value else None
    exact = (
        span is not None and span.earliest and span.latest and span.earliest.year == span.latest.year and not span.circa
    )
    return span.earliest.year if span is not None and span.earliest and exact else None
