"""A claim that is kept alive while one long piece of work goes on: renewed from within, as long as something moves.

A lease is short, so that a killed worker's work is taken over soon; a file may take hours. What moves (bytes that come in,
frames that are made) calls `beat`; what hangs does not, and loses the claim.
"""

from __future__ import annotations

import datetime as dt

from glamflow.ledger.rows import Claim
from glamflow.steps.deps import LEASE_SECONDS, Deps

EVERY = dt.timedelta(seconds=LEASE_SECONDS / 5)
CHECKING = 900.0  # of looking at a file, which beats nothing: more than `Limits.seconds`


class Heartbeat:
    """Called as often as one likes; the ledger is asked once a minute. `StaleEpoch` when the work was taken over."""

    def __init__(self, deps: Deps, claim: Claim) -> None:
        self._deps, self._claim = deps, claim
        self._last = deps.now()

    def __call__(self) -> None:
        now = self._deps.now()
        if now - self._last >= EVERY:
            self._last = now
            self._deps.ledger.renew(self._claim, lease_seconds=LEASE_SECONDS)

    def before_checking(self) -> None:
        """A lease for a stretch without any beat."""
        self._last = self._deps.now()
        self._deps.ledger.renew(self._claim, lease_seconds=CHECKING)
