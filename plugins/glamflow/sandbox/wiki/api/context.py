"""One API request: its parameters, files, session and transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from glamflow.sandbox.wiki.accounts import Session, User
from glamflow.sandbox.wiki.answers import ApiError, missing_param
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import Title, parse_title


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """A part of a multipart body that was a file, already in a temporary file."""

    path: Path
    size: int


@dataclass(slots=True, kw_only=True)
class Request:
    """Parameters are text as sent; `warnings` collects what the answer says about them."""

    state: State
    params: Mapping[str, str]
    session: Session
    files: Mapping[str, FilePart] = field(default_factory=dict)
    query_string: frozenset[str] = frozenset()
    method: str = "POST"
    warnings: dict[str, list[str]] = field(default_factory=dict)
    new_cookie: str | None = None
    step: str = ""
    subject: str = ""
    applied: bool = False
    patched: bool = False
    lose_stash: bool = False

    @property
    def user(self) -> User:
        return self.session.user

    @property
    def action(self) -> str:
        return self.params.get("action", "help")

    def text(self, name: str, default: str = "") -> str:
        return self.params.get(name, default)

    def need(self, name: str) -> str:
        if name not in self.params:
            raise missing_param(name)
        return self.params[name]

    def flag(self, name: str) -> bool:
        return name in self.params

    def number(self, name: str, default: int, *, lowest: int = 0, highest: int = 2**53) -> int:
        """An integer parameter; `max` is the highest allowed value."""
        raw = self.params.get(name, "")
        if raw == "max":
            return highest
        if not raw:
            return default
        try:
            value = int(raw)
        except ValueError:
            raise ApiError("badinteger", f'Invalid value "{raw}" for integer parameter "{name}".') from None
        if not lowest <= value <= highest:
            self.warn(self.action, f'The value "{value}" for parameter "{name}" must be between {lowest:,} and {highest:,}.')
        return value

    def several(self, name: str, default: str = "") -> list[str]:
        """A multi-value parameter, separated by `|` or, after a leading U+001F, by that."""
        raw = self.params.get(name, default)
        if raw.startswith("\x1f"):
            return [part for part in raw[1:].split("\x1f") if part]
        return [part for part in raw.split("|") if part]

    def limited(self, name: str) -> list[str]:
        """A multi-value parameter with the limit of titles and ids."""
        values = self.several(name)
        limit = self.user.limit
        if len(values) > limit:
            raise ApiError(
                "toomanyvalues", f'Too many values supplied for parameter "{name}". The limit is {limit}.',
                extra={"parameter": name, "limit": limit, "lowlimit": 50, "highlimit": 500},
            )  # fmt: skip
        return values

    def warn(self, module: str, text: str) -> None:
        self.warnings.setdefault(module, []).append(text)

    def title(self, name: str) -> Title:
        """A title parameter that must be valid."""
        raw = self.need(name)
        parsed = parse_title(raw)
        if parsed is None or parsed.ns < 0:
            raise ApiError("invalidtitle", f'Bad title "{raw}".')
        return parsed
