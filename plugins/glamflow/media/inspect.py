"""What a file is, and whether it is whole, harmless and of a type that Commons takes. Rights are not judged here.

Rules
- The type is what the bytes are; the name only counts against it (a PNG named .jpg is held: the wiki would refuse it).
- Whole means decoded to the last byte (`raster`, `sound`), or structurally complete where there is no decoder.
- Above the ceilings (`Limits`) a file is held as TOO_LARGE_TO_CHECK: never guessed, never a crash.
- Nothing that a file says about itself is followed, fetched or run.

| verdict | reason |
|---|---|
| rejected | MEDIA_EMPTY, MEDIA_NOT_AN_IMAGE, MEDIA_CORRUPT, ACTIVE_CONTENT, archives and documents TYPE_NOT_ACCEPTED |
| held | TYPE_MISMATCH, TYPE_NOT_ACCEPTED, NEEDS_TRANSCODE, TOO_LARGE_TO_CHECK |
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from glamflow.media.inspection import Inspection, Limits, Refusal, Verdict
from glamflow.media.pdf import inspect_pdf
from glamflow.media.raster import inspect_raster
from glamflow.media.sound import inspect_sound
from glamflow.media.structure import inspect_djvu, inspect_midi, inspect_stl
from glamflow.media.svg import inspect_svg
from glamflow.media.types import HEAD, TYPES, FileType, sniff
from glamflow.media.unaccepted import dimensions
from glamflow.transforms.outcome import Reason

_CHUNK = 1 << 20
_TEXTS = frozenset({"text/html", "application/xml", "application/json", "text/plain"})
# MediaWiki looks for these in the first bytes of any upload, metadata included (old browsers took them for HTML).
_MARKUP = re.compile(rb"<(?:!doctype html|a href|body|head|html|img|pre|script|table|title)\b", re.IGNORECASE)


def inspect(path: Path | str, *, name: str = "", limits: Limits | None = None) -> Inspection:
    """Look at all of a file. `name` is what it is called at its source (default: the path's own name)."""
    path = Path(path)
    limits = limits or Limits()
    facts = _digests(path)
    facts["name"] = name or path.name
    with path.open("rb") as file:
        head = file.read(HEAD)
    mime = sniff(head)
    facts["mime"] = mime or "application/octet-stream"
    kind = TYPES.get(mime)
    try:
        if mime == "inode/x-empty":
            raise Refusal(Reason.MEDIA_EMPTY, "the file has no bytes")
        if kind is None:
            raise Refusal(Reason.MEDIA_NOT_AN_IMAGE, "it is of no type that we know")
        facts["extension"] = kind.extensions[0]
        if not kind.accepted:
            raise _unaccepted(path, mime, kind)
        facts |= _look_inside(path, mime, kind, size=facts["size"], limits=limits)
        if kind.family != "svg" and _MARKUP.search(head[:1024]):
            raise Refusal(
                Reason.ACTIVE_CONTENT, "the wiki would take markup in its first bytes for a web page", held=True
            )
        _check_name(facts["name"], facts["mime"], kind)
    except Refusal as refusal:
        facts |= refusal.facts
        return Inspection(verdict=refusal.verdict, reason=refusal.reason, detail=refusal.detail, **facts)
    return Inspection(verdict=Verdict.OK, **facts)


def _look_inside(path: Path, mime: str, kind: FileType, *, size: int, limits: Limits) -> dict[str, Any]:
    match kind.family:
        case "raster":
            return inspect_raster(path, mime=mime, size=size, limits=limits)
        case "svg":
            return inspect_svg(path, size=size, limits=limits)
        case "pdf":
            return inspect_pdf(path, limits=limits)
        case "sound":
            return inspect_sound(path, mime=mime, size=size, limits=limits)
        case "djvu":
            return inspect_djvu(path, size=size)
        case "midi":
            return inspect_midi(path, size=size)
        case "stl":
            return inspect_stl(path, size=size)
        case "none":
            return {}


def _unaccepted(path: Path, mime: str, kind: FileType) -> Refusal:
    """Pictures and films can be converted by the partner: held. Everything else is rejected."""
    if mime in _TEXTS:
        return Refusal(Reason.MEDIA_NOT_AN_IMAGE, kind.advice)
    if mime.startswith("video/"):
        return Refusal(Reason.NEEDS_TRANSCODE, kind.advice, held=True, **dimensions(path, mime))
    held = mime.startswith("image/")
    return Refusal(Reason.TYPE_NOT_ACCEPTED, kind.advice, held=held, **(dimensions(path, mime) if held else {}))


def _check_name(name: str, mime: str, kind: FileType) -> None:
    """An extension of another type is refused by the wiki; no extension, or one that is none, says nothing."""
    extension = Path(name).suffix[1:].lower()
    extensions = TYPES[mime].extensions if mime in TYPES else kind.extensions
    if not re.fullmatch(r"[a-z0-9]{2,5}", extension) or extension in extensions:
        return
    if any(extension in other.extensions for other in TYPES.values()):
        raise Refusal(Reason.TYPE_MISMATCH, f"it is named .{extension}, its content is {mime}", held=True)
    if extension == "mpo":
        raise Refusal(
            Reason.TYPE_NOT_ACCEPTED, "the extension .mpo is not accepted; its content is a JPEG (.jpg)", held=True
        )


def _digests(path: Path) -> dict[str, Any]:
    """Size, SHA-1 and SHA-256 in one pass."""
    sha1, sha256, size = hashlib.sha1(usedforsecurity=False), hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha1.update(chunk)
            sha256.update(chunk)
            size += len(chunk)
    return {"size": size, "sha1": sha1.hexdigest(), "sha256": sha256.hexdigest()}
