"""The faults of real OAI-PMH servers, one case each, with the behaviour that is required. Facts: the numbered table of the
project's notes on OAI-PMH in the wild; payloads are our own."""

from __future__ import annotations

import datetime as dt
import gzip
from typing import Any

import pytest

from glamflow.transforms.errors import RateLimited, SourceRefused, SourceUnavailable, WindowFaulty

ALL = list(range(10))


def is_list(request: Any) -> bool:
    return bool(request.params.get("verb") == "ListRecords")


def token(request: Any) -> str:
    return str(request.params.get("resumptionToken", ""))


def once(condition: Any, answer: Any) -> Any:
    """Answer so the first time the condition holds, then let pass."""
    left = [1]

    def before(request: Any) -> Any:
        if condition(request) and left:
            left.pop()
            return answer
        return None

    return before


def always(condition: Any, answer: Any) -> Any:
    return lambda request: answer if condition(request) else None


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


# 10-17: HTTP


@pytest.mark.parametrize("status", [503, 429])
def test_10_a_wait_in_seconds_is_kept(
    repository: Any, source: Any, harvest: Any, waits: list[float], status: int
) -> None:
    repository.before = once(token, repository.reply("", status, {"Retry-After": "7"}))
    assert harvest(source()).numbers == ALL
    assert waits == [7.0]


def test_10_a_long_wait_is_handed_up(repository: Any, source: Any, harvest: Any, waits: list[float]) -> None:
    repository.before = always(is_list, repository.reply("", 503, {"Retry-After": "3600"}))
    with pytest.raises(SourceUnavailable) as caught:
        harvest(source())
    assert caught.value.retry_after == 3600
    assert waits == []


def test_11_a_wait_until_a_date_is_kept(repository: Any, source: Any, harvest: Any, waits: list[float]) -> None:
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    repository.before = once(
        token, repository.reply("", 503, {"Retry-After": moment.strftime("%a, %d %b %Y %H:%M:%S GMT")})
    )
    assert harvest(source()).numbers == ALL
    assert 25 < waits[0] <= 30


def test_12_without_a_stated_wait_the_pauses_grow_and_end(
    repository: Any, source: Any, harvest: Any, waits: list[float]
) -> None:
    repository.before = always(lambda request: True, repository.reply("", 503))
    with pytest.raises(SourceUnavailable, match="503"):
        harvest(source())
    assert len(waits) == 3
    assert 0 < waits[0] < waits[1] < waits[2] < 10


@pytest.mark.parametrize("status", [500, 502, 504, 408])
def test_13_a_temporary_fault_is_repeated(repository: Any, source: Any, harvest: Any, status: int) -> None:
    repository.before = once(token, repository.reply("gateway", status))
    assert harvest(source()).numbers == ALL


