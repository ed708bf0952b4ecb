"""How long the next chunk is, and whether the whole can be done while the stash lives. No clock, no network.

- A chunk that breaks off is lost whole. So no chunk is longer than a hundredth of the file: a cut costs one per cent.
- Unless the promised rate makes us wait: then a chunk may last as long as the wait between two writes, which costs no time.
- On a slow line no chunk lasts longer than `CHUNK_SECONDS`; after a break the next ones are shorter.
- The first file teaches the line's speed, the next ones begin with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from glamflow.wiki.protocol import STASH_HOURS

CHUNK_SECONDS = 20.0
SHARE = 100
FIRST = 1024 * 1024  # bytes at most while the speed is unknown
MOST_BREAKS = 4  # a chunk is halved so often at most
ENOUGH_SECONDS = 60.0  # before that nothing is said about the whole
WIKI_FORGETS = 48  # hours


class ChunkSizes(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of the smallest and the largest chunk; the wiki itself takes 1 KiB to 100 MiB."""

    smallest: int = 64 * 1024
    largest: int = 20 * 1024 * 1024


@dataclass(kw_only=True)
class Pace:
    """What is known of a line."""

    sizes: ChunkSizes = field(default_factory=ChunkSizes)
    speed: float = 0.0  # bytes a second
    turn: float = 0.0  # seconds from write to write, where we wait for our turn
    breaks: int = 0

    def length(self, size: int) -> int:
        """Bytes of the next chunk of a file of `size`."""
        share = size / SHARE
        wanted = min(max(share, self.speed * self.turn), self.speed * CHUNK_SECONDS) if self.speed else min(share, FIRST)
        return int(min(self.sizes.largest, max(self.sizes.smallest, wanted / 2**self.breaks)))

    def went(self, length: int, *, seconds: float, waited: float) -> None:
        """A chunk went through in `seconds`, after a wait for leave to write."""
        now = length / max(seconds, 0.001)
        self.speed = (self.speed + now) / 2 if self.speed else now
        if waited > seconds:
            self.turn = waited + seconds
        self.breaks = max(0, self.breaks - 1)

    def broke(self) -> None:
        self.breaks = min(MOST_BREAKS, self.breaks + 1)


def too_slow(size: int, *, left: int, sent: int, seconds: float) -> str:
    """The sentence for people if a file cannot be done while the stash lives, "" if it can or if it is too early to say.

    `sent` bytes took `seconds`, waits included.
    """
    if seconds < ENOUGH_SECONDS or not sent:
        return ""
    hours = (seconds + left * seconds / sent) / 3600
    if hours <= STASH_HOURS:
        return ""
    speed = sent * 8 / seconds / 1_000_000
    return (
        f"{size / 1_000_000:,.1f} MB at {speed:.3g} Mbit/s would take {hours:,.0f} hours; the wiki forgets an unfinished upload after "
        f"{WIKI_FORGETS}, and more than {STASH_HOURS} are not tried"
    )
