"""Makers in wikitext: Creator pages, plain names with the degree of certainty, and the unknown.

Rules
- A Creator page comes only from the partner's reviewed vocabulary: `{{Creator:Name}}`; an item from there or from the record itself gives
  `{{Creator|Wikidata=Q…}}`. The degree stands as its option ("workshop of"), one of a closed list.
- Else the name as text, never less than what the partner said: "workshop of Name (1577–1640)".
- "The maker is unknown" is written only where the record says so; no agent at all leaves the field empty.
"""

from __future__ import annotations

from collections.abc import Iterable

from glamflow.transforms.commons.wikitext import escape, template
from glamflow.transforms.plain import plain
from glamflow.transforms.policy import Vocabulary, VocabularyEntry
from glamflow.transforms.record import Agent, AgentKind, Attribution, Role

MAKERS: tuple[Role, ...] = (
    Role.CREATOR,
    Role.PHOTOGRAPHER,
    Role.AUTHOR,
    Role.ENGRAVER,
    Role.PRINTMAKER,
    Role.ILLUSTRATOR,
    Role.COMPOSER,
    Role.LYRICIST,
    Role.CARTOGRAPHER,
    Role.DESIGNER,
    Role.MANUFACTURER,
)
"""Roles that made what one sees; translators, editors and contributors have places of their own."""

_TELLING = frozenset({Role.ENGRAVER, Role.PRINTMAKER, Role.ILLUSTRATOR, Role.DESIGNER, Role.MANUFACTURER})


def creators(
    agents: Iterable[Agent], vocabulary: Vocabulary, *, unknown: str = "author", tell_roles: bool = False
) -> str:
    """Ready wikitext, one maker a line; `tell_roles` where one field holds several roles."""
    lines = (creator(agent, vocabulary, unknown=unknown, tell_role=tell_roles) for agent in agents)
    return "<br />".join(dict.fromkeys(line for line in lines if line))


def creator(agent: Agent, vocabulary: Vocabulary, *, unknown: str = "author", tell_role: bool = False) -> str:
    if agent.kind is AgentKind.ANONYMOUS:
        return template("unknown", {"1": unknown})
    entry = entry_of(agent, vocabulary)
    option = "" if agent.attribution is Attribution.BY else agent.attribution.value
    role = f" ({agent.role.value})" if tell_role and agent.role in _TELLING else ""
    if entry.creator and (page := _page_name(entry.creator)):
        return template(f"Creator:{page}|{option}" if option else f"Creator:{page}") + role
    if item := item_of(agent, vocabulary):
        return template("Creator", {"Wikidata": item} | ({"Option": option} if option else {})) + role
    name = escape(agent.name or agent.as_stated)
    if not name:
        return ""
    return f"{option} {name}{_life(agent)}{role}".strip()


def entry_of(agent: Agent, vocabulary: Vocabulary) -> VocabularyEntry:
    """The reviewed match of the agent's name, or of the partner's own spelling of it."""
    found = vocabulary.creators.get(agent.name) or vocabulary.creators.get(agent.as_stated)
    return found or VocabularyEntry()


def item_of(agent: Agent, vocabulary: Vocabulary) -> str:
    return entry_of(agent, vocabulary).wikidata or agent.wikidata or ""


def _page_name(name: str) -> str:
    clean = plain(name)
    return "" if any(sign in clean for sign in "|{}[]<>#") else clean


def _life(agent: Agent) -> str:
    if agent.attribution is not Attribution.BY or not (agent.birth or agent.death):
        return ""
    if not agent.death:
        return f" (born {agent.birth})"
    return f" ({agent.birth or '?'}–{agent.death})"
