"""Bytes of files: sniffing, content-addressed storage, versions, addresses, thumbnails.

A blob is kept under its SHA-1, so a transaction that is rolled back leaves at most an unused blob behind.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from lxml import etree
from PIL import Image, UnidentifiedImageError

from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import FILE, Title

MAX_PIXELS = 400_000_000
SNIFF_BYTES = 4096
THUMBNAIL_WIDTHS = (120, 250, 330, 500, 960)

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"), (0, b"\x89PNG\r\n\x1a\n", "image/png"), (0, b"GIF8", "image/gif"),
    (0, b"II*\x00", "image/tiff"), (0, b"MM\x00*", "image/tiff"), (8, b"WEBP", "image/webp"), (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "application/ogg"), (0, b"fLaC", "audio/flac"), (8, b"WAVE", "audio/x-wav"), (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"), (0, b"\x1aE\xdf\xa3", "video/webm"), (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"MThd", "audio/midi"), (0, b"gimp xcf", "image/x-xcf"),
)  # fmt: skip
EXTENSIONS_OF = {
    "image/jpeg": ("jpeg", "jpg"), "image/png": ("png",), "image/gif": ("gif",), "image/tiff": ("tiff", "tif"),
    "image/webp": ("webp",), "application/pdf": ("pdf",), "application/ogg": ("ogg", "oga", "ogv", "opus"),
    "audio/flac": ("flac",), "audio/x-wav": ("wav",), "audio/mpeg": ("mp3",), "video/webm": ("webm",),
    "image/vnd.djvu": ("djvu",), "audio/midi": ("mid", "midi"), "image/x-xcf": ("xcf",), "image/svg+xml": ("svg",),
    "application/sla": ("stl",),
}  # fmt: skip
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|title|iframe|a\s+href)\b", re.IGNORECASE)
_SCRIPT = re.compile(r"\son[a-z]+\s*=|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """What the server finds in the bytes."""

    sha1: str
    size: int
    mime: str
    media_type: str
    width: int = 0
    height: int = 0
    bits: int = 0
    problem: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def sniff(head: bytes) -> str:
    """MIME type by the first bytes."""
    for offset, magic, mime in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return mime
    if b"<svg" in head:
        return "image/svg+xml"
    if _HTML.search(head[:1024]):
        return "text/html"
    if head[:5] == b"<?xml":
        return "application/xml"
    return "text/plain" if head and not re.search(rb"[\x00-\x08\x0e-\x1f]", head) else "unknown/unknown"


def inspect(path: Path) -> FileInfo:
    """Hash, type and measures of a stored file; `problem` holds message key and parameters when it must be refused."""
    digest = hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as stream:
        head = stream.read(SNIFF_BYTES)
        digest.update(head)
        while block := stream.read(1 << 20):
            digest.update(block)
    mime = sniff(head)
    width, height, bits = _measure(path, mime)
    return FileInfo(
        sha1=digest.hexdigest(), size=path.stat().st_size, mime=mime, media_type=_media_type(mime), width=width, height=height,
        bits=bits, problem=_svg_problem(path) if mime == "image/svg+xml" else (),
    )  # fmt: skip


def verify(info: FileInfo, extension: str) -> tuple[str, ...]:
    """Why these bytes may not have this extension: message key and parameters, () when they may."""
    if info.mime in {"text/html", "application/xml"}:
        return ("filetype-badmime", info.mime)
    allowed = EXTENSIONS_OF.get(info.mime, ())
    if extension == "svg" and info.mime != "image/svg+xml":
        return ("uploadinvalidxml",) if info.mime in {"text/plain", "unknown/unknown"} else ("filetype-mime-mismatch", extension, info.mime)
    if extension not in allowed and extension != "stl":
        return ("filetype-mime-mismatch", extension, info.mime)
    return info.problem


def _media_type(mime: str) -> str:
    kind = mime.partition("/")[0]
    if mime in {"image/svg+xml"}:
        return "DRAWING"
    if mime == "application/pdf":
        return "OFFICE"
    return {"image": "BITMAP", "audio": "AUDIO", "video": "VIDEO"}.get(kind, "MULTIMEDIA" if "ogg" in mime else "UNKNOWN")


def _measure(path: Path, mime: str) -> tuple[int, int, int]:
    if mime == "application/pdf":
        return 1240, 1754, 0
    if not mime.startswith("image/") or mime == "image/svg+xml":
        return (512, 512, 0) if mime == "image/svg+xml" else (0, 0, 0)
    try:
        with Image.open(path) as image:
            return image.width, image.height, 8 if image.mode not in {"1", "I;16"} else (1 if image.mode == "1" else 16)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return 0, 0, 0


def _svg_problem(path: Path) -> tuple[str, ...]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.parse(path, parser).getroot()
    except (etree.XMLSyntaxError, OSError):
        return ("uploadinvalidxml",)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if etree.QName(element).localname.lower() in {"script", "handler", "iframe", "foreignobject"}:
            return ("uploadscripted",)
        if any(_SCRIPT.search(f" {name!s}={value!s}") for name, value in element.attrib.items()):
            return ("uploadscripted",)
    return ()


def blob_path(db: Database, sha1: str) -> Path:
    return db.blobs / sha1[:2] / sha1


def keep_blob(db: Database, source: Path, sha1: str) -> Path:
    """Move a finished temporary file to its place."""
    target = blob_path(db, sha1)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    return target


def current_version(state: State, page_id: int) -> sqlite3.Row | None:
    return state.row("SELECT * FROM file_version WHERE page_id = ? AND current = 1", page_id)


def versions(state: State, page_id: int) -> list[sqlite3.Row]:
    """Newest first."""
    return state.rows("SELECT * FROM file_version WHERE page_id = ? ORDER BY id DESC", page_id)


def add_version(state: State, page_id: int, title: Title, info: FileInfo, *, user: str, comment: str) -> int:
    """Make these bytes the current version; the one before gets its archive name."""
    before = current_version(state, page_id)
    if before is not None:
        stamp = re.sub(r"\D", "", before["timestamp"])
        state.sql.execute(
            "UPDATE file_version SET current = 0, archive_name = ? WHERE id = ?", (f"{stamp}!{title.db_key}", before["id"])
        )
    cursor = state.sql.execute(
        "INSERT INTO file_version (page_id, current, sha1, size, width, height, bits, mime, media_type, user, timestamp, comment)"
        " VALUES (?,1,?,?,?,?,?,?,?,?,?,?)",
        (page_id, info.sha1, info.size, info.width, info.height, info.bits, info.mime, info.media_type, user, state.clock(), comment),
    )
    return int(cursor.lastrowid or 0)


def live_titles(state: State, sha1: str) -> list[str]:
    """Names (with spaces) of live files whose current version has these bytes."""
    found = state.rows(
        "SELECT p.title FROM file_version v JOIN page p ON p.id = v.page_id"
        " WHERE v.sha1 = ? AND v.current = 1 AND p.deleted = 0 AND p.ns = ? ORDER BY p.id", sha1, FILE,
    )  # fmt: skip
    return [row["title"] for row in found]


def deleted_title(state: State, sha1: str) -> str | None:
    """Name under which these bytes were deleted."""
    found = state.row(
        "SELECT p.title FROM file_version v JOIN page p ON p.id = v.page_id WHERE v.sha1 = ? AND p.deleted = 1 ORDER BY v.id DESC",
        sha1,
    )
    return found["title"] if found else None


def url_path(db_key: str) -> str:
    """`x/xy/Name`: the two folders come from the MD5 of the name."""
    md5 = hashlib.md5(db_key.encode(), usedforsecurity=False).hexdigest()
    return f"{md5[0]}/{md5[:2]}/{quote(db_key, safe='')}"


def file_url(base: str, title: Title) -> str:
    return f"{base}/w/images/{url_path(title.db_key)}"


def thumbnail(db: Database, sha1: str, width: int) -> Path | None:
    """A JPEG or PNG of at most that width, None when no picture can be made of the file."""
    width = min((w for w in THUMBNAIL_WIDTHS if w >= width), default=THUMBNAIL_WIDTHS[-1])
    target = db.thumbnails / f"{sha1}-{width}"
    if target.exists():
        return target
    try:
        with Image.open(blob_path(db, sha1)) as image:
            if image.width * image.height > MAX_PIXELS:
                return None
            image.draft("RGB", (width, width))
            transparent = image.mode in {"RGBA", "LA", "P"}
            small = image.convert("RGBA" if transparent else "RGB")
            small.thumbnail((width, width * 4))
            part = target.with_suffix(".part")
            small.save(part, "PNG" if transparent else "JPEG", quality=85)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    part.replace(target)
    return target
