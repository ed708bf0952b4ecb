"""`StepReport`: what a step did, in counts. It is all that travels through XCom."""

from __future__ import annotations

import msgspec


class StepReport(msgspec.Struct, kw_only=True):
    """Counts by meaning; adding two reports adds their counts."""

    step: str
    counts: dict[str, int] = msgspec.field(default_factory=dict)

    def add(self, name: str, number: int = 1) -> None:
        """Count `number` more of `name`."""
        if number:
            self.counts[name] = self.counts.get(name, 0) + number

    def __iadd__(self, other: StepReport) -> StepReport:
        for name, number in other.counts.items():
            self.add(name, number)
        return self
