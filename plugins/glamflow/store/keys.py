"""What a key may look like, for every store alike."""

from __future__ import annotations

import re

from glamflow.transforms.errors import Permanent

_KEY = re.compile(r"[A-Za-z0-9_.=~-]+(?:/[A-Za-z0-9_.=~-]+)*")
_LONGEST = 900  # S3 takes 1,024 bytes, and a prefix goes before


class KeyRefused(Permanent):
    """A key that could leave the store's folder or that not every store takes: an error of the caller."""


def checked_key(key: str) -> str:
    """`key` itself; `KeyRefused` for empty, absolute, too long, dotted or oddly spelled ones."""
    if len(key) > _LONGEST or not _KEY.fullmatch(key) or any(part.strip(".") == "" for part in key.split("/")):
        raise KeyRefused(f"The object key {key[:120]!r} is not allowed.", hint="Keys are made by store/layout.py only.")
    return key


def checked_prefix(prefix: str) -> str:
    """A prefix to list by: "" or the beginning of a key, with or without a last slash."""
    if prefix:
        checked_key(prefix.rstrip("/"))
    return prefix
