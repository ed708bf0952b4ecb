"""Words, names, dates and places that a made-up record draws from, by a sequence that is the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence

# fmt: off
_WORDS = (
    "harbour", "winter", "portrait", "bridge", "garden", "letter", "chart", "soldier", "market", "island", "mother",
    "church", "river", "chair", "morning", "vessel", "ploughing", "standing", "unfinished", "northern", "silver",
    "broken", "village", "procession", "workshop", "machine", "railway", "lighthouse",
)
_FIRST = (
    "Anna", "Erik", "Margit", "Johan", "Léonie", "Pekka", "Ingrid", "Carlos", "Giulia", "Søren", "Aino", "Wilhelm",
    "Käthe", "Jens", "Teresa",
)
_LAST = (
    "Lindqvist", "Halonen", "Moreau", "Hansen", "Östberg", "Ricci", "Castillo", "Nieminen", "Vermeer", "Schröder",
    "Dahl", "Novák", "Ekström", "Jansen",
)
_PLACES = (
    "Stockholm", "Helsinki", "København", "Lyon", "Sevilla", "Leiden", "Lübeck", "Torino", "Bergen", "Kraków",
    "Uppsala", "Turku",
)
# fmt: on
_MATERIALS = ("oil", "canvas", "oak", "copper", "paper", "albumen print", "silver", "clay", "wool", "pencil")
_DATES = (
    "{y}",
    "ca. {y}",
    "{y}-05-1{d}",
    "{y}-{z}",
    "before {y}",
    "1{d}. maj {y}",
    "{c}th century",
    "{y}s",
    "between {y} and {z}",
)


class Maker:
    """Draws the facts of one record."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._state = number + 1

    def between(self, low: int, high: int) -> int:
        """The next number of a fixed sequence (Knuth's linear congruence)."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return low + (self._state >> 33) % (high - low + 1)

    def choice(self, values: Sequence[str]) -> str:
        return values[self.between(0, len(values) - 1)]

    def words(self, count: int) -> str:
        return " ".join(self.choice(_WORDS) for _ in range(count))

    def title(self) -> str:
        return f"{self.words(4).capitalize()} no. {self.number}"

    def name(self) -> str:
        return f"{self.choice(_LAST)}{self.number % 97}, {self.choice(_FIRST)}"

    def year(self) -> int:
        return self.between(1650, 1949)

    def date(self) -> str:
        year = self.year()
        form = self.choice(_DATES)
        return form.format(
            y=year - year % 10 if form == "{y}s" else year, z=year + 5, d=self.number % 9, c=year // 100 + 1
        )

    def place(self) -> str:
        return self.choice(_PLACES)

    def material(self) -> str:
        return self.choice(_MATERIALS)
