"""Which identifier is the inventory number, which one a web address, which one a media file.

Rules
- A typed identifier is an inventory number if its type says so (`data/identifiers.json`, whole words, ten languages).
- An untyped one only in a closed form: with a label ("Inv.nr: NM 12") or, if it is the record's only candidate, letters and
  digits as museums number ("A 12/3", "MS 3478", "1998.12.3"). Two candidates: none is taken.
- The value stays exactly as supplied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from glamflow.transforms.record import Identifier, IdentifierKind

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_FILE = re.compile(r"\.(?:jpe?g|tiff?|png|gif|jp2|webp|svg|pdf|djvu|mp3|ogg|oga|ogv|opus|wav|flac|webm|mp4|mov|xml|json|html?|txt|docx?)$", re.I)
_MEDIA_EXTENSIONS = frozenset(
    {"jpg", "jpeg", "tif", "tiff", "png", "gif", "jp2", "webp", "svg", "pdf", "djvu", "mp3", "ogg", "oga", "ogv", "opus", "wav", "flac",
     "webm", "mp4", "mov"}
)  # fmt: skip
_MEDIA_URL = re.compile(rf"https?://[^\s?#]+\.(?:{'|'.join(sorted(_MEDIA_EXTENSIONS))})(?:\?[^\s#]*)?$", re.I)
_SCHEMED = re.compile(r"(?:urn|oai|doi|hdl|info|ark|isbn|issn|uuid|local|id|pid|isrc|ismn|oclc|lccn|issn-l)[:/]|10\.\d{4,9}/|\d{2}\.\d{4,5}/|[0-9a-f-]{32,36}$", re.I)
_NUMBERED = re.compile(r"(?=.*\d)(?:[A-ZÅÄÖÆØÜ][\w]{0,7}[ .:_/-]{0,2})?(?:[A-Z]{1,6}[ .:_/-]{1,2}){0,2}\d[\dA-Za-z ./:_-]{0,24}")
_SHELVED = re.compile(
    r"[\w .,/#-]{0,60}\b(?:box|folder|item|reel|drawer|album)\b\.? ?\d[\w .,/#-]{0,60}|(?:box|folder) \d{1,5}", re.IGNORECASE
)  # "MS 12, Box 3, Item 4": how archives find it
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx]|\d{4}-\d{3}[\dXx]")
_THUMBNAIL = re.compile(r"thumb|preview|/small/|_s\.jpg$|getthumbnail", re.I)


class _Types(NamedTuple):
    kinds: dict[str, IdentifierKind]
    labelled: re.Pattern[str]
    heads: frozenset[str]  # how the labels begin

    def label(self, value: str) -> re.Match[str] | None:
        """The match of "Inv.nr: NM 12", None for a value without a label."""
        return self.labelled.fullmatch(value) if value[:2].lower() in self.heads or not value.isascii() else None


@cache
def _types() -> _Types:
    data = json.loads((files("glamflow.transforms.fields") / "data" / "identifiers.json").read_text("utf-8"))
    types = {word: IdentifierKind(kind) for kind, words in data["types"].items() for word in words}
    label = "|".join(re.escape(word) for word in sorted(data["types"]["inventory"], key=len, reverse=True))
    labelled = re.compile(rf"(?:{label})\.?\s*(?:[:#=]\s*|\s)(?P<value>\S.{{0,80}})", re.IGNORECASE)
    return _Types(types, labelled, frozenset(word[:2].lower() for word in data["types"]["inventory"]))


def identifier_kind(*types: str) -> IdentifierKind | None:
    """What the type words of an identifier say; None if no word is known."""
    known = _types().kinds
    for word in types:
        kind = known.get(word.strip().lower().rstrip(" .:"))
        if kind:
            return kind
    return None


def first_url(value: str) -> str:
    """The first web address in `value`, without trailing punctuation."""
    match = _URL.search(value) if "://" in value else None
    return match.group().rstrip(".,;)") if match else ""


def is_media_url(value: str) -> bool:
    """Whether the address names a media file that is not a thumbnail."""
    path = value.partition("?")[0]
    if path[path.rfind(".") + 1 :].rstrip("\n").lower() not in _MEDIA_EXTENSIONS and value.isascii():
        return False
    return value[:4].lower() == "http" and bool(_MEDIA_URL.match(value)) and not _is_thumbnail(value)


def _is_thumbnail(value: str) -> bool:
    lower = value.lower()
    likely = "thumb" in lower or "preview" in lower or "/small/" in lower or "_s.jpg" in lower
    return (likely or not lower.isascii()) and bool(_THUMBNAIL.search(value))


def read_identifiers(values: Iterable[str]) -> tuple[Identifier, ...]:
    """Untyped identifiers with their kinds; at most one inventory number, and only in a closed form."""
    stated = [value for value in values if value]
    addresses = {value for value in stated if value[:4].lower() == "http" and _URL.match(value)}
    others = [value for value in stated if value not in addresses]  # an address is neither labelled nor a number
    labels = _types()
    labelled = [match for value in others if (match := labels.label(value))]
    plain = [value for value in others if is_candidate(value)]
    inventory = labelled[0]["value"] if labelled else plain[0] if len(set(plain)) == 1 and _numbered(plain[0]) else None
    found = [Identifier(value=inventory, kind=IdentifierKind.INVENTORY)] if inventory else []
    for value in stated:
        if value in addresses:
            found.append(Identifier(value=value, kind=IdentifierKind.URI))
        elif value != inventory and not (labelled and value == labelled[0].string):
            found.append(Identifier(value=value))
    return tuple(found)


def is_candidate(value: str) -> bool:
    """Whether an untyped identifier may be a number that people use: no address, file name, ISBN or registered scheme."""
    if ("://" in value and _URL.search(value)) or ("." in value and _FILE.search(value)):
        return False
    return not (_SCHEMED.match(value) or _ISBN.fullmatch(value))


def _numbered(value: str) -> bool:
    # a bare running number ("188") is a database key more often than not
    return (bool(_NUMBERED.fullmatch(value)) and not value.isdigit()) or bool(_SHELVED.fullmatch(value))
