"""File titles, exactly as MediaWiki stores them: `Title - Institution - identifier[ (n)].ext`.

Rules (`https://commons.wikimedia.org/wiki/Commons:File_naming`, MediaWiki's title code, the title black list of Commons)
- At most 240 bytes of UTF-8 with the extension. Only the title part is cut, never institution or identifier.
- A title that is missing, a camera's file name, or shared by many records (`repeated`) is no title: the first sentence of the
  description, else type + place + date, else type; never the identifier alone.
- The identifier's substitution is injective: whatever does not survive as it is (signs, runs of spaces, lower case, since titles that differ
  only by case are a clash for people) gets a short checksum of the raw identifier. No other record is looked at.
- The number of a further medium hangs on its id (or its page), never on its position in the list.
- Titles are chosen once and stored; nothing recomputes them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from glamflow.transforms.plain import plain
from glamflow.transforms.policy import CommonsPolicy
from glamflow.transforms.record import IdentifierKind, MediaRef, PlaceKind, Record, Text

MAX_BYTES = 240
MAX_FALLBACK = 120
_MAX_IDENTIFIER = 120  # bytes; beyond that an identifier is no identifier, and only its head and checksum are kept

_SUBSTITUTES = str.maketrans(
    dict.fromkeys(":/\\<>#|", "-") | {"[": "(", "{": "(", "]": ")", "}": ")", "_": " ", "\ufffd": "’"}
)
_EXTENSIONS = "jpe?g|png|gif|webp|svg|tiff?|xcf|pdf|djvu|stl|midi?|og[agvx]|opus|flac|wav|mp3|webm|mkv|jp2|bmp"
_SUFFIX = re.compile(rf"(\s*\.({_EXTENSIONS}))+$", re.IGNORECASE)
_CAMERA = re.compile(r"^(CIMG|DSC_|DSCF|DSCN|DSC|DUW|GEDC|IMG|JD|MGP|PICT|Imagen|FOTO|SANY|SAM)")
_CAMERA_NAME = re.compile(rf"{_CAMERA.pattern}[\s_-]*\d+\W*$")
_ADDRESS = re.compile(r"^[a-z]{2,5}://", re.IGNORECASE)
_CHECKSUM = re.compile(r" \([a-z][0-9a-z]{4}\)$")
_SENTENCE = re.compile(r"(?<=[.!?。।؟])\s")


def title_for(
    record: Record,
    medium: MediaRef,
    commons: CommonsPolicy,
    partner_name: str,
    *,
    repeated: frozenset[str] = frozenset(),
    extension: str,
    apart: bool = False,
) -> str:
    """The title without "File:". `repeated`: case-folded titles that too many records of the partner share (`title_key`).

    `apart`: another file has this title already (a new photograph of the object, two records with one inventory number); a mark
    of record and medium keeps them apart, and still only the title part is cut.
    """
    suffix = f".{normal_extension(extension)}"
    language = next(iter(record.content_languages), "")
    pattern = commons.title
    if record.version_group and language and "{language}" not in pattern:
        pattern = pattern.replace("{title}", "{title} ({language})")
    mark = f" ({_checksum(f'{record.key}|{medium.id}')})" if apart else ""
    fixed = {
        "{partner}": clean_part(commons.short_name or partner_name),
        "{identifier}": identifier_part(raw_identifier(record)) + medium_part(record, medium) + mark,
        "{language}": language,
    }
    for name, value in fixed.items():
        pattern = pattern.replace(name, value)
    room = MAX_BYTES - len((pattern.replace("{title}", "") + suffix).encode())
    wanted = _cut(_apart(title_part(record, repeated), pattern), max(room, 0))
    return _first_upper(_collapse(pattern.replace("{title}", wanted))) + suffix


def normal_extension(extension: str) -> str:
    lower = extension.lower().lstrip(".")
    return {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif", "midi": "mid"}.get(lower, lower)


def raw_identifier(record: Record) -> str:
    """What the registrar knows the object by: inventory number, document symbol, another identifier, at last the record key."""
    return shown_identifier(record) or next((i.value for i in record.identifiers), "") or record.key


def shown_identifier(record: Record) -> str:
    """The identifier that people use, exactly as supplied; addresses and technical keys are none."""
    other = (i.value for i in record.identifiers if i.kind in (IdentifierKind.RECORD, IdentifierKind.OTHER))
    plainly = (value for value in other if not _ADDRESS.match(value))
    return record.inventory_number or record.document_symbol or next(plainly, "")


def identifier_part(raw: str) -> str:
    """`raw` as it can stand in a file name; different for different identifiers, also for people who do not see case."""
    bare = clean_part(_ADDRESS.sub("", raw))
    part = _SUFFIX.sub(lambda m: m[0].replace(".", "-").replace(" ", ""), bare).replace("=", "-")
    survives = part == raw and part == part.upper() and len(part.encode()) <= _MAX_IDENTIFIER
    if survives and not _CHECKSUM.search(part):
        return part
    return f"{_cut(part, _MAX_IDENTIFIER)} ({_checksum(raw)})".strip()


def medium_part(record: Record, medium: MediaRef) -> str:
    """ " (page 3)" or " (2)" for one of several media, "" for the only one."""
    others = [m for m in record.media if m.id != medium.id]
    if not others:
        return ""
    page = clean_part(medium.page)
    if page and all(clean_part(m.page) != page for m in others):
        return f" (page {_cut(page, 20)})"
    number = _own_number(medium)
    if number and all(_own_number(m) != number for m in others):
        return f" ({number})"
    return f" ({_checksum(medium.id)})"


def title_key(title: str) -> str:
    """Titles with the same key count as repeated."""
    return plain(title).casefold()


def title_part(record: Record, repeated: frozenset[str] = frozenset()) -> str:
    """The human part before it is cut: the title, or what stands in for it."""
    for title in _preferred(record.titles, record):
        part = clean_part(title.value)
        if part and title_key(title.value) not in repeated and not _CAMERA_NAME.match(part):
            return f"{_type(record)} {part}" if _CAMERA.match(part) else part
    return _stand_in(record)


def _stand_in(record: Record) -> str:
    for description in _preferred(record.descriptions, record):
        sentence = clean_part(_at_word(_SENTENCE.split(plain(description.value))[0], MAX_FALLBACK)).rstrip(" .,;")
        if sentence and not _CAMERA.match(sentence):
            return sentence
    shown = sorted(record.places, key=lambda place: place.kind is not PlaceKind.DEPICTED)
    place = next((clean_part(name.value) for p in shown for name in p.names if name.value), "")
    date = next((clean_part(span.as_stated or str(span.earliest.year)) for span in record.dates if span.earliest), "")
    return ", ".join(part for part in (_type(record), place, date) if part)


def _type(record: Record) -> str:
    labels = (label for term in record.object_types for label in _preferred(term.labels, record))
    return next((part for label in labels if (part := clean_part(label.value))), "Object")


def _preferred(texts: tuple[Text, ...], record: Record) -> list[Text]:
    """The content's own language first, then the partner's order."""
    return sorted(texts, key=lambda text: text.language not in record.content_languages)


def clean_part(value: str) -> str:
    """`value` with everything that a title cannot hold replaced; the same again when applied twice."""
    text = plain(value.replace("\ufffd", "’")).translate(_SUBSTITUTES)
    text = "".join(c for c in text if ord(c) <= 0xFFFF and unicodedata.category(c) not in ("Co", "Cn", "Cc", "Cs"))
    text = _SUFFIX.sub("", re.sub("'{2,}", '"', text))
    text = re.sub("~{3,}", "-", text)
    text = re.sub("%(?=[0-9A-Fa-f]{2})", "-", text)
    text = re.sub("&(?=[0-9A-Za-z\x80-\uffff]+;)", "+", text)
    if "&" in text and "=" in text:
        text = text.replace("&", "+").replace("=", "-")
    text = re.sub(r"^[\s.-]+(?=\S)", "", text) if not re.fullmatch(r"[\s.-]+", text) else ""
    letters = [c for c in text if c.isalpha()]
    if sum(c.isupper() for c in letters) >= 30 and not any(c.islower() for c in letters):
        text = text[0] + text[1:].lower()
    return unicodedata.normalize("NFC", _collapse(text))


def _apart(text: str, fixed: str) -> str:
    """`&…=` looks like a query string, also when the two signs stand in different parts."""
    if "&" in fixed:
        return text.replace("=", "-")
    return text.replace("&", "+") if "=" in fixed else text


def _own_number(medium: MediaRef) -> str:
    found = re.search(r"(?<!\d)0*(\d{1,4})$", _SUFFIX.sub("", str(PurePosixPath(medium.id))))
    return found[1] if found else ""


def _checksum(raw: str) -> str:
    """Five letters or digits; the first is a letter, so that nobody takes it for the number of a medium."""
    number = int.from_bytes(hashlib.sha256(raw.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    number, first = divmod(number, 26)
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    rest = ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        rest += digits[digit]
    return chr(ord("a") + first) + rest


def _cut(text: str, size: int) -> str:
    """At most `size` bytes, between characters and never before a combining sign."""
    if len(text.encode()) <= size:
        return text
    kept = text.encode()[:size].decode("utf-8", "ignore")
    while kept and unicodedata.combining(text[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip(" -,;.(")


def _at_word(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length + 1].rsplit(" ", 1)[0][:length]


def _collapse(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _first_upper(text: str) -> str:
    """As MediaWiki: the rest keeps its case; letters without a single capital (ß) and Georgian stay."""
    if not text:
        return text
    upper = text[0].upper()
    return text if len(upper) != 1 or "\u10d0" <= text[0] <= "\u10ff" else upper + text[1:]
