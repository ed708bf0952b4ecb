"""What a partner says of a medium: its role (front, back, page, detail, colour target …), its page number, its stable id.

Rules
- Words are compared whole, in the working languages (`data/media_roles.json`); the first text that tells wins.
- A media id never depends on the position in a list: it is the source's own id, else the file name, else a digest of the
  address without its scheme (an address that moves from http to https stays the same medium).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from glamflow.transforms.record import MediaId, MediaRole

_PAGE = re.compile(
    r"(?:^|[\s(\[,;:])(?:page|pages|p\.|pp\.|sida|sid\.|s\.|seite|bild|blatt|bl\.|folio|fol\.|f\.|sivu|pagina|página|pág\.|side|strona|leaf|canvas)"
    r"\s?(?P<page>\d{1,5}\s?[rv]?|[ivxlc]{1,7})(?=$|[\s)\],.;:/])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_PAGE_STARTS = frozenset(
    {"page", "p", "pp", "sida", "sid", "s", "seit", "bild", "blat", "bl", "foli", "fol", "f", "sivu", "pagi", "pági", "pág", "side",
     "stro", "leaf", "canv"}
)  # fmt: skip
"""How the words of `_PAGE` begin: without one of them a text, most often a sentence, names no page, and need not be searched."""
_BARE_PAGE = re.compile(r"\[?(?:\d{1,4}\s?[rv]?|[ivxlc]{1,7})\]?")
_IIIF = re.compile(
    r"(?P<service>https?://.+)/(?:full|square|pct:[\d.,]+|\d+,\d+,\d+,\d+)/(?:full|max|\^?max|\^?!?\d*,\d*|pct:[\d.]+)/!?\d+(?:\.\d+)?/"
    r"(?:default|native|color|gray|bitonal)\.\w{2,4}$"
)
_QUALITIES = ("default.", "native.", "color.", "gray.", "bitonal.")
"""How the file name of an image request begins."""
_URL_SIGNS = re.compile(r"[ ?#\[\]]")
_GENERIC = re.compile(
    r"(?:default|native|full|image|img|master|large|medium|original|orig|download|content|file|photo|picture|bild|media|view|show|index|get\w*)"
    r"\.\w{2,5}$",
    re.I,
)
_NAMED = re.compile(r"[^/]{3,150}\.(?:jpe?g|tiff?|png|gif|jp2|webp|svg|pdf|djvu|mp3|og[gav]|opus|wav|flac|webm|mp4|mov)$", re.I)


class _Phrases(NamedTuple):
    words: frozenset[str]  # the phrases of one word: to be among the words of a text is all that it takes
    heads: frozenset[str]  # the first words of the longer phrases
    longer: re.Pattern[str]
    role: MediaRole


class _Roles(NamedTuple):
    patterns: tuple[_Phrases, ...]
    by_word: dict[str, tuple[_Phrases, ...]]  # the same by each word of `telling`
    telling: frozenset[str]  # the first words of all phrases: without one of them a text names no role


@cache
def _roles() -> _Roles:
    table = json.loads((files("glamflow.transforms.fields") / "data" / "media_roles.json").read_text("utf-8"))
    patterns = tuple(_phrases(phrases, MediaRole(role)) for role, phrases in table.items())
    telling = frozenset[str]().union(*(known.words | known.heads for known in patterns))
    by_word = {word: tuple(known for known in patterns if word in known.words or word in known.heads) for word in telling}
    return _Roles(patterns, by_word, telling)


def _phrases(phrases: list[str], role: MediaRole) -> _Phrases:
    longer = [phrase for phrase in phrases if not _WORD.fullmatch(phrase)]
    return _Phrases(
        frozenset(phrases).difference(longer),
        frozenset(_WORD.findall(phrase)[0] for phrase in longer),
        re.compile(r"(?<![^\W_])(?:" + "|".join(re.escape(phrase) for phrase in longer) + r")(?![^\W_])"),
        role,
    )


def media_role(*texts: str) -> MediaRole:
    """The role that the first telling text names."""
    return role_and_page((), texts)[0]


def page_label(*texts: str) -> str:
    """The page number in words like "page 12", "fol. 3r", "S. 7"; "" if there is none."""
    return role_and_page(texts)[1]


def role_and_page(texts: Iterable[str], others: Iterable[str] = ()) -> tuple[MediaRole, str]:
    """The role and the page number that the first telling texts name; `others` are asked for the role only."""
    role: MediaRole | None = None
    page = ""
    for text in texts:
        if text:
            named, number = _told(text)
            role, page = role or named, page or number
    for text in others:
        if role is None and text:
            role = _told(text)[0]
    return role or MediaRole.UNKNOWN, page


def _told(text: str) -> tuple[MediaRole | None, str]:
    """Role and page at once: to divide a text into words costs more than to look at these."""
    roles, start = _roles(), text[:200]
    lower = start.lower()
    words = _words(lower)
    role: MediaRole | None = None
    if telling := roles.telling.intersection(words):
        patterns = roles.patterns if len(telling) > 1 else roles.by_word[min(telling)]
        for alone, heads, longer, named in patterns:
            if not alone.isdisjoint(telling) or (not heads.isdisjoint(telling) and longer.search(lower)):
                role = named
                break
    if _PAGE_STARTS.isdisjoint([word[:4] for word in words]) or not (match := _PAGE.search(start)):
        return role, ""
    # "Side 2" is page 2 in Danish and Norwegian; a number makes it a page in English, too.
    return MediaRole.PAGE if role in (None, MediaRole.VIEW) else role, match["page"].replace(" ", "")


def _words(lower: str) -> list[str]:
    """The words of a text. Of letters, digits and spaces alone, as most labels are, the spaces divide all."""
    return lower.split() if lower.replace(" ", "").isalnum() else _WORD.findall(lower)


def is_page_label(text: str) -> bool:
    """Whether a label is nothing but a page number (IIIF canvases, METS ORDERLABEL)."""
    return bool(_BARE_PAGE.fullmatch(text.strip().lower()))


def iiif_service(url: str) -> str:
    """The image service that a IIIF image address belongs to, "" if it is none."""
    if not url[url.rfind("/") + 1 :].startswith(_QUALITIES):
        return ""
    match = _IIIF.match(url)
    return match["service"] if match else ""


def media_id(own_id: str, url: str) -> MediaId:
    """The stable id of a medium."""
    own = " ".join(own_id.split())
    if own:
        return MediaId(own if len(own) <= 200 else _short_digest(own))
    if service := iiif_service(url):
        return MediaId(unquote(service.rstrip("/").rsplit("/", 1)[-1]) or _short_digest(service))
    try:
        host, path, query = _taken_apart(url)
    except ValueError:  # a broken host in brackets
        return MediaId(_short_digest(url))
    name = unquote(path[path.rfind("/") + 1 :])
    if not query and _NAMED.fullmatch(name) and not _GENERIC.match(name):
        return MediaId(name)
    return MediaId(_short_digest(f"{host.lower()}{path}?{query}"))


def _taken_apart(url: str) -> tuple[str, str, str]:
    """Host, path and query; `ValueError` if the address is none. Of most addresses the path is all that follows the host."""
    if url.startswith(("http://", "https://")) and url.isascii() and url.isprintable() and _URL_SIGNS.search(url) is None:
        host, slash, path = url[url.index("//") + 2 :].partition("/")
        return host, slash + path, ""
    parts = urlsplit(url.strip())
    return parts.netloc, parts.path, parts.query


def distinct_id(identifier: MediaId, url: str) -> MediaId:
    """The id of a second medium of a record that would otherwise share the first one's."""
    return MediaId(f"{identifier}-{_short_digest(url)[:8]}")


def _short_digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
