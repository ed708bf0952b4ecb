"""What an answer of the Action API means for a write: pure, one place, tested with recorded exchanges.

- Every API error comes with HTTP 200: the code decides, never the status alone.
- HTML, 5xx, a cut connection, a time-out: UNKNOWN. The write may have happened; look before repeating.
- `failed-save` has many causes; the inner message decides (rate limit, conflict, abuse filter, validator).
- A warning of an upload stores nothing and is no error.
Codes by `commons.md` 1.3-1.4 and the README of the recorded exchanges.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from glamflow.wiki.protocol import Result, WriteOutcome

LATER = frozenset({
    "maxlag", "readonly", "ratelimited", "lockmanager-fail-conflict", "actionthrottledtext", "fail-lock", "hookaborted-throttle",
})  # fmt: skip
"""A definite "not now": nothing was written."""
SESSION = frozenset({"badtoken", "assertuserfailed", "assertbotfailed", "assertnameduserfailed", "mustbeloggedin", "notloggedin"})
"""Nothing was written because the session or its token is gone."""
CONFLICT = frozenset({"editconflict", "edit-conflict"})
ACCOUNT = frozenset({
    "permissiondenied", "blocked", "autoblocked", "globalblocking-blockedtext", "readapidenied", "mwoauth-invalid-authorization",
    "captcha", "writeapidenied", "wikimedia-block",
})  # fmt: skip
"""The account may not write: the run stops, not the record."""
NOT_OFFERED = "not-offered"
STASH_LOST = frozenset({"uploadstash-file-not-found", "uploadstash-exception", "uploadstash-bad-path", "stashedfilenotfound", "missingresult"})
"""The filekey is gone: perhaps because the file was published already. Look first, then send the bytes again."""
_HOLLOW = frozenset({"failed-save", "modification-failed", "permissiondenied"})
_SAME = {"protectedpagetext": "protectedpage", "cascadeprotected": "protectedpage", "blockedtext": "blocked", "autoblockedtext": "autoblocked"}
"""Names of messages that say what the other modules say by a code."""
_UNSURE_PREFIXES = ("internal_api_error", "backend-fail", "unknownerror")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer: decoded JSON, or None with the `problem` ("HTTP 504", "answer is HTML", "read timed out")."""

    data: dict[str, Any] | None = None
    problem: str = ""
    sent: bool = True  # False: the request surely never reached the server (no connection)
    status: int = 0
    retry_after: float | None = None

    @property
    def error(self) -> dict[str, Any]:
        """The error object, {} if there is none; `errorformat=plaintext` lists are read too."""
        data = self.data or {}
        error = data.get("error")
        if isinstance(error, dict):
            return error
        errors = data.get("errors")
        return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}

    @property
    def codes(self) -> tuple[str, ...]:
        """The error's code first, then the names of its inner messages."""
        error = self.error
        messages = error.get("messages")
        items = list(messages.values()) if isinstance(messages, dict) else messages if isinstance(messages, list) else []
        inner = tuple(str(m["name"]) for m in items if isinstance(m, dict) and "name" in m)
        return (str(error["code"]), *inner) if "code" in error else ()


def read_failure(answer: Answer) -> WriteOutcome | None:
    """The outcome of an answer that is no success, None if it holds no error."""
    if answer.data is None:
        if not answer.sent or answer.status == 429:
            return WriteOutcome(result=Result.RETRY, code=answer.problem, retry_after=answer.retry_after)
        return WriteOutcome(result=Result.UNKNOWN, code=answer.problem, retry_after=answer.retry_after)
    codes = answer.codes
    if not codes:
        return None
    info = str(answer.error.get("info") or answer.error.get("text") or "")[:500]
    filekey = str(answer.error.get("filekey", ""))
    if any(code.startswith(_UNSURE_PREFIXES) for code in codes):
        return WriteOutcome(result=Result.UNKNOWN, code=codes[0], info=info, filekey=filekey)
    for known, result in ((CONFLICT, Result.REFUSED), (LATER, Result.RETRY), (SESSION, Result.RETRY)):
        hit = next((code for code in codes if code in known), "")
        if hit:
            code = "editconflict" if known is CONFLICT else hit
            return WriteOutcome(result=result, code=code, info=info, filekey=filekey, retry_after=answer.retry_after)
    code = _reason(codes)
    return WriteOutcome(result=Result.REFUSED, code=code, info=info, filekey=filekey)


