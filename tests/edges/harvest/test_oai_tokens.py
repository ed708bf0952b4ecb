"""The faults of real OAI-PMH servers, one case each, with the behaviour that is required. Tokens and the ends of lists (cases 1-9).

Facts: the numbered table of the project's notes on OAI-PMH in the wild; payloads are our own.
"""

from __future__ import annotations

from typing import Any

import pytest
from oai_faults import ALL, always, is_list, once, token

from glamflow.transforms.errors import WindowFaulty

# 1, 2: tokens that lead nowhere


def test_01_the_same_token_and_page_for_ever_is_a_faulty_window(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace("|8<", "|4<") if token(request) else body
    with pytest.raises(WindowFaulty, match="circle"):
        harvest(source())


def test_01_the_same_page_under_ever_new_tokens_is_a_faulty_window(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    first = repository.body({"verb": "ListRecords"})
    repository.after = lambda request, body: (
        first.replace("|4<", f"|4{'0' * len(loopback.requests)}<") if is_list(request) else body
    )
    with pytest.raises(WindowFaulty, match="circle"):
        harvest(source())


def test_02_an_empty_page_with_a_token_is_followed(repository: Any, source: Any, harvest: Any, wrap: Any) -> None:
    def after(request: Any, body: str) -> str:
        if token(request).endswith("|4"):
            return str(wrap("<ListRecords><resumptionToken>,,|04</resumptionToken></ListRecords>"))
        return body

    repository.after = after
    assert harvest(source()).numbers == ALL


def test_02_an_empty_last_page_is_no_error(repository: Any, source: Any, harvest: Any, wrap: Any) -> None:
    repository.items = repository.items[:4]
    repository.after = lambda request, body: (
        body.replace("</ListRecords>", "<resumptionToken>,,|4</resumptionToken></ListRecords>")
        if is_list(request) and not token(request)
        else wrap("<ListRecords><resumptionToken/></ListRecords>")
        if token(request)
        else body
    )
    assert harvest(source()).numbers == [0, 1, 2, 3]


def test_02_endless_empty_pages_are_stopped(
    repository: Any, source: Any, harvest: Any, wrap: Any, loopback: Any
) -> None:
    def before(request: Any) -> Any:
        if not token(request):
            return None
        return repository.reply(
            wrap(f"<ListRecords><resumptionToken>t{len(loopback.requests)}</resumptionToken></ListRecords>")
        )

    repository.before = before
    with pytest.raises(WindowFaulty, match="empty pages"):
        harvest(source(oai_max_empty_pages=5))
    assert len(loopback.requests) < 12


# 3-6: ends and expiries


def test_03_no_records_on_the_first_page_is_an_empty_success(repository: Any, source: Any, harvest: Any) -> None:
    repository.items = []
    result = harvest(source())
    assert (result.records, len(result.pages)) == ({}, 1)


def test_04_no_records_on_a_later_page_is_an_end_if_the_count_agrees(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.items = repository.items[:4]
    repository.after = lambda request, body: (
        oai_error("noRecordsMatch")
        if token(request)
        else body.replace(
            "</ListRecords>", '<resumptionToken completeListSize="4">,,|4</resumptionToken></ListRecords>'
        )
    )
    result = harvest(source())
    assert result.numbers == [0, 1, 2, 3]
    assert any("noRecordsMatch" in warning for warning in result.warnings)


def test_04_no_records_in_the_middle_is_a_faulty_window(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = always(
        lambda request: token(request).endswith("|8"), repository.reply(oai_error("noRecordsMatch"))
    )
    with pytest.raises(WindowFaulty, match="8 of 10"):
        harvest(source())


def test_05_a_refused_token_is_tried_once_more(
    repository: Any, source: Any, harvest: Any, oai_error: Any, loopback: Any
) -> None:
    repository.before = once(token, repository.reply(oai_error("badResumptionToken")))
    assert harvest(source()).numbers == ALL
    assert sum(is_list(request) and not token(request) for request in loopback.requests) == 1


def test_05_an_expired_token_restarts_the_window_and_loses_nothing(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    left = [1, 1]

    def before(request: Any) -> Any:
        if token(request).endswith("|8") and left:
            left.pop()
            return repository.reply(oai_error("badResumptionToken"))
        return None

    repository.before = before
    result = harvest(source())
    assert result.numbers == ALL
    assert [page.number for page in result.pages] == [1, 2, 3, 4, 5]
    assert any("starts again" in warning for warning in result.warnings)


def test_05_tokens_that_always_expire_are_a_faulty_window_not_an_end(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = always(
        lambda request: token(request).endswith("|8"), repository.reply(oai_error("badResumptionToken"))
    )
    with pytest.raises(WindowFaulty, match="expire"):
        harvest(source())


def test_05_a_refused_token_behind_the_last_announced_record_is_the_end(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.items = repository.items[:4]
    repository.after = lambda request, body: (
        oai_error("badResumptionToken")
        if token(request)
        else body.replace(
            "</ListRecords>", '<resumptionToken completeListSize="4">,,|4</resumptionToken></ListRecords>'
        )
    )
    assert harvest(source()).numbers == [0, 1, 2, 3]


def test_06_the_token_is_used_before_anything_else_is_asked(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    harvest(source())
    lists = [request for request in loopback.requests if is_list(request)]
    assert [token(request) for request in lists] == ["", ",,|4", ",,|8"]


# 7-9: what goes with a token


def test_07_a_token_goes_out_as_it_came_in_alone_with_the_verb(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    odd = "a b+c=d/e&f!100%|ü"

    def after(request: Any, body: str) -> str:
        if token(request) == odd:
            return str(repository.body({"verb": "ListRecords", "resumptionToken": ",,|4"}))
        return body.replace(">,,|4<", ">a b+c=d/e&amp;f!100%|ü<")

    repository.before = lambda request: repository.reply(after(request, "")) if token(request) == odd else None
    repository.after = after
    assert harvest(source()).numbers == ALL
    sent = next(request for request in loopback.requests if token(request) == odd)
    assert sent.params.keys() == {"verb", "resumptionToken"}


def test_08_a_server_that_wants_the_prefix_again_gets_it_by_a_switch(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    repository.before = lambda request: (
        repository.reply("", 500) if token(request) and "metadataPrefix" not in request.params else None
    )
    assert harvest(source(oai_resend_prefix=True)).numbers == ALL


def test_09_records_outside_the_set_behind_a_token_are_left_out(
    repository: Any, source: Any, harvest: Any, item: Any
) -> None:
    repository.sets = ("maps",)
    repository.items = [item(n, sets=("maps",)) for n in range(6)] + [item(n, sets=("coins",)) for n in range(6, 10)]
    repository.after = lambda request, body: (
        repository.body({"verb": "ListRecords", "resumptionToken": ",,|4"}) if token(request) == ",,maps|4" else body
    )
    result = harvest(source(sets=("maps",)))
    assert result.numbers == [0, 1, 2, 3, 4, 5]
    assert any("left out" in warning for warning in result.warnings)


# Lists that neither end nor repeat themselves


def endless(repository: Any, wrap: Any, item: Any, *, page: int, size: str) -> None:
    """Every page has new records and a further token."""

    def before(request: Any) -> Any:
        if not is_list(request):
            return None
        at = int(token(request) or 0)
        rows = "".join(item(number).xml() for number in range(at, at + page))
        return repository.reply(wrap(f"<ListRecords>{rows}<resumptionToken{size}>{at + page}</resumptionToken></ListRecords>"))

    repository.before = before


def test_a_list_without_end_stops_at_the_most_that_the_partner_file_allows(
    repository: Any, source: Any, harvest: Any, wrap: Any, item: Any, loopback: Any
) -> None:
    endless(repository, wrap, item, page=50, size="")
    with pytest.raises(WindowFaulty, match="more than 200 records"):
        harvest(source(max_records=200))
    assert len([request for request in loopback.requests if is_list(request)]) == 5


def test_a_list_that_goes_on_far_beyond_its_size_is_stopped(
    repository: Any, source: Any, harvest: Any, wrap: Any, item: Any, loopback: Any
) -> None:
    endless(repository, wrap, item, page=1500, size=' completeListSize="1501"')
    with pytest.raises(WindowFaulty, match="completeListSize says 1501"):
        harvest(source())
    assert len([request for request in loopback.requests if is_list(request)]) < 30


@pytest.mark.parametrize("size", ["1500", "3000"])
def test_the_length_of_a_page_or_a_round_number_is_not_taken_for_the_size_of_the_list(
    repository: Any, source: Any, harvest: Any, wrap: Any, item: Any, size: str
) -> None:
    endless(repository, wrap, item, page=1500, size=f' completeListSize="{size}"')
    with pytest.raises(WindowFaulty, match="more than 90000"):
        harvest(source(max_records=90_000))
