"""SVG: drawings are programs; only those that draw and nothing else pass.

Refused: scripts, event attributes, foreign objects, links that leave the file (other than plain anchors), style imports,
entities, processing instructions that load a style. https://www.mediawiki.org/wiki/Manual:Security/SVG
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from lxml import etree

from glamflow.media.inspection import Limits, Refusal
from glamflow.transforms.outcome import Reason

_ACTIVE = frozenset(
    {"script", "handler", "listener", "foreignobject", "iframe", "embed", "object", "audio", "video", "canvas"}
)
_SAFE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_CSS = re.compile(r"@import|expression\s*\(|-moz-binding|behavior\s*:|javascript:", re.IGNORECASE)
_CSS_URL = re.compile(r"url\s*\(\s*[\"']?\s*([^\"')\s]*)", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|pt|pc|mm|cm|in)?\s*\Z")
_UNITS = {"": 1.0, "px": 1.0, "pt": 1.25, "pc": 15.0, "mm": 3.543307, "cm": 35.43307, "in": 90.0}
_ENCODING = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_SAFE_ENCODING = re.compile(rb"utf-?8|utf-?16(?:le|be)?|(?:us-)?ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!ENTITY|<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y|\x00<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y", re.IGNORECASE)
_MOST_INSIDE = 10_000  # elements kept of one text
_RIGHTS = ("rights", "creator", "license", "description", "title", "publisher")


def inspect_svg(path: Path, *, size: int, limits: Limits) -> dict[str, Any]:
    """Facts of a drawing; `Refusal` (ACTIVE_CONTENT) if it does more than draw."""
    if size > limits.text_bytes:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, f"an SVG of {size} bytes", held=True)
    data = path.read_bytes()
    declared = _ENCODING.match(data)
    if declared and not _SAFE_ENCODING.fullmatch(declared[1]):
        raise Refusal(Reason.ACTIVE_CONTENT, "its encoding can hide what it holds")
    if _DECLARATION.search(data):
        raise Refusal(Reason.ACTIVE_CONTENT, "it declares entities")
    # Pictures inside may be longer than libxml2's 10 MB; without a document type nothing can expand.
    large = b"\x00" not in data[:200] and b"<!DOCTYPE" not in data
    walk = etree.iterparse(
        io.BytesIO(data), events=("start", "end", "pi"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=large
    )  # fmt: skip
    try:
        return _walked(walk)
    except etree.XMLSyntaxError as error:
        raise Refusal(Reason.MEDIA_CORRUPT, f"it is not well-formed XML: {error}") from error


def _walked(walk: Any) -> dict[str, Any]:
    """One pass over the elements; each is dropped when it ends, so that millions of them weigh no more than one."""
    facts: dict[str, Any] = {}
    texts: dict[str, str] = {}
    kept: list[etree._Element] = []  # a text that is being read, with what is inside it
    inside = 0
    for event, node in walk:
        if event == "pi":
            if "stylesheet" in str(node.target):
                raise Refusal(Reason.ACTIVE_CONTENT, "it loads a style sheet", **facts)
        elif event == "start":
            facts = facts or {"root": True, **_opened(node)}
            if problem := _problem(node):
                raise Refusal(Reason.ACTIVE_CONTENT, problem, **_told(facts))
            if kept or _local(node) in _RIGHTS:
                kept.append(node)
        else:
            if _local(node) == "style" and (problem := _css_problem("".join(map(str, node.itertext())))):
                raise Refusal(Reason.ACTIVE_CONTENT, problem, **_told(facts))
            if kept:
                kept.pop()
                if _local(node) in _RIGHTS and (text := " ".join("".join(map(str, node.itertext())).split())):
                    texts.setdefault(f"svg:{_local(node)}", text[:2000])
            inside = inside + 1 if kept else 0
            if not kept or inside > _MOST_INSIDE:
                _drop(node)
    return _told(facts) | {"embedded": texts}


def _opened(root: etree._Element) -> dict[str, Any]:
    if _local(root) != "svg":
        raise Refusal(Reason.MEDIA_NOT_AN_IMAGE, f"its root is “{_local(root)}”, not svg")
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise Refusal(Reason.ACTIVE_CONTENT, "it declares entities")
    return _dimensions(root)


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "root"}


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    node.clear()
    while parent is not None and (before := node.getprevious()) is not None:
        parent.remove(before)


def _is_style(node: etree._Element | None) -> bool:
    return node is not None and isinstance(node.tag, str) and _local(node) == "style"


def _problem(element: etree._Element) -> str:
    """What this element does beyond drawing, "" for nothing."""
    name = _local(element)
    if name in _ACTIVE:
        return f"it holds a “{name}” element"
    for key, raw in element.attrib.items():
        attribute, value = str(key).rpartition("}")[2].lower(), str(raw).strip()
        if attribute.startswith("on") and attribute != "only":
            return f"it reacts to events ({attribute})"
        if attribute in ("href", "src") and not _may_refer(name, value):
            return f"it refers to something outside ({value[:80]})"
        if name in ("set", "animate") and attribute == "attributename" and value.lower().endswith("href"):
            return "it changes a link while it runs"
        problem = _css_problem(value) if "url" in value.lower() or attribute == "style" else ""
        if problem:
            return problem
    return "its style holds elements" if _is_style(element.getparent()) else ""


def _may_refer(name: str, value: str) -> bool:
    """Anchors may lead anywhere on the web (a person must click); anything that loads stays inside the file."""
    if value == "" or value.startswith("#") or _SAFE_DATA.match(re.sub(r"\s", "", value[:60])):
        return True
    return name == "a" and re.match(r"https?://", value, re.IGNORECASE) is not None


def _css_problem(css: str) -> str:
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    if "\\" in plain or _CSS.search(plain):
        return "its style does more than colour"
    outside = next(
        (url for url in _CSS_URL.findall(plain) if url and not url.startswith("#") and not _SAFE_DATA.match(url)), ""
    )
    return f"its style refers to something outside ({outside[:80]})" if outside else ""


def _dimensions(root: etree._Element) -> dict[str, Any]:
    """Pixels as MediaWiki counts them (90 to the inch), from width and height, else from the view box."""
    width, height = _length(root.get("width")), _length(root.get("height"))
    box = re.split(r"[\s,]+", str(root.get("viewBox") or "").strip())
    if (width is None or height is None) and len(box) == 4:
        width, height = _length(box[2]), _length(box[3])
    return {} if width is None or height is None else {"width": width, "height": height}


def _length(value: str | None) -> int | None:
    match = _LENGTH.match(str(value or ""))
    return round(float(match[1]) * _UNITS[match[2] or ""]) if match else None


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()
