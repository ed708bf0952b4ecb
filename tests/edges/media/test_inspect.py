"""Inspection: every trait by a file drawn or written here."""

from __future__ import annotations

import io
import struct
import wave
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from glamflow.media.inspect import inspect
from glamflow.media.inspection import Inspection, Limits
from glamflow.transforms.outcome import Reason


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Inspection]:
    def run(data: bytes, name: str, **options: Any) -> Inspection:
        path = tmp_path / "file"
        path.write_bytes(data)
        return inspect(path, name=name, **options)

    return run


def refused(found: Inspection) -> tuple[str, Reason | None]:
    return found.verdict, found.reason


@pytest.mark.parametrize(
    ("kind", "name", "mime"),
    [
        ("JPEG", "a.jpg", "image/jpeg"), ("JPEG", "a.JPEG", "image/jpeg"), ("PNG", "a.png", "image/png"),
        ("GIF", "a.gif", "image/gif"), ("TIFF", "a.tif", "image/tiff"), ("WEBP", "a.webp", "image/webp"),
        ("JPEG", "", "image/jpeg"), ("JPEG", "download", "image/jpeg"),
    ],
)  # fmt: skip
def test_whole_pictures_are_ok(look: Any, drawing: Any, encoded: Any, kind: str, name: str, mime: str) -> None:
    found = look(encoded(drawing(), kind), name)
    assert (found.verdict, found.mime, found.width, found.height) == ("ok", mime, 640, 480)
    assert len(found.phash) == len(found.dhash) == 16


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
def test_cut_pictures_are_corrupt(look: Any, drawing: Any, encoded: Any, kind: str, share: float) -> None:
    data = encoded(drawing(), kind)
    assert refused(look(data[: int(len(data) * share)], f"a.{kind.lower()}")) == ("rejected", Reason.MEDIA_CORRUPT)


def test_a_picture_in_lab_colours_is_whole(look: Any, drawing: Any, encoded: Any) -> None:
    found = look(encoded(Image.merge("LAB", drawing().split()), "TIFF"), "a.tif")
    assert (found.verdict, found.mode, len(found.phash)) == ("ok", "LAB", 16)


def test_a_progressive_jpeg_cut_in_half_is_corrupt_too(look: Any, drawing: Any, encoded: Any) -> None:
    data = encoded(drawing(), "JPEG", progressive=True)
    assert refused(look(data[: len(data) // 2], "a.jpg")) == ("rejected", Reason.MEDIA_CORRUPT)


def test_a_broken_later_frame_is_found(look: Any, drawing: Any, encoded: Any) -> None:
    data = encoded(drawing(200, 200), "TIFF", save_all=True, append_images=[drawing(200, 200, seed=2)])
    whole = look(data, "a.tif")
    assert (whole.verdict, whole.frames) == ("ok", 2)
    assert refused(look(data[:-40_000], "a.tif"))[0] == "rejected"


@pytest.mark.parametrize("name", ["a.jpg", "a.gif", "a.pdf", "a.jp2"])
def test_a_name_of_another_type_is_held(look: Any, drawing: Any, encoded: Any, name: str) -> None:
    assert refused(look(encoded(drawing(), "PNG"), name)) == ("held", Reason.TYPE_MISMATCH)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.MEDIA_EMPTY),
        (b"<!DOCTYPE html><html><head><title>404</title></head></html>", Reason.MEDIA_NOT_AN_IMAGE),
        (b"\n\n  <html lang=en><body>Sign in</body></html>", Reason.MEDIA_NOT_AN_IMAGE),
        (b'{"error": "not found"}', Reason.MEDIA_NOT_AN_IMAGE),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", Reason.MEDIA_NOT_AN_IMAGE),
        (b"File not found.", Reason.MEDIA_NOT_AN_IMAGE),
        (bytes(range(256)), Reason.MEDIA_NOT_AN_IMAGE),
        (b"PK\x03\x04" + b"\0" * 100, Reason.TYPE_NOT_ACCEPTED),
        (b"\x89PNG\r\n\x1a\n" + b"\x05" * 70, Reason.MEDIA_CORRUPT),
        (b"GIF89a\x00\x00\x20\x00\xf1\x03\x00", Reason.MEDIA_CORRUPT),
    ],
)
def test_what_is_no_picture_is_rejected(look: Any, data: bytes, reason: Reason) -> None:
    assert refused(look(data, "a.jpg")) == ("rejected", reason)


@pytest.mark.parametrize(("kind", "name"), [("JPEG2000", "a.jp2"), ("BMP", "a.bmp"), ("AVIF", "a.avif")])
def test_pictures_to_be_converted_are_held_with_their_size(
    look: Any, drawing: Any, encoded: Any, kind: str, name: str
) -> None:
    found = look(encoded(drawing(), kind), name)
    assert refused(found) == ("held", Reason.TYPE_NOT_ACCEPTED)
    assert (found.width, found.height) == (640, 480)


