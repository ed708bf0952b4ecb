"""One write, tried until its end is known.

| answer | what follows |
|---|---|
| none that can be read | look at the wiki, several times over a minute: a slow server may still be at work; only then again |
| the stash is gone | look first: the file may be published; then again from the first byte |
| session or token gone | log in, again, after longer and longer waits; then back to the scheduler's retries |
| "not now" (lag, read-only, rate) | wait as the wiki asks, longer each time, for a quarter of an hour; then back to the scheduler's retries |
| anything else | the caller's |

Each try is a POST of its own with its own rows in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from glamflow.audit.journal import Edit, Journal
from glamflow.ledger.states import EditOutcome
from glamflow.transforms.errors import Maxlag, SourceUnavailable
from glamflow.wiki.answers import SESSION, STASH_LOST
from glamflow.wiki.protocol import Result, WriteOutcome

TRIES, SESSION_TRIES = 5, 5
PATIENCE = 900.0
"""Seconds that one write waits for a wiki that says "not now". Lag and read-only times are a matter of minutes; a task that
gave up earlier would end its plan, and people would have to approve it again."""
LONGEST_WAIT = 60.0
RENEW_WAITS = (0.0, 5.0, 20.0, 60.0)
"""Seconds before each new login. A session store that forgets everything for a minute is answered neither by a storm of ours nor by giving up."""
LOOKS = (0.0, 2.0, 8.0, 20.0, 30.0)
"""Seconds before each look after a lost answer. A gateway's 504 says nothing about the server behind it."""
SETTLE_SECONDS = 30.0


class Renews(Protocol):
    """What sending needs of a wiki."""

    def renew(self) -> None: ...


class Sender:
    """Sends for one account on one wiki."""

    def __init__(self, commons: Renews, *, wiki: str, account: str, sleep: Callable[[float], None]) -> None:
        self._commons, self._wiki, self._account, self._sleep = commons, wiki, account, sleep

    def send(self, send: Callable[[], WriteOutcome], *, look: Callable[[], bool]) -> WriteOutcome:
        """Send until there is a definite answer. `look` tells whether the wiki shows what was sent."""
        pauses = sessions = unknown = 0
        waited = 0.0
        while True:
            outcome = send()
            if outcome.result is Result.RETRY and outcome.code in SESSION:
                self._renew(sessions, outcome)
                sessions += 1
                continue
            if outcome.result is Result.RETRY:
                wait = max(outcome.retry_after or 0.0, min(LONGEST_WAIT, 5.0 * 2**pauses))
                if waited + wait > PATIENCE:
                    raise Maxlag(f"The wiki asks to wait ({outcome.code}).", hint="The task goes on later where it stopped.", retry_after=wait)
                self._sleep(wait)
                waited, pauses = waited + wait, pauses + 1
            elif outcome.result is Result.UNKNOWN or outcome.code in STASH_LOST:
                if self.seen(look):
                    return WriteOutcome(result=Result.APPLIED)
                unknown += 1
                if unknown >= TRIES:
                    raise SourceUnavailable(self._wiki, f"no readable answer to a write ({outcome.code}); it is looked up before the next try")
            else:
                return outcome

    def _renew(self, sessions: int, outcome: WriteOutcome) -> None:
        """Log in again; `BadCredentials` where the wiki refuses that, too."""
        if sessions + 1 >= SESSION_TRIES:
            problem = f"the session of “{self._account}” is refused again and again ({outcome.code}) although every login succeeds"
            raise SourceUnavailable(self._wiki, problem, retry_after=LONGEST_WAIT * 5)
        if wait := RENEW_WAITS[min(sessions, len(RENEW_WAITS) - 1)]:
            self._sleep(wait)
        self._commons.renew()

    def seen(self, look: Callable[[], bool]) -> bool:
        """Whether the write shows up within about a minute."""
        for wait in LOOKS:
            if wait:
                self._sleep(wait)
            if look():
                return True
        return False

    def rest(self, edits: Iterable[Edit], *, now: float) -> None:
        """A request that another worker sent a moment before its death may still be under way: let it arrive."""
        youngest = max((edit.at.timestamp() for edit in edits), default=0.0)
        if (wait := youngest + SETTLE_SECONDS - now) > 0:
            self._sleep(wait)


def settle(journal: Journal, file_id: int, *, steps: tuple[str, ...], applied: bool, revision: int | None = None) -> None:
    """The wiki was looked at and answers what the answers did not: which of the open `steps` took effect.

    If none has a definite "applied" yet, the newest open one is it: after one that took effect every later one would have
    been told so. Steps whose only trace is the stash (`chunk …`) did nothing that lasts.
    """
    rows = journal.edits(file_id=file_id)
    known = any(edit.kind == "outcome" and edit.outcome == EditOutcome.APPLIED and edit.step in steps and edit.code != "no_change" for edit in rows)
    open_edits = [edit for edit in journal.unsettled(file_id=file_id) if edit.step in steps or _of_stash(edit, steps)]
    for edit in reversed(open_edits):
        took_effect = applied and not known and edit.step in steps
        known = known or took_effect
        outcome = EditOutcome.APPLIED if took_effect else EditOutcome.REFUSED
        journal.outcome(edit.id, outcome, revision=revision if took_effect else None, code="settled", detail="by a look at the wiki")


def _of_stash(edit: Edit, steps: tuple[str, ...]) -> bool:
    return "upload" in steps and edit.step.startswith("chunk")
