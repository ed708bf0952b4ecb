"""What each kind of answer means for a write, with answers written down from the facts of the Action API."""

from __future__ import annotations

from typing import Any

import pytest

from glamflow.wiki.answers import Answer, read_edit, read_entity, read_failure, read_upload
from glamflow.wiki.protocol import Result


def error(code: str, *messages: str, **more: Any) -> Answer:
    body: dict[str, Any] = {"code": code, "info": "text", **more}
    if messages:
        body["messages"] = [{"name": name} for name in messages]
    return Answer(data={"error": body}, status=200)


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        (error("maxlag", lag=7.3), Result.RETRY, "maxlag"),
        (error("readonly"), Result.RETRY, "readonly"),
        (error("ratelimited"), Result.RETRY, "ratelimited"),
        (error("failed-save", "actionthrottledtext"), Result.RETRY, "actionthrottledtext"),
        (error("failed-save", "edit-conflict"), Result.REFUSED, "editconflict"),
        (error("editconflict"), Result.REFUSED, "editconflict"),
        (error("failed-save", "abusefilter-disallowed"), Result.REFUSED, "abusefilter-disallowed"),
        (error("modification-failed", "wikibase-validator-label-too-long"), Result.REFUSED, "wikibase-validator-label-too-long"),
        (error("badtoken"), Result.RETRY, "badtoken"),
        (error("assertbotfailed"), Result.RETRY, "assertbotfailed"),
        (error("titleblacklist-forbidden-upload", filekey="k"), Result.REFUSED, "titleblacklist-forbidden-upload"),
        (error("internal_api_error_DBQueryError"), Result.UNKNOWN, "internal_api_error_DBQueryError"),
        (Answer(problem="HTTP 504, the answer is HTML", status=504), Result.UNKNOWN, "HTTP 504, the answer is HTML"),
        (Answer(problem="HTTP 429, the answer is HTML", status=429, retry_after=7.0), Result.RETRY, "HTTP 429, the answer is HTML"),
        (Answer(problem="no answer (ConnectTimeout)", sent=False), Result.RETRY, "no answer (ConnectTimeout)"),
        (Answer(data={"errors": [{"code": "badtoken", "text": "Invalid"}]}, status=200), Result.RETRY, "badtoken"),
    ],
)
def test_every_failure_is_a_retry_a_refusal_or_an_unknown(answer: Answer, result: Result, code: str) -> None:
    outcome = read_failure(answer)
    assert outcome is not None
    assert (outcome.result, outcome.code) == (result, code)


def test_a_filekey_in_an_error_is_kept_because_the_bytes_need_not_be_sent_again() -> None:
    outcome = read_failure(error("abusefilter-disallowed", filekey="1.abc.2.jpg"))
    assert outcome is not None
    assert outcome.filekey == "1.abc.2.jpg"


def test_an_upload_with_warnings_and_success_was_stored_and_without_was_not() -> None:
    stored = read_upload(Answer(data={"upload": {"result": "Success", "filename": "A_b.jpg", "warnings": {"exists": "A_b.jpg"}}}))
    refused = read_upload(Answer(data={"upload": {"result": "Warning", "filekey": "k", "warnings": {"duplicate": ["X.jpg"]}}}))
    assert (stored.result, stored.title, stored.warnings) == (Result.APPLIED, "A b.jpg", {"exists": "A_b.jpg"})
    assert (refused.result, refused.filekey, refused.warnings) == (Result.WARNING, "k", {"duplicate": ["X.jpg"]})


@pytest.mark.parametrize("nochange", ["", True])
def test_a_repeated_write_that_changes_nothing_is_no_change_in_both_format_versions(nochange: object) -> None:
    entity = read_entity(Answer(data={"entity": {"id": "M1", "lastrevid": 5, "nochange": nochange}, "success": 1}))
    page = read_edit(Answer(data={"edit": {"result": "Success", "pageid": 7, "title": "File:X.jpg", "nochange": nochange}}))
    assert (entity.result, entity.revision) == (Result.NO_CHANGE, 5)
    assert (page.result, page.page_id, page.title) == (Result.NO_CHANGE, 7, "X.jpg")


def test_a_page_id_of_zero_is_no_page_id() -> None:
    assert read_edit(Answer(data={"edit": {"result": "Success", "pageid": 0, "newrevid": 0}})).page_id is None


def test_a_captcha_is_a_refusal() -> None:
    outcome = read_edit(Answer(data={"edit": {"result": "Failure", "captcha": {"type": "image"}}}))
    assert (outcome.result, outcome.code) == (Result.REFUSED, "captcha")


@pytest.mark.parametrize("data", [{}, {"upload": []}, {"upload": {"result": "Odd"}}, {"entity": None}, {"success": 1}])
def test_an_answer_that_cannot_be_read_is_unknown_never_a_success(data: dict[str, Any]) -> None:
    assert read_upload(Answer(data=data)).result is Result.UNKNOWN
    assert read_entity(Answer(data=data)).result is Result.UNKNOWN
