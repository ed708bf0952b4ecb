"""Pages of one record that become one PDF."""

from __future__ import annotations

from typing import Any

import pytest

from glamflow.transforms.media_choice import left_inside, pages_to_decide
from glamflow.transforms.paged_work import as_one_work, label_of, paged_work
from glamflow.transforms.policy import MediaPolicy
from glamflow.transforms.record import MediaId, MediaRef, MediaRole, Record, RecordKey

PDF = MediaPolicy(pages="pdf")


def page(id: str, **facts: Any) -> MediaRef:
    return MediaRef(id=MediaId(id), url=f"https://a.example/{id}.jpg", role=MediaRole.PAGE, **facts)


def test_pages_are_put_in_the_order_of_their_numbers() -> None:
    work = paged_work([page("c", page="10"), page("a", page="9"), page("b", page="11")], PDF)
    assert work is not None
    assert ([one.id for one in work.pages], work.problem, work.carrier.id) == (["a", "c", "b"], "", "a")


def test_where_not_every_page_has_a_number_the_partners_order_stands() -> None:
    work = paged_work([page("b", position=2, page="ii"), page("a", position=1), page("c", position=3, page="2")], PDF)
    assert work is not None
    assert ([one.id for one in work.pages], work.problem) == (["a", "b", "c"], "")


@pytest.mark.parametrize(
    ("numbers", "problem"),
    [
        ("1 2 4", "page 3 is missing"), ("1 9", "page 2, 3, 4, 5, 6 and 2 more is missing"), ("1 2 2 3", "page 2 is listed twice"),
        ("5 6 7", ""),
    ],
)  # fmt: skip
def test_a_hole_in_the_numbers_is_a_problem(numbers: str, problem: str) -> None:
    work = paged_work([page(f"p{at}", page=number) for at, number in enumerate(numbers.split())], PDF)
    assert work is not None
    assert work.problem == problem


@pytest.mark.parametrize(
    ("media", "policy"),
    [
        ([page("a"), page("b")], MediaPolicy(pages="images")),
        ([page("a")], PDF),
        ([page("a"), page("b"), MediaRef(id=MediaId("book"), url="https://a.example/book.pdf?x=1")], PDF),
        ([MediaRef(id=MediaId("a"), url="https://a.example/a.jpg"), MediaRef(id=MediaId("b"), url="https://a.example/b.jpg")], PDF),
    ],
    ids=["images are asked for", "a single page", "the partner has a PDF", "no pages"],
)
def test_nothing_is_put_together_where(media: list[MediaRef], policy: MediaPolicy) -> None:
    assert paged_work(media, policy) is None


def test_all_pages_but_the_one_that_carries_the_work_stay_inside() -> None:
    media = [page("a", page="1"), page("b", page="2"), page("c", page="3"), MediaRef(id=MediaId("cover"), url="https://a.example/x.jpg")]
    assert set(left_inside(media, PDF)) == {"b", "c"}
    assert pages_to_decide(media, PDF) == ""


def test_the_finished_work_is_described_as_one_document() -> None:
    cover = MediaRef(id=MediaId("cover"), url="https://a.example/x.jpg")
    record = Record(partner="museum", key=RecordKey("1"), media=(cover, page("a", page="1"), page("b", page="2")))
    described, medium = as_one_work(record, record.media[1])
    assert [one.id for one in described.media] == ["cover", "a"]
    assert (medium.role, medium.page, medium.mime) == (MediaRole.DOCUMENT, "", "application/pdf")
    assert described.media[1] == medium


def test_a_page_without_a_number_is_called_by_its_place() -> None:
    assert (label_of(page("a", page="iv"), 4), label_of(page("a"), 4)) == ("page iv", "page 4 in order")
