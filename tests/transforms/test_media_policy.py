"""Which files Commons takes."""

from __future__ import annotations

import pytest

from glamflow.transforms.media_policy import Acceptance, acceptance, canonical_extension, extension_of


@pytest.mark.parametrize(
    ("mime", "extension"),
    [
        ("image/jpeg", "jpg"), ("image/jpg", "jpg"), ("IMAGE/TIFF; charset=binary", "tif"), ("image/png", "png"), ("application/pdf", "pdf"),
        ("image/svg+xml", "svg"), ("audio/flac", "flac"), ("video/webm", "webm"), ("image/vnd.djvu", "djvu"), ("model/stl", "stl"),
    ],
)  # fmt: skip
def test_accepted_types_have_one_extension(mime: str, extension: str) -> None:
    assert (acceptance(mime), extension_of(mime)) == (Acceptance.ACCEPTED, extension)


@pytest.mark.parametrize("mime", ["image/jp2", "video/mp4", "image/bmp", "video/quicktime", "image/heic"])
def test_what_could_be_converted_waits(mime: str) -> None:
    assert (acceptance(mime), extension_of(mime)) == (Acceptance.NEEDS_TRANSCODE, "")


@pytest.mark.parametrize("mime", ["text/html", "application/zip", "application/msword", "application/json", "", "nonsense"])
def test_everything_else_is_refused(mime: str) -> None:
    assert acceptance(mime) is Acceptance.REFUSED


@pytest.mark.parametrize(("written", "title"), [(".JPEG", "jpg"), ("tiff", "tif"), ("PNG", "png"), ("jpg", "jpg")])
def test_extensions_have_one_spelling(written: str, title: str) -> None:
    assert canonical_extension(written) == title
