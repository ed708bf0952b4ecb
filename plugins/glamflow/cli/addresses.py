"""Addresses given on the command line: a slip of the keyboard is wrong usage, not a source that does not answer."""

from __future__ import annotations

from urllib.parse import urlsplit

import typer


def require_web_address(value: str, option: str) -> None:
    """`BadParameter` unless `value` could be the address of a web service."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(sign.isspace() for sign in value) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise typer.BadParameter(f"“{value}” is no web address; it begins with https:// or http://", param_hint=option)
