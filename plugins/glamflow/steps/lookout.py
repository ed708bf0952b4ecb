"""Listening to people while we write: the account's stop page and its talk page.

- Asked for in one request at the start of a lane, and again before anything new is begun once 10 seconds or 20 writes have passed;
  reads of single pages carry the question along for nothing.
- A message is a talk page revision of somebody else that no named person has acknowledged. On the stop page any content but
  “run” means stop; a wiki without that page has none.
- Then the account is stopped for all workers within one edit, and the error says who, when and where. A pair of file and
  statements that was begun is finished first: nobody is helped by a file without its data.
- It goes on when a named person has acknowledged it: `acknowledge`, or `glamflow watch ack`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol
from urllib.parse import quote

from glamflow.ledger.guards import BY_WIKI
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.transforms.errors import WritesStopped
from glamflow.wiki.protocol import Signals, Spoken

MOST_SECONDS, MOST_WRITES = 10.0, 20
TALK, STOP = "TALK_MESSAGE", "STOP_PAGE"
ACKNOWLEDGE = 'Answer on the wiki, then: glamflow watch ack {wiki} --note "what was answered".'


class Listens(Protocol):
    """What a lookout needs of a wiki."""

    def signals(self, stop_page: str) -> Signals: ...

    def overhear(self, stop_page: str, note: Callable[[Signals], None]) -> None: ...


class Lookout:
    """Watches for one account on one wiki. `clock` counts seconds."""

    def __init__(
        self,
        deps: Deps,
        config: Partner,
        commons: Listens,
        account: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        wiki: str = "",
    ) -> None:
        self._deps, self._config, self._commons, self._account, self._clock = deps, config, commons, account, clock
        self._wiki = wiki or config.publish.wiki
        self._page = stop_page(deps, config, account, wiki=self._wiki)
        self._looked, self._writes = float("-inf"), 0
        self._called = False  # somebody spoke, and what was said is not known yet
        self._stopped: WritesStopped | None = None
        commons.overhear(self._page, self._hear)

    def wrote(self) -> None:
        """One more request that writes was sent."""
        self._writes += 1

    def before(self) -> None:
        """Before something new is begun: `WritesStopped` if people spoke to the account."""
        if self._stopped is None and (
            self._called or self._writes >= MOST_WRITES or self._clock() - self._looked >= MOST_SECONDS
        ):
            self._fresh()
            self._judge(self._commons.signals(self._page))
        if self._stopped is not None:
            raise self._stopped

    def _hear(self, signals: Signals) -> None:
        """What a read of another page brought along: only that somebody spoke, so the wiki is asked before anything new."""
        self._fresh()
        self._called = signals.messages or not signals.running

    def _fresh(self) -> None:
        self._looked, self._writes, self._called = self._clock(), 0, False

    def _judge(self, signals: Signals) -> None:
        told = unheard(self._deps, self._wiki, self._account, signals)
        if told is not None:
            self._stopped = halt(self._deps, [self._config.slug], self._wiki, self._account, *told)


def stop_page(deps: Deps, config: Partner, account: str, *, wiki: str = "") -> str:
    """Full title of the page on which people stop the account."""
    of_files = not wiki or wiki == config.publish.wiki
    named = config.publish.stop_page if of_files else ""
    named = named or str(deps.connections(wiki or config.publish.wiki).extra.get("stop_page", ""))
    return named or f"User:{account}/stop"


def unheard(deps: Deps, wiki: str, account: str, signals: Signals) -> tuple[str, Spoken] | None:
    """What nobody has acknowledged yet: (kind, revision); the first look takes the talk page as read unless messages wait."""
    if not signals.running and signals.stop is not None:
        return STOP, signals.stop
    talk, row = signals.talk, deps.ledger.watch_row(wiki, account)
    known, newest = row.talk_revision if row else None, talk.revision if talk else 0
    if talk is None or talk.user == account or (known is None and not signals.messages):
        if known is None or newest > known:
            deps.ledger.note_watch(wiki, account, talk_revision=newest)
        return None
    return (TALK, talk) if known is None or newest > known else None


def halt(deps: Deps, partners: Iterable[str], wiki: str, account: str, kind: str, spoken: Spoken) -> WritesStopped:
    """Stop the account for everybody, note it once for each of `partners`, and return the error that says who, when and where."""
    base = deps.connections(wiki).base_url
    page, diff = page_link(base, spoken.page), diff_link(base, spoken.revision)
    what = f"{spoken.user or 'Somebody'} {'wrote on the talk page' if kind == TALK else 'stopped the account on'} {spoken.page} on {spoken.at}"
    why = f"{what}{f' (“{spoken.comment}”)' if spoken.comment else ''}: {diff}"
    scope = f"account:{account}"
    if not any(brake.scope == scope and brake.stopped for brake in deps.ledger.brakes()):
        deps.ledger.set_brake(scope, stopped=True, who=f"{BY_WIKI}{spoken.user}", why=why)
    for slug in partners:
        deps.ledger.observe(
            partner=slug, kind=kind, wiki=wiki, title=spoken.page, revision=spoken.revision, who=spoken.user,
            detail={"when": spoken.at, "comment": spoken.comment, "page": page, "diff": diff, "account": account},
        )  # fmt: skip
    return WritesStopped(f"{why}. No further file is sent.", hint=ACKNOWLEDGE.format(wiki=wiki))


def page_link(base: str, title: str) -> str:
    return f"{base}/wiki/{quote(title.replace(' ', '_'), safe='/:')}"


def diff_link(base: str, revision: int | None) -> str:
    return f"{base}/w/index.php?diff={revision}"
