"""When a published title has to change: the inventory number in it was wrong, and the source corrected it.

Rules (https://commons.wikimedia.org/wiki/Commons:File_renaming: obvious errors, not matters of taste)
- Titles are chosen once. A better title of the work, another spelling of the institution or a new rule of ours moves nothing.
- Only the number is replaced, once, where our rule put it: after the last separator that stands before it. The words stay.
- A title that does not hold the old number, or that would be too long, is left to people.
"""

from __future__ import annotations

from glamflow.transforms.commons.title import MAX_BYTES, identifier_part

SEPARATOR = " - "


def retitled(title: str, *, old: str, new: str) -> str:
    """The title with the corrected number, "" if it needs none or can have none."""
    before, after = identifier_part(old), identifier_part(new)
    head, separator, tail = title.rpartition(SEPARATOR)
    if not before or not after or before == after or not separator or not tail.startswith(before):
        return ""
    if tail[len(before) : len(before) + 1].isalnum():
        return ""  # the beginning of a longer number
    moved = f"{head}{separator}{after}{tail[len(before) :]}"
    return moved if len(moved.encode()) <= MAX_BYTES else ""
