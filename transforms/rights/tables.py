"""The tables of the rights engine: JSON beside this file, read once; their digest names the version of every decision.

Same facts + same date + same tables = same decision, so the version is computed from the bytes, never typed by hand.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

T = TypeVar("T")

NAMES = ("agencies", "countries", "holds", "licences", "phrases", "statements", "templates", "types")
"""Every data file; a decision depends on all of them and on nothing else outside its arguments."""

_FOLDER = files("glamflow.transforms.rights").joinpath("data")


@cache
def _content(name: str) -> bytes:
    return _FOLDER.joinpath(f"{name}.json").read_bytes()


def read_table(name: str, kind: type[T]) -> T:
    """The table `name`, checked against `kind` while it is decoded."""
    return msgspec.json.decode(_content(name), type=kind)


@cache
def table_version() -> str:
    """Twelve hexadecimal digits over all tables, e.g. `rights-1f0c…`."""
    total = hashlib.sha256()
    for name in NAMES:
        total.update(_content(name))
    return f"rights-{total.hexdigest()[:12]}"
