"""What mapping costs, parse included, as a ratio to a bare `lxml` parse of the same bytes; and record encoding with its digest.

    .venv/bin/python benchmarks/mapping.py [--records 5000] [--rounds 5] [--format lido]

Both sides are measured in one run, in turns, in CPU time; the median of the rounds is told. Every record is another one, all fields
and findings are on, and nothing is kept between records. Prints one JSON line per format; ends with 1 if a limit is broken.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable

from lxml import etree
from made_records import FORMATS, make

from glamflow.transforms.digest import digest
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, SourceInfo
from glamflow.transforms.policy import MappingPolicy

LIMITS = {"lido": 5.0, "edm": 5.0, "marcxml": 5.0, "oai_dc": 12.0}
DIGEST_LIMIT = 10.0
"""Microseconds for one record."""
MEMORY_LIMIT = 4_096
"""Kilobytes that all rounds after the first may add."""


def measure(name: str, *, records: int, rounds: int) -> dict[str, object]:
    """The figures of one format."""
    payloads = [make(name, number) for number in range(records)]
    policy = MappingPolicy(crosswalk=name)
    sources = [SourceInfo(partner="museum", key=f"k-{number}", format=name) for number in range(records)]
    for payload, source in zip(payloads[:200], sources, strict=False):  # word tables are read once
        assert isinstance(map_record(payload, source, policy), Mapped)
    ratios, digests, kilobytes = [], [], []
    parsed = mapped = 0.0
    for _ in range(rounds):
        parsed = _seconds(lambda: [_dropped(etree.fromstring(payload)) for payload in payloads])
        mapped = _seconds(lambda: [_dropped(map_record(p, s, policy)) for p, s in zip(payloads, sources, strict=True)])
        ratios.append(mapped / parsed)
        digests.append(_digest_seconds(payloads, sources, policy))
        kilobytes.append(_kilobytes())
    return {
        "format": name,
        "records": records,
        "bytes": sum(map(len, payloads)) // records,
        "parse_us": round(parsed / records * 1e6, 1),
        "map_us": round(mapped / records * 1e6, 1),
        "ratio": round(statistics.median(ratios), 2),
        "limit": LIMITS[name],
        "digest_us": round(statistics.median(digests) * 1e6, 2),
        "grown_kb": kilobytes[-1] - kilobytes[0],
    }


def _dropped(_: object) -> bool:
    """Nothing is kept: a list of results would measure the memory for them."""
    return True


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def _digest_seconds(payloads: list[bytes], sources: list[SourceInfo], policy: MappingPolicy) -> float:
    """For one record, of those that can be held at once."""
    outcomes = [map_record(p, s, policy) for p, s in zip(payloads[:1000], sources, strict=False)]
    mapped = [outcome.record for outcome in outcomes if isinstance(outcome, Mapped)]
    return _seconds(lambda: [_dropped(digest(record)) for record in mapped]) / len(mapped)


def _kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--format", choices=FORMATS, action="append")
    options = parser.parse_args()
    broken = False
    for name in options.format or FORMATS:
        figures = measure(name, records=options.records, rounds=options.rounds)
        print(json.dumps(figures), flush=True)
        broken |= float(str(figures["ratio"])) > LIMITS[name]
        broken |= float(str(figures["digest_us"])) > DIGEST_LIMIT or int(str(figures["grown_kb"])) > MEMORY_LIMIT
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
