"""Tags by which people ask for the deletion of a file, as data (`data/deletion_tags.tsv`, each name with where it is from).

Rules
- A page lists the templates that it uses under their own name and under the redirect that was written: one known name is enough.
- Categories that such templates set are compared by their beginning: most carry a date.
- Upper and lower case, underscores and subpages for a language (`No source since/de`) make no difference.
- Commons gives seven days for missing source, licence or permission and for a request; copyright violations, speedy requests and
  duplicates may be deleted at once. https://commons.wikimedia.org/wiki/Commons:Deletion_policy
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

DAYS = 7
AT_ONCE = frozenset({"speedy", "copyvio", "duplicate"})


class Tag(NamedTuple):
    """A tag on a page: kind, and the template or category by which it was recognised."""

    kind: str
    name: str


def deletion_tags(templates: Iterable[str], categories: Iterable[str] = ()) -> tuple[Tag, ...]:
    """Tags among the templates and categories of a page, without their namespaces; each template once, in order of names."""
    names, beginnings = _table()
    found = {Tag(names[key], name) for name in templates if (key := _plain(name).partition("/")[0]) in names}
    if not found:  # the page's own template is not in the table, its category says what it means
        found = {Tag(kind, name) for name in categories for start, kind in beginnings if _plain(name).startswith(start)}
    return tuple(sorted(found, key=lambda tag: tag.name))


def deadline(since: dt.date) -> dt.date:
    """The day on which the file may be deleted if nobody acts."""
    return since + dt.timedelta(days=DAYS)


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())


@cache
def _table() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    lines = files(__package__).joinpath("data", "deletion_tags.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    names = {name: kind for kind, where, name, _ in rows if where == "template"}
    return names, tuple((name, kind) for kind, where, name, _ in rows if where == "category")
