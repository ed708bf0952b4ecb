"""How the files of a plan are spread over staging lanes: by bytes, and so that every host is asked from the beginning.

- A lane holds at most `LANE_BYTES`; a file that is larger has a lane of its own.
- At most `MAX_LANES` lanes: what fits into none waits for the next plan.
- Files of one host are dealt out over the lanes, and each lane begins with another host: a slow host holds up nobody else's files.
- A size is what the record states, else the mean of what is known of its host, else what the host says to a HEAD for a few
  of its files, else `DEFAULT_BYTES`.

Pure; `sizing.py` gives it the facts and keeps the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

MAX_LANES, FILES_PER_LANE = 16, 12
LANE_BYTES = 8 * 1024**3
DEFAULT_BYTES = 24 * 1024**2
ASKED_PER_HOST, ASKED = 3, 24  # HEAD requests


class Load(NamedTuple):
    """A file to be fetched."""

    file: int
    size: int
    host: str


class Spread(NamedTuple):
    """File ids by lane, and those that wait for the next plan."""

    lanes: list[list[int]]
    left: list[int]


class Linked(Protocol):
    """What is known of a file before it is fetched."""

    @property
    def id(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def source_size(self) -> int | None: ...


class Sizes(Protocol):
    """Asks a host how large a file is."""

    def __call__(self, url: str) -> int | None: ...


def loads(files: Sequence[Linked], *, known: dict[str, list[int]], ask: Sizes) -> list[Load]:
    """Sizes of all files; `known`: sizes of files of each host that were fetched before."""
    stated: dict[str, list[int]] = {host: list(sizes) for host, sizes in known.items()}
    for file in files:
        if file.source_size:
            stated.setdefault(host_of(file.url), []).append(file.source_size)
    means = {host: sum(sizes) // len(sizes) for host, sizes in stated.items() if sizes}
    asked: dict[str, list[int]] = {}
    exact: dict[int, int] = {}
    tried: dict[str, int] = {}
    for file in files:
        host = host_of(file.url)
        if host and not file.source_size and host not in means and tried.get(host, 0) < ASKED_PER_HOST and sum(tried.values()) < ASKED:
            tried[host] = tried.get(host, 0) + 1
            if size := ask(file.url):
                exact[file.id] = size
                asked.setdefault(host, []).append(size)
    means |= {host: sum(sizes) // len(sizes) for host, sizes in asked.items()}
    return [
        Load(file.id, file.source_size or exact.get(file.id) or means.get(host_of(file.url), DEFAULT_BYTES), host_of(file.url)) for file in files
    ]


def spread(files: Sequence[Load], *, lanes: int = MAX_LANES, lane_bytes: int = LANE_BYTES, files_per_lane: int = FILES_PER_LANE) -> Spread:
    """Every file in one lane or left; the order of `files` is that in which they are preferred."""
    chosen, left = _that_fit(files, lanes, lane_bytes)
    large = [file for file in chosen if file.size > lane_bytes]
    rest = [file for file in chosen if file.size <= lane_bytes]
    own = [[file.file] for file in large]
    wanted = min(lanes - len(own), max(-(-len(rest) // files_per_lane), -(-sum(file.size for file in rest) // lane_bytes)))
    dealt = _dealt(rest, max(wanted, 0), lanes - len(own), lane_bytes)
    within = {id for lane in (*own, *dealt) for id in lane}
    return Spread(own + dealt, left + [file.file for file in chosen if file.file not in within])


def host_of(url: str) -> str:
    """Host and port, as the budgets count them; "" where there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _that_fit(files: Sequence[Load], lanes: int, lane_bytes: int) -> tuple[list[Load], list[int]]:
    """The first files for which there is room; the very first one always goes."""
    chosen: list[Load] = []
    left: list[int] = []
    room, alone = lanes * lane_bytes, 0
    for file in files:
        large = file.size > lane_bytes
        taken = lane_bytes if large else file.size
        if chosen and (taken > room or (large and alone >= lanes - 1)):
            left.append(file.file)
            continue
        chosen.append(file)
        room -= taken
        alone += large
    return chosen, left


def _dealt(files: Sequence[Load], lanes: int, most: int, lane_bytes: int) -> list[list[int]]:
    """Largest first into the emptiest lane that has room, of equal ones into that with fewest files of the host."""
    heaps: list[list[Load]] = [[] for _ in range(lanes)]
    sums = [0] * lanes
    for file in sorted(files, key=lambda file: (-file.size, file.file)):
        fits = [lane for lane in range(len(heaps)) if sums[lane] + file.size <= lane_bytes]
        if not fits and len(heaps) < most:
            heaps.append([])
            sums.append(0)
            fits = [len(heaps) - 1]
        if fits:
            lane = min(fits, key=lambda lane: (sums[lane], sum(other.host == file.host for other in heaps[lane]), lane))
            heaps[lane].append(file)
            sums[lane] += file.size
    return [_in_turns(heap, first=number) for number, heap in enumerate(heaps) if heap]


def _in_turns(files: Iterable[Load], *, first: int) -> list[int]:
    """One file of each host after the other, beginning with another host in each lane."""
    by_host: dict[str, list[int]] = {}
    for file in sorted(files, key=lambda file: file.file):
        by_host.setdefault(file.host, []).append(file.file)
    hosts = sorted(by_host)
    turned = [by_host[host] for host in hosts[first % len(hosts) :] + hosts[: first % len(hosts)]]
    longest = max(map(len, turned))
    return [ids[turn] for turn in range(longest) for ids in turned if turn < len(ids)]
