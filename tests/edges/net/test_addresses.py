"""Where we do not go: 76 hostile addresses are refused before a byte is sent; trusted hosts are reached."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from glamflow.net import Session
from glamflow.net.addresses import Trust, check_url
from glamflow.transforms.errors import AddressRefused, ConfigInvalid, SourceRefused, SourceUnavailable

HOSTILE = [
    "http://127.0.0.1/", "http://127.1.2.3:8080/x", "http://localhost/", "http://localhost.:8080/", "http://LOCALHOST/",
    "http://0.0.0.0/", "http://0/", "http://10.1.2.3/", "http://172.16.0.1/", "http://172.31.255.254/",
    "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://198.18.0.1/",
    "http://192.0.0.8/", "http://224.0.0.1/", "http://255.255.255.255/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://0x7f.0.0.1/", "http://127.1/", "http://127.0.1/", "http://017700000001/",
    "http://１２７.０.０.１/", "http://127。0。0。1/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[ff02::1]/",
    "file:///etc/passwd", "gopher://127.0.0.1:70/_x", "ftp://archive.example/x", "data:text/html,x", "//127.0.0.1/x",
    "http://user:secret@archive.example/", "http://archive.example@127.0.0.1/", "http://archive.example:22/",
    "http://archive.example:25/", "http://archive.example\\@127.0.0.1/", "http://archive.example\r\nHost: x/",
    "http://rebind.example/", "http://mixed.example/", "http://intranet/", "http://mapped.example/", "http:///x",
    "http://archive.example:0/", "http://[::ffff:0:127.0.0.1", "", "http://2852039166/", "http://0251.0376.0251.0376/",
    "http://0xa9fea9fe/", "http://[::127.0.0.1]/", "http://[::ffff:169.254.169.254]/", "http://[fd00:ec2::254]/",
    "http://[2001:0:7f00:1::]/", "http://①②⑦.⓪.⓪.①/", "http://%31%32%37.0.0.1/", "http://127.0.0.1%2f@archive.example/",
    "http://127.0.0.1./", "http://10.0.0.1:8080/", "http://0300.0250.1.1/", "http:127.0.0.1/x", "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "ws://127.0.0.1/", "http://:secret@archive.example/",
]  # fmt: skip
NAMES = {
    "localhost": ["127.0.0.1"],
    "archive.example": ["93.184.215.14"],
    "rebind.example": ["10.0.0.7"],
    "mixed.example": ["93.184.215.14", "192.168.0.5"],
    "intranet": ["172.20.0.2"],
    "mapped.example": ["::ffff:127.0.0.1"],
}


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to connect anywhere; none is made."""
    made: list[Any] = []

    def connect(address: Any, *_: Any, **__: Any) -> Any:
        made.append(address)
        raise OSError("no connections in this test")

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(contact="operator@example.org", resolver=lambda host, port: NAMES[host]) as one:
        yield one


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_addresses_are_refused_before_a_byte_is_sent(
    url: str, session: Session, connections: list[Any]
) -> None:
    with pytest.raises(AddressRefused), session.open(url):
        pass
    assert connections == []


@pytest.mark.parametrize("url", [one for one in HOSTILE if "user:secret" in one])
def test_a_refused_address_is_told_without_its_password(url: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        check_url(url, Trust())
    assert "secret" not in str(caught.value)


def test_a_redirect_is_judged_like_any_address(loopback: Any, make_loopback: Any, reply: Any) -> None:
    inner = make_loopback()
    for location in (inner.url, "file:///etc/passwd", "http://169.254.169.254/", "//10.0.0.1/x", "gopher://x/"):
        loopback.answer(lambda request, location=location: reply("", 302, {"Location": location}))
        with (
            Session(contact="a@b.example", trust=[loopback.host]) as session,
            pytest.raises(AddressRefused),
            session.open(loopback.url),
        ):
            pass
    assert inner.requests == []


def test_a_resolver_that_changes_its_mind_is_asked_only_once_per_connection(connections: list[Any]) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    with (
        Session(contact="a@b.example", resolver=lambda host, port: next(answers)) as session,
        pytest.raises(SourceUnavailable),
        session.open("http://rebind.example/"),
    ):
        pass
    assert connections == [("93.184.215.14", 80)]


@pytest.mark.parametrize("named", ["127.0.0.1", "http://127.0.0.1:{port}/oai", "127.0.0.1:{port}"])
def test_what_the_operator_names_is_trusted_wherever_it_is(loopback: Any, reply: Any, named: str) -> None:
    loopback.answer(lambda request: reply("welcome"))
    with (
        Session(contact="a@b.example", trust=[named.format(port=loopback.port)]) as session,
        session.open(f"{loopback.url}/x?q=å b") as response,
    ):
        assert b"".join(response.chunks()) == b"welcome"
    assert loopback.requests[0].params == {"q": "å b"}


def test_trust_in_one_port_is_no_trust_in_another(loopback: Any, make_loopback: Any) -> None:
    other = make_loopback()
    with (
        Session(contact="a@b.example", trust=[loopback.url]) as session,
        pytest.raises(AddressRefused),
        session.open(other.url),
    ):
        pass


def test_redirects_in_a_circle_end(loopback: Any, reply: Any) -> None:
    loopback.answer(lambda request: reply("", 302, {"Location": "/again"}))
    with (
        Session(contact="a@b.example", trust=[loopback.host]) as session,
        pytest.raises(SourceRefused, match="more than 5 times"),
        session.open(loopback.url),
    ):
        pass
    assert len(loopback.requests) == 6


def test_every_request_names_the_operator(loopback: Any, reply: Any) -> None:
    loopback.answer(lambda request: reply("x"))
    with (
        Session(contact="https://museum.example/bots", product="glamflow/0.1", trust=[loopback.host]) as session,
        session.trusting(["another.example"]).open(loopback.url),
    ):
        pass
    assert loopback.requests[0].headers["user-agent"] == "glamflow/0.1 (https://museum.example/bots)"


@pytest.mark.parametrize("contact", ["", "somebody", "a@b\nX-Evil: 1"])
def test_without_a_contact_there_is_no_session(contact: str) -> None:
    with pytest.raises(ConfigInvalid, match="contact"):
        Session(contact=contact)


def test_requests_to_one_host_keep_their_distance(loopback: Any, make_loopback: Any, reply: Any) -> None:
    waits: list[float] = []
    other = make_loopback()
    for server in (loopback, other):
        server.answer(lambda request: reply("x"))
    with Session(contact="a@b.example", trust=["127.0.0.1"], min_interval=10.0, sleep=waits.append) as session:
        for _ in range(3):
            with session.open(loopback.url):
                pass
    assert [round(wait) for wait in waits] == [10, 20]


def test_a_silent_server_is_unavailable_in_plain_words(loopback: Any, reply: Any) -> None:
    loopback.answer(lambda request: reply("late", delay=1.0))
    with (
        Session(contact="a@b.example", trust=[loopback.host], timeout=0.1) as session,
        pytest.raises(SourceUnavailable, match="no answer within the time"),
        session.open(loopback.url),
    ):
        pass


def test_nobody_there_is_unavailable_in_plain_words(make_loopback: Any) -> None:
    gone = make_loopback()
    gone.close()
    gone.close = lambda: None
    with (
        Session(contact="a@b.example", trust=[gone.host]) as session,
        pytest.raises(SourceUnavailable, match="no connection"),
        session.open(gone.url),
    ):
        pass