def test_a_film_is_held_with_the_command_that_would_help(look: Any) -> None:
    found = look(b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + b"\0" * 64, "a.mp4")
    assert refused(found) == ("held", Reason.NEEDS_TRANSCODE)
    assert "ffmpeg" in found.detail


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def flat_png(width: int, height: int, *, bits: int = 1, interlace: int = 0) -> bytes:
    """A valid PNG of one colour."""
    row = b"\0" + b"\0" * ((width * bits + 7) // 8)
    packer = zlib.compressobj(9)
    data = (
        b"".join(packer.compress(row * 1000) for _ in range(height // 1000))
        + packer.compress(row * (height % 1000))
        + packer.flush()
    )
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_held_before_it_opens(look: Any) -> None:
    found = look(flat_png(30_000, 30_000), "a.png")
    assert refused(found) == ("held", Reason.TOO_LARGE_TO_CHECK)
    assert (found.width, found.height) == (30_000, 30_000)


def test_a_frame_far_larger_than_its_screen_is_held(look: Any) -> None:
    data = b"GIF89a\x20\x00\x20\x00\xf0\x00\x00\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;"
    assert refused(look(data, "a.gif"))[1] in (Reason.TOO_LARGE_TO_CHECK, Reason.MEDIA_CORRUPT)


def test_a_large_picture_is_read_row_by_row(look: Any, drawing: Any, encoded: Any) -> None:
    limits = Limits(pillow_pixels=100_000)
    picture = drawing()
    for kind in ("JPEG", "PNG", "TIFF"):
        data = encoded(picture, kind)
        found = look(data, f"a.{kind.lower()}", limits=limits)
        assert (found.verdict, found.width, found.height) == ("ok", 640, 480)
        cut = look(data[: len(data) * 6 // 10], f"a.{kind.lower()}", limits=limits)
        assert cut.verdict == "rejected", kind


def test_what_must_be_decoded_as_a_whole_has_a_lower_ceiling(look: Any, drawing: Any, encoded: Any) -> None:
    limits = Limits(pillow_pixels=100_000, whole_pixels=200_000)
    assert look(encoded(drawing(), "JPEG"), "a.jpg", limits=limits).verdict == "ok"
    for profile in (b"", b"p" * 400_000):
        found = look(encoded(drawing(), "JPEG", progressive=True, icc_profile=profile), "a.jpg", limits=limits)
        assert refused(found) == ("held", Reason.TOO_LARGE_TO_CHECK)


def test_rights_place_and_personal_data_inside_are_read(look: Any, drawing: Any, encoded: Any) -> None:
    picture = drawing()
    exif = Image.Exif()
    exif[0x8298], exif[0x013B], exif[0x0112] = "(c) 2024 Museum of Examples", "Anna Example", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 19.0, 30.0), 3: "W", 4: (18.0, 3.0, 0.0)})
    exif.get_ifd(0x8769)[0xA431] = "SN-123"
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"'
        b' xmpRights:WebStatement="https://creativecommons.org/licenses/by/4.0/">'
        b'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">CC BY 4.0</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>'
    )
    found = look(encoded(picture, "JPEG", exif=exif, xmp=xmp), "a.jpg")
    assert found.verdict == "ok"
    assert found.embedded["exif:Copyright"] == "(c) 2024 Museum of Examples"
    assert found.embedded["xmp:dc:rights"] == "CC BY 4.0"
    assert found.embedded["xmp:xmpRights:WebStatement"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found.gps == pytest.approx((59.325, -18.05))
    assert found.personal == ("gps", "serial_number")
    assert (found.orientation, found.width) == (6, 640)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_broken_metadata_never_stop_an_inspection(look: Any, drawing: Any, encoded: Any, exif: bytes) -> None:
    assert look(encoded(drawing(), "JPEG", exif=exif), "a.jpg").verdict == "ok"


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<rect width="9" height="9" onclick="alert(1)"/>',
        '<image href="http://museum.example/x.png"/>',
        '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="//museum.example/x.png"/>',
        '<use href="other.svg#a"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        "<foreignObject><p/></foreignObject>",
        '<rect style="fill:url(http://museum.example/f.svg#a)"/>',
        "<style>@import 'x.css';</style>",
        "<style>rect { background: url(//museum.example/x) }</style>",
        '<rect fill="url(https://museum.example/#g)"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="/>',
        '<a><set attributeName="xlink:href" to="javascript:alert(1)"/></a>',
    ],
)
def test_drawings_that_do_more_than_draw_are_rejected(look: Any, inner: str) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{inner}</svg>'.encode()
    assert refused(look(data, "a.svg")) == ("rejected", Reason.ACTIVE_CONTENT)


