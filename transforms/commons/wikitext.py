"""Wikitext out of plain values: every value of a partner is neutralised here, and nowhere else.

Rules (MediaWiki's parser: https://www.mediawiki.org/wiki/Preprocessor_ABNF)
- Characters that could open a template, link, tag, table, signature, magic word, list or heading become entities:
  nothing is lost, and `html.unescape(escape(x)) == plain(x)`. `<nowiki>` would be weaker, since a value may hold `</nowiki>`.
- `&` is escaped as well, so that a partner's "&lt;b&gt;" shows as it was written.
- Bare addresses of a partner's text do not become links (spam block list, captcha); links are made by `external_link` only.
- Line breaks become spaces, or `<br />` made by us (`escape_lines`): a value never begins a line.
- Escape once, at the last step. Captions and statements want the plain text (`transforms/plain.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from glamflow.transforms.plain import plain

_ALWAYS = str.maketrans({c: f"&#{ord(c)};" for c in "|{}[]~=`"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_RUNS = re.compile("'{2,}|[_＿]{2,}|!{2,}|-{4,}")
# Values stand beside each other: a lone sign at either end could make a pair with its neighbour.
_EDGES = re.compile(r"^[*#:;!+'_＿ -]|['_＿!]$")
_SCHEMES = (
    "bitcoin ftp ftps geo git gopher http https irc ircs magnet mailto matrix mms news nntp redis sftp sip sips sms ssh "
    "svn tel telnet urn wikipedia worldwind xmpp"
)
# Also inside a word: parsers differ in what may stand before a scheme, and an entity more shows the same.
_ADDRESS = re.compile(rf"({'|'.join(_SCHEMES.split())}):(?=\S)|//", re.IGNORECASE)
_MAGIC_LINK = re.compile(r"\b(RFC|PMID|ISBN)\s(?=[\d-])")


def escape(value: str) -> str:
    """One line of wikitext that shows exactly `plain(value)` and does nothing else."""
    text = plain(value).translate(_ALWAYS)
    text = _ADDRESS.sub(lambda m: m[0].replace(":", "&#58;").replace("/", "&#47;"), text)
    text = _MAGIC_LINK.sub(r"\1&#32;", text)
    text = _RUNS.sub(lambda m: "".join(f"&#{ord(c)};" for c in m[0]), text)
    return _EDGES.sub(lambda m: f"&#{ord(m[0])};", text)


def escape_lines(value: str) -> str:
    """As `escape`, with the value's own line breaks kept as `<br />`."""
    return "<br />".join(escape(row) for row in plain(value, lines=True).split("\n"))


def external_link(url: str, label: str) -> str:
    """A link of ours; the address is percent-encoded so that nothing in it can end the link. "" if it is no http(s) address."""
    address = plain(url)
    if not re.match(r"https?://[^/\s]", address, re.IGNORECASE):
        return ""
    safe = quote(address, safe="%:/?#@!$&()*+,;=.-")
    safe = re.sub("&(?=#?[0-9A-Za-z]+;)", "%26", safe.replace("~", "%7E").replace("__", "%5F%5F"))
    return f"[{safe} {escape(label)}]" if label else safe


def template(name: str, parameters: Mapping[str, str] | None = None, *, block: bool = False) -> str:
    """`{{name|key=value}}` of ready wikitext values; `block` puts each parameter on its own line, empty ones included."""
    pairs = list((parameters or {}).items())
    if block:
        return "\n".join([f"{{{{{name}", *(f"|{key} = {value}".rstrip() for key, value in pairs), "}}"])
    return "{{" + "|".join([name, *(f"{key}={value}" for key, value in pairs)]) + "}}"
