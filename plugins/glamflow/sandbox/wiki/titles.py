"""Titles: namespaces, normal form, and the names that an upload may have.

Rules (as met in recorded answers of a real wiki):
- spaces and underscores are the same, runs collapse, ends are trimmed, text is NFC, the first letter is a capital;
- `#<>[]|{}`, control characters, `%41`, `&amp;` and `~~~` make a title invalid;
- at most 255 bytes, for files 240;
- in an upload the characters `:/\\` and everything illegal become `-`, a `File:` prefix goes, direction marks go.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

NAMESPACES: dict[int, str] = {
    -2: "Media", -1: "Special", 0: "", 1: "Talk", 2: "User", 3: "User talk", 4: "Project", 5: "Project talk",
    6: "File", 7: "File talk", 8: "MediaWiki", 9: "MediaWiki talk", 10: "Template", 11: "Template talk",
    12: "Help", 13: "Help talk", 14: "Category", 15: "Category talk", 100: "Creator", 101: "Creator talk",
    106: "Institution", 107: "Institution talk", 120: "Item", 121: "Item talk", 122: "Property", 123: "Property talk",
}  # fmt: skip
ALIASES: dict[str, int] = {"commons": 4, "image": 6, "wikipedia": 4, "q": 120, "p": 122}
_BY_NAME = {name.lower(): number for number, name in NAMESPACES.items() if name} | ALIASES

FILE, TEMPLATE, CATEGORY, CREATOR, INSTITUTION, ITEM, PROPERTY = 6, 10, 14, 100, 106, 120, 122

EXTENSIONS = (
    "tiff", "tif", "png", "gif", "jpg", "jpeg", "webp", "xcf", "pdf", "mid", "ogg", "ogv", "svg", "djvu", "stl", "oga",
    "flac", "opus", "wav", "webm", "mp3", "midi", "mpg", "mpeg",
)  # fmt: skip
_BANNED = frozenset({
    "html", "htm", "js", "jsb", "mhtml", "mht", "xhtml", "xht", "php", "phtml", "php3", "php4", "php5", "phps", "phar", "shtml",
    "jhtml", "pl", "py", "cgi", "exe", "scr", "dll", "msi", "vbs", "bat", "com", "pif", "cmd", "vxd", "cpl", "xml",
})  # fmt: skip
_ILLEGAL = re.compile(r"[\x00-\x1f\x7f#<>\[\]|{}�]|%[0-9A-Fa-f]{2}|&(?:[A-Za-z0-9\x80-\U0010ffff]+|#[0-9]+|#x[0-9A-Fa-f]+);|~~~")
_SPACES = re.compile("[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e]")
_UPLOAD_ILLEGAL = re.compile(r"[\x00-\x1f\x7f#<>\[\]|{}:/\\]")
_ALIAS_EXTENSION = {"jpeg": "jpg", "tiff": "tif", "midi": "mid", "mpeg": "mpg"}


class Title(NamedTuple):
    """Namespace number and name with spaces, without prefix."""

    ns: int
    name: str

    def __str__(self) -> str:
        prefix = NAMESPACES[self.ns]
        return f"{prefix}:{self.name}" if prefix else self.name

    @property
    def db_key(self) -> str:
        return self.name.replace(" ", "_")

    @property
    def path(self) -> str:
        return str(self).replace(" ", "_")


def normalise(text: str) -> str:
    """Normal form of the name part; does not say whether it is legal."""
    text = _SPACES.sub(" ", _MARKS.sub("", unicodedata.normalize("NFC", text))).strip()
    return text[:1].upper() + text[1:] if len(text[:1].upper()) == 1 else text


def parse_title(text: str, default: int = 0) -> Title | None:
    """The title that `text` names, None when the wiki would call it invalid."""
    text = normalise(text).lstrip(":").strip()
    ns, name = default, text
    prefix, colon, rest = text.partition(":")
    if colon and prefix.strip().lower() in _BY_NAME:
        ns, name = _BY_NAME[prefix.strip().lower()], rest
    name = normalise(name)
    bad = not name or _ILLEGAL.search(name) or len(name.encode()) > 255
    if bad or name in {".", ".."} or name.startswith(("./", "../", ":")) or "/../" in name or "/./" in name:
        return None
    return Title(ns, name)


class UploadName(NamedTuple):
    """What the server makes of a wished file name; `error` is the API's code when it cannot be used."""

    title: Title | None
    error: str = ""
    banned: tuple[str, ...] = ()
    extension: str = ""


def clean_upload_name(wished: str, detected_extension: str) -> UploadName:
    """Server-side name of an upload; a name without extension gets one from the content."""
    named = parse_title(wished)
    raw = named.name if named and named.ns == FILE else unicodedata.normalize("NFC", wished)
    filtered = _UPLOAD_ILLEGAL.sub("-", raw)
    title = parse_title("File:" + filtered)
    if title is None:
        stem = filtered.strip(" _")
        return UploadName(None, "filename-tooshort" if not stem else "illegal-filename")
    stem, *extensions = title.name.split(".")
    if not extensions and not detected_extension:
        return UploadName(title, "filetype-missing")
    if not extensions:
        title, extensions = Title(FILE, f"{title.name}.{detected_extension}"), [detected_extension]
    final = extensions[-1].lower()
    banned = tuple(ext for ext in (e.lower() for e in extensions) if ext in _BANNED)
    if banned or final not in EXTENSIONS:
        return UploadName(title, "filetype-banned", banned or (final,), final)
    if not ".".join([stem, *extensions[:-1]]).strip(". "):
        return UploadName(title, "filename-tooshort", (), final)
    if len(title.name.encode()) > 240:
        return UploadName(title, "filename-toolong", (), final)
    return UploadName(title, "", (), final)


def normal_extension(name: str) -> str:
    """File name with its extension in the one form that `exists-normalized` compares."""
    stem, dot, extension = name.rpartition(".")
    extension = extension.lower()
    return f"{stem}{dot}{_ALIAS_EXTENSION.get(extension, extension)}"
