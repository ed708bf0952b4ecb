"""JSON APIs: the five declared paginations, and the ways in which they go wrong."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from glamflow.harvest.factory import make_harvester
from glamflow.harvest.json_path import as_flag, look
from glamflow.harvest.paging import next_link
from glamflow.harvest.spec import RestSpec, SourceSpec
from glamflow.net import Session
from glamflow.transforms.errors import SourceRefused, SourceUnavailable, WindowFaulty

OBJECTS = [{"id": n, "title": f"Sheet {n}", "changed": f"2026-03-{n + 1:02d}"} for n in range(11)]


@pytest.fixture
def api(loopback: Any, session: Session) -> Callable[..., Any]:
    """A harvester of the loopback API; keywords are fields of `RestSpec`."""

    def make(*, secret: str = "", page_size: int = 4, **fields: Any) -> Any:
        rest = RestSpec(**({"records": "data", "id": "id"} | fields))
        spec = SourceSpec(type="rest", url=f"{loopback.url}/v1/objects", rest=rest, page_size=page_size)
        return make_harvester(spec, secret=secret, session=session)

    return make


@pytest.fixture
def by_page(loopback: Any, reply: Any) -> None:
    def answer(request: Any) -> Any:
        start = (int(request.params["page"]) - 1) * 4
        return reply(json.dumps({"data": OBJECTS[start : start + 4], "meta": {"total": len(OBJECTS)}}))

    loopback.answer(answer)


def keys(harvester: Any) -> list[str]:
    return [
        record.key
        for window in harvester.windows(None, None)
        for page in harvester.pages(window)
        for record in page.records
    ]


ALL = [str(n) for n in range(11)]


def test_page_numbers_end_at_the_stated_total(by_page: None, api: Any, loopback: Any) -> None:
    assert keys(api(pagination="page_number", size_param="limit", total="meta.total")) == ALL
    assert [request.params for request in loopback.requests] == [{"limit": "4", "page": str(n)} for n in (1, 2, 3)]


def test_page_numbers_end_at_an_empty_page_without_a_total(by_page: None, api: Any, loopback: Any) -> None:
    assert keys(api(pagination="page_number")) == ALL
    assert len(loopback.requests) == 4


def test_offsets_count_what_came_not_what_was_asked_for(loopback: Any, reply: Any, api: Any) -> None:
    loopback.answer(lambda request: reply(json.dumps({"data": OBJECTS[int(request.params["start"]) :][:3]})))
    assert keys(api(pagination="offset", page_param="start", page_size=100)) == ALL


def test_a_cursor_in_the_body_is_followed_to_its_end(loopback: Any, reply: Any, api: Any) -> None:
    def answer(request: Any) -> Any:
        at = 0 if request.params["cursor"] == "*" else int(request.params["cursor"])
        more = {"nextCursor": str(at + 5)} if at + 5 < len(OBJECTS) else {}
        return reply(json.dumps({"items": OBJECTS[at : at + 5], **more}))

    loopback.answer(answer)
    assert keys(api(records="items", pagination="cursor", next="nextCursor", params={"cursor": "*", "q": "all"})) == ALL
    assert {request.params["q"] for request in loopback.requests} == {"all"}


def test_a_next_address_in_the_body_is_followed(loopback: Any, reply: Any, api: Any) -> None:
    def answer(request: Any) -> Any:
        at = int(request.params.get("at", "0"))
        return reply(
            json.dumps(
                {"data": OBJECTS[at : at + 5], "links": {"next": f"/v1/objects?at={at + 5}" if at < 10 else None}}
            )
        )

    loopback.answer(answer)
    assert keys(api(pagination="cursor", next="links.next")) == ALL


def test_a_link_header_is_followed(loopback: Any, reply: Any, api: Any) -> None:
    def answer(request: Any) -> Any:
        at = int(request.params.get("at", "0"))
        link = f'<{loopback.url}/v1/objects?at={at + 6}>; rel="next", <{loopback.url}/v1/objects>; rel="first"'
        return reply(json.dumps(OBJECTS[at : at + 6]), headers={"Link": link} if at + 6 < 11 else {})

    loopback.answer(answer)
    assert keys(api(records="", pagination="link_header")) == ALL


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<https://a.example/?page=2>; rel="next"', "https://a.example/?page=2"),
        ('<https://a.example/?a=1,2>; title="x, y"; rel=next', "https://a.example/?a=1,2"),
        ('</p?2>; rel="prev", </p?4>; rel="last next"', "/p?4"),
        ('</p?2>; rel="prev"', ""),
        ("", ""),
    ],
)
def test_link_headers_are_read(header: str, link: str) -> None:
    assert next_link(header) == link


def id_list(loopback: Any, reply: Any, gone: str = "") -> None:
    def answer(request: Any) -> Any:
        if request.path == "/v1/objects":
            return reply(json.dumps({"total": 11, "data": [one["id"] for one in OBJECTS]}))
        number = request.path.rpartition("/")[2]
        return reply("", 404) if number == gone else reply(json.dumps(OBJECTS[int(number)]))

    loopback.answer(answer)


def test_an_id_list_is_read_record_by_record(loopback: Any, reply: Any, api: Any) -> None:
    id_list(loopback, reply)
    assert keys(api(pagination="id_list", object_path="/v1/objects/{id}")) == ALL


def test_a_listed_record_that_is_gone_is_quarantined(loopback: Any, reply: Any, api: Any) -> None:
    id_list(loopback, reply, gone="5")
    harvester = api(pagination="id_list", object_path="/v1/objects/{id}")
    pages = list(harvester.pages(harvester.windows(None, None)[0]))
    assert [one.key for page in pages for one in page.quarantined] == ["5"]
    assert "404" in pages[1].quarantined[0].reason


@pytest.mark.parametrize("pagination", ["page_number", "id_list"])
def test_a_stopped_harvest_goes_on_after_its_last_page(
    by_page: None, loopback: Any, reply: Any, api: Any, pagination: str
) -> None:
    if pagination == "id_list":
        id_list(loopback, reply)
    harvester = api(pagination=pagination, object_path="/v1/objects/{id}", total="meta.total")
    window = harvester.windows(None, None)[0]
    first = next(harvester.pages(window))
    rest = list(harvester.pages(window, resume=first.resume, first_number=2))
    assert [record.key for page in [first, *rest] for record in page.records] == ALL
    assert [page.number for page in rest] == [2, 3]


def test_the_delta_is_asked_by_the_declared_parameter(by_page: None, api: Any, loopback: Any) -> None:
    since = dt.datetime(2026, 3, 4, 5, tzinfo=dt.UTC)
    harvester = api(
        pagination="page_number", since_param="q", since_format="changed:[%Y-%m-%d TO *]", modified="changed"
    )
    records = [
        record
        for window in harvester.windows(since, None)
        for page in harvester.pages(window)
        for record in page.records
    ]
    assert loopback.requests[0].params["q"] == "changed:[2026-03-04 TO *]"
    assert records[0].datestamp == "2026-03-01"


def test_a_deleted_flag_makes_a_deleted_record(loopback: Any, reply: Any, api: Any) -> None:
    rows = [{"id": "a", "state": {"gone": True}}, {"id": "b", "state": {"gone": False}}]
    loopback.answer(lambda request: reply(json.dumps({"data": rows if request.params["page"] == "1" else []})))
    harvester = api(pagination="page_number", deleted="state.gone")
    page = next(harvester.pages(harvester.windows(None, None)[0]))
    assert [(one.key, one.deleted, bool(one.payload)) for one in page.records] == [
        ("a", True, False),
        ("b", False, True),
    ]


@pytest.mark.parametrize("place", [{"auth_header": "X-Api-Key"}, {"auth_param": "wskey"}])
def test_the_secret_goes_to_the_source_and_into_nothing_that_is_kept(
    by_page: None, api: Any, loopback: Any, place: dict[str, str]
) -> None:
    harvester = api(pagination="page_number", secret="s3cret/+ key", total="meta.total", **place)
    pages = list(harvester.pages(harvester.windows(None, None)[0]))
    sent = loopback.requests[0]
    assert "s3cret/+ key" in (sent.headers.get("x-api-key"), sent.params.get("wskey"))
    assert "s3cret" not in json.dumps([page.request for page in pages]) + "".join(page.resume for page in pages)


def test_the_secret_never_follows_a_link_to_another_host(
    loopback: Any, make_loopback: Any, reply: Any, session: Session
) -> None:
    other = make_loopback()
    other.answer(lambda request: reply(json.dumps({"data": [], "next": None})))
    loopback.answer(lambda request: reply(json.dumps({"data": OBJECTS[:1], "next": f"{other.url}/p2"})))
    rest = RestSpec(records="data", id="id", pagination="cursor", next="next", auth_header="X-Key")
    spec = SourceSpec(type="rest", url=f"{loopback.url}/v1", rest=rest)
    harvester = make_harvester(spec, secret="s3cret", session=session.trusting([other.host]))
    list(harvester.pages(harvester.windows(None, None)[0]))
    assert "x-key" in loopback.requests[0].headers
    assert "x-key" not in other.requests[0].headers


def test_a_link_into_the_private_net_is_refused(loopback: Any, make_loopback: Any, reply: Any, api: Any) -> None:
    inner = make_loopback()
    loopback.answer(lambda request: reply(json.dumps({"data": OBJECTS[:1], "next": f"{inner.url}/admin"})))
    with pytest.raises(SourceRefused, match="not a public address"):
        keys(api(pagination="cursor", next="next"))
    assert inner.requests == []


def test_half_a_list_is_a_faulty_window_not_a_success(loopback: Any, reply: Any, api: Any) -> None:
    loopback.answer(
        lambda request: reply(json.dumps({"data": OBJECTS if request.params["page"] == "1" else [], "total": 30}))
    )
    with pytest.raises(WindowFaulty, match="11 of 30"):
        keys(api(pagination="page_number", total="total"))


def test_the_same_page_again_is_a_faulty_window(loopback: Any, reply: Any, api: Any) -> None:
    loopback.answer(lambda request: reply(json.dumps({"data": OBJECTS})))
    with pytest.raises(WindowFaulty, match="circle"):
        keys(api(pagination="page_number"))


def test_a_path_that_leads_nowhere_is_refused_with_the_answers_beginning(loopback: Any, reply: Any, api: Any) -> None:
    loopback.answer(lambda request: reply('{"error": "quota exceeded"}'))
    with pytest.raises(SourceRefused, match=r"source\.rest\.records.*quota exceeded"):
        keys(api(pagination="page_number"))


@pytest.mark.parametrize("body", ["<html>login</html>", "{", '{"data": NaN}', "[" * 100_000])
def test_what_is_no_json_is_a_source_that_is_down(loopback: Any, reply: Any, api: Any, body: str) -> None:
    loopback.answer(lambda request: reply(body))
    with pytest.raises(SourceUnavailable, match="instead of JSON"):
        keys(api(pagination="page_number"))


def test_items_without_an_identifier_are_quarantined(loopback: Any, reply: Any, api: Any) -> None:
    loopback.answer(lambda request: reply(json.dumps({"data": [{"title": "x"}, "y", {"id": "1"}]})))
    harvester = api(pagination="cursor", next="next")
    page = next(harvester.pages(harvester.windows(None, None)[0]))
    assert [record.key for record in page.records] == ["1"]
    assert ["identifier" in one.reason or "object" in one.reason for one in page.quarantined] == [True, True]


def test_key_order_does_not_change_a_digest(loopback: Any, reply: Any, api: Any) -> None:
    digests = set()
    for row in ('{"id": 1, "a": {"x": 1, "y": "å"}}', '{"a": {"y": "\\u00e5", "x": 1}, "id": 1}'):
        loopback.answer(lambda request, row=row: reply(f'{{"data": [{row}]}}'))
        harvester = api(pagination="cursor", next="next")
        digests.add(next(harvester.pages(harvester.windows(None, None)[0])).records[0].digest)
    assert len(digests) == 1


def test_paths_find_keys_that_have_dots_themselves() -> None:
    document = {"artifact.uuid": "u", "a": {"b.c": [{"d": 7}]}}
    assert look(document, "artifact.uuid") == "u"
    assert look(document, "a.b.c.0.d") == 7
    assert not look(document, "a.x")


@pytest.mark.parametrize(
    ("value", "flag"), [(True, True), ("yes", True), ("false", False), (0, False), (None, False), ("", False)]
)
def test_flags_are_read(value: Any, flag: bool) -> None:
    assert as_flag(value) is flag
