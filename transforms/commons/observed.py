"""What one revision changed on a page of ours, in the words of a museum: pure, from the page before and after it.

| seen | kind |
|---|---|
| a caption, a description in a language that nobody gave | `TRANSLATED` |
| a caption rewritten; a statement, qualifier, reference or empty parameter given | `IMPROVED` |
| a value of ours changed to another; a statement deprecated or its qualifiers changed | `CORRECTED` |
| categories | `CATEGORISED` |
| a value of ours put back to what it was before us, or taken away | `REVERTED` |
| ours put back where somebody had changed it | `RESTORED` |
| the licence: template, P275, P6216 | `LICENCE_CHANGED` |
| everything gone | `BLANKED` |
| another information template, other text, others' statements taken away | `EDITED` |
| white space | nothing |

Every change names field, language, value before and after, so that it can be taken back into a catalogue. What hidden (revision-deleted)
text or data say is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from glamflow.transforms.record import Model
from glamflow.transforms.wikibase.ids import P


class Kind(StrEnum):
    TRANSLATED = "TRANSLATED"
    IMPROVED = "IMPROVED"
    CORRECTED = "CORRECTED"
    CATEGORISED = "CATEGORISED"
    REVERTED = "REVERTED"
    RESTORED = "RESTORED"
    LICENCE_CHANGED = "LICENCE_CHANGED"
    BLANKED = "BLANKED"
    EDITED = "EDITED"


class State(Model, frozen=True, kw_only=True):
    """A page at one revision. `by_us`: our account made it."""

    text: str = ""
    captions: dict[str, str] = msgspec.field(default_factory=dict)
    statements: tuple[dict[str, Any], ...] = ()
    by_us: bool = False


class Change(Model, frozen=True, kw_only=True):
    """One value. `field`: "caption", "category", "licence", "template", "page", a parameter's name, or a property's id."""

    kind: Kind
    field: str = ""
    language: str = ""
    before: str = ""
    after: str = ""


LICENCES = frozenset({P.COPYRIGHT_LICENSE, P.COPYRIGHT_STATUS})


class Past:
    """What the page said earlier, to know our own values and those that stood before ours. Oldest first."""

    def __init__(self, states: Sequence[Any]) -> None:
        self._states = states

    def kind(self, before: Any, after: Any) -> Kind | None:
        """`REVERTED` or `RESTORED` where a value goes back to one that stood earlier, None for a new one."""
        values = [value for value, _ in self._states]
        set_by_us = {
            value
            for place, (value, ours) in enumerate(self._states)
            if ours and (not place or values[place - 1] != value)
        }
        if before in set_by_us and after in values[: values.index(before)]:
            return Kind.REVERTED
        return Kind.RESTORED if after in set_by_us and before not in set_by_us else None

    def is_ours(self, value: Any) -> bool:
        """Whether our account was the first to say this."""
        values = [value for value, _ in self._states]
        return value in values and bool(self._states[values.index(value)][1])


def changed_value(
    field: str, before: str, after: str, past: Past, *, language: str = "", new: Kind = Kind.CORRECTED
) -> Change:
    """A value that somebody set, changed or took away. `new`: what a value is called that nobody gave before."""
    went_back = past.kind(before, after)
    if went_back is not None:
        kind = went_back
    elif not after:
        kind = Kind.REVERTED if past.is_ours(before) else Kind.EDITED
    elif not before:
        kind = Kind.TRANSLATED if language else Kind.IMPROVED
    else:
        kind = new
    return Change(kind=kind, field=field, language=language, before=before, after=after)


def caption_changes(before: State, after: State, earlier: Sequence[State]) -> Iterator[Change]:
    for code in sorted({*before.captions, *after.captions}):
        old, new = before.captions.get(code, ""), after.captions.get(code, "")
        if old != new:
            past = Past([(state.captions.get(code, ""), state.by_us) for state in earlier])
            yield changed_value("caption", old, new, past, language=code, new=Kind.IMPROVED)
