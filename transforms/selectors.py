"""Dotted paths into JSON and rows: `files.url`, `files.0.url`, `name[label=Artist|Maker].content`, `rights | details.rights`, `.`.

Rules
- A list on the way means each of its items; a number picks one of them. `.` is the record itself.
- `[key=a|b]` keeps objects with one of these values at `key` (itself a dotted path), `[key!=a|b]` those without; compared as whole
  texts in any case. An object that has no such key is kept by `!=` only.
- ` | ` divides paths that are all followed, in order, as in XPath.
- Nothing raises: a path that leads nowhere selects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

_STEP = re.compile(r"(?P<key>[^.\[\]]+)(?P<tests>(?:\[[^\[\]]*\])*)(?:\.|$)")
_TEST = re.compile(r"\[(?P<path>[^=!\[\]]+)(?P<no>!?)=(?P<values>[^\[\]]+)\]")
_MAX_FOUND = 100_000
"""Values of one selector; a hostile record cannot make us walk longer."""


class Condition(NamedTuple):
    """What an object must (not) say to be kept."""

    path: tuple[str, ...]
    values: frozenset[str]
    wanted: bool


class Step(NamedTuple):
    """One key, and what the values there must say."""

    key: str
    conditions: tuple[Condition, ...]


def mistake_in_path(path: str) -> str:
    """What is wrong with a path, "" if it can be followed."""
    return "" if all(_steps(one) is not None for one in _alternatives(path)) else "a bracket or a point too many"


def select(value: Any, path: str) -> Iterator[Any]:
    """The values at `path`, in the order of the record."""
    left = _MAX_FOUND
    for one in _alternatives(path):
        for found in _walk(value, _steps(one) or ()) if _steps(one) is not None else ():
            left -= 1
            if left < 0:
                return
            yield found


def _alternatives(path: str) -> list[str]:
    return [one.strip() for one in path.split(" | ")]


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[Step, ...] | None:
    """The steps of a path, None if it cannot be read."""
    if path == ".":
        return ()
    steps, end = [], 0
    while end < len(path):
        match = _STEP.match(path, end)
        if match is None or "".join(m.group() for m in _TEST.finditer(match["tests"])) != match["tests"]:
            return None
        conditions = [
            Condition(
                path=tuple(test["path"].strip().split(".")),
                values=frozenset(value.strip().casefold() for value in test["values"].split("|")),
                wanted=not test["no"],
            )
            for test in _TEST.finditer(match["tests"])
        ]
        steps.append(Step(match["key"], tuple(conditions)))
        end = match.end()
    return tuple(steps) if steps and not path.endswith(".") else None


def _walk(value: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step = steps[0]
    if isinstance(value, Mapping):
        if step.key in value:
            yield from _kept(value[step.key], step, steps[1:])
    elif isinstance(value, list):
        if step.key.isdigit() and step.key.isascii() and len(step.key) < 7:
            if int(step.key) < len(value):
                yield from _kept(value[int(step.key)], step, steps[1:])
        else:
            for item in value:
                yield from _walk(item, steps)


def _kept(value: Any, step: Step, rest: tuple[Step, ...]) -> Iterator[Any]:
    if not step.conditions:
        yield from _walk(value, rest)
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping) and all(_holds(item, condition) for condition in step.conditions):
            yield from _walk(item, rest)


def _holds(item: Mapping[str, Any], condition: Condition) -> bool:
    found = {str(value).strip().casefold() for value in _leaves(item, condition.path)}
    return bool(found & condition.values) is condition.wanted


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[str | int | float]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item, path)
    elif isinstance(value, Mapping):
        if path and path[0] in value:
            yield from _leaves(value[path[0]], path[1:])
    elif not path and isinstance(value, str | int | float):
        yield value
