"""Wikitext → HTML, for the wikitext that we write and that people add to it. Everything is escaped; nothing runs.

Text becomes paragraphs, headings, lists and links; templates become look-alikes (`look_alikes.py`). A link to a page that is
not there, and a template that does not exist, are red.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import quote

import mwparserfromhell
from markupsafe import Markup, escape
from mwparserfromhell.nodes import (
    Argument,
    Comment,
    ExternalLink,
    Heading,
    HTMLEntity,
    Node,
    Tag,
    Template,
    Text,
    Wikilink,
)

from glamflow.sandbox.wiki.links import template_title
from glamflow.sandbox.wiki.pages import find_page
from glamflow.sandbox.wiki.render.words import word
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import CATEGORY, FILE, Title, parse_title

MAX_DEPTH = 12
MAX_TEXT = 200_000
_BLOCK_START, _BLOCK_END = "\x02", "\x03"
_INLINE_TAGS = frozenset({"b", "i", "small", "sup", "sub", "u", "s", "em", "strong", "code", "span", "cite", "big", "center", "div", "p"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What rendering needs to know. `problems` collects what is red."""

    state: State
    language: str = "en"
    depth: int = 0
    problems: list[str] = field(default_factory=list)

    def deeper(self) -> Page:
        return replace(self, depth=self.depth + 1)

    def word(self, key: str) -> str:
        return word(key, self.language)


class Made(Markup):
    """HTML that this package put together from escaped parts."""


def page_link(page: Page, title: Title, shown: str = "", *, css: str = "") -> Markup:
    """Link to a page of the wiki; red when it is not there."""
    missing = find_page(page.state, title) is None
    if missing:
        page.problems.append(str(title))
    classes = " ".join(part for part in (css, "missing" if missing else "") if part)
    hint = Markup(' title="{}"').format(page.word("not_there")) if missing else Markup("")
    return Markup('<a href="/wiki/{}"{}{}>{}</a>').format(
        _path(title), Markup(' class="{}"').format(classes) if classes else "", hint, shown or str(title)
    )


def _path(title: Title) -> str:
    return quote(title.path, safe=":/()',!*")


def outside_link(url: str, shown: str = "") -> Markup:
    """Link to another host; only http and https."""
    if not re.match(r"^https?://", url):
        return escape(shown or url)
    return Markup('<a href="{}" rel="nofollow noopener noreferrer" class="outside">{}</a>').format(url, shown or url)


def render(page: Page, text: str) -> Markup:
    """Wikitext as blocks of HTML."""
    code = mwparserfromhell.parse(_CONTROL.sub("", text[:MAX_TEXT]))
    return _blocks(_nodes(page, list(code.nodes)))


def render_inline(page: Page, text: str) -> Markup:
    """Wikitext of a parameter: blocks without a paragraph around a single line."""
    made = render(page, text.strip())
    single = re.fullmatch(r"<p>((?:(?!</?p>).)*)</p>\n?", str(made), re.DOTALL)
    return Made(single.group(1)) if single else made


def block(html: Markup) -> str:
    """Mark HTML as a block that stands outside paragraphs."""
    return f"\n\n{_BLOCK_START}{html}{_BLOCK_END}\n\n"


def _nodes(page: Page, nodes: list[Node]) -> str:
    if page.depth > MAX_DEPTH:
        return str(escape("…"))
    return "".join(_node(page, node) for node in nodes)


def _node(page: Page, node: Node) -> str:
    match node:
        case Text():
            return str(escape(node.value))
        case Heading():
            level = min(max(node.level, 2), 4)
            return block(Markup("<h{0}>{1}</h{0}>").format(level, Made(_nodes(page.deeper(), list(node.title.nodes)).strip())))
        case Wikilink():
            return _wikilink(page, node)
        case ExternalLink():
            shown = Made(_nodes(page.deeper(), list(node.title.nodes))).striptags() if node.title else ""
            return str(outside_link(str(node.url), shown))
        case HTMLEntity():
            return str(escape(node.normalize() or str(node)))
        case Comment():
            return ""
        case Tag():
            return _tag(page, node)
        case Template():
            return _template(page, node)
        case Argument():
            return str(escape(str(node)))
    return str(escape(str(node)))


