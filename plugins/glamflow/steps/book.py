"""Pages that become one PDF: all fetched and looked at, then put together; the PDF goes on as the file of the first page.

Every page stays in the store with a note that says of what it became a part. One page that is missing, broken or of another kind
holds the whole: no book goes out with a hole in it. A worker that was killed finds the pages that it had fetched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from glamflow.media.book import Unfit, write_book
from glamflow.media.derive import Derivation, note_of
from glamflow.media.fetch import Fetched, MediaFault, fetch, keep_file
from glamflow.media.iiif_fetch import FetchedImage, fetch_image
from glamflow.media.inspect import inspect
from glamflow.media.inspection import Verdict
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.transforms.paged_work import PagedWork, label_of
from glamflow.transforms.record import MediaRef

PDF = "application/pdf"


def obtain_book(
    deps: Deps, config: Partner, work: PagedWork, session: Any, beat: Callable[[], None]
) -> tuple[Fetched, dict[str, Any]] | MediaFault:
    """The PDF of these pages in the store, and what it was made of; or why there is none."""
    pages: list[tuple[Fetched, str]] = []
    for number, page in enumerate(work.pages, 1):
        got = _page(deps, config, page, session, beat)
        if isinstance(got, MediaFault):
            return (
                got
                if got.transient
                else MediaFault(
                    reason=Reason.PAGES_UNFIT, detail=f"{label_of(page, number)}: {got.detail or got.reason}"
                )
            )
        with deps.store.local_path(got.key) as path:
            found = inspect(Path(path), name=got.name)
        if found.verdict is not Verdict.OK:
            return MediaFault(
                reason=Reason.PAGES_UNFIT, detail=f"{label_of(page, number)}: {found.detail or found.reason}"
            )
        pages.append((got, found.mime))
        beat()
    return _put_together(deps, config, work, pages, beat)


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
    deps: Deps, config: Partner, work: PagedWork, pages: list[tuple[Fetched, str]], beat: Callable[[], None]
) -> tuple[Fetched, dict[str, Any]] | MediaFault:
    first = pages[0][0]
    how = f"PDF of {len(pages)} pages, their pictures as they are"
    labels = [page.page or str(number) for number, page in enumerate(work.pages, 1)]
    with tempfile.TemporaryDirectory(prefix="glamflow-") as folder:
        target = Path(folder) / "book"
        try:
            write_book(target, _paths(deps, pages, beat), labels=labels)
        except Unfit as unfit:
            return MediaFault(reason=Reason.PAGES_UNFIT, detail=str(unfit))
        made = [
            Derivation(kind="pages", from_sha256=page.sha256, from_sha1=page.sha1, from_mime=mime, how=how)
            for page, mime in pages
        ]
        for note in made:  # first: it is what keeps the pages from being swept
            deps.store.put(layout.media_derivation(config.slug, note.from_sha256), note_of(note))
        name = f"{first.name.rpartition('.')[0] or first.name}.pdf"
        book = keep_file(target, deps.store, partner=config.slug, url=first.final_url, name=name, content_type=PDF)
    return book, {"derived": msgspec.to_builtins(made[0]), "parts": [page.sha1 for page, _ in pages]}


def _paths(deps: Deps, pages: list[tuple[Fetched, str]], beat: Callable[[], None]) -> Iterator[Path]:
    """One page at a time: a bucket's are brought here and removed again."""
    for page, _ in pages:
        with deps.store.local_path(page.key) as path:
            yield Path(path)
        beat()
