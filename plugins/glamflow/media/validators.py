"""What a server says by which the same bytes are known again (RFC 9110, section 8.8): ETag and Last-Modified.

| question | header | what may be used |
|---|---|---|
| has it changed since? | `If-None-Match`, `If-Modified-Since` | any ETag, weak ones too; the date only where there is no ETag |
| may a download go on? | `If-Range` | a strong ETag; without any ETag a date that lies at least a second before the answer's own |

A weak ETag promises the same meaning, not the same bytes: enough to keep what is staged, not to join two halves.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Mapping

import msgspec


class Validators(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Kept with a staged medium, together with what stands in the store for it."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, url: str, headers: Mapping[str, str]) -> Validators:
        """Of an answer to `url`; nothing of one that is compressed on the way, whose validators are of other bytes."""
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            return cls(url=url)
        return cls(url=url, etag=headers.get("etag", "").strip(), last_modified=headers.get("last-modified", "").strip())

    def conditions(self, url: str) -> dict[str, str]:
        """Headers that ask for `url` only if it changed, {} if nothing is known of that address."""
        if url != self.url:
            return {}
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.last_modified} if self.last_modified else {}


def range_validator(headers: Mapping[str, str]) -> str:
    """What `If-Range` may carry, "" if nothing may."""
    etag, modified = headers.get("etag", "").strip(), headers.get("last-modified", "").strip()
    if etag:
        return "" if etag.startswith("W/") else etag
    written, sent = _moment(modified), _moment(headers.get("date", ""))
    return modified if written and sent and sent - written >= dt.timedelta(seconds=1) else ""


def _moment(value: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