def _tag(page: Page, node: Tag) -> str:
    name = str(node.tag).strip().lower()
    if node.wiki_markup in {"*", "#", ":", ";"}:
        return f"\n{node.wiki_markup}"
    if name == "br":
        return "<br>"
    if name == "gallery":
        from glamflow.sandbox.wiki.render.gallery import draw_gallery

        return block(draw_gallery(page, str(node.contents)))
    if name in {"nowiki", "pre"}:
        return str(escape(str(node.contents)))
    inner = _nodes(page.deeper(), list(node.contents.nodes)) if node.contents is not None else ""
    if name in {"includeonly", "onlyinclude", "noinclude"}:
        return inner
    return f"<{name}>{inner}</{name}>" if name in _INLINE_TAGS and name not in {"div", "p", "center"} else (
        inner if name in {"div", "p", "center"} else str(escape(str(node)))
    )


def _wikilink(page: Page, node: Wikilink) -> str:
    raw = str(node.title).strip()
    title = parse_title(raw.partition("#")[0])
    if title is None:
        return str(escape(str(node)))
    if title.ns == CATEGORY and not raw.startswith(":"):
        return ""
    if title.ns == FILE and not raw.startswith(":") and find_page(page.state, title) is not None:
        return str(Markup('<a href="/wiki/{0}"><img class="inline" src="/wiki/Special:FilePath/{1}?width=120" alt="{2}"></a>').format(
            _path(title), title.db_key, title.name
        ))  # fmt: skip
    shown = Made(_nodes(page.deeper(), list(node.text.nodes))).striptags() if node.text else raw.lstrip(":")
    return str(page_link(page, title, shown))


def _template(page: Page, node: Template) -> str:
    from glamflow.sandbox.wiki.render.look_alikes import draw

    name = str(node.name).strip()
    if name.lower().startswith("int:"):
        return str(escape(page.word(name[4:].strip())))
    if name in {"!", "=", "((", "))"}:
        return {"!": "|", "=": "=", "((": "{{", "))": "}}"}[name]
    title = template_title(name)
    if title is None or find_page(page.state, title) is None:
        page.problems.append(str(title or name))
        label = f"{{{{{title or name}}}}}" if title is None or title.ns != 10 else f"{{{{{title.name}}}}}"
        return str(Markup('<span class="missing template" title="{}">{}</span>').format(page.word("no_template"), label))
    return draw(page.deeper(), node, title)


def _blocks(html: str) -> Markup:
    """Paragraphs, lists and blocks from marked text."""
    made: list[str] = []
    for part in re.split(rf"({_BLOCK_START}.*?{_BLOCK_END}(?!{_BLOCK_END}))", html, flags=re.DOTALL):
        if part.startswith(_BLOCK_START):
            made.append(part.strip(_BLOCK_START + _BLOCK_END))
            continue
        made += [_paragraph(chunk) for chunk in re.split(r"\n\s*\n", part) if chunk.strip()]
    return Made("\n".join(made))


def _paragraph(chunk: str) -> str:
    lines = chunk.strip("\n").split("\n")
    rows: list[str] = []
    plain: list[str] = []
    for line in lines:
        if re.match(r"[*#:;]", line):
            if plain:
                rows.append(f"<p>{' '.join(plain)}</p>")
                plain = []
            rows.append(f"<li>{line.lstrip('*#:; ')}</li>")
        elif line.strip():
            plain.append(line)
    if plain:
        rows.append(f"<p>{' '.join(plain)}</p>")
    return re.sub(r"((?:<li>.*?</li>)+)", r"<ul>\1</ul>", "".join(rows), flags=re.DOTALL)
