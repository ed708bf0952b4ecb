"""What is known of a file after it was looked at to its last byte."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Model


class Verdict(StrEnum):
    """ok: may be published; held: a person or the partner can mend it; rejected: these bytes never."""

    OK = "ok"
    HELD = "held"
    REJECTED = "rejected"


class Inspection(Model, frozen=True, kw_only=True):
    """Result of `inspect`. Sizes are those stored in the file; `orientation` is EXIF's (1 = as stored)."""

    verdict: Verdict
    reason: Reason | None = None
    detail: str = ""
    name: str = ""
    mime: str = ""
    extension: str = ""  # the canonical one of the true type
    size: int = 0
    sha1: str = ""
    sha256: str = ""
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    frames: int | None = None
    duration: float | None = None
    mode: str = ""
    orientation: int | None = None
    embedded: dict[str, str] = msgspec.field(default_factory=dict)  # rights, credit and caption texts in the file
    gps: tuple[float, float] | None = None
    personal: tuple[str, ...] = ()  # kinds of personal data found: gps, serial_number, name
    notes: tuple[str, ...] = ()  # worth telling, no reason to hold
    dhash: str = ""
    phash: str = ""


class Refusal(Exception):
    """Ends an inspection with a verdict; what was learned so far is kept in `facts`."""

    def __init__(self, reason: Reason, detail: str, *, held: bool = False, **facts: Any) -> None:
        self.reason = reason
        self.detail = detail
        self.verdict = Verdict.HELD if held else Verdict.REJECTED
        self.facts = facts
        super().__init__(detail)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Ceilings, set on purpose: what lies above is `TOO_LARGE_TO_CHECK`, not guessed."""

    pillow_pixels: int = 50_000_000  # decoded as a whole below, row by row above
    pixels: int = 1_100_000_000  # of one picture read row by row
    whole_pixels: int = 80_000_000  # of formats that can only be decoded as a whole (progressive, interlaced, WebP)
    memory: int = 448 * 1024**2  # bytes that decoding may take by its heading (`weight.py`); 600 MB with all else
    metadata: int = 64 * 1024**2  # bytes of a picture's blocks of metadata
    all_frames: int = 500_000_000  # pixels of all frames or pages together
    frames: int = 5_000
    pixels_per_byte: int = 3_000  # above: a decompression bomb
    seconds: float = 600.0  # of decoding sound or moving pictures
    text_bytes: int = 20 * 1024**2  # SVG
    pdf_objects: int = 300_000
    pdf_stream: int = 256 * 1024**2  # bytes of one picture or font in a PDF
    pdf_object: int = 4 * 1024**2  # bytes of one object that is no stream, or of a stream of objects
    low_resolution: int = 250_000  # pixels; below only a note
