"""P170 creator, with every degree of certainty said as it is.

Rules (sdc.md 1)
- A known person: the item. A name without item: somevalue + P2093. Unknown maker (only if the record says so): somevalue + P3831 anonymous.
- "attributed to": the item, or the name, + P5102. "workshop of", "circle of", …: somevalue + anonymous + that property with the person's
  item; without item the partner's words as P1932. Plain authorship is never stated for any of these.
- "after" a person, where the hand that did it is named: P1877 stands on that statement, since nobody is anonymous.
- Of the FILE's content: for a photograph of a solid thing only the named photographer.
"""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.creators import MAKERS, item_of
from glamflow.transforms.plain import plain
from glamflow.transforms.policy import Vocabulary
from glamflow.transforms.record import Agent, AgentKind, Attribution, Role
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P, Q
from glamflow.transforms.wikibase.statement import Qualifier, Statement, statement

DEGREES: dict[Attribution, str] = {
    Attribution.WORKSHOP_OF: P.WORKSHOP_OF,
    Attribution.CIRCLE_OF: P.CIRCLE_OF,
    Attribution.FOLLOWER_OF: P.FOLLOWER_OF,
    Attribution.SCHOOL_OF: P.SCHOOL_OF,
    Attribution.MANNER_OF: P.MANNER_OF,
    Attribution.AFTER: P.AFTER_A_WORK_BY,
}
_STATED = tuple(role for role in MAKERS if role is not Role.MANUFACTURER)


def creator_statements(page: PageContext) -> list[Statement]:
    if page.shows_object:
        name = plain(page.medium.photographer)
        return [_named(name, [])] if name else []
    makers = [agent for agent in page.record.agents if agent.role in _STATED and (agent.name or agent.as_stated)]
    makers += [a for a in page.record.agents if a.role in _STATED and a.kind is AgentKind.ANONYMOUS and a not in makers]
    hands = [agent for agent in makers if agent.attribution is Attribution.BY and agent.kind is not AgentKind.ANONYMOUS]
    models = [agent for agent in makers if agent.attribution is Attribution.AFTER] if hands else []
    after: list[Qualifier] = [
        (P.AFTER_A_WORK_BY, values.item(item)) for agent in models if (item := item_of(agent, page.vocabulary))
    ]
    return [
        _statement(agent, page.vocabulary, after if agent in hands else []) for agent in makers if agent not in models
    ]


def _statement(agent: Agent, vocabulary: Vocabulary, after: list[Qualifier]) -> Statement:
    if agent.kind is AgentKind.ANONYMOUS:
        return _anonymous([])
    item = item_of(agent, vocabulary)
    if agent.attribution in DEGREES:
        if item:
            return _anonymous([(DEGREES[agent.attribution], values.item(item))])
        return _anonymous([(P.STATED_AS, values.string(f"{agent.attribution.value} {agent.name or agent.as_stated}"))])
    qualifiers = list(after)
    if agent.attribution is Attribution.ATTRIBUTED_TO:
        qualifiers.append((P.NATURE_OF_STATEMENT, values.item(Q.ATTRIBUTED_TO)))
    if item:
        return statement(P.CREATOR, values.item(item), qualifiers=qualifiers)
    return _named(agent.name or agent.as_stated, qualifiers)


def _named(name: str, qualifiers: list[Qualifier]) -> Statement:
    return statement(P.CREATOR, None, qualifiers=[(P.AUTHOR_NAME_STRING, values.string(name)), *qualifiers])


def _anonymous(qualifiers: list[Qualifier]) -> Statement:
    return statement(P.CREATOR, None, qualifiers=[(P.OBJECT_HAS_ROLE, values.item(Q.ANONYMOUS)), *qualifiers])
