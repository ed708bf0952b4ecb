"""Mending XML that is almost right. Nothing is guessed: only what has one possible meaning is mended, and it is counted.

| broken | mended |
|---|---|
| control characters, U+FFFE/U+FFFF, lone surrogates, also as `&#x1a;` | removed |
| raw `&` that starts no entity | `&amp;` |
| HTML entities that XML does not know (`&nbsp;`, `&eacute;`) | the character they name |
| inner `<?xml …?>` declarations | removed |
| a well-known prefix that nobody declared | its namespace is declared |

Document types are never mended: whoever sends one is refused (entity bombs, external entities).
"""

from __future__ import annotations

import html.entities
import re

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!#[0-9]{1,10};|#[xX][0-9a-fA-F]{1,8};|[A-Za-z_][\w.-]{0,63};)")
_INNER_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}\?>")
_PREFIX_USED = re.compile(r"[<\s/]([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
_PREFIX_DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]{0,40})\s*=")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "lido": "http://www.lido-schema.org",
    "marc": "http://www.loc.gov/MARC21/slim",
    "mets": "http://www.loc.gov/METS/",
    "mods": "http://www.loc.gov/mods/v3",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "ore": "http://www.openarchives.org/ore/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "svcs": "http://rdfs.org/sioc/services#",
    "wgs84_pos": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def mend(text: str) -> tuple[str, int]:
    """(mended text, number of mends); the text itself if there was nothing that we mend."""
    count = 0

    def numeric(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else int(match[2])
        legal = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
        nonlocal count
        count += not legal
        return match[0] if legal else ""

    def named(match: re.Match[str]) -> str:
        if match[1] in _XML_ENTITIES:
            return match[0]
        nonlocal count
        count += 1
        character = html.entities.html5.get(match[1] + ";")
        return f"&amp;{match[1]};" if character is None else "".join(f"&#{ord(one)};" for one in character)

    text, removed = _ILLEGAL.subn("", text)
    count += removed
    text, removed = _INNER_DECLARATION.subn("", text)
    count += removed
    text = _NUMERIC.sub(numeric, text)
    text, bare = _BARE.subn("&amp;", text)
    text = _NAMED.sub(named, text)
    return text, count + bare


def undeclared(text: str) -> dict[str, str]:
    """Well-known prefixes that a fragment uses and nobody in it declares."""
    used = set(_PREFIX_USED.findall(text)) - set(_PREFIX_DECLARED.findall(text))
    return {prefix: NAMESPACES[prefix] for prefix in sorted(used & NAMESPACES.keys())}
