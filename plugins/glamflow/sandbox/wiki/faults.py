"""Scripted faults: what the sandbox does instead of, or around, the next requests of an action.

`{"action": "upload:publish", "kind": "drop-after", "count": 1, "skip": 0, "contains": "Title"}`; action `*` is any, `upload:chunk` is
one step of an upload. Kinds:

    maxlag readonly ratelimited badtoken editconflict blocked internal failed-save   an answer of the API, nothing written
    abusefilter abusefilter-warn titleblacklist spamblacklist                        a refusal by what the community set up
    http-504 http-429 http-503 html drop-before slow                                 no answer that can be read, nothing written
    drop-after html-after http-504-after slow-after                                  the write happens, its answer is lost
    lost-session lost-stash                                                          the server forgets
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.entity_merge import edit_conflict
from glamflow.sandbox.wiki.api.permissions import filter_error
from glamflow.sandbox.wiki.api.terms import failed_save
from glamflow.sandbox.wiki.state import State, dump

API_KINDS = (
    "maxlag", "readonly", "ratelimited", "badtoken", "editconflict", "abusefilter", "abusefilter-warn", "titleblacklist", "spamblacklist",
    "blocked", "internal", "failed-save",
)  # fmt: skip
BEFORE_KINDS = ("http-504", "http-429", "http-503", "html", "drop-before", "slow")
AFTER_KINDS = ("drop-after", "html-after", "http-504-after", "slow-after")
FORGET_KINDS = ("lost-session", "lost-stash")
KINDS = (*API_KINDS, *BEFORE_KINDS, *AFTER_KINDS, *FORGET_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault that fires now."""

    kind: str
    data: dict[str, Any]

    @property
    def seconds(self) -> float:
        return float(self.data.get("seconds", 5))


def add_fault(
    state: State, kind: str, *, action: str = "*", count: int = 1, skip: int = 0, contains: str = "", data: dict[str, Any] | None = None
) -> int:
    """Script a fault; `skip` matching requests pass first, `count` are hit (-1: all)."""
    if kind not in KINDS:
        raise ValueError(f"unknown fault {kind!r}; known: {', '.join(KINDS)}")
    cursor = state.sql.execute(
        "INSERT INTO fault (action, kind, skip, remaining, contains, data) VALUES (?,?,?,?,?,?)",
        (action, kind, skip, count, contains, dump(data or {})),
    )
    return int(cursor.lastrowid or 0)


def clear_faults(state: State) -> None:
    state.sql.execute("DELETE FROM fault")


def upload_step(request: Request) -> str:
    """direct, stash, chunk, publish or checkstatus."""
    if request.flag("checkstatus"):
        return "checkstatus"
    if "chunk" in request.files:
        return "chunk"
    if "file" in request.files:
        return "stash" if request.flag("stash") else "direct"
    return "publish"


def next_fault(state: State, request: Request) -> Fault | None:
    """The first scripted fault that fits; uses it up."""
    names = {"*", request.action}
    if request.action == "upload":
        names.add(f"upload:{upload_step(request)}")
    content = "\n".join(request.params.values())
    for row in state.rows("SELECT * FROM fault WHERE remaining != 0 ORDER BY id"):
        if row["action"] not in names or row["contains"] not in content:
            continue
        if row["skip"] > 0:
            state.sql.execute("UPDATE fault SET skip = skip - 1 WHERE id = ?", (row["id"],))
            continue
        left = row["remaining"] - 1 if row["remaining"] > 0 else -1
        state.sql.execute("UPDATE fault SET remaining = ?, fired = fired + 1 WHERE id = ?", (left, row["id"]))
        return Fault(kind=row["kind"], data=json.loads(row["data"]))
    return None


def raise_api_fault(fault: Fault, request: Request) -> None:
    """Raise the API error that the fault stands for, in the form of the module."""
    wikibase = request.action.startswith("wb")
    match fault.kind:
        case "maxlag":
            raise maxlag_error(float(fault.data.get("lag", 7.3)))
        case "readonly":
            raise readonly_error(str(fault.data.get("reason", "Maintenance of the database, back soon.")))
        case "ratelimited":
            if wikibase:
                raise failed_save("actionthrottledtext", [], "As an anti-abuse measure, you are limited.", header="ratelimited")
            raise ApiError("ratelimited", "You've exceeded your rate limit. Please wait some time and try again.")
        case "badtoken":
            raise ApiError("badtoken", "Invalid CSRF token.")
        case "editconflict":
            raise edit_conflict() if wikibase else ApiError("editconflict", "Edit conflict.")
        case "abusefilter" | "abusefilter-warn":
            raise _filtered(wikibase, warn=fault.kind == "abusefilter-warn")
        case "titleblacklist":
            raise ApiError(
                "titleblacklist-forbidden-upload", "The filename has been banned from creation.", extra={"invalidparameter": "filename"}
            )
        case "spamblacklist":
            raise _spam(str(fault.data.get("link", "spam.example/offer")), wikibase)
        case "failed-save":
            raise failed_save("failed-save", [], "The save has failed.") if wikibase else ApiError("failed-save", "The save has failed.")
        case "blocked":
            raise ApiError("blocked", "Your username or IP address has been blocked.")
        case "internal":
            raise ApiError("internal_api_error_DBQueryError", "[sandbox] Caught exception of type Wikimedia\\Rdbms\\DBQueryError")


def _filtered(wikibase: bool, *, warn: bool) -> ApiError:
    code, action = ("abusefilter-warning", "warn") if warn else ("abusefilter-disallowed", "disallow")
    error = filter_error(code, "1", "Sandbox filter: scripted", [action])
    return failed_save(error.code, ["Sandbox filter: scripted", "1"], error.info) if wikibase else error


def _spam(link: str, wikibase: bool) -> ApiError:
    info = f"Your edit includes new external links that have been blacklisted: {link}."
    return failed_save("spam-blacklisted-link", [link], info) if wikibase else ApiError("spamblacklist", info, extra={"spamblacklist": {"matches": [link]}})


def maxlag_error(lag: float) -> ApiError:
    lag_shown: float | int = int(lag) if lag == int(lag) else lag
    error = ApiError(
        "maxlag", f"Waiting for a database server: {lag_shown} seconds lagged.", extra={"host": "db1", "lag": lag_shown, "type": "db"}
    )
    error.retry_after, error.lag = 5, lag
    return error


def readonly_error(reason: str) -> ApiError:
    return ApiError("readonly", "The wiki is currently in read-only mode.", extra={"readonlyreason": reason})


def scripted(state: State) -> Sequence[dict[str, Any]]:
    """All faults with how often they fired."""
    return [dict(row) for row in state.rows("SELECT * FROM fault ORDER BY id")]
