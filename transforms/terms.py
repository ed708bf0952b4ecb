"""A partner's reviewed vocabulary laid over a record: its own words → Wikidata items, life dates of creators.

Rules
- A term matches whole, by the partner's own word (any label, the name, or the name as stated), case kept; nothing is matched loosely.
- Life dates of the vocabulary fill gaps only, and say where they come from (`facts_from`), so that every decision can name its source.
- A Q-id that the record itself gives is kept.
"""

from __future__ import annotations

from msgspec.structs import replace

from glamflow.transforms.policy import Vocabulary, VocabularyEntry
from glamflow.transforms.record import Agent, Identifier, IdentifierKind, Place, Record, Term


def apply_vocabulary(record: Record, vocabulary: Vocabulary) -> Record:
    """The record with what people matched before."""
    if not (vocabulary.creators or vocabulary.types or vocabulary.subjects or vocabulary.places):
        return record
    return replace(
        record,
        agents=tuple(_agent(a, vocabulary.creators) for a in record.agents),
        object_types=tuple(_term(t, vocabulary.types) for t in record.object_types),
        subjects=tuple(_term(t, vocabulary.subjects) for t in record.subjects),
        places=tuple(_place(p, vocabulary.places) for p in record.places),
    )


def _agent(agent: Agent, entries: dict[str, VocabularyEntry]) -> Agent:
    entry = entries.get(agent.as_stated) or entries.get(agent.name)
    if entry is None:
        return agent
    birth = agent.birth if agent.birth is not None else entry.birth
    death = agent.death if agent.death is not None else entry.death
    filled = (birth, death) != (agent.birth, agent.death)
    return replace(
        agent,
        wikidata=agent.wikidata or entry.wikidata or None,
        birth=birth,
        death=death,
        facts_from=agent.facts_from or ("vocabulary:creators" if filled else ""),
    )


def _term(term: Term, entries: dict[str, VocabularyEntry]) -> Term:
    entry = next((entries[label.value] for label in term.labels if label.value in entries), None)
    return replace(term, wikidata=term.wikidata or entry.wikidata or None) if entry else term


def _place(place: Place, entries: dict[str, VocabularyEntry]) -> Place:
    entry = next((entries[name.value] for name in place.names if name.value in entries), None)
    if entry is None or not entry.wikidata:
        return place
    address = Identifier(value=f"http://www.wikidata.org/entity/{entry.wikidata}", kind=IdentifierKind.URI, scheme="wikidata")
    return place if address in place.identifiers else replace(place, identifiers=(*place.identifiers, address))
