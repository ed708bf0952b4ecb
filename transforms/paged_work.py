"""Pages of one record that become one PDF: which, in which order, and what is against it.

Rules (`media.works.pages: pdf`, for a record that lists two pages or more and no PDF)
- The order is that of the page numbers where every page has one, else the partner's own.
- A number that is missing between two others, or stands twice, is for a person: no book is published with a hole in it.
- The first page carries the work in the ledger; the others stay inside, as parts of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from glamflow.transforms.policy import MediaPolicy
from glamflow.transforms.record import MediaRef, MediaRole, Record

_TOLD = 5


class PagedWork(NamedTuple):
    """Pages in order; `problem` says why they cannot be put together, "" if they can."""

    pages: tuple[MediaRef, ...]
    problem: str = ""

    @property
    def carrier(self) -> MediaRef:
        """The medium whose file becomes the PDF."""
        return self.pages[0]


def paged_work(media: Sequence[MediaRef], policy: MediaPolicy) -> PagedWork | None:
    """The work that is to be made of the pages, None where there is none."""
    if policy.pages != "pdf" or any(is_pdf(medium) for medium in media):
        return None
    pages = [medium for medium in media if medium.role is MediaRole.PAGE]
    if len(pages) < 2:
        return None
    numbers = [int(page.page) if page.page.isdecimal() else None for page in pages]
    if any(number is None for number in numbers):
        return PagedWork(tuple(sorted(pages, key=_place)))
    numbered = sorted(zip(numbers, pages, strict=True), key=lambda pair: (pair[0] or 0, _place(pair[1])))
    return PagedWork(tuple(page for _, page in numbered), _problem([number or 0 for number, _ in numbered]))


def as_one_work(record: Record, carrier: MediaRef) -> tuple[Record, MediaRef]:
    """The record and medium as the finished PDF is described: one document, no page of it."""
    document = replace(
        carrier, role=MediaRole.DOCUMENT, page="", mime="application/pdf", width=None, height=None, size=None
    )
    media = tuple(
        document if medium.id == carrier.id else medium
        for medium in record.media
        if medium.role is not MediaRole.PAGE or medium.id == carrier.id
    )
    return replace(record, media=media), document


def label_of(page: MediaRef, number: int) -> str:
    """How a page is called in a sentence."""
    return f"page {page.page}" if page.page else f"page {number} in order"


def is_pdf(medium: MediaRef) -> bool:
    """Whether the partner lists a PDF."""
    return medium.mime == "application/pdf" or medium.url.partition("?")[0].lower().endswith(".pdf")


def _place(page: MediaRef) -> tuple[bool, int]:
    return page.position is None, page.position or 0


def _problem(numbers: list[int]) -> str:
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        return f"page {_told(twice)} is listed twice"
    missing = sorted(set(range(numbers[0], numbers[-1])) - set(numbers))
    return f"page {_told(missing)} is missing" if missing else ""


def _told(numbers: list[int]) -> str:
    more = len(numbers) - _TOLD
    return ", ".join(map(str, numbers[:_TOLD])) + (f" and {more} more" if more > 0 else "")
