"""A medium whose bytes are staged already is asked for by its validators: a 304 keeps the staged object.

What came from the source stands with the file in the ledger (`inspection.source`): validators, digests and name of the bytes
as they came, also where something else was made of them. Bytes that are no longer in the store are fetched again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from glamflow.ledger.rows import StoredFile
from glamflow.media.fetch import Fetched, MediaFault, Unchanged, fetch, fetch_if_changed
from glamflow.media.validators import Validators
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.store import layout


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The bytes as they came."""

    url: str
    sha1: str
    sha256: str
    size: int
    name: str = ""
    etag: str = ""
    last_modified: str = ""

    @property
    def validators(self) -> Validators:
        return Validators(url=self.url, etag=self.etag, last_modified=self.last_modified)


def source_of(fetched: Fetched) -> dict[str, Any]:
    """For the ledger; {} where the source gave nothing to be asked by."""
    seen = Validators.of(fetched.asked_url or fetched.final_url, fetched.headers)
    if not seen.etag and not seen.last_modified:
        return {}
    source = Source(
        url=seen.url, sha1=fetched.sha1, sha256=fetched.sha256, size=fetched.size, name=fetched.name, etag=seen.etag, last_modified=seen.last_modified
    )
    return dict(msgspec.to_builtins(source))


def known_source(file: StoredFile) -> Source | None:
    """What the ledger keeps of the bytes that came for this file."""
    kept = (file.inspection or {}).get("source")
    try:
        return msgspec.convert(kept, Source) if kept else None
    except msgspec.ValidationError:
        return None


def fetch_anew(deps: Deps, config: Partner, file: StoredFile, session: Any, *, beat: Callable[[], None], expected_sha1: str = "") -> Fetched | MediaFault:
    """The bytes of a file, from its link or, where the source says that they are the same, from the store."""
    source = known_source(file)
    options: dict[str, Any] = {
        "partner": config.slug, "session": session, "allow_hosts": config.media.allow_hosts, "max_bytes": config.media.max_bytes,
        "partials": deps.settings.home / "partials", "expected_sha1": expected_sha1,
        "beat": beat,
    }  # fmt: skip
    if source is not None and expected_sha1 in ("", source.sha1) and _in_store(deps, config.slug, source):
        got = fetch_if_changed(file.url, deps.store, known=source.validators, **options)
        return _kept(config.slug, source) if isinstance(got, Unchanged) else got
    return fetch(file.url, deps.store, **options)


def fetch_changed(deps: Deps, config: Partner, file: StoredFile, session: Any, beat: Callable[[], None] = lambda: None) -> Fetched | Unchanged | MediaFault:
    """Other bytes at the source of a published file, if there are any."""
    source = known_source(file)
    return fetch_if_changed(
        file.url, deps.store, known=source.validators if source else Validators(), partner=config.slug, session=session,
        allow_hosts=config.media.allow_hosts, max_bytes=config.media.max_bytes, partials=deps.settings.home / "partials",
        beat=beat,
    )  # fmt: skip


def _in_store(deps: Deps, partner: str, source: Source) -> bool:
    stat = deps.store.head(layout.media(partner, source.sha256))
    return stat is not None and stat.size == source.size


def _kept(partner: str, source: Source) -> Fetched:
    headers = {name: value for name, value in (("etag", source.etag), ("last-modified", source.last_modified)) if value}
    return Fetched(
        key=layout.media(partner, source.sha256), sha1=source.sha1, sha256=source.sha256, size=source.size, final_url=source.url,
        asked_url=source.url, name=source.name, headers=headers, unchanged=True,
    )  # fmt: skip
