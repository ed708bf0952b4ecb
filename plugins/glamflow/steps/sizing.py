"""The staging lanes of a plan, sized by what its files weigh; kept with the plan, so that a lane stays what it is.

Files leave a plan while it is being staged (held, withdrawn): lanes are named by number, and the list in the store says which
files each has. A plan without such a list was opened by an earlier version: its files are dealt by their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from glamflow.ledger.rows import StoredFile
from glamflow.ledger.states import FileState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.lanes import Spread, host_of, loads, spread
from glamflow.store import layout
from glamflow.transforms.errors import GlamflowError


def spread_files(deps: Deps, config: Partner, files: Sequence[StoredFile]) -> Spread:
    """Lanes for those that are still to be fetched."""
    listed = [file for file in files if file.state is FileState.LISTED]
    known: dict[str, list[int]] = {}
    for url, size in deps.ledger.fetched_sizes(config.slug) if listed else ():
        known.setdefault(host_of(url), []).append(size)
    if all(file.source_size or host_of(file.url) in known for file in listed):
        return spread(loads(listed, known=known, ask=lambda url: None))
    with deps.media_session(config) as session:
        trusting = session.trusting(config.media.allow_hosts)
        return spread(loads(listed, known=known, ask=lambda url: _asked(trusting, url)))


def keep_lanes(deps: Deps, partner: str, plan: str, found: Spread) -> None:
    """Before the plan is opened: who reads the plan finds its lanes."""
    deps.store.put(layout.plan_lanes(partner, plan), msgspec.json.encode(found.lanes), content_type="application/json")


def read_lanes(deps: Deps, partner: str, plan: str) -> list[list[int]] | None:
    """File ids by lane; None for a plan that has no such list."""
    try:
        return msgspec.json.decode(deps.store.get(layout.plan_lanes(partner, plan)), type=list[list[int]])
    except KeyError:
        return None


def _asked(session: Any, url: str) -> int | None:
    """What the host says to a HEAD; None where it says nothing, whatever the cause: the download will tell it."""
    try:
        with session.open(url, method="HEAD") as response:
            stated = response.headers.get("content-length", "")
            return int(stated) if response.status == 200 and stated.isdecimal() else None
    except GlamflowError:
        return None