def test_entities_in_a_drawing_are_refused(look: Any) -> None:
    data = (
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    )
    assert refused(look(data, "a.svg")) == ("rejected", Reason.ACTIVE_CONTENT)


def test_a_plain_drawing_is_ok(look: Any) -> None:
    data = (
        b'<?xml version="1.0"?><!-- drawn by hand --><svg xmlns="http://www.w3.org/2000/svg" width="4cm" height="2cm">'
        b'<defs><linearGradient id="g"/></defs><rect fill="url(#g)" width="4"/><use href="#g"/>'
        b'<a href="https://museum.example/"><text>Museum</text></a>'
        b'<image href="data:image/png;base64,iVBORw0KGgo="/></svg>'
    )
    found = look(data, "a.svg")
    assert (found.verdict, found.width, found.height) == ("ok", 142, 71)


def pdf(change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(200, 300)
    writer.add_metadata({"/Author": "Anna Example"})
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_document_tells_its_pages_and_author(look: Any) -> None:
    found = look(pdf(), "a.pdf")
    assert (found.verdict, found.pages, found.embedded["pdf:Author"]) == ("ok", 3, "Anna Example")


def script(writer: PdfWriter) -> None:
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(action))


def launch(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")})
    writer.root_object[NameObject("/OpenAction")] = action


@pytest.mark.parametrize(
    "change",
    [script, lambda writer: writer.add_attachment("a.exe", b"MZ"), launch],
    ids=["script", "attachment", "launch"],
)
def test_documents_that_do_more_than_show_pages_are_rejected(look: Any, change: Any) -> None:
    assert refused(look(pdf(change), "a.pdf")) == ("rejected", Reason.ACTIVE_CONTENT)


def test_an_encrypted_document_is_held(look: Any) -> None:
    found = look(pdf(lambda writer: writer.encrypt("", "owner", algorithm="RC4-128")), "a.pdf")
    assert refused(found) == ("held", Reason.TYPE_NOT_ACCEPTED)
    assert "encrypted" in found.detail


def test_a_cut_document_is_corrupt(look: Any) -> None:
    data = pdf()
    assert refused(look(data[:200], "a.pdf")) == ("rejected", Reason.MEDIA_CORRUPT)


def wav(seconds: float = 0.5) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(struct.pack("<h", (n * 997) % 20000) for n in range(int(8000 * seconds))))
    return buffer.getvalue()


def test_a_recording_is_decoded_and_measured(look: Any) -> None:
    found = look(wav(), "a.wav")
    assert (found.verdict, found.mime, found.duration) == ("ok", "audio/x-wav", pytest.approx(0.5))


def test_a_recording_shorter_than_it_says_is_corrupt(look: Any) -> None:
    assert refused(look(wav()[:-2000], "a.wav")) == ("rejected", Reason.MEDIA_CORRUPT)


def test_an_ogg_of_noise_is_corrupt(look: Any) -> None:
    assert refused(look(b"OggS" + bytes(range(256)) * 20, "a.ogg")) == ("rejected", Reason.MEDIA_CORRUPT)


@pytest.mark.parametrize(
    ("data", "name", "verdict"),
    [
        (b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x04\0\xff\x2f\0", "a.mid", "ok"),
        (b"MThd\0\0\0\x06\0\0\0\x02\0\x60MTrk\0\0\0\x04\0\xff\x2f\0", "a.mid", "rejected"),
        (b"solid cube\nfacet normal 0 0 1\nendfacet\nendsolid cube\n", "a.stl", "ok"),
        (b"solid cube\nfacet normal 0 0 1\nendfacet\n", "a.stl", "rejected"),
        (b"AT&TFORM\0\0\0\x16DJVUINFO\0\0\0\x0a\0\x08\0\x09\x18\0\x2c\x01\x16\x01", "a.djvu", "ok"),
        (b"AT&TFORM\0\0\x10\x16DJVUINFO\0\0\0\x0a\0\x08\0\x09\x18\0\x2c\x01\x16\x01", "a.djvu", "rejected"),
    ],
)
def test_types_without_a_decoder_are_held_against_their_structure(
    look: Any, data: bytes, name: str, verdict: str
) -> None:
    assert look(data, name).verdict == verdict


def test_markup_in_the_first_bytes_is_held_because_the_wiki_would_refuse_it(
    look: Any, drawing: Any, encoded: Any
) -> None:
    found = look(encoded(drawing(), "JPEG", comment=b"<script>x</script>"), "a.jpg")
    assert refused(found) == ("held", Reason.ACTIVE_CONTENT)


def test_the_same_bytes_always_give_the_same_inspection(look: Any, drawing: Any, encoded: Any) -> None:
    data = encoded(drawing(), "PNG")
    assert look(data, "a.png") == look(data, "a.png")
