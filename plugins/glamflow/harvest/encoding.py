"""Bytes as sent → bytes as meant → text, with a word on what had to be done.

Rules
- Compression is known by its magic bytes, not by the header: servers send gzip unasked, twice, or under a wrong name.
- Unpacked size is capped while unpacking, so that a small bomb stays small.
- Text: byte order mark, XML declaration, HTTP charset, UTF-8, cp1252; the first that decodes strictly is used and named.
  A missing charset is never read as ISO-8859-1.
"""

from __future__ import annotations

import re
import zlib

from glamflow.transforms.errors import SourceRefused, SourceUnavailable

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]+)""", re.IGNORECASE)


def unpack(data: bytes, *, url: str, header: str = "", limit: int) -> bytes:
    """Undo up to three layers of compression; SourceRefused beyond `limit` bytes, SourceUnavailable if it breaks off."""
    for _ in range(3):
        if data.startswith(_GZIP):
            data = _inflate(data, wbits=31, url=url, limit=limit)
        elif "deflate" in header and data[:1] == b"\x78" and len(data) > 2 and int.from_bytes(data[:2]) % 31 == 0:
            data = _inflate(data, wbits=15, url=url, limit=limit)
        else:
            break
    if data.startswith(_ZSTD):
        raise SourceRefused(f"{url} answers in zstd compression, which nobody asked for.")
    return data


def _inflate(data: bytes, *, wbits: int, url: str, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while data:
        unpacker = zlib.decompressobj(wbits)
        while not unpacker.eof:
            try:
                part = unpacker.decompress(data, 1 << 20)
            except zlib.error as error:
                raise SourceUnavailable(url, f"the compressed answer is damaged ({error})") from error
            size += len(part)
            if size > limit:
                raise SourceRefused(f"{url} unpacks to more than {limit} bytes.")
            parts.append(part)
            data = unpacker.unconsumed_tail
            if not part and not data and not unpacker.eof:
                raise SourceUnavailable(url, "the compressed answer breaks off")
        # Further members follow each other in gzip; anything else behind the end is padding.
        data = unpacker.unused_data if unpacker.unused_data.startswith(_GZIP) else b""
    return b"".join(parts)


def decode_text(data: bytes, *, content_type: str = "") -> tuple[str, str]:
    """(text, name of the encoding that was used)."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace"), name
    named = [match[1].decode("ascii") for match in [_DECLARED.match(data)] if match]
    named += [match[1] for match in [_CHARSET.search(content_type)] if match]
    for name in (*named, "utf-8", "cp1252"):
        try:
            return data.decode(name), name.lower()
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("utf-8", "replace"), "utf-8 with replacements"
