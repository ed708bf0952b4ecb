"""PDF: page count, texts inside, and whether it only shows pages: scripts, launches, attachments, encryption are found.

Every object is looked at, not only those that the page tree names: an object that nobody names today is named by the next
incremental change. What the document says about itself is data; nothing in it is followed.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from glamflow.media.embedded import read_xmp
from glamflow.media.inspection import Limits, Refusal
from glamflow.transforms.outcome import Reason

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about odd files are no events of ours

_BROKEN = (
    PyPdfError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    OverflowError,
    AssertionError,
)
_KEYS = {"/JS": "a script", "/JavaScript": "a script", "/Launch": "a program start", "/RichMedia": "rich media",
         "/EmbeddedFile": "an attached file", "/EmbeddedFiles": "attached files", "/XFA": "an XFA form"}  # fmt: skip
_TYPES = {"/JavaScript": "a script", "/Launch": "a program start", "/ImportData": "an import", "/SubmitForm": "a form to send",
          "/RichMedia": "rich media", "/FileAttachment": "an attached file", "/GoToE": "an attached file"}  # fmt: skip
_INFO = {
    "/Author": "Author",
    "/Title": "Title",
    "/Subject": "Subject",
    "/Keywords": "Keywords",
    "/Copyright": "Copyright",
}


def inspect_pdf(path: Path, *, limits: Limits) -> dict[str, Any]:
    """Facts of a document; `Refusal` if it is broken, encrypted or does more than show pages."""
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            raise Refusal(Reason.TYPE_NOT_ACCEPTED, "it is encrypted, so its content cannot be checked", held=True)
        pages = len(reader.pages)
        facts: dict[str, Any] = {"pages": pages}
        if pages == 0:
            raise Refusal(Reason.MEDIA_CORRUPT, "it has no pages")
        found = _active(reader, limits)
        if found:
            raise Refusal(Reason.ACTIVE_CONTENT, f"it holds {found}", **facts)
        for page in reader.pages:
            _ = page.mediabox
        texts, personal = _texts(reader)
    except _BROKEN as error:
        raise Refusal(Reason.MEDIA_CORRUPT, f"it cannot be read: {' '.join(str(error).split())[:200]}") from error
    return facts | {"embedded": texts, "personal": tuple(personal)}


def _active(reader: PdfReader, limits: Limits) -> str:
    """What the document does beyond showing pages, "" for nothing."""
    numbers = {number: generation for generation, table in reader.xref.items() for number in table}
    numbers |= dict.fromkeys(reader.xref_objStm, 0)
    if len(numbers) > limits.pdf_objects:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"it has {len(numbers)} objects", held=True)
    for number, generation in numbers.items():
        try:
            value = reader.get_object(IndirectObject(number, generation, reader))
        except _BROKEN:
            continue  # a dangling entry: nothing can show it, pages that need it fail below
        if found := _active_in(value):
            return found
    return _active_in(reader.trailer)


def _active_in(value: object, depth: int = 0) -> str:
    """Direct content only: what it refers to is an object of its own."""
    if depth > 50:
        return "content nested too deeply to be checked"
    if isinstance(value, DictionaryObject):
        for key, name in _KEYS.items():
            if key in value:
                return name
        for key in ("/S", "/Subtype", "/Type"):
            kind = value.raw_get(key) if key in value else None
            if isinstance(kind, str) and kind in _TYPES:
                return _TYPES[kind]
        inside: list[object] = [value.raw_get(key) for key in value]
    elif isinstance(value, ArrayObject):
        inside = list(list.__iter__(value))
    else:
        return ""
    return next(
        (found for one in inside if not isinstance(one, IndirectObject) and (found := _active_in(one, depth + 1))), ""
    )


def _texts(reader: PdfReader) -> tuple[dict[str, str], list[str]]:
    texts: dict[str, str] = {}
    info: DictionaryObject = reader.metadata or DictionaryObject()
    for key, name in _INFO.items():
        value = info.get(key)
        if isinstance(value, str) and value.strip():
            texts[f"pdf:{name}"] = value.strip()[:2000]
    root = reader.trailer["/Root"].get_object()
    stream = root.get("/Metadata") if isinstance(root, DictionaryObject) else None
    data = stream.get_object() if stream is not None else None
    packet = data.get_data() if data is not None and hasattr(data, "get_data") else b""
    found, personal, _ = read_xmp(packet if isinstance(packet, bytes) else b"")
    return texts | found, personal
