"""One write, tried until its end is known.

| answer | what follows |
|---|---|
| none that can be read | look at the wiki, several times over a minute: a slow server may still be at work; only then again |
| the stash is gone | look first: the file may be published; then again from the first byte |
| session or token gone | log in, again; given up after three times |
| "not now" (lag, read-only, rate) | wait, again; in the end back to the scheduler's retries |
| anything else | the caller's |

Each try is a POST of its own with its own rows in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from glamflow.audit.journal import Edit, Journal
from glamflow.ledger.states import EditOutcome
from glamflow.transforms.errors import BadCredentials, Maxlag, SourceUnavailable
from glamflow.wiki.answers import SESSION, STASH_LOST
from glamflow.wiki.protocol import CommonsClient, Result, WriteOutcome

TRIES, SESSION_TRIES = 5, 3
LOOKS = (0.0, 2.0, 8.0, 20.0, 30.0)
"""Seconds before each look after a lost answer. A gateway's 504 says nothing about the server behind it."""
SETTLE_SECONDS = 30.0


class Sender:
    """Sends for one account on one wiki."""

    def __init__(self, commons: CommonsClient, *, wiki: str, account: str, sleep: Callable[[float], None]) -> None:
        self._commons, self._wiki, self._account, self._sleep = commons, wiki, account, sleep

    def send(self, send: Callable[[], WriteOutcome], *, look: Callable[[], bool], add_only: bool = False) -> WriteOutcome:
        """Send until there is a definite answer. `look` tells whether the wiki shows what was sent; a write that only adds
        may be repeated after an edit conflict."""
        sessions = 0
        outcome = WriteOutcome(result=Result.UNKNOWN)
        for attempt in range(TRIES):
            outcome = send()
            if outcome.result is Result.RETRY and outcome.code in SESSION:
                sessions += 1
                if sessions >= SESSION_TRIES:
                    raise BadCredentials(self._wiki, self._account, f"the session is refused again and again ({outcome.code})")
                self._commons.renew()
            elif outcome.result is Result.UNKNOWN or outcome.code in STASH_LOST:
                if self.seen(look):
                    return WriteOutcome(result=Result.APPLIED)
            elif outcome.result is Result.RETRY:
                self._sleep(outcome.retry_after or 5.0 * 2**attempt)
            elif add_only and outcome.code == "editconflict":
                self._sleep(1.0 + attempt)
            else:
                return outcome
        if outcome.result is Result.RETRY:
            raise Maxlag(f"The wiki asks to wait ({outcome.code}).", hint="The task goes on later where it stopped.", retry_after=outcome.retry_after or 60.0)
        if outcome.code == "editconflict":
            return outcome
        raise SourceUnavailable(self._wiki, f"no readable answer to a write ({outcome.code}); it is looked up before the next try")

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
