"""Rights addresses in one form (law: section 3 of the README beside this file).

Rules
- Scheme `http`, host lower-case without `www.` and `m.`, path lower-case with one slash at its end; query, fragment, `/deed`,
  `/legalcode` and `/rdf` are cut; `/page/` of rightsstatements.org is `/vocab/`.
- Version and jurisdiction stay; `international` and `unported` are no jurisdiction.
- Aliases are a closed list. What only looks like a statement (misspelt host, missing code) is never repaired.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote, urlsplit

import msgspec

from glamflow.transforms.rights.tables import read_table


class _Statements(msgspec.Struct):
    aliases: dict[str, str]


_ALIASES = read_table("statements", _Statements).aliases
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_ADDRESS = re.compile(
    r"https?:/{1,3}[^\s<>\"'()\[\]{}|“”„«»]+|(?<![\w@./-])(?:www\.|m\.)?(?:creativecommons|rightsstatements)\.org/[^\s<>\"'()\[\]{}|“”]+",
    re.IGNORECASE,
)
_UNRESERVED = re.compile("%(2[dD]|2[eE]|5[fF]|7[eE]|3[0-9]|4[1-9a-fA-F]|5[0-9aA]|6[1-9a-fA-F]|7[0-9aA])")
_PLAIN_PORTS = ("international", "unported", "intl", "int")


def clean_statement(raw: str) -> str:
    """The statement as NFC text without invisible characters, tags and doubled spaces; `&amp;` is read once."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)).replace("&amp;", "&")
    if "<" in text and ">" in text:
        # keep the targets of links: the address is the statement, the tag is not
        text = re.sub(
            r"""<[^<>]{0,200}?\b(?:href|resource|about)\s*=\s*["']([^"'<>]{0,500})["'][^<>]{0,500}>""", r" \1 ", text
        )
        text = html.unescape(re.sub(r"<[^<>]{0,1000}>", " ", text))
    return " ".join(text.split())


def split_addresses(text: str) -> tuple[tuple[str, ...], str]:
    """All addresses in the text in their order, and the text that is left without them."""
    found = tuple(match[0].rstrip(".,;:!?") for match in _ADDRESS.finditer(text))
    return found, " ".join(_ADDRESS.sub(" ", text).split())


def normalise_uri(raw: str) -> str:
    """The one form of an address; an alias becomes what it stands for; "" if it is no address."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw.strip())).replace("&amp;", "&")
    text = _UNRESERVED.sub(lambda m: unquote(m[0]), text)
    text = re.sub(
        r"^https?:/+",
        "http://",
        text if "://" in text or text.lower().startswith("http") else f"http://{text}",
        flags=re.IGNORECASE,
    )
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return ""
    host = re.sub(r"^(www\.|m\.)+", "", host)
    if not host or "@" in parts.netloc or port not in (None, 80, 443):
        return ""
    path = re.sub("/+", "/", parts.path.lower())
    if host == "kulturarvsdata.se" and path.rstrip("/") == "/resurser/license" and parts.fragment:
        return f"http://{host}/resurser/license#{parts.fragment.lower()}"
    path = re.sub(r"/(deed|legalcode|rdf)(\.[a-z_-]+)?/?$", "/", path)
    if host == "rightsstatements.org":
        path = re.sub(r"^/page/", "/vocab/", path)
    path = re.sub(rf"^(/licenses/[^/]+/[\d.]+)/({'|'.join(_PLAIN_PORTS)})/?$", r"\1/", path)
    uri = f"http://{host}{path.rstrip('/')}/"
    return _ALIASES.get(uri, uri)
