"""Plain text as it may leave the house: one clean line (or several), for titles, captions, statements and, escaped, for wikitext.

Rules
- NFC; no controls, direction marks, zero-width space, BOM, soft hyphen, lone surrogates or U+FFFD; runs of any space become one space.
- Nothing is cut and nothing interpreted: markup is text here. Applied twice it changes nothing.
"""

from __future__ import annotations

import re
import unicodedata

_UNWANTED = re.compile(
    # controls except tab and line ends, soft hyphen, bidi marks, zero-width space, BOM, specials, surrogates
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n?|[\n\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def plain(value: str, *, lines: bool = False) -> str:
    """NFC text without controls, bidi marks and odd spaces; one line unless `lines`."""
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", value))
    rows = (_SPACES.sub(" ", row).strip() for row in _LINE_END.split(text))
    return "\n".join(row for row in rows if row) if lines else " ".join(row for row in rows if row)
