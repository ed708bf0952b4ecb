"""JSON of strangers: read strictly, looked into by dotted paths.

A path is keys and list positions joined by dots: `response.docs`, `data.0.id`. A key that itself has dots
("artifact.uuid", as DigitaltMuseum writes) is found too: the longest key that exists wins.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn


class Missing:
    """What `look` gives where a path leads nowhere; null in the document is None."""

    def __bool__(self) -> bool:
        return False


MISSING = Missing()


def read_json(data: bytes) -> Any:
    """The document; ValueError for anything that is not strict JSON of sane depth."""
    try:
        return json.loads(data, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def look(value: Any, path: str) -> Any:
    """The value at `path`, `MISSING` if there is none. "" is the value itself."""
    return _walk(value, path.split(".")) if path else value


def _walk(value: Any, parts: list[str]) -> Any:
    if not parts:
        return value
    if isinstance(value, list):
        head = parts[0]
        return _walk(value[int(head)], parts[1:]) if head.isdecimal() and int(head) < len(value) else MISSING
    if isinstance(value, dict):
        for length in range(len(parts), 0, -1):
            key = ".".join(parts[:length])
            if key in value:
                return _walk(value[key], parts[length:])
    return MISSING


def as_text(value: Any) -> str:
    """A string, number or the only item of a list as trimmed text; "" for anything else."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def as_texts(value: Any) -> tuple[str, ...]:
    """Texts of a list or of one value."""
    return tuple(text for one in (value if isinstance(value, list) else [value]) if (text := as_text(one)))


def as_flag(value: Any) -> bool:
    """Whether a "deleted" value says yes: true, a number but 0, a date, any word that is not a no."""
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "false", "no", "n", "none", "null", "active")
    return bool(value)
