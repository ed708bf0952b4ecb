"""The client against the sandbox wiki: every kind of upload, every lost answer; one POST at the wire per journal row."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pywikibot import config
from wiki_desk import Desk

from glamflow.wiki.chunks import ASYNC_DEADLINE, MOST_STASHED, POLL_SECONDS
from glamflow.wiki.protocol import Done, Result, Stashed, WriteOutcome

Picture = Callable[[int], bytes]
FAULTS = [
    "maxlag",
    "readonly",
    "ratelimited",
    "badtoken",
    "internal",
    "http-504",
    "http-429",
    "http-503",
    "html",
    "drop-before",
]
LOST = ["drop-after", "html-after", "http-504-after"]
NOT_NOW = {"maxlag", "readonly", "ratelimited", "badtoken", "http-429"}


def test_a_small_file_goes_in_one_post(desk: Desk, picture: Picture) -> None:
    outcome = desk.upload("Small.jpg", picture(1))
    assert (outcome.result, outcome.title) == (Result.APPLIED, "Small.jpg")
    assert desk.book.steps == ["upload"]
    assert len(desk.posts()) == 1
    page = desk.commons.pages(["Small.jpg"])["Small.jpg"]
    assert (page.first_uploader, page.text) == ("PipelineBot", "A text.")


def test_a_large_file_goes_through_the_stash_in_chunks(desk: Desk, picture: Picture) -> None:
    content = picture(2)
    desk.client(chunk_from=1, chunk=5000)
    outcome = desk.upload("Large.jpg", content)
    assert (outcome.result, outcome.title) == (Result.APPLIED, "Large.jpg")
    chunks = -(-len(content) // 5000)
    assert desk.book.steps == [*(f"chunk {n}" for n in range(1, chunks + 1)), "publish"]
    assert len(desk.posts()) == chunks + 1
    assert desk.book.reached.offset == len(content)


@pytest.mark.parametrize("kind", FAULTS + LOST)
@pytest.mark.parametrize("step", ["upload:direct", "wbeditentity", "edit"])
def test_whatever_comes_back_one_write_is_one_post(desk: Desk, picture: Picture, step: str, kind: str) -> None:
    desk.upload("Page.jpg", picture(3))
    before = len(desk.posts())
    desk.fault(step, kind)
    outcome = _write(desk, step, picture(4))
    assert len(desk.posts()) == before + 1
    assert outcome.result is (Result.RETRY if kind in NOT_NOW else Result.UNKNOWN)
    assert len(desk.book.rows) == before + 1
    assert desk.book.rows[-1][1] == outcome


@pytest.mark.parametrize("kind", ["slow", "slow-after"])
@pytest.mark.parametrize("step", ["upload:direct", "wbeditentity", "edit"])
def test_a_read_time_out_is_one_post_and_unknown(
    desk: Desk, picture: Picture, step: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.upload("Page.jpg", picture(3))
    before = len(desk.posts())
    monkeypatch.setattr(config, "socket_timeout", (5, 0.3))
    desk.fault(step, kind, data={"seconds": 1.0})
    outcome = _write(desk, step, picture(4))
    time.sleep(1.2)  # the server is done with it by now
    assert len(desk.posts()) == before + 1
    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "no answer (ReadTimeout)")
    assert len(desk.book.rows) == before + 1


@pytest.mark.parametrize("step", ["upload:direct", "wbeditentity", "edit"])
def test_a_save_that_failed_is_one_post_and_refused(desk: Desk, picture: Picture, step: str) -> None:
    desk.upload("Page.jpg", picture(3))
    before = len(desk.posts())
    desk.fault(step, "failed-save")
    outcome = _write(desk, step, picture(4))
    assert len(desk.posts()) == len(desk.book.rows) == before + 1
    assert (outcome.result, outcome.code) == (Result.REFUSED, "failed-save")


def _write(desk: Desk, step: str, content: bytes) -> WriteOutcome:
    if step == "upload:direct":
        return desk.upload("Other.jpg", content)
    page = desk.commons.pages(["Page.jpg"])["Page.jpg"]
    if step == "edit":
        return desk.commons.edit_text(title="Page.jpg", text="B", summary="s", base_revision=page.revision, on_write=desk.book.on_write)
    data = {"labels": {"en": {"language": "en", "value": "Label"}}}
    return desk.commons.edit_entity(id=f"M{page.page_id}", data=data, summary="s", base_revision=None, on_write=desk.book.on_write)


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind != "badtoken"])
def test_a_question_is_asked_again_until_it_is_answered(desk: Desk, kind: str) -> None:
    desk.fault("query", kind, count=2, skip=2)
    assert desk.commons.account().name == "PipelineBot"
    desk.fault("login", kind)
    desk.session.renew()
    assert desk.commons.pages(["No.jpg"])["No.jpg"].exists is False
    assert desk.posts() == []


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", FAULTS + LOST)
def test_a_chunk_whose_answer_is_lost_or_refused_is_sent_again_from_where_the_wiki_is(
    desk: Desk, picture: Picture, kind: str, number: int
) -> None:
    content = picture(5)
    desk.client(chunk_from=1, chunk=8000)
    desk.fault("upload:chunk", kind, skip=number - 1)
    outcome = desk.upload("Large.jpg", content)
    if kind == "badtoken":
        assert (outcome.result, outcome.code) == (Result.RETRY, "badtoken")
        desk.commons.renew()
        outcome = desk.upload("Large.jpg", content, stashed=desk.book.stash[-1] if desk.book.stash else None)
    assert outcome.result is Result.APPLIED
    assert len(desk.posts()) == len(desk.book.rows)
    sent = sum(row["bytes"] for row in desk.posts())
    assert sent <= len(content) + 8000, "at most one chunk was sent twice"
    assert desk.commons.pages(["Large.jpg"])["Large.jpg"].sha1


@pytest.mark.parametrize("kind", LOST)
def test_the_lost_answer_to_the_last_chunk_is_found_in_the_stash(desk: Desk, picture: Picture, kind: str) -> None:
    content = picture(6)
    desk.client(chunk_from=1, chunk=len(content))
    desk.fault("upload:chunk", kind)
    outcome = desk.upload("Large.jpg", content)
    assert outcome.result is Result.APPLIED
    assert desk.book.steps == ["chunk 1", "publish"]
    assert sum(row["bytes"] for row in desk.posts()) == len(content)


def test_a_lost_stash_is_begun_anew_and_given_up_in_the_end(desk: Desk, picture: Picture) -> None:
    desk.client(chunk_from=1, chunk=8000)
    desk.fault("upload:chunk", "lost-stash", skip=1)
    assert desk.upload("Once.jpg", picture(7)).result is Result.APPLIED
    assert None in desk.book.stash
    desk.fault("upload:chunk", "lost-stash", count=-1)
    outcome = desk.upload("Never.jpg", picture(8))
    assert (outcome.result, outcome.code) == (Result.REFUSED, "uploadstash-file-not-found")


def test_an_upload_goes_on_where_another_process_stopped(desk: Desk, picture: Picture) -> None:
    content = picture(9)
    desk.client(chunk_from=1, chunk=5000)
    desk.fault("upload:chunk", "blocked", skip=2)
    desk.upload("Large.jpg", content)
    reached = desk.book.reached
    assert reached == Stashed(filekey=reached.filekey, offset=10000)
    before = sum(row["bytes"] for row in desk.posts() if row["outcome"] == "Continue")
    assert desk.upload("Large.jpg", content, stashed=reached).result is Result.APPLIED
    sent = sum(row["bytes"] for row in desk.posts() if row["outcome"] in ("Continue", "Poll"))
    assert (before, sent) == (10000, len(content))


def test_a_stale_offset_is_put_right_by_the_wiki(desk: Desk, picture: Picture) -> None:
    content = picture(10)
    desk.client(chunk_from=1, chunk=5000)
    desk.fault("upload:chunk", "blocked", skip=2)
    desk.upload("Large.jpg", content)
    stale = Stashed(filekey=desk.book.reached.filekey, offset=5000)
    assert desk.upload("Large.jpg", content, stashed=stale).result is Result.APPLIED
    assert "stashfailed" in {row["outcome"] for row in desk.posts()}


def test_bytes_that_lie_in_the_stash_whole_are_only_published(desk: Desk, picture: Picture) -> None:
    content = picture(11)
    desk.client(chunk_from=1, chunk=5000)
    desk.fault("upload:publish", "abusefilter")
    assert desk.upload("Large.jpg", content).code == "abusefilter-disallowed"
    before = len(desk.posts())
    assert desk.upload("Large.jpg", content, stashed=desk.book.stash[-1]).result is Result.APPLIED
    assert len(desk.posts()) == before + 1


@pytest.mark.parametrize("kind", LOST)
def test_a_publish_request_without_an_answer_is_unknown_and_then_says_that_the_stash_is_gone(
    desk: Desk, picture: Picture, kind: str
) -> None:
    content = picture(12)
    desk.client(chunk_from=1, chunk=len(content))
    desk.fault("upload:publish", kind)
    assert desk.upload("Large.jpg", content).result is Result.UNKNOWN
    again = desk.upload("Large.jpg", content, stashed=desk.book.stash[-1])
    assert again.code == "uploadstash-file-not-found"


def test_polls_are_questions_and_end_at_the_deadline(desk: Desk, picture: Picture) -> None:
    content = picture(13)
    desk.client(chunk_from=1, chunk=len(content))
    desk.fault("upload:checkstatus", "maxlag", count=3)
    assert desk.upload("Asked.jpg", content).result is Result.APPLIED
    assert len(desk.posts()) == 2, "polls are no writes"
    with desk.wiki.seeding() as seed:
        seed.state.sql.execute(
            "CREATE TRIGGER for_ever AFTER INSERT ON upload_job BEGIN UPDATE upload_job SET polls = 100000; END"
        )
    began = desk.clock.now
    outcome = desk.upload("Never.jpg", picture(14))
    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "async-deadline")
    assert desk.clock.now - began < 8 * (ASYNC_DEADLINE + 10 * POLL_SECONDS)
    assert MOST_STASHED < 50


def test_a_line_too_slow_for_the_life_of_a_stash_is_refused_with_the_estimate(desk: Desk, picture: Picture) -> None:
    desk.client(chunk_from=1, chunk=2000)

    def slowly(step: str) -> Done:
        desk.clock.now += 6 * 3600
        return desk.book.on_write(step)

    outcome = desk.upload("Slow.jpg", picture(15), on_write=slowly)
    assert (outcome.result, outcome.code) == (Result.REFUSED, "line-too-slow")
    assert "hours" in outcome.info
    assert len(desk.posts()) == 1


def test_an_asynchronous_publish_that_is_refused_says_why(desk: Desk, picture: Picture) -> None:
    with desk.wiki.seeding() as seed:
        seed.setting("abusefilter_disallow", "forbidden words")
    content = picture(16)
    desk.client(chunk_from=1, chunk=len(content))
    path = desk.folder / "bytes"
    path.write_bytes(content)
    desk.upload("Stashed.jpg", content)
    outcome = desk.commons.upload(
        title="Refused.jpg", path=str(path), size=len(content), sha1="", text="forbidden words", summary="s", on_write=desk.book.on_write,
        stashed=None,
    )  # fmt: skip
    assert outcome.result is Result.REFUSED
    assert outcome.code.startswith("abusefilter")


def test_bytes_that_changed_since_the_plan_are_not_sent(desk: Desk, picture: Picture) -> None:
    path = desk.folder / "bytes"
    path.write_bytes(picture(17))
    outcome = desk.commons.upload(
        title="C.jpg", path=str(path), size=3, sha1="0" * 40, text="", summary="", on_write=desk.book.on_write
    )
    assert (outcome.code, desk.posts(), desk.book.rows) == ("local-file-changed", [], [])


def test_two_sessions_on_one_host_do_not_log_each_other_out(desk: Desk, picture: Picture) -> None:
    desk.upload("One.jpg", picture(18))
    other = type(desk)(desk.wiki, desk.folder)
    assert other.upload("Two.jpg", picture(19)).result is Result.APPLIED
    assert desk.upload("Three.jpg", picture(20)).result is Result.APPLIED


def test_a_session_lost_in_the_middle_is_told_apart_and_renewed(desk: Desk, picture: Picture) -> None:
    desk.upload("One.jpg", picture(21))
    desk.fault("upload", "lost-session")
    outcome = desk.upload("Two.jpg", picture(22))
    assert (outcome.result, outcome.code) == (Result.RETRY, "assertuserfailed")
    desk.commons.renew()
    assert desk.upload("Two.jpg", picture(22)).result is Result.APPLIED
    desk.fault("query", "lost-session")
    assert desk.commons.account().name == "PipelineBot", "a question asks who we are, too"
