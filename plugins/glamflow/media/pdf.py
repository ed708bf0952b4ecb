"""PDF: page count, texts inside, and whether it only shows pages: scripts, launches, attachments, encryption are found.

Every object is looked at, not only those that the page tree names: an object that nobody names today is named by the next
incremental change. Objects are let go of as soon as they were looked at. What the document says about itself is data; nothing in it is followed.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import IO, Any, cast

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from glamflow.media.embedded import read_xmp
from glamflow.media.inspection import Limits, Refusal
from glamflow.media.pdf_window import TooMuch, Window
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
    """Facts of a document; `Refusal` if it is broken, encrypted, too large or does more than show pages."""
    allowed = apply_configuration(maximum_declared_stream_length=limits.pdf_stream)
    try:
        with allowed, path.open("rb") as file:
            window = Window(file, piece=limits.pdf_stream, words=limits.pdf_object)
            reader = PdfReader(cast(IO[Any], window), strict=False)
            return _look(reader, window, limits)
    except TooMuch as much:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, much.what, held=True) from much
    except LimitReachedError as error:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, " ".join(str(error).split())[:200], held=True) from error
    except _BROKEN as error:
        raise Refusal(Reason.MEDIA_CORRUPT, f"it cannot be read: {' '.join(str(error).split())[:200]}") from error


def _look(reader: PdfReader, window: Window, limits: Limits) -> dict[str, Any]:
    if reader.is_encrypted:
        raise Refusal(Reason.TYPE_NOT_ACCEPTED, "it is encrypted, so its content cannot be checked", held=True)
    numbers = _numbers(reader, limits)
    found = _active(reader, window, numbers, limits)
    pages = len(reader.pages)
    facts: dict[str, Any] = {"pages": pages}
    if found:
        raise Refusal(Reason.ACTIVE_CONTENT, f"it holds {found}", **facts)
    if pages == 0:
        raise Refusal(Reason.MEDIA_CORRUPT, "it has no pages")
    for page in reader.pages:
        window.begin()
        _ = page.mediabox
    texts, personal = _texts(reader)
    return facts | {"embedded": texts, "personal": tuple(personal)}


def _numbers(reader: PdfReader, limits: Limits) -> dict[int, int]:
    """Number → generation of every object: those in the file in its order, then those packed into streams, stream by stream."""
    numbers = {number: generation for generation, table in reader.xref.items() for number in table}
    if len(numbers) + len(reader.xref_objStm) > limits.pdf_objects:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"it has {len(numbers) + len(reader.xref_objStm)} objects", held=True)
    packed = sorted(reader.xref_objStm, key=lambda number: reader.xref_objStm[number])
    for number in packed:
        numbers.pop(number, None)
    return numbers | dict.fromkeys(packed, 0)


def _active(reader: PdfReader, window: Window, numbers: dict[int, int], limits: Limits) -> str:
    """What the document does beyond showing pages, "" for nothing."""
    for number in {stream for stream, _ in reader.xref_objStm.values()}:
        window.begin()
        _require_small(reader, number, limits)
    stream = 0
    for number, generation in numbers.items():
        window.begin()
        if number in reader.xref_objStm and reader.xref_objStm[number][0] != stream:
            reader.resolved_objects.clear()
            stream = reader.xref_objStm[number][0]
        try:
            value = reader.get_object(IndirectObject(number, generation, reader))
        except LimitReachedError:
            raise
        except _BROKEN:
            continue  # a dangling entry: nothing can show it, pages that need it fail below
        if found := _active_in(value):
            return found
        if number not in reader.xref_objStm:
            reader.resolved_objects.clear()
    return _active_in(reader.trailer)


def _require_small(reader: PdfReader, number: int, limits: Limits) -> None:
    """Objects packed into a stream take many times its bytes once they are read."""
    try:
        value = reader.get_object(IndirectObject(number, 0, reader))
        size = len(value.get_data()) if isinstance(value, StreamObject) else 0
    except LimitReachedError as error:
        raise TooMuch("a stream of objects in it is too large") from error
    except _BROKEN:
        return
    reader.resolved_objects.clear()
    if size > limits.pdf_object:
        raise TooMuch(f"a stream of objects in it has {size} bytes")


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
