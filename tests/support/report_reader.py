"""Reads a partner's page as a visitor's browser would: what it shows, what it links to, what it would load."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import html

LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction"}
ELEMENTS_THAT_LOAD = ("script", "link", "iframe", "object", "embed", "video", "audio", "form", "base")
CODE_WORDS = re.compile(
    r"\b(?:batch_id|lane|digest|ledger|sha-?1|sha-?256|reason code|page_id|payload|enum|null|None|True|False|undefined|M\d{2,}|[A-Z]{2,}_[A-Z_]+)\b"
)


def read_page(page: str | Path) -> html.HtmlElement:
    text = page.read_text(encoding="utf-8") if isinstance(page, Path) else page
    return html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))


def shown(element: html.HtmlElement) -> str:
    """The text that people read, spaces collapsed (those that do not break stay); style and title are not shown."""
    parts = (text for text in element.xpath(".//text()[not(ancestor::style or ancestor::title or ancestor::script)]"))
    return re.sub(r"[ \t\r\n]+", " ", " ".join(parts)).strip()


def loads(page: html.HtmlElement) -> list[str]:
    """Everything that a browser would ask for, `data:` aside."""
    found = [f"<{element.tag}>" for element in page.iter(*ELEMENTS_THAT_LOAD)]
    for element in page.iter():
        for name, value in element.attrib.items():
            if name in LOADING and not str(value).startswith("data:"):
                found.append(f"{element.tag} {name}={value}")
            if name.startswith("on"):
                found.append(f"{element.tag} {name}")
    styles = " ".join(style.text or "" for style in page.iter("style"))
    return found + re.findall(r"url\([^)]*\)|@import[^;]*", styles)