def _reason(codes: tuple[str, ...]) -> str:
    """The telling one of an error's codes: `failed-save`, `modification-failed` and `permissiondenied` say nothing by themselves."""
    if codes[0] not in _HOLLOW:
        return codes[0]
    inner = next((code for code in codes[1:] if not code.startswith("wikibase-api-")), codes[0])
    return _SAME.get(inner, inner)


def read_upload(answer: Answer) -> WriteOutcome:
    """Outcome of a direct upload or of the publish step."""
    failure = read_failure(answer)
    if failure:
        return failure
    upload = _section(answer, "upload")
    warnings = upload.get("warnings")
    outcome = WriteOutcome(
        result=Result.UNKNOWN,
        title=str(upload.get("filename", "")).replace("_", " "),
        filekey=str(upload.get("filekey", "")),
        warnings=dict(warnings) if isinstance(warnings, dict) else {},
    )
    match str(upload.get("result", "")):
        case "Success":
            return replace(outcome, result=Result.APPLIED)
        case "Warning":
            return replace(outcome, result=Result.WARNING, code="warning")
        case "Poll" | "Continue" as stage:
            return replace(outcome, code=stage.lower())
    return replace(outcome, code="unreadable", info=str(answer.data)[:300])


def read_edit(answer: Answer) -> WriteOutcome:
    """Outcome of `action=edit`."""
    failure = read_failure(answer)
    if failure:
        return failure
    edit = _section(answer, "edit")
    if edit.get("result") != "Success":
        code = "captcha" if "captcha" in edit else str(edit.get("code", "edit-failed"))
        return WriteOutcome(result=Result.REFUSED, code=code, info=str(edit)[:300])
    unchanged = edit.get("nochange") not in (None, False)
    return WriteOutcome(
        result=Result.NO_CHANGE if unchanged else Result.APPLIED, page_id=_number(edit.get("pageid")),
        revision=_number(edit.get("newrevid")), title=str(edit.get("title", "")).removeprefix("File:"),
    )  # fmt: skip


def read_move(answer: Answer) -> WriteOutcome:
    """Outcome of `action=move`."""
    failure = read_failure(answer)
    if failure:
        return failure
    if not _section(answer, "move").get("to"):
        return WriteOutcome(result=Result.UNKNOWN, code="unreadable", info=str(answer.data)[:300])
    return WriteOutcome(result=Result.APPLIED)


def not_offered(answer: Answer) -> bool:
    """The wiki has no such action at all: it is one without structured data."""
    return answer.codes[:1] == ("badvalue",) and 'parameter "action"' in str(answer.error.get("info") or answer.error.get("text"))


def read_entity(answer: Answer) -> WriteOutcome:
    """Outcome of `action=wbeditentity`."""
    if not_offered(answer):
        return WriteOutcome(result=Result.REFUSED, code=NOT_OFFERED, info="this wiki offers no structured data")
    failure = read_failure(answer)
    if failure:
        return failure
    entity = _section(answer, "entity")
    if (answer.data or {}).get("success") != 1 or not entity:
        return WriteOutcome(result=Result.UNKNOWN, code="unreadable", info=str(answer.data)[:300])
    unchanged = entity.get("nochange") not in (None, False)
    return WriteOutcome(
        result=Result.NO_CHANGE if unchanged else Result.APPLIED, revision=_number(entity.get("lastrevid")), title=str(entity.get("id", ""))
    )


def _section(answer: Answer, name: str) -> dict[str, Any]:
    part = (answer.data or {}).get(name)
    return part if isinstance(part, dict) else {}


def _number(value: Any) -> int | None:
    # 0 is MediaWiki's "no page": never an id.
    return value if isinstance(value, int) and value > 0 else None
