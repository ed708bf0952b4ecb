"""Text as people read it: markup remains, control characters, direction marks and stray spaces removed, NFC.

Rules
- Only known HTML elements count as markup: "Area < 5 m" and "<untitled>" stay as they are.
- Wiki markup is left alone here: it is text of the partner, and `commons/wikitext.py` neutralises it.
- ZERO WIDTH (NON-)JOINER are letters of Persian and Indic scripts and stay; all other invisible characters go.
- Every change is reported (`TEXT_CLEANED`, `MARKUP_REMOVED`), so that a partner learns of it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

from glamflow.transforms.outcome import Reason

MAX_TITLE = 10_000
"""Characters; a longer title is no title, and its record is rejected."""
MAX_TEXT = 100_000
"""Characters; a longer value is left out with a finding."""

_DIRTY = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff<&]|[\\s\xa0]{2}|^\\s|\\s$|\xa0"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_UNSEEN = re.compile(r"<(?:(script|style)\b|!--)", re.IGNORECASE)
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/li|/h[1-6]|/tr)\s*/?>")
_TAG = re.compile(
    r"(?i)</?(?:a|abbr|b|big|blockquote|body|br|center|cite|code|dd|div|dl|dt|em|font|h[1-6]|hr|html|i|iframe|img|li|ol|"
    r"p|pre|q|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul)\b[^<>]{0,2000}>"
)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")


class Cleaned(NamedTuple):
    """The text and what was done to it."""

    value: str
    reasons: tuple[Reason, ...] = ()


def clean_text(value: str) -> Cleaned:
    """`value` as plain text of one or more lines; cheap for text that is clean already."""
    if _is_neat(value):
        return Cleaned(value if value.isascii() else unicodedata.normalize("NFC", value))
    reasons: list[Reason] = []
    text = value
    if "&" in text and _ENTITY.search(text):
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
        reasons.append(Reason.MARKUP_REMOVED)
    if "<" in text and _TAG.search(text):
        text = _TAG.sub("", _BREAK.sub("\n", _without_unseen(text)))
        reasons.append(Reason.MARKUP_REMOVED)
    lines = text.split("\n")
    if all(map(str.isprintable, lines)):
        # of all spaces only the plain one is printable: a line that has no two of them in a row need not be taken apart
        lines = [line if "  " not in line else " ".join(line.split()) for part in lines if (line := part.strip(" "))]
    else:
        stated = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
        text = _INVISIBLE.sub("", stated)
        if text != stated:
            reasons.append(Reason.TEXT_CLEANED)
        lines = [line for part in text.split("\n") if (line := " ".join(part.split()))]
    return Cleaned(unicodedata.normalize("NFC", "\n".join(lines)), tuple(dict.fromkeys(reasons)) if reasons else ())


def _is_neat(value: str) -> bool:
    """Whether nothing has to be removed or replaced; the slow look is for characters that are neither printable nor common."""
    if "<" in value or "&" in value or "\n" in value or "  " in value:
        return False
    return (value.isprintable() and value == value.strip(" ")) or not _DIRTY.search(value)


def is_clean(value: str) -> bool:
    """Whether `clean_text` would hand `value` back as it is; False where only the long way can tell.

    Of all spaces only the plain one is printable, so that most values need no regular expression.
    """
    if "\n" in value or "<" in value or "&" in value or "  " in value or not value.isprintable() or value != value.strip(" "):
        return False
    return value.isascii() or unicodedata.is_normalized("NFC", value)


def are_clean(values: list[str]) -> bool:
    """Whether all `values` are clean and none is empty, told from one look at all of them.

    A space at the end of a value, or nothing between two of them, would show as a double space. False where only a look at each
    value can tell.
    """
    every = " ".join(values)
    # so short that no limit of a single value is passed either
    return not values or (every != "" and len(every) <= MAX_TITLE and is_clean(every))


def _without_unseen(text: str) -> str:
    """The text without scripts, styles and comments. Each kind is given up once it is not closed: one pass, whatever the text."""
    lower, kept, at = text.lower(), [], 0
    open_ended: set[str] = set()
    for match in _UNSEEN.finditer(text):
        closing = f"</{match[1].lower()}" if match[1] else "-->"
        if match.start() < at or closing in open_ended:
            continue
        end = lower.find(closing, match.end())
        end = lower.find(">", end) if end >= 0 else -1
        if end < 0:
            open_ended.add(closing)
            continue
        kept.append(text[at : match.start()])
        at = end + 1
    return " ".join((*kept, text[at:]))


def clean_line(value: str) -> Cleaned:
    """`clean_text` on one line (titles, names, numbers)."""
    cleaned = clean_text(value)
    return cleaned if "\n" not in cleaned.value else Cleaned(cleaned.value.replace("\n", " "), cleaned.reasons)


def clean_identifier(value: str) -> str:
    """An identifier exactly as supplied, without characters that cannot be seen."""
    if value.isprintable():
        return value.strip(" ")
    return _INVISIBLE.sub("", value.replace("\t", " ").replace("\r", " ").replace("\n", " ")).strip()


def split_list(value: str, separator: str) -> tuple[str, ...]:
    """The non-empty parts of a list that a partner keeps in one string."""
    return tuple(part for part in (" ".join(p.split()) for p in value.split(separator)) if part)
