"""Staging lanes: bounded in bytes, all hosts busy from the beginning, nothing lost."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from glamflow.steps.lanes import ASKED, ASKED_PER_HOST, DEFAULT_BYTES, Load, loads, spread

MIB = 1024**2


class Linked(NamedTuple):
    id: int
    url: str
    source_size: int | None = None


@given(st.lists(st.tuples(st.integers(1, 3000), st.sampled_from("abcd")), max_size=60))
def test_every_file_is_in_one_lane_or_left_and_no_lane_holds_more_than_it_may(drawn: list[tuple[int, str]]) -> None:
    files = [Load(number, size, host) for number, (size, host) in enumerate(drawn)]
    sizes = {file.file: file.size for file in files}
    result = spread(files, lanes=5, lane_bytes=1000, files_per_lane=6)
    placed = [id for lane in result.lanes for id in lane]
    assert sorted(placed + result.left) == sorted(sizes)
    assert len(result.lanes) <= 5
    assert all(len(lane) == 1 or sum(sizes[id] for id in lane) <= 1000 for lane in result.lanes)
    assert bool(files) == bool(placed)


def test_a_file_that_is_too_large_for_a_lane_has_one_of_its_own() -> None:
    files = [Load(1, 50, "a"), Load(2, 5000, "a"), Load(3, 60, "b")]
    assert [2] in spread(files, lanes=4, lane_bytes=1000).lanes


def test_what_does_not_fit_waits_for_the_next_plan_in_its_order() -> None:
    files = [Load(number, 600, "a") for number in range(6)]
    result = spread(files, lanes=3, lane_bytes=1000)
    assert (sorted(map(len, result.lanes)), len(result.left)) == ([1, 1, 1], 3)
    assert spread([Load(1, 99_999, "a"), Load(2, 5, "a")], lanes=1, lane_bytes=1000).lanes == [[1]]


def test_few_small_files_share_one_lane() -> None:
    assert len(spread([Load(number, MIB, "a") for number in range(10)]).lanes) == 1
    assert len(spread([Load(number, MIB, "a") for number in range(100)]).lanes) == 9


def test_each_lane_begins_with_another_host_and_has_files_of_all() -> None:
    hosts = ["a", "b", "c", "d"]
    files = [Load(number, MIB, hosts[number // 12]) for number in range(48)]
    lanes = spread(files).lanes
    host = {file.file: file.host for file in files}
    assert len(lanes) == 4
    assert {host[lane[0]] for lane in lanes} == set(hosts)
    assert all({host[id] for id in lane} == set(hosts) for lane in lanes)


def test_a_size_is_stated_else_the_mean_of_its_host_else_asked_for_else_a_default() -> None:
    files = [
        Linked(1, "https://a.example/1", 10), Linked(2, "https://a.example/2"), Linked(3, "https://b.example/3"), Linked(4, "https://c.example/4"),
        Linked(5, "https://d.example/5"), Linked(6, ""),
    ]  # fmt: skip
    asked: list[str] = []

    def ask(url: str) -> int | None:
        asked.append(url)
        return 77 if "c.example" in url else None

    found = loads(files, known={"b.example": [20, 40]}, ask=ask)
    assert [load.size for load in found] == [10, 10, 30, 77, DEFAULT_BYTES, DEFAULT_BYTES]
    assert asked == ["https://c.example/4", "https://d.example/5"]


def test_only_a_few_files_are_asked_for() -> None:
    asked: list[str] = []
    loads([Linked(number, f"https://h{number % 20}.example/{number}") for number in range(200)], known={}, ask=lambda url: asked.append(url))
    assert len(asked) == ASKED
    assert max(sum(f"//h{host}." in url for url in asked) for host in range(20)) <= ASKED_PER_HOST
