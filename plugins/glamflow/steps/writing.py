"""The one way in which a step writes to a wiki: brake, rate, people who ask us to stop, intent row, request, outcome row.

`Pen.on_write(file, target, …)` gives the client its `OnWrite`: before each POST the brakes are asked, the account's next
moment is waited for and the intent is written down (refused if another worker took over: `StaleEpoch`); afterwards the
outcome is. So every POST has exactly one row in the journal, and a row without an outcome says: look before you repeat.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

from glamflow.audit.journal import Journal
from glamflow.ledger.rows import Claim
from glamflow.ledger.states import EditOutcome
from glamflow.partner import Partner
from glamflow.steps.deps import LEASE_SECONDS, Deps
from glamflow.steps.lookout import Lookout
from glamflow.transforms.errors import WritesStopped
from glamflow.wiki.protocol import STASH_HOURS, Done, OnStash, OnWrite, Result, Stashed, WriteOutcome

PUNCTUALITY = 1.01
"""The spacing is one hundredth longer than promised: a request that leaves some milliseconds late would else put one write
too many into the minute that follows it."""
LIMITED = ("edit", "upload")
OUTCOME = {
    Result.APPLIED: EditOutcome.APPLIED,
    Result.NO_CHANGE: EditOutcome.APPLIED,
    Result.WARNING: EditOutcome.REFUSED,
    Result.REFUSED: EditOutcome.REFUSED,
    Result.RETRY: EditOutcome.REFUSED,
    Result.UNKNOWN: EditOutcome.UNKNOWN,
}


class Pen:
    """Writes for one plan under one claim. `sleep` is the clock's."""

    def __init__(
        self, deps: Deps, config: Partner, claim: Claim, *, plan: str, account: str, sleep: Callable[[float], None] = time.sleep,
        limits: Mapping[str, Any] | None = None, lookout: Lookout | None = None, wiki: str = "",
    ) -> None:  # fmt: skip
        self._deps, self._config, self._claim, self._plan, self._account = deps, config, claim, plan, account
        self._sleep = sleep
        self._per_minute = writes_per_minute(config.publish.edits_per_minute, limits or {})
        self._lookout, self._wiki = lookout, wiki or config.publish.wiki
        self._journal = Journal(deps.ledger.context)

    def on_write(self, *, file_id: int, target: str, digest: str, summary: str, finishing: bool = False) -> OnWrite:
        """The hook for all POSTs of one write. `digest` is that of the request's content. `finishing`: it ends a pair that was
        begun, so people on the wiki who asked us to stop are heard after it."""

        def begin(step: str) -> Done:
            self._wait_for_leave(finishing=finishing)
            edit = self._journal.intent(
                self._claim, partner=self._config.slug, plan_id=self._plan, file_id=file_id, step=step, wiki=self._wiki,
                target=target, request_digest=digest, summary=summary,
            )  # fmt: skip

            def done(outcome: WriteOutcome) -> None:
                self._journal.outcome(
                    edit, OUTCOME[outcome.result], revision=outcome.revision, code=outcome.code or _code(outcome),
                    detail=f"{outcome.info} {outcome.warnings or ''}".strip()[:1000],
                )  # fmt: skip

            return done

        return begin

    def stashed(self, file_id: int) -> Stashed | None:
        """How far an upload of this file got, unless the wiki has forgotten it by now."""
        row = self._deps.ledger.stash(file_id, self._config.publish.wiki)
        if row is None or self._deps.now() - row.at > dt.timedelta(hours=STASH_HOURS):
            return None
        return Stashed(filekey=row.filekey, offset=row.offset)

    def on_stash(self, file_id: int) -> OnStash:
        """Write down what lies in the wiki's stash; refused for an orphaned worker, like every write."""

        def note(stashed: Stashed | None) -> None:
            filekey, offset = (stashed.filekey, stashed.offset) if stashed else ("", 0)
            self._deps.ledger.note_stash(self._claim, file_id, self._config.publish.wiki, filekey=filekey, offset=offset)

        return note

    def _wait_for_leave(self, *, finishing: bool) -> None:
        if not self._deps.settings.writes:
            raise WritesStopped("Writes are off in this deployment.", hint="Unset GLAMFLOW_WRITES and start the task again.")
        self._may_write(finishing=finishing)
        wait = self._deps.ledger.write_slot(self._account, per_minute=self._per_minute / PUNCTUALITY)
        self._deps.ledger.renew(self._claim, lease_seconds=LEASE_SECONDS + wait)
        if wait > 0:
            self._sleep(wait)
            self._may_write(finishing=finishing)  # a brake pulled while we waited counts
        if self._lookout is not None:
            if not finishing:
                self._lookout.before()
            self._lookout.wrote()

    def _may_write(self, *, finishing: bool) -> None:
        self._deps.ledger.require_writes(
            wiki=self._wiki, partner=self._config.slug, account=self._account, plan=self._plan, finishing=finishing
        )


def writes_per_minute(promised: float, limits: Mapping[str, Any]) -> float:
    """The promised rate, or less where the wiki allows the account less (`userinfo` → `ratelimits`; of several groups the most
    generous counts, as on the wiki)."""
    allowed = [promised]
    for action in LIMITED:
        groups = limits.get(action)
        rates = [60.0 * one["hits"] / one["seconds"] for one in groups.values() if one.get("hits") and one.get("seconds")] if isinstance(groups, Mapping) else []
        allowed += [max(rates)] if rates else []
    return min(allowed)


def _code(outcome: WriteOutcome) -> str:
    return str(outcome.result) if outcome.result is Result.NO_CHANGE else ""
