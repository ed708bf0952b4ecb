"""The report's own words in the reader's language, its numbers and its dates. One catalogue per language in `words/`.

Rules
- A text with a number in it may have forms by CLDR's plural names (`{"one": …, "other": …}`); Arabic texts avoid the agreement.
- Digits are the usual ones in all four languages, so that inventory numbers and counts look alike; thousands stand apart by a thin space.
- Dates are long ("25 November 2026"), never figures with slashes.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from importlib import resources
from typing import Any

RIGHT_TO_LEFT = frozenset({"ar"})
THIN = "\u202f"  # narrow no-break space


class Words:
    """Texts by key. A language without a catalogue reads English."""

    def __init__(self, language: str) -> None:
        self._texts, self.language = _catalogue(language)

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def __getitem__(self, key: str) -> str:
        """The text as it stands; its general form where it has several."""
        text = self._texts[key]
        return str(text["other"] if isinstance(text, dict) else text)

    def say(self, key: str, number: int | None = None, **values: Any) -> str:
        """The text with its values put in; `number` chooses its form and is `{n}`."""
        text = self._texts[key]
        if isinstance(text, dict):
            text = text.get(_form(self.language, number or 0)) or text["other"]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return str(text).format(**shown, **({} if number is None else {"n": self.number(number)}))

    def named(self, group: str, key: str) -> str:
        """The word for `key` in a group of names ("fields", "statements"), the group's general word if it has none."""
        names = self._texts[group]
        return str(names.get(key) or names["other"])

    @staticmethod
    def number(value: float) -> str:
        """1 204 with a thin space that does not break."""
        return f"{value:,.6g}".replace(",", THIN) if isinstance(value, float) else f"{value:,}".replace(",", THIN)

    def date(self, day: dt.date) -> str:
        """25 November 2026; the first of a month has its own form where the language wants one."""
        month = self._texts["months"][day.month - 1]
        return str(self._texts["date_first" if day.day == 1 else "date"]).format(day=day.day, month=month, year=day.year)

    def moment(self, at: dt.datetime) -> str:
        """Date and time with the zone named."""
        at = at.astimezone(dt.UTC)
        return self.say("moment", date=self.date(at.date()), time=f"{at:%H:%M} UTC")


def _form(language: str, number: int) -> str:
    if language == "fr":
        return "one" if number in (0, 1) else "other"
    return "one" if number == 1 else "other"


@functools.cache
def _catalogue(language: str) -> tuple[dict[str, Any], str]:
    folder = resources.files("glamflow.reports") / "words"
    path = folder / f"{language}.json"
    chosen = language if path.is_file() else "en"
    return json.loads((folder / f"{chosen}.json").read_text(encoding="utf-8")), chosen