def test_13_a_reset_connection_is_repeated(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = once(token, repository.reply(drop=True))
    assert harvest(source()).numbers == ALL


def test_13_a_page_that_always_fails_halves_its_window_down_to_the_one_record(
    repository: Any, source: Any, harvest: Any
) -> None:
    poisoned = "oai:museum.example:6"

    def after(request: Any, body: str) -> Any:
        return repository.reply("", 500) if poisoned in body and "metadata>" in body else body

    repository.after = after
    result = harvest(
        source(window="P30D"), dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    )
    assert result.numbers == [n for n in ALL if n != 6]
    assert "GetRecord failed" in result.quarantined[poisoned].reason


def test_13_a_server_that_is_down_is_not_asked_in_ever_smaller_pieces(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    harvester = source(window="P30D")
    windows = harvester.windows(dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    repository.before = always(lambda request: True, repository.reply("", 502))
    with pytest.raises(SourceUnavailable):
        list(harvester.pages(windows[0]))
    assert len(loopback.requests) <= 10


def test_14_forbidden_stops_at_once_and_names_our_user_agent(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    repository.before = always(lambda request: True, repository.reply("no bots", 403))
    with pytest.raises(SourceRefused, match=r"operator@example\.org"):
        harvest(source())
    assert len(loopback.requests) == 1


@pytest.mark.parametrize(
    "page", ["<!DOCTYPE html><html><body>Maintenance</body></html>", "<html><body>Log in<br></body></html>", "oops"]
)
def test_15_a_page_that_is_no_oai_pmh_is_tried_again_then_the_source_is_down(
    repository: Any, source: Any, harvest: Any, page: str
) -> None:
    repository.before = once(token, repository.reply(page))
    assert harvest(source()).numbers == ALL
    repository.before = always(lambda request: True, repository.reply(page))
    with pytest.raises(SourceUnavailable, match="instead of OAI-PMH"):
        harvest(source())


def test_16_a_redirect_is_followed_and_keeps_the_query(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = lambda request: (
        repository.reply("", 301, {"Location": "/new/oai"}) if request.path == "/oai" else None
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert "/new/oai?" in result.pages[0].request["answered_by"]


def test_16_a_redirect_to_another_private_host_is_refused(
    repository: Any, source: Any, harvest: Any, make_loopback: Any
) -> None:
    inner = make_loopback()
    repository.before = always(is_list, repository.reply("", 302, {"Location": f"{inner.url}/secrets"}))
    with pytest.raises(SourceRefused, match="not a public address"):
        harvest(source())
    assert inner.requests == []


@pytest.mark.parametrize("status", [404, 422, 400])
def test_17_an_error_status_with_an_oai_body_counts_as_that_body(
    repository: Any, source: Any, harvest: Any, oai_error: Any, status: int
) -> None:
    repository.before = always(is_list, repository.reply(oai_error("noRecordsMatch"), status))
    assert harvest(source()).records == {}


# 18-27: broken pages and records


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("bell\x07here", "bellhere"),
        ("sub&#x1a;stitute", "substitute"),
        ("half&#55349;pair", "halfpair"),
        ("Salt & pepper", "Salt & pepper"),
        ("Caf&eacute;&nbsp;noir", "Café\u00a0noir"),
        ("<?xml version='1.0'?>Twice", "Twice"),
        ("\ufffe\uffffnon", "non"),
    ],
)
def test_18_19_21_23_what_has_one_meaning_is_mended_and_counted(
    repository: Any, source: Any, harvest: Any, text: str, title: str
) -> None:
    repository.after = lambda request, body: body.replace("Object &amp; thing 2<", f"{text}<")
    result = harvest(source())
    assert result.numbers == ALL
    assert title.replace("&", "&amp;").encode() in result.records["oai:museum.example:2"].payload
    assert any("mended" in warning for warning in result.warnings)


def test_19_what_cannot_be_mended_is_quarantined_alone_with_its_bytes(
    repository: Any, source: Any, harvest: Any
) -> None:
    repository.after = lambda request, body: body.replace("Object &amp; thing 2</dc:title>", "5 < 6 and </dc:titel>")
    result = harvest(source())
    assert result.numbers == [n for n in ALL if n != 2]
    lost = result.quarantined["oai:museum.example:2"]
    assert "not well-formed" in lost.reason
    assert b"5 < 6 and" in lost.payload
    assert b"5 < 6 and" in result.pages[0].raw


def test_20_a_wrongly_declared_encoding_is_read_as_what_it_is(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: repository.reply(
        body.replace("Object &amp; thing 2", "Gärten in Köln “um” 1900").encode("cp1252")
    )
    result = harvest(source())
    assert "Gärten in Köln “um” 1900".encode() in result.records["oai:museum.example:2"].payload
    assert any("cp1252" in warning for warning in result.warnings)


def test_20_utf_16_is_read(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: repository.reply(body.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert harvest(source()).numbers == ALL


def test_22_a_page_cut_short_under_a_stated_length_is_asked_again(repository: Any, source: Any, harvest: Any) -> None:
    whole = repository.body({"verb": "ListRecords", "resumptionToken": ",,|4"})
    repository.before = once(token, repository.reply(whole, cut=len(whole) // 2))
    assert harvest(source()).numbers == ALL


def test_22_a_page_that_ends_in_the_middle_without_any_sign_is_asked_again(
    repository: Any, source: Any, harvest: Any
) -> None:
    whole = repository.body({"verb": "ListRecords", "resumptionToken": ",,|4"})
    repository.before = once(token, repository.reply(whole[: len(whole) // 2]))
    assert harvest(source()).numbers == ALL


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_23_document_types_are_refused(repository: Any, source: Any, harvest: Any, prolog: str) -> None:
    repository.after = lambda request, body: body.replace("?>\n", f"?>\n{prolog}\n", 1).replace(
        "Object &amp; thing 2", "&b;"
    )
    with pytest.raises(SourceRefused, match="document type"):
        harvest(source())


def test_24_a_broken_record_never_takes_its_neighbours_along(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(
        "thing 1</dc:title></oai_dc:dc></metadata>", "thing 1</dc:title>"
    )
    result = harvest(source())
    assert result.numbers == [n for n in ALL if n != 1]
    assert set(result.quarantined) == {"oai:museum.example:1"}


@pytest.mark.parametrize(
    "root",
    [
        "OAI-PMH",
        'OAI-PMH xmlns="http://www.openarchives.org/OAI/1.1/"',
        'OAI-PMH xmlns="https://www.openarchives.org/OAI/2.0/"',
    ],
)
def test_25_the_envelope_is_known_by_its_names_whatever_its_namespace(
    repository: Any, source: Any, harvest: Any, root: str
) -> None:
    repository.after = lambda request, body: body.replace(
        'OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"', root, 1
    )
    assert harvest(source()).numbers == ALL


def test_25_prefixes_declared_around_the_record_are_carried_with_it(
    repository: Any, source: Any, harvest: Any, item: Any
) -> None:
    plain = harvest(source()).records["oai:museum.example:2"]
    outside = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    repository.after = lambda request, body: (
        body.replace(outside, "").replace("<OAI-PMH ", f"<OAI-PMH {outside} ", 1).replace("thing 3", "thing & 3")
    )
    result = harvest(source())
    assert result.records["oai:museum.example:2"].digest == plain.digest
    assert result.numbers == ALL


def test_25_a_well_known_prefix_that_nobody_declared_is_declared(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(' xmlns:dc="http://purl.org/dc/elements/1.1/"', "")
    result = harvest(source())
    assert result.numbers == ALL
    assert b'xmlns:dc="http://purl.org/dc/elements/1.1/"' in result.records["oai:museum.example:2"].payload


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("<record><metadata><a/></metadata></record>", "no header"),
        (
            "<record><header><datestamp>2026-03-03</datestamp></header><metadata><a/></metadata></record>",
            "no identifier",
        ),
        ("<record><header><identifier>x:1</identifier></header></record>", "no metadata"),
        ("<record><header><identifier>x:1</identifier></header><metadata><a/><b/></metadata></record>", "2 elements"),
    ],
)
def test_26_a_record_without_its_parts_is_quarantined(
    repository: Any, source: Any, harvest: Any, record: str, reason: str
) -> None:
    repository.after = lambda request, body: (
        body.replace("<ListRecords>", f"<ListRecords>{record}", 1) if not token(request) else body
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert [reason in one.reason for one in result.quarantined.values()] == [True]


def test_27_deleted_is_read_in_any_case_and_wins_over_metadata(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(
        "<header><identifier>oai:museum.example:2<", '<header status="Deleted"><identifier>oai:museum.example:2<'
    )
    record = harvest(source()).records["oai:museum.example:2"]
    assert (record.deleted, record.payload, record.digest) == (True, b"", "")


# 28-36: identifiers and dates


def test_28_a_record_that_comes_twice_is_given_twice_under_one_key(repository: Any, source: Any, harvest: Any) -> None:
    double = repository.items[3].xml()
    repository.after = lambda request, body: (
        body.replace("<ListRecords>", f"<ListRecords>{double}") if token(request).endswith("|4") else body
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert sum(record.key.endswith(":3") for page in result.pages for record in page.records) == 2


def test_29_identifiers_stay_as_they_are_but_trimmed(repository: Any, source: Any) -> None:
    repository.after = lambda request, body: body.replace(">oai:museum.example:2<", "> Inv. 12/3 a <")
    pages = [page for window in source().windows(None, None) for page in source().pages(window)]
    assert "Inv. 12/3 a" in {record.key for page in pages for record in page.records}


def test_31_days_are_asked_where_only_days_are_known(repository: Any, source: Any, harvest: Any, loopback: Any) -> None:
    repository.granularity = "yyyy-mm-dd"
    harvest(source(), dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC), dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC))
    asked = next(request for request in loopback.requests if is_list(request))
    assert (asked.params["from"], asked.params["until"]) == ("2026-03-02", "2026-03-04")


def test_31_a_server_that_refuses_seconds_is_asked_by_days(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = lambda request: (
        repository.reply(oai_error("badArgument")) if "T" in request.params.get("from", "") else None
    )
    result = harvest(source(), dt.datetime(2026, 3, 3, tzinfo=dt.UTC), dt.datetime(2026, 3, 6, tzinfo=dt.UTC))
    assert result.numbers == [2, 3, 4]
    assert any("by days" in warning for warning in result.warnings)


def test_32_the_first_harvest_sends_no_from_even_if_the_earliest_date_is_wrong(
    repository: Any, source: Any, harvest: Any, loopback: Any
) -> None:
    repository.earliest = "2026-03-08T00:00:00Z"
    result = harvest(source(window="P7D"), None, dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    assert result.numbers == ALL
    assert "from" not in next(request for request in loopback.requests if is_list(request)).params


def test_33_bounds_are_inclusive_there_and_half_open_here(
    repository: Any, source: Any, harvest: Any, loopback: Any, item: Any
) -> None:
    repository.items = [item(0, datestamp="2026-03-01T00:00:00Z"), item(1, datestamp="2026-03-02T00:00:00Z")]
    result = harvest(source(), dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    assert result.numbers == [0]
    assert next(request for request in loopback.requests if is_list(request)).params["until"] == "2026-03-01T23:59:59Z"


def test_34_the_clock_of_the_server_is_given_with_every_page(repository: Any, source: Any, harvest: Any) -> None:
    assert {page.server_time for page in harvest(source()).pages} == {dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)}


# 37-50: the rest


@pytest.mark.parametrize(
    ("stated", "read"), [("persistent", "persistent"), ("Transient", "transient"), ("no", "no"), ("?", "no")]
)
def test_37_how_a_source_keeps_deletions_is_told(repository: Any, source: Any, stated: str, read: str) -> None:
    repository.deleted = stated
    assert source().probe().deleted == read


def test_39_an_answer_above_the_limit_is_refused(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body + " " * 200_000 if is_list(request) else body
    with pytest.raises(SourceRefused, match="more than the 100000"):
        harvest(source(max_bytes=100_000))


@pytest.mark.parametrize("layers", [1, 2])
def test_40_compression_is_known_by_its_magic_bytes(repository: Any, source: Any, harvest: Any, layers: int) -> None:
    def after(request: Any, body: str) -> Any:
        data = body.encode()
        for _ in range(layers):
            data = gzip.compress(data)
        return repository.reply(data)

    repository.after = after
    assert harvest(source()).numbers == ALL


def test_40_a_small_answer_that_unpacks_to_a_huge_one_is_refused(repository: Any, source: Any, harvest: Any) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    repository.after = lambda request, body: repository.reply(bomb) if is_list(request) else body
    with pytest.raises(SourceRefused, match="unpacks to more"):
        harvest(source(max_bytes=1_000_000))


def test_41_a_wrong_list_size_is_told_and_nothing_more(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace('completeListSize="10"', 'completeListSize="12"')
    result = harvest(source())
    assert result.numbers == ALL
    assert any("says 12, the list held 10" in warning for warning in result.warnings)


def test_42_a_set_that_is_gone_is_an_alarm_not_an_empty_feed(repository: Any, source: Any, harvest: Any) -> None:
    repository.sets = ("coins",)
    with pytest.raises(SourceRefused, match="maps"):
        harvest(source(sets=("maps",)))


def test_42_a_source_without_sets_refuses_them_in_our_words_too(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = lambda request: (
        repository.reply(oai_error("noSetHierarchy")) if "set" in request.params else None
    )
    with pytest.raises(SourceRefused, match=r"source\.sets"):
        harvest(source(sets=("maps",)))


def test_43_a_format_that_is_gone_is_refused_with_what_to_do(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = always(is_list, repository.reply(oai_error("cannotDisseminateFormat", "no lido here")))
    with pytest.raises(SourceRefused, match=r"no lido here.*source\.format"):
        harvest(source(format="lido"))


def test_43_a_format_that_fails_for_single_records_is_asked_one_by_one(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    def before(request: Any) -> Any:
        if is_list(request) or request.params.get("identifier") == "oai:museum.example:5":
            return repository.reply(oai_error("cannotDisseminateFormat"))
        return None

    repository.before = before
    result = harvest(source())
    assert result.numbers == [n for n in ALL if n != 5]
    assert "cannotDisseminateFormat" in result.quarantined["oai:museum.example:5"].reason


def test_44_an_error_element_inside_metadata_is_somebodys_data(repository: Any, source: Any, harvest: Any) -> None:
    repository.items[2].metadata = '<play><error code="badVerb">A comedy of errors</error></play>'
    assert harvest(source()).numbers == ALL


def test_45_several_errors_are_all_told(repository: Any, source: Any, harvest: Any, wrap: Any) -> None:
    both = wrap('<error code="badArgument">bad set</error><error code="badVerb">bad verb</error>')
    repository.before = always(is_list, repository.reply(both))
    with pytest.raises(SourceRefused, match=r"bad set.*bad verb"):
        harvest(source())


def test_45_an_unknown_error_is_tried_again_then_the_source_is_down(
    repository: Any, source: Any, harvest: Any, oai_error: Any
) -> None:
    repository.before = once(is_list, repository.reply(oai_error("InternalException")))
    assert harvest(source()).numbers == ALL
    repository.before = always(lambda request: True, repository.reply(oai_error("InternalException")))
    with pytest.raises(SourceUnavailable, match="InternalException"):
        harvest(source())


def test_49_what_stands_about_a_record_is_in_the_kept_page(repository: Any, source: Any, harvest: Any) -> None:
    repository.after = lambda request, body: body.replace(
        "</metadata></record>", "</metadata><about><p>from elsewhere</p></about></record>"
    )
    result = harvest(source())
    assert result.numbers == ALL
    assert b"from elsewhere" in result.pages[0].raw


def test_50_an_empty_answer_is_a_fault_not_an_end(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = once(token, repository.reply(b""))
    assert harvest(source()).numbers == ALL
    repository.before = always(lambda request: True, repository.reply(b""))
    with pytest.raises(SourceUnavailable, match="empty"):
        harvest(source())


def test_too_many_requests_is_its_own_error(repository: Any, source: Any, harvest: Any) -> None:
    repository.before = always(lambda request: True, repository.reply("", 429, {"Retry-After": "900"}))
    with pytest.raises(RateLimited) as caught:
        harvest(source())
    assert caught.value.retry_after == 900
