"""Pictures of files that stand on the wiki, fetched to be compared with ours.

Rules
- Only from the wiki's own servers: its host, or one of the same registered name (`upload.` beside `commons.`); anything else that
  an answer may name is not asked. Redirects and private addresses are judged by `glamflow.net`, which trusts the wiki's host alone.
- A few megabytes at most, drawn anew in small before anybody looks at it.
- What cannot be fetched or drawn is no picture: the person who decides sees the link.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from glamflow.media.thumbnail import make_thumbnail
from glamflow.net.session import Session
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.store import layout
from glamflow.transforms.errors import GlamflowError
from glamflow.wiki.protocol import CommonsClient

WIDTH, MOST_BYTES = 500, 4 * 1024**2


def fetch_wiki_pictures(deps: Deps, config: Partner, commons: CommonsClient, titles: Sequence[str]) -> dict[str, str]:
    """Title → SHA-256 under which the picture lies among the partner's thumbnails; titles without picture are left out."""
    addresses = commons.thumbnails(titles, width=WIDTH)
    base = deps.connections(config.publish.wiki).base_url
    found: dict[str, str] = {}
    with deps.media_session(config) as session:
        trusting = session.trusting([urlsplit(base).hostname or ""])
        for title, url in addresses.items():
            picture = _picture(trusting, url) if of_the_wiki(url, base) else b""
            if picture:
                found[title] = hashlib.sha256(picture).hexdigest()
                deps.store.put(layout.media_thumbnail(config.slug, found[title]), picture, content_type="image/jpeg")
    return found


def of_the_wiki(url: str, base: str) -> bool:
    """Whether an address belongs to the wiki at `base`."""
    asked, own = urlsplit(url), urlsplit(base)
    if asked.scheme not in ("http", "https") or (own.scheme == "https" and asked.scheme != "https"):
        return False
    host, wiki = asked.hostname or "", own.hostname or ""
    if host == wiki:
        return asked.port == own.port
    family = ".".join(wiki.split(".")[-2:])
    return "." in family and not family.replace(".", "").isdigit() and host.endswith(f".{family}")


def _picture(session: Session, url: str) -> bytes:
    try:
        with session.open(url) as answer:
            if answer.status != 200:
                return b""
            content = b""
            for chunk in answer.chunks():
                content += chunk
                if len(content) > MOST_BYTES:
                    return b""
    except GlamflowError:
        return b""
    with tempfile.TemporaryDirectory(prefix="glamflow-") as folder:
        path = Path(folder) / "picture"
        path.write_bytes(content)
        return make_thumbnail(path)
