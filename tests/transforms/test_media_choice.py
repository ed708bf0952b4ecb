"""Which media a partner's declared choice takes, and which it leaves inside."""

from __future__ import annotations

from typing import Any

import pytest

from glamflow.transforms.media_choice import left_inside, pages_to_decide, views_inside
from glamflow.transforms.policy import MediaPolicy
from glamflow.transforms.record import MediaId, MediaRef, MediaRole


def medium(id: str, *, role: MediaRole = MediaRole.FRONT, **facts: Any) -> MediaRef:
    return MediaRef(id=MediaId(id), url=f"https://a.example/{id}", role=role, **facts)


SIZES = (
    medium("small.jpg", position=1, width=600, height=400),
    medium("large.jpg", position=1, width=6000, height=4000),
    medium("scan_master.tif", position=1, width=4500, height=3000, mime="image/tiff"),
    medium("other.jpg", position=2, width=500, height=500),
)


@pytest.mark.parametrize(
    ("select", "inside"),
    [("largest", {"small.jpg", "scan_master.tif"}), ("master", {"small.jpg", "large.jpg"}), ("all", set())],
)
def test_of_several_links_to_one_picture_the_declared_one_is_taken(select: Any, inside: set[str]) -> None:
    assert set(left_inside(SIZES, MediaPolicy(select=select))) == inside


def test_links_of_one_image_service_are_one_picture() -> None:
    links = [medium("a", iiif_service="https://i.example/7", width=200, height=100), medium("b", iiif_service="https://i.example/7", width=2000, height=1000)]
    assert set(left_inside(links, MediaPolicy())) == {"a"}


@pytest.mark.parametrize(
    "other",
    [medium("b", position=1, width=600, height=600), medium("b", position=1, role=MediaRole.DETAIL, width=600, height=400), medium("b", position=1), medium("b", position=2, width=600, height=400)],
    ids=["proportions", "role", "no sizes", "position"],
)
def test_what_may_be_another_picture_is_left_alone(other: MediaRef) -> None:
    assert left_inside([medium("a", position=1, width=1200, height=800), other], MediaPolicy()) == {}


PAGES = tuple(medium(f"p{n}", role=MediaRole.PAGE, position=n) for n in (2, 1, 3))
PDF = medium("book.pdf", role=MediaRole.DOCUMENT)
COVER = medium("cover", role=MediaRole.COVER)


def test_pages_go_as_images_or_as_the_pdf_never_as_both() -> None:
    assert set(left_inside([*PAGES, PDF], MediaPolicy(pages="images"))) == {"book.pdf"}
    assert set(left_inside([*PAGES, PDF], MediaPolicy(pages="pdf"))) == {"p1", "p2", "p3"}
    assert left_inside([PDF], MediaPolicy(pages="images")) == {}


def test_of_a_paged_work_the_cover_alone_may_be_shown() -> None:
    assert set(left_inside([*PAGES, COVER], MediaPolicy(pages="cover"))) == {"p1", "p2", "p3"}
    assert set(left_inside(PAGES, MediaPolicy(pages="cover"))) == {"p2", "p3"}


def test_where_the_partner_file_does_not_say_a_person_decides_on_pages() -> None:
    assert "3 pages" in pages_to_decide(PAGES, MediaPolicy(pages="hold"))
    assert pages_to_decide(PAGES, MediaPolicy(pages="pdf")) == ""
    assert pages_to_decide([*PAGES, PDF], MediaPolicy(pages="pdf")) == ""
    assert pages_to_decide([PDF], MediaPolicy(pages="hold")) == ""


def test_further_views_stay_inside_where_only_the_front_is_shown() -> None:
    side = medium("side", role=MediaRole.VIEW)
    assert views_inside(side, MediaPolicy(views="front"))
    assert not views_inside(side, MediaPolicy())
    assert not views_inside(medium("front"), MediaPolicy(views="front"))
