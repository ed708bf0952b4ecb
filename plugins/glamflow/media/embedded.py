"""Texts that a file carries inside: rights, credit, captions, place, names. Read only; a broken block never stops anything.

Keys are `<block>:<field>` in the block's own words (`exif:Copyright`, `iptc:Credit`, `xmp:dc:rights`), so that a person
finds them again in any other tool. https://www.iptc.org/std/photometadata/specification/
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from lxml import etree
from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

_EXIF = {
    0x010E: "ImageDescription", 0x013B: "Artist", 0x8298: "Copyright", 0x9C9B: "XPTitle", 0x9C9C: "XPComment", 0x9C9D: "XPAuthor",
}  # fmt: skip
_EXIF_PERSONAL = {0xA430: "CameraOwnerName", 0xA431: "BodySerialNumber", 0xA435: "LensSerialNumber"}
_IPTC = {
    (2, 5): "ObjectName", (2, 80): "By-line", (2, 85): "By-lineTitle", (2, 110): "Credit", (2, 115): "Source",
    (2, 116): "CopyrightNotice", (2, 118): "Contact", (2, 120): "Caption-Abstract", (2, 40): "SpecialInstructions",
}  # fmt: skip
_XMP = {
    "{http://purl.org/dc/elements/1.1/}rights": "dc:rights",
    "{http://purl.org/dc/elements/1.1/}creator": "dc:creator",
    "{http://purl.org/dc/elements/1.1/}description": "dc:description",
    "{http://purl.org/dc/elements/1.1/}title": "dc:title",
    "{http://ns.adobe.com/photoshop/1.0/}Credit": "photoshop:Credit",
    "{http://ns.adobe.com/photoshop/1.0/}Source": "photoshop:Source",
    "{http://ns.adobe.com/photoshop/1.0/}Instructions": "photoshop:Instructions",
    "{http://ns.adobe.com/xap/1.0/rights/}UsageTerms": "xmpRights:UsageTerms",
    "{http://ns.adobe.com/xap/1.0/rights/}WebStatement": "xmpRights:WebStatement",
    "{http://ns.adobe.com/xap/1.0/rights/}Marked": "xmpRights:Marked",
    "{http://ns.adobe.com/xap/1.0/rights/}Owner": "xmpRights:Owner",
    "{http://creativecommons.org/ns#}license": "cc:license",
    "{http://ns.adobe.com/tiff/1.0/}Copyright": "tiff:Copyright",
    "{http://ns.adobe.com/tiff/1.0/}Artist": "tiff:Artist",
}
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_PERSONAL_XMP = ("SerialNumber", "OwnerName", "PersonInImage", "CreatorContactInfo")
_LONGEST = 2000
# What readers of broken blocks throw; a block that cannot be read says nothing.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    struct.error,
    ZeroDivisionError,
    OverflowError,
)


class Embedded(NamedTuple):
    """Texts, position (latitude, longitude), orientation, kinds of personal data, and what could not be read."""

    texts: dict[str, str]
    gps: tuple[float, float] | None = None
    orientation: int | None = None
    personal: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_embedded(image: ImageFile.ImageFile) -> Embedded:
    """All blocks of an opened picture."""
    texts: dict[str, str] = {}
    personal: list[str] = []
    notes: list[str] = []
    gps = orientation = None
    try:
        exif = image.getexif()
        texts |= {f"exif:{name}": text for tag, name in _EXIF.items() if (text := _text(exif.get(tag)))}
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        personal += [
            "serial_number" if "Serial" in name else "name" for tag, name in _EXIF_PERSONAL.items() if inner.get(tag)
        ]
        value = exif.get(0x0112)
        orientation = value if isinstance(value, int) and 1 <= value <= 8 else None
        gps = _position(dict(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    except _BROKEN as error:
        notes.append(f"the EXIF block cannot be read ({type(error).__name__})")
    try:
        iptc = IptcImagePlugin.getiptcinfo(image) or {}
        texts |= {f"iptc:{name}": text for key, name in _IPTC.items() if (text := _text(iptc.get(key)))}
    except _BROKEN as error:
        notes.append(f"the IPTC block cannot be read ({type(error).__name__})")
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    found, names, problem = read_xmp(packet if isinstance(packet, bytes) else str(packet).encode())
    texts |= found
    personal += names
    notes += problem
    texts |= _png_texts(image)
    if gps is not None:
        personal.insert(0, "gps")
    return Embedded(texts, gps, orientation, tuple(dict.fromkeys(personal)), tuple(notes))


def read_xmp(packet: bytes) -> tuple[dict[str, str], list[str], list[str]]:
    """(texts, kinds of personal data, problems) of an XMP packet."""
    if packet.startswith((b"\x00<", b"<\x00")):  # UTF-16 without a mark, as ExifTool can write it
        packet = packet.decode("utf-16-be" if packet[0] == 0 else "utf-16-le", "replace").encode()
    packet = packet.strip(b"\x00 \r\n\t")
    if not packet:
        return {}, [], []
    if b"<!DOCTYPE" in packet or len(packet) > 8 * 1024**2:
        return {}, [], ["the XMP block is not read: document type or size"]
    try:
        root = etree.fromstring(packet, etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True))
    except (etree.XMLSyntaxError, ValueError):
        return {}, [], ["the XMP block cannot be read"]
    texts: dict[str, str] = {}
    personal: list[str] = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for tag, value in [(element.tag, _inside(element)), *((str(k), str(v)) for k, v in element.attrib.items())]:
            if tag in _XMP and value.strip():
                texts.setdefault(f"xmp:{_XMP[tag]}", value.strip()[:_LONGEST])
            if tag.rpartition("}")[2] in _PERSONAL_XMP:
                personal.append("serial_number" if "Serial" in tag else "name")
    return texts, personal, []


def _inside(element: etree._Element) -> str:
    resource = element.get(_RESOURCE)
    if resource:
        return str(resource)
    return "; ".join(part for text in element.itertext() if (part := str(text).strip()))


def _png_texts(image: Image.Image) -> dict[str, str]:
    wanted = ("Copyright", "Author", "Description", "Title", "Disclaimer", "Source", "Comment")
    return {f"png:{name}": text for name in wanted if image.format == "PNG" and (text := _text(image.info.get(name)))}


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(text for one in value if (text := _text(one)))[:_LONGEST]
    if isinstance(value, bytes):
        # XP fields are UTF-16; others say UTF-8 or, in old files, Latin.
        for name in ("utf-16-le",) if value[1::2].count(0) * 3 > len(value) else ("utf-8", "cp1252"):
            try:
                return value.decode(name).strip("\x00 \r\n\t")[:_LONGEST]
            except UnicodeDecodeError:
                continue
        return value.decode("latin-1").strip("\x00 ")[:_LONGEST]
    return str(value).strip("\x00 \r\n\t")[:_LONGEST] if value is not None else ""


def _position(gps: dict[int, object]) -> tuple[float, float] | None:
    latitude, longitude = _degrees(gps.get(2), gps.get(1), "S"), _degrees(gps.get(4), gps.get(3), "W")
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _degrees(parts: object, side: object, negative: str) -> float | None:
    if not isinstance(parts, tuple | list) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if value != value:
        return None
    return -value if str(side).strip("\x00 ").upper() == negative else value
