"""Captions: the label of the file in structured data.

Rules
- CC0, hence only where the partner's metadata are (`rights.metadata: cc0`).
- Only in languages that the partner supplied; no language, no caption. Plain text of at most 250 characters.
"""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.languages import caption_language
from glamflow.transforms.plain import plain

MAX_LENGTH = 250


def captions(page: PageContext) -> dict[str, str]:
    """Language → caption, from the titles."""
    if not page.descriptive_text_is_cc0:
        return {}
    found: dict[str, str] = {}
    for title in page.record.titles:
        language = caption_language(title.language)
        text = plain(title.value)
        if language and text:
            found.setdefault(language, _shorten(text))
    return found


def _shorten(text: str) -> str:
    if len(text) <= MAX_LENGTH:
        return text
    head = text[:MAX_LENGTH]
    return (head.rsplit(" ", 1)[0] if " " in head[100:] else head[:-1])[: MAX_LENGTH - 1].rstrip(" ,;.:") + "…"
