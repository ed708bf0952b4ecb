"""Pages that become one PDF: all fetched and looked at, then put together; the PDF goes on as the file of the first page.

Every page stays in the store with a note that says of what it became a part. One page that is missing, broken or of another kind
holds the whole: no book goes out with a hole in it. A worker that was killed finds the pages that it had fetched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from glamflow.media.book import Unfit, write_book
from glamflow.media.derive import Derivation, note_of
from glamflow.media.fetch import Fetched, MediaFault, fetch, keep_file
from glamflow.media.iiif_fetch import FetchedImage, fetch_image
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.transforms.paged_work import PagedWork, label_of
from glamflow.transforms.record import MediaRef

PDF = "application/pdf"
_SAID_INSIDE = (Reason.EMBEDDED_NOTICE, Reason.PERSONAL_DATA)


class Page(NamedTuple):
    """The bytes of one page as they go into the PDF, and what they hold."""

    fetched: Fetched
    mime: str
    personal: tuple[str, ...] = ()


LookAt = Callable[[Fetched], tuple[Page, tuple[Reason, str] | None]]
"""A page made fit for publishing, and the reason why it cannot be."""


def obtain_book(
    deps: Deps, config: Partner, work: PagedWork, session: Any, beat: Callable[[], None], *, look_at: LookAt
) -> tuple[Fetched, dict[str, Any]] | MediaFault:
    """The PDF of these pages in the store, and what it was made of; or why there is none.

    `look_at` judges a page as it would judge a file of its own, notices and personal data inside included: in the PDF nobody would
    find them again.
    """
    pages: list[Page] = []
    for number, medium in enumerate(work.pages, 1):
        got = _page(deps, config, medium, session, beat)
        if isinstance(got, MediaFault):
            return got if got.transient else _unfit(medium, number, Reason.PAGES_UNFIT, got.detail or got.reason)
        page, against = look_at(got)
        if against is not None:
            reason = against[0] if against[0] in _SAID_INSIDE else Reason.PAGES_UNFIT
            return _unfit(medium, number, reason, against[1] or against[0])
        pages.append(page)
        beat()
    return _put_together(deps, config, work, pages, beat)


def _unfit(page: MediaRef, number: int, reason: str, detail: str) -> MediaFault:
    return MediaFault(reason=Reason(reason), detail=f"{label_of(page, number)}: {detail}")


def _page(deps: Deps, config: Partner, page: MediaRef, session: Any, beat: Callable[[], None]) -> Fetched | MediaFault:
    policy, partials = config.media, deps.settings.home / "partials"
    options: dict[str, Any] = {
        "partner": config.slug, "session": session, "allow_hosts": policy.allow_hosts, "max_bytes": policy.max_bytes, "partials": partials, "beat": beat,
    }  # fmt: skip
    if page.iiif_service and policy.select == "largest":
        image = fetch_image(page.iiif_service, deps.store, tiles=policy.iiif_tiles, **options)
        if isinstance(image, FetchedImage):
            return image.fetched
        if image.transient or not page.url:
            return image
    return fetch(page.url, deps.store, expected_sha1=page.sha1, **options)


def _put_together(
    deps: Deps, config: Partner, work: PagedWork, pages: list[Page], beat: Callable[[], None]
) -> tuple[Fetched, dict[str, Any]] | MediaFault:
    first = pages[0].fetched
    how = f"PDF of {len(pages)} pages, their pictures as they are"
    labels = [page.page or str(number) for number, page in enumerate(work.pages, 1)]
    with tempfile.TemporaryDirectory(prefix="glamflow-") as folder:
        target = Path(folder) / "book"
        try:
            write_book(target, _paths(deps, pages, beat), labels=labels)
        except Unfit as unfit:
            return MediaFault(reason=Reason.PAGES_UNFIT, detail=str(unfit))
        made = [
            Derivation(kind="pages", from_sha256=page.fetched.sha256, from_sha1=page.fetched.sha1, from_mime=page.mime, how=how)
            for page in pages
        ]
        for note in made:  # first: it is what keeps the pages from being swept
            deps.store.put(layout.media_derivation(config.slug, note.from_sha256), note_of(note))
        name = f"{first.name.rpartition('.')[0] or first.name}.pdf"
        book = keep_file(target, deps.store, partner=config.slug, url=first.final_url, name=name, content_type=PDF)
    facts: dict[str, Any] = {"derived": msgspec.to_builtins(made[0]), "parts": [page.fetched.sha1 for page in pages]}
    personal = sorted({kind for page in pages for kind in page.personal})
    return book, facts | ({"personal": personal} if personal else {})


def _paths(deps: Deps, pages: list[Page], beat: Callable[[], None]) -> Iterator[Path]:
    """One page at a time: a bucket's are brought here and removed again."""
    for page in pages:
        with deps.store.local_path(page.fetched.key) as path:
            yield Path(path)
        beat()
