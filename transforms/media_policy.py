"""Which files Commons takes, and under which extension (https://commons.wikimedia.org/wiki/Commons:File_types).

- The type is the one that the bytes have, never the one that the partner's server states.
- Extensions are lower case; `jpeg` is `jpg` and `tiff` is `tif`, so that no second spelling of a title can arise.
- What is not accepted but can be converted is `needs_transcode`: a person or the partner decides, nothing is converted here.
"""

from __future__ import annotations

from enum import StrEnum

EXTENSIONS: dict[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
    "image/tiff": "tif",
    "image/x-xcf": "xcf",
    "application/pdf": "pdf",
    "image/vnd.djvu": "djvu",
    "model/stl": "stl",
    "audio/midi": "mid",
    "application/ogg": "ogg",
    "audio/ogg": "oga",
    "video/ogg": "ogv",
    "audio/opus": "opus",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "video/webm": "webm",
}
"""Accepted types and the extension that their files get."""

CONVERTIBLE: dict[str, str] = {
    "image/jp2": "TIFF or JPEG",
    "image/jpx": "TIFF or JPEG",
    "image/bmp": "PNG",
    "video/mp4": "WebM",
    "video/quicktime": "WebM",
    "video/x-msvideo": "WebM",
    "video/x-ms-wmv": "WebM",
    "video/x-matroska": "WebM",
    "audio/x-ms-wma": "Opus or FLAC",
    "audio/mp4": "Opus",
    "image/heic": "JPEG",
}
"""Types that Commons does not take, with what they could become."""

_SYNONYMS = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/tif": "image/tiff",
    "image/svg": "image/svg+xml",
    "application/x-pdf": "application/pdf",
    "image/x.djvu": "image/vnd.djvu",
    "image/x-djvu": "image/vnd.djvu",
    "image/djvu": "image/vnd.djvu",
    "application/sla": "model/stl",
    "model/x.stl-binary": "model/stl",
    "audio/x-flac": "audio/flac",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "audio/mid": "audio/midi",
    "image/jpeg2000": "image/jp2",
    "image/x-ms-bmp": "image/bmp",
}
_ALIASES = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif", "djv": "djvu", "midi": "mid"}


class Acceptance(StrEnum):
    """What Commons does with a type."""

    ACCEPTED = "accepted"
    NEEDS_TRANSCODE = "needs_transcode"
    REFUSED = "refused"


def canonical_type(mime: str) -> str:
    """The one name of a MIME type, without parameters."""
    bare = mime.partition(";")[0].strip().lower()
    return _SYNONYMS.get(bare, bare)


def acceptance(mime: str) -> Acceptance:
    """What becomes of a file of this type."""
    kind = canonical_type(mime)
    if kind in EXTENSIONS:
        return Acceptance.ACCEPTED
    return Acceptance.NEEDS_TRANSCODE if kind in CONVERTIBLE else Acceptance.REFUSED


def extension_of(mime: str) -> str:
    """The extension without a dot, "" for types that are not accepted."""
    return EXTENSIONS.get(canonical_type(mime), "")


def canonical_extension(extension: str) -> str:
    """The spelling of an extension that titles use."""
    bare = extension.lower().lstrip(".")
    return _ALIASES.get(bare, bare)
