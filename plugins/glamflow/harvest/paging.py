"""The five declared ways in which JSON APIs turn pages (`source.rest.pagination`).

| style | next page | the end |
|---|---|---|
| page_number | number + 1 | an empty page, or `total` records seen |
| offset | offset + records received (never + page size: servers cap it) | the same |
| cursor | the value at `next`: a cursor, or a whole address | no value |
| link_header | `Link: <…>; rel="next"` | no such link |
| id_list | the list's own cursor or Link header, if it has one | no such value |

A short page is no end: many servers silently give less than was asked for.
"""

from __future__ import annotations

import re
from typing import Any, assert_never
from urllib.parse import urljoin

import msgspec

from glamflow.harvest.http import Answer
from glamflow.harvest.json_path import as_text, look
from glamflow.harvest.spec import RestSpec, SourceSpec
from glamflow.transforms.errors import ConfigInvalid

_LINK = re.compile(r"<([^<>]*)>\s*((?:;\s*[^,;=\s]+\s*(?:=\s*(?:\"[^\"]*\"|[^,;\s]*))?\s*)*)")
_NEXT = re.compile(r";\s*rel\s*=\s*\"?(?:[^\";,]*\s)?next(?:\s[^\";,]*)?\"?\s*(?:;|$)", re.IGNORECASE)


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request: a position or cursor to be put into parameters, or a whole address that the source gave."""

    position: int = 0
    cursor: str = ""
    url: str = ""


def first_step(spec: SourceSpec) -> Step:
    rest = rest_of(spec)
    if rest.pagination == "page_number":
        return Step(position=1 if rest.first_page is None else rest.first_page)
    return Step(position=rest.first_page or 0)


def parameters(spec: SourceSpec, step: Step) -> dict[str, str]:
    """Parameters of a step that has no whole address."""
    rest = rest_of(spec)
    params = dict(rest.params)
    if rest.size_param:
        params[rest.size_param] = str(spec.page_size)
    if rest.pagination in ("page_number", "offset"):
        params[rest.page_param] = str(step.position)
    elif step.cursor:
        params[rest.cursor_param] = step.cursor
    return params


def next_step(spec: SourceSpec, step: Step, *, body: Any, answer: Answer, received: int, seen: int) -> Step | None:
    """The request after `step`, None at the end. `received` records on this page, `seen` with all before."""
    rest = rest_of(spec)
    match rest.pagination:
        case "page_number" | "offset":
            total = total_of(spec, body)
            if received == 0 or (total is not None and seen >= total):
                return None
            return Step(position=step.position + (1 if rest.pagination == "page_number" else received))
        case "cursor":
            return _by_cursor(answer, as_text(look(body, rest.next)))
        case "link_header":
            return _by_link(answer)
        case "id_list":
            return _by_cursor(answer, as_text(look(body, rest.next))) if rest.next else _by_link(answer)
        case _:
            assert_never(rest.pagination)


def total_of(spec: SourceSpec, body: Any) -> int | None:
    """The number of records that an answer states at `total`."""
    path = rest_of(spec).total
    text = as_text(look(body, path)) if path else ""
    return int(text) if text.isdecimal() else None


def next_link(header: str) -> str:
    """The address of `rel="next"` in a Link header, "" if there is none (RFC 8288)."""
    return next((match[1] for match in _LINK.finditer(header) if _NEXT.search(match[2])), "")


def _by_cursor(answer: Answer, value: str) -> Step | None:
    if not value:
        return None
    if value.startswith(("http://", "https://", "/", "?")):
        return Step(url=urljoin(answer.url, value))
    return Step(cursor=value)


def _by_link(answer: Answer) -> Step | None:
    link = next_link(answer.headers.get("link", ""))
    return Step(url=urljoin(answer.url, link)) if link else None


def rest_of(spec: SourceSpec) -> RestSpec:
    if spec.rest is None:
        raise ConfigInvalid("partner file", "a source of type rest needs a block of that name", key="source.rest")
    return spec.rest
