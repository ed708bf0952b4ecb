"""What staged media and unfinished pieces leave behind, removed when nobody can need it any more.

| bytes | kept |
|---|---|
| of files that are staged, planned or published and not yet verified, and of every file in an open plan | as long as that lasts |
| of verified, held, rejected and withdrawn files | `media.keep_days` after their last change |
| originals from which a copy was made (`media/derive.py`) | always |
| of no file (a stage that died, a copy that was replaced) | until no plan of the partner is being staged |

Inspection and thumbnail stay: they are evidence, and new pictures are compared with them.

A sweep never takes what a plan needs. It holds the partner's claim `retention`; it stops while a plan is being staged, and a
staging lane, whose plan was opened before, waits while the claim is held. So nothing is staged between the last look and
the removal.
"""

from __future__ import annotations

import datetime as dt

from glamflow.ledger.rows import Claim
from glamflow.ledger.states import PlanState
from glamflow.media.partial import sweep_partials
from glamflow.partner import parse_partner
from glamflow.steps.deps import LEASE_SECONDS, Deps
from glamflow.steps.objects import claimed
from glamflow.steps.outcome import StepReport
from glamflow.store import layout
from glamflow.transforms.errors import ConfigInvalid, Transient
from glamflow.transforms.policy import MediaPolicy

RETENTION = "retention"
PIECES_LIFE = dt.timedelta(days=7)  # an upload or download that nobody went on with
_SHA256 = 64


def sweep_media(deps: Deps, run_id: str) -> StepReport:
    """Remove staged media past their retention, of every partner, and the pieces of workers that died."""
    report = StepReport(step="sweep_media")
    before = deps.now() - PIECES_LIFE
    report.add("uploads_swept", deps.store.sweep(before=before))
    partials = deps.settings.home / "partials"
    report.add("downloads_swept", sweep_partials(partials, before=before) if partials.is_dir() else 0)
    for partner in deps.ledger.reads.partners():
        report.add("media_removed", _sweep_partner(deps, partner))
    return report


def require_no_sweep(deps: Deps, partner: str) -> None:
    """`Transient` while media of the partner are being removed; asked by staging after its plan was opened."""
    if deps.ledger.holder(RETENTION, partner):
        raise Transient(f"Old media of {partner} are being removed just now.", hint="Staging begins when that is done.", retry_after=LEASE_SECONDS / 2)


def _sweep_partner(deps: Deps, partner: str) -> int:
    if deps.ledger.holder(RETENTION, partner) not in ("", deps.worker):
        return 0
    with claimed(deps, RETENTION, partner) as claim:
        return _sweep_claimed(deps, claim, partner)


def _sweep_claimed(deps: Deps, claim: Claim, partner: str) -> int:
    removed = 0
    unused_since = deps.now() - dt.timedelta(days=_keep_days(deps, partner))
    needed = deps.ledger.media_needed(partner, unused_since=unused_since)
    for key in deps.store.list(layout.media(partner, "")):
        sha256 = key.rpartition("/")[2]
        if len(sha256) != _SHA256 or sha256 in needed:
            continue
        deps.ledger.renew(claim, lease_seconds=LEASE_SECONDS)
        if deps.ledger.plans(partner, states=[PlanState.SELECTING], limit=1):
            break  # its lanes may be about to need any of these; the next sweep goes on
        if deps.store.head(layout.media_derivation(partner, sha256)) is not None:
            continue
        if sha256 not in deps.ledger.media_needed(partner, unused_since=unused_since, sha256=sha256):
            deps.store.delete(key)
            removed += 1
    return removed


def _keep_days(deps: Deps, partner: str) -> int:
    """As the partner's file said when it was last used; the default if that cannot be read any more."""
    version = deps.ledger.latest_partner_version(partner)
    try:
        return parse_partner(deps.ledger.partner_text(version)).media.keep_days if version else MediaPolicy().keep_days
    except ConfigInvalid:
        return MediaPolicy().keep_days
