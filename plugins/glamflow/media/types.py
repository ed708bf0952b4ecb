"""What bytes are, by themselves: names and headers of servers are often wrong.

`sniff` knows what Commons accepts and what partners send instead. "" means: nothing we know.
https://commons.wikimedia.org/wiki/Commons:File_types
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Family = Literal["raster", "svg", "pdf", "sound", "djvu", "midi", "stl", "none"]


class FileType(msgspec.Struct, frozen=True):
    """A type: canonical extension first (lower case, as MediaWiki compares them), how it is checked, if Commons takes it."""

    extensions: tuple[str, ...]
    family: Family
    accepted: bool = True
    advice: str = ""


_CONVERT = "Commons does not accept it; a TIFF or JPEG of it would do"
_TRANSCODE = "needs a transcode: ffmpeg -i IN -c:v libvpx-vp9 -crf 30 -b:v 0 -c:a libopus OUT.webm"
_ARCHIVE = "archives are not opened"

TYPES: dict[str, FileType] = {
    "image/jpeg": FileType(("jpg", "jpeg", "jpe"), "raster"),
    "image/png": FileType(("png", "apng"), "raster"),
    "image/gif": FileType(("gif",), "raster"),
    "image/tiff": FileType(("tif", "tiff"), "raster"),
    "image/webp": FileType(("webp",), "raster"),
    "image/svg+xml": FileType(("svg",), "svg"),
    "image/vnd.djvu": FileType(("djvu", "djv"), "djvu"),
    "application/pdf": FileType(("pdf",), "pdf"),
    "audio/ogg": FileType(("ogg", "oga", "opus", "ogv"), "sound"),
    "video/ogg": FileType(("ogv", "ogg"), "sound"),
    "video/webm": FileType(("webm",), "sound"),
    "audio/webm": FileType(("webm",), "sound"),
    "audio/flac": FileType(("flac",), "sound"),
    "audio/x-wav": FileType(("wav",), "sound"),
    "audio/mpeg": FileType(("mp3",), "sound"),
    "audio/midi": FileType(("mid", "midi"), "midi"),
    "model/stl": FileType(("stl",), "stl"),
    "image/x-xcf": FileType(("xcf",), "none", False, "its content cannot be checked here"),
    "image/heic": FileType(("heic", "heif"), "none", False, _CONVERT),
    "image/avif": FileType(("avif",), "none", False, _CONVERT),
    "image/jp2": FileType(("jp2", "jpx", "j2k"), "none", False, _CONVERT),
    "image/jxl": FileType(("jxl",), "none", False, _CONVERT),
    "image/bmp": FileType(("bmp",), "none", False, _CONVERT),
    "image/vnd.adobe.photoshop": FileType(("psd", "psb"), "none", False, _CONVERT),
    "video/mp4": FileType(("mp4", "m4v", "m4a"), "none", False, _TRANSCODE),
    "video/quicktime": FileType(("mov", "qt"), "none", False, _TRANSCODE),
    "video/x-msvideo": FileType(("avi",), "none", False, _TRANSCODE),
    "video/x-ms-asf": FileType(("wmv", "wma", "asf"), "none", False, _TRANSCODE),
    "video/mpeg": FileType(("mpg", "mpeg"), "none", False, _TRANSCODE),
    "video/x-matroska": FileType(("mkv",), "none", False, _TRANSCODE),
    "application/zip": FileType(("zip", "docx", "xlsx", "pptx", "epub", "odt"), "none", False, _ARCHIVE),
    "application/gzip": FileType(("gz", "svgz", "tgz"), "none", False, _ARCHIVE),
    "application/x-7z-compressed": FileType(("7z",), "none", False, _ARCHIVE),
    "application/vnd.rar": FileType(("rar",), "none", False, _ARCHIVE),
    "application/x-tar": FileType(("tar",), "none", False, _ARCHIVE),
    "application/x-ole-storage": FileType(("doc", "xls", "ppt"), "none", False, "office documents are not accepted"),
    "text/html": FileType(("html", "htm"), "none", False, "it is a web page"),
    "application/xml": FileType(("xml",), "none", False, "it is an XML document, no picture"),
    "application/json": FileType(("json",), "none", False, "it is a JSON document, no picture"),
    "text/plain": FileType(("txt",), "none", False, "it is text"),
}
HEAD = 4096

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/x-wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"MThd", "audio/midi"),
    (0, b"gimp xcf", "image/x-xcf"),
    (0, b"BM", "image/bmp"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\x00\x00\x00\x0cJXL ", "image/jxl"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"\x00\x00\x01\xba", "video/mpeg"),
)
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif", b"avis": "image/avif",
           b"qt  ": "video/quicktime"}  # fmt: skip
_MARKUP = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE\s+(?P<doctype>\w+)[^>]*>\s*)?(?:<!--.*?-->\s*)*"
                     rb"<(?:\w+:)?(?P<root>[a-zA-Z][\w-]*)", re.DOTALL)  # fmt: skip


def sniff(head: bytes) -> str:
    """MIME type of the first bytes (`HEAD` of them are enough)."""
    if not head:
        return "inode/x-empty"
    for offset, magic, mime in _MAGIC:
        if head.startswith(magic, offset) and (offset != 8 or head.startswith(b"RIFF")):
            return mime
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head[0] == 0xFF and len(head) > 1 and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    return _sniff_text(head)


def _sniff_text(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "ignore").encode()
    if text.lstrip()[:1] == b"<":
        return _sniff_markup(text)
    if re.match(rb"solid[ \r\n]", text) and b"facet" in text:
        return "model/stl"
    if re.match(rb"\s*[\[{]\s*[\"\[{\]}\d-]", text):
        return "application/json"
    if len(head) >= 84 and _is_binary_stl(head):
        return "model/stl"
    control = sum(byte < 9 or 13 < byte < 32 for byte in text[:512])
    return "text/plain" if control == 0 else ""


def _sniff_markup(text: bytes) -> str:
    match = _MARKUP.match(text)
    named = b"" if match is None else (match["doctype"] or match["root"]).lower()
    if named == b"svg" or (match and match["root"].lower() == b"svg") or re.search(rb"<(?:\w+:)?svg[\s>]", text):
        return "image/svg+xml" if not re.search(rb"<html[\s>]", text, re.IGNORECASE) else "text/html"
    if re.search(rb"<(?:!doctype\s+html|html|head|body|title)\b", text[:2048], re.IGNORECASE):
        return "text/html"
    return "application/xml"


def _is_binary_stl(head: bytes) -> bool:
    """Only the counter behind the 80 bytes of heading shows; `inspect` compares it with the file's size."""
    return not head.startswith(b"solid") and head[:80].rstrip(b"\x00 ").isascii() and b"stl" in head[:80].lower()
