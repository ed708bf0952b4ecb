"""One API request from parameters to answer: faults, assertions, tokens, lag, the module, the log.

Order: known action → assert → token → maxlag → read-only → module. A refused module leaves nothing behind, except where its
error says so (a stashed file).
"""

from __future__ import annotations

import hmac
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from glamflow.sandbox.wiki import faults, requestlog
from glamflow.sandbox.wiki.accounts import end_session, load_session
from glamflow.sandbox.wiki.answers import ApiError, Json, add_warnings, missing_param, render, render_error
from glamflow.sandbox.wiki.api.context import FilePart, Request
from glamflow.sandbox.wiki.api.edit import delete, edit, move, undelete
from glamflow.sandbox.wiki.api.login import login, logout
from glamflow.sandbox.wiki.api.paraminfo import paraminfo
from glamflow.sandbox.wiki.api.query import purge, query
from glamflow.sandbox.wiki.api.titleblacklist import titleblacklist
from glamflow.sandbox.wiki.api.upload import upload
from glamflow.sandbox.wiki.api.wikibase_read import wbformatvalue, wbgetclaims, wbgetentities, wbsearchentities
from glamflow.sandbox.wiki.api.wikibase_write import (
    wbcreateclaim,
    wbeditentity,
    wbremoveclaims,
    wbsetclaim,
    wbsetdescription,
    wbsetlabel,
)
from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.state import State

Handler = Callable[[Request], Json]

READERS: dict[str, Handler] = {
    "query": query, "login": login, "purge": purge, "wbgetentities": wbgetentities, "wbgetclaims": wbgetclaims,
    "wbsearchentities": wbsearchentities, "wbformatvalue": wbformatvalue, "titleblacklist": titleblacklist,
    "paraminfo": lambda request: paraminfo(request, POSTED),
}  # fmt: skip
WRITERS: dict[str, Handler] = {
    "edit": edit, "upload": upload, "delete": delete, "undelete": undelete, "move": move, "logout": logout,
    "wbeditentity": wbeditentity, "wbsetlabel": wbsetlabel, "wbsetdescription": wbsetdescription, "wbcreateclaim": wbcreateclaim,
    "wbsetclaim": wbsetclaim, "wbremoveclaims": wbremoveclaims,
}  # fmt: skip
POSTED: dict[str, bool] = {**dict.fromkeys(READERS, False), **dict.fromkeys(WRITERS, True)}
NORMALISED = (
    'The value passed for "{}" contains invalid or non-normalized data. Textual data should be valid, NFC-normalized Unicode '
    "without C0 control characters other than HT (\\t), LF (\\n), and CR (\\r)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back; `fault` names a fault of transport that the server must act out."""

    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    cookie: str | None = None
    fault: faults.Fault | None = None


def run(
    db: Database, *, params: Mapping[str, str], files: Mapping[str, FilePart], cookie: str, base: str, method: str,
    query_string: frozenset[str],
) -> Answer:
    """Answer one request in one transaction."""
    with db.write() as sql:
        state = State(sql=sql, db=db, base=base)
        clean = {name: unicodedata.normalize("NFC", value) for name, value in params.items()}
        request = Request(
            state=state, params=clean, files=files, session=load_session(state, cookie), method=method, query_string=query_string
        )
        for name, value in params.items():
            if clean[name] != value:
                request.warn(request.action, NORMALISED.format(name))
        fault = faults.next_fault(state, request)
        if fault is not None and fault.kind in faults.BEFORE_KINDS and fault.kind != "slow":
            requestlog.record(state, request, outcome=fault.kind, fault=fault.kind)
            return Answer(body={}, fault=fault)
        _forget(request, fault)
        answer, outcome = _answer(request, fault)
        requestlog.record(state, request, outcome=outcome, fault=fault.kind if fault else "")
        return answer


def _forget(request: Request, fault: faults.Fault | None) -> None:
    if fault is not None and fault.kind == "lost-session":
        end_session(request.state, request.session.id)
        request.session = load_session(request.state, "")
    request.lose_stash = fault is not None and fault.kind == "lost-stash"


def _answer(request: Request, fault: faults.Fault | None) -> tuple[Answer, str]:
    version = 2 if request.text("formatversion") in {"2", "latest"} else 1
    request.state.sql.execute("SAVEPOINT module")
    try:
        result = _module(request, fault)
    except ApiError as error:
        if not error.keep:
            request.state.sql.execute("ROLLBACK TO module")
        request.applied = False
        body = render_error(
            error, version=version, errorformat=request.text("errorformat", "bc"), base=request.state.base, module=request.action
        )
        headers = {"MediaWiki-API-Error": error.header}
        if error.retry_after is not None:
            headers |= {"Retry-After": str(error.retry_after), "X-Database-Lag": str(int(error.lag or 0))}
        return Answer(body=add_warnings(body, request.warnings, version), headers=headers, cookie=request.new_cookie), error.code
    body = add_warnings(render(result, version), request.warnings, version, patched=request.action if request.patched else "")
    return Answer(body=body, cookie=request.new_cookie, fault=fault), _outcome(result)


def _outcome(result: Json) -> str:
    for value in result.values():
        if isinstance(value, dict) and "result" in value:
            return str(value["result"])
    return "nochange" if '"nochange": true' in json.dumps(result, default=str) else "ok"


def _module(request: Request, fault: faults.Fault | None) -> Json:
    action = request.action
    handler = READERS.get(action) or WRITERS.get(action)
    if handler is None:
        raise ApiError("badvalue", f'Unrecognized value for parameter "action": {action}.')
    _check_asserts(request)
    if action in WRITERS:
        _check_token(request)
    _check_lag(request)
    if fault is not None:
        faults.raise_api_fault(fault, request)
    if action in WRITERS and action != "logout" and (reason := request.state.setting("readonly")):
        raise faults.readonly_error(reason)
    try:
        return handler(request)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        # Input that no check foresaw: a real wiki answers such with an internal error too, never with a broken page.
        kind = type(problem).__name__
        raise ApiError(f"internal_api_error_{kind}", f"[sandbox] Caught exception of type {kind}: {problem}") from problem


def _check_asserts(request: Request) -> None:
    wanted, user = request.text("assert"), request.user
    if wanted in {"user", "bot"} and user.anonymous:
        raise ApiError("assertuserfailed", "You are no longer logged in, so the action could not be completed.")
    if wanted == "bot" and "bot" not in user.rights:
        raise ApiError("assertbotfailed", 'You do not have the "bot" right, so the action could not be completed.')
    named = request.text("assertuser")
    if named and named.replace("_", " ") != user.name:
        raise ApiError("assertnameduserfailed", f'You are no longer logged in as "{named}", so the action could not be completed.')


def _check_token(request: Request) -> None:
    if "token" in request.query_string:
        raise ApiError("mustpostparams", "The following parameter was found in the query string, but must be in the POST body: token.")
    if request.method != "POST":
        raise ApiError("mustbeposted", f'The "{request.action}" module requires a POST request.')
    if "token" not in request.params:
        raise missing_param("token")
    if not hmac.compare_digest(request.text("token").encode(), request.session.csrf_token.encode()):
        raise ApiError("badtoken", "Invalid CSRF token.")


def _check_lag(request: Request) -> None:
    if not request.flag("maxlag"):
        return
    lag = float(request.state.setting("lag", "0"))
    try:
        allowed = int(request.text("maxlag"))
    except ValueError:
        return
    if lag > allowed:
        raise faults.maxlag_error(lag)
