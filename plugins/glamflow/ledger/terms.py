"""Decisions on a partner's terms: which item or category a word was matched to, by whom, and how often it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from glamflow.ledger import tables
from glamflow.ledger.context import Context, to_values
from glamflow.ledger.rows import Term

_term = tables.term


class Terms:
    """Operations of `Ledger` on mapping decisions."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def count_terms(self, partner: str, kind: str, uses: Mapping[str, int]) -> None:
        """Say how often each word is used now; words not known yet are opened for a decision."""
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "term", partner)
            now = database.now(connection)
            mine = (_term.c.partner == partner, _term.c.kind == kind)
            known = set(connection.execute(sa.select(_term.c.term).where(*mine)).scalars())
            new = [
                {"partner": partner, "kind": kind, "term": word, "state": "open", "uses": n, "at": now}
                for word, n in uses.items() if word not in known
            ]  # fmt: skip
            again = [{"_word": word, "_uses": n} for word, n in uses.items() if word in known]
            if new:
                connection.execute(sa.insert(_term), new)
            if again:
                connection.execute(sa.update(_term).where(*mine, _term.c.term == sa.bindparam("_word")).values(uses=sa.bindparam("_uses")), again)

    def decide_term(self, partner: str, kind: str, word: str, *, value: dict[str, Any] | None, who: str) -> None:
        """Match a word, or refuse to (value None)."""
        database = self._context.database
        with database.write() as connection:
            database.lock(connection, "term", partner)
            values = {"state": "refused" if value is None else "matched", "value": value, "who": who, "at": database.now(connection)}
            where = (_term.c.partner == partner, _term.c.kind == kind, _term.c.term == word)
            if connection.execute(sa.update(_term).where(*where).values(**values)).rowcount == 0:
                connection.execute(sa.insert(_term).values(partner=partner, kind=kind, term=word, **values))

    def terms(self, partner: str, kind: str = "", *, state: str = "") -> list[Term]:
        """Words of a partner, most used first."""
        query = sa.select(_term).where(_term.c.partner == partner).order_by(_term.c.uses.desc(), _term.c.kind, _term.c.term)
        if kind:
            query = query.where(_term.c.kind == kind)
        if state:
            query = query.where(_term.c.state == state)
        with self._context.database.read() as connection:
            return to_values(Term, connection.execute(query))
