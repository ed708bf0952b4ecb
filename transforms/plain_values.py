"""Values of JSON as the named parsers take them: nested lists laid flat, scalars as text, the most telling text of an object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_TELLING = ("value", "#text", "text", "label", "name", "title", "prefLabel", "@value", "content")


def flatten(value: Any) -> Iterator[Any]:
    """Single values of nested lists."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from flatten(item)
    elif value is not None and value != "":
        yield value


def text_value(value: Any) -> str:
    """A scalar as text; objects give their most telling string."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value) if isinstance(value, float) else str(value)
    if isinstance(value, dict):
        for key in _TELLING:
            if isinstance(value.get(key), str | int | float):
                return text_value(value[key])
        return ""
    return value if isinstance(value, str) else ""


def first_text(item: dict[str, Any], keys: tuple[str, ...]) -> str:
    """The first text that one of the keys holds."""
    return next((text for key in keys if (text := text_value(next(flatten(item.get(key)), "")))), "")
