"""CPU of a whole harvest as a ratio to bare parsing of the same pages: what it costs to keep everything.

    .venv/bin/python benchmarks/harvest.py [--records 50000] [--format plain] [--again] [--large]

Prints one JSON line per format; ends with 1 if a ratio is above the limit. `ratio` counts the harvest step: pages read into
records with canonical digests, raw pages compressed into the store, batches written, ledger rows committed (SQLite). `parse` is
lxml over the same bytes, in the same run; making the pages is left out of both, and so is loading modules (one page is harvested
first). `again` is a second harvest of the same pages, in which every record is found unchanged. `rss_mb` is the peak of the process.

Formats: `plain` is small oai_dc in one line, 500 records of 1.0 KB a page, the hardest case since most of the cost is per record;
`untidy` is the same as repositories write it: indented, with a comment, CDATA and `&#13;` in one record of fifty (should cost no more
of its parse than `plain`), `mixed` has text beside elements in one record of fifty (parsed a second time); the others are records as long and deep as those of real feeds (`made_records.py`), 100 a page. `--large` harvests 10,000 and
1,000,000 plain records, each in a process of its own, and ends with 1 if memory grew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree
from made_records import FORMATS, make

from glamflow.harvest.envelope import read_envelope
from glamflow.harvest.protocol import Page, SourceFacts, Window
from glamflow.steps import harvest
from glamflow.steps.deps import Deps, build_deps

LIMIT = 4.0
GROWTH_LIMIT = 1.1
PARTNER = """\
partner: {slug: bench-museum, name: Bench Museum, contact: data@bench.example}
source: {type: oai_pmh, url: "http://bench.example/oai", format: oai_dc}
mapping: {crosswalk: oai_dc}
rights: {metadata: cc0}
commons: {attribution: Bench Museum}
publish: {approvers: [operator]}
"""


def plain(n: int) -> str:
    """Eight subjects, one description, as a repository's oai_dc."""
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        + "".join(f"<dc:subject>Subject {k} of sheet {n} åäö</dc:subject>" for k in range(8))
        + f"<dc:title>Sheet {n}</dc:title><dc:creator>Example, Anna</dc:creator><dc:date>1887</dc:date>"
        "<dc:description>A harbour in fog with three boats and a lighthouse, seen from the north; pencil and wash.</dc:description>"
        f"<dc:identifier>https://m.example/{n}</dc:identifier></oai_dc:dc>"
    )


def untidy(n: int) -> str:
    """Indented; now and then with what a regular page has none of."""
    odd = "<!-- by hand --><dc:rights><![CDATA[Free & open]]>&#13;\n</dc:rights>" if n % 50 == 25 else ""
    return plain(n).replace("><dc:", ">\n      <dc:").replace("</oai_dc:dc>", f"{odd}\n    </oai_dc:dc>")


def mixed(n: int) -> str:
    """Indented; now and then with text beside elements."""
    odd = "<dc:rights><b>Free</b> <i>and</i> open</dc:rights>" if n % 50 == 25 else ""
    return plain(n).replace("><dc:", ">\n      <dc:").replace("</oai_dc:dc>", f"{odd}\n    </oai_dc:dc>")


def made(name: str) -> Callable[[int], str]:
    """A record as in a file of its own, without the declaration that only a file has."""
    return lambda n: make(name, n).decode().partition("?>")[2].strip()


def page(start: int, count: int, payload: Callable[[int], str]) -> bytes:
    """An answer of ListRecords."""
    rows = "".join(
        f"<record><header><identifier>oai:m.example:{n}</identifier><datestamp>2026-01-01</datestamp><setSpec>maps</setSpec></header>"
        f"<metadata>{payload(n)}</metadata></record>"
        for n in range(start, start + count)
    )
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{rows}</ListRecords></OAI-PMH>'.encode()


SMALL = {"plain": plain, "untidy": untidy, "mixed": mixed}


class Bench:
    """A source made of pages out of thin air; counts what making them and bare parsing cost."""

    def __init__(self, records: int, name: str) -> None:
        self.records, self.per_page = records, 500 if name in SMALL else 100
        self.making = self.parsing = 0.0
        self.bytes = 0
        self._payload = SMALL.get(name) or made(name)
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True)

    def probe(self) -> SourceFacts:
        return SourceFacts()

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        return [Window(id="..")]

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        for number, start in enumerate(range(0, self.records, self.per_page), 1):
            begun = time.process_time()
            data = page(start, min(self.per_page, self.records - start), self._payload)
            made = time.process_time()
            etree.fromstring(data, self._parser)
            parsed = time.process_time()
            self.making += made - begun
            self.parsing += parsed - made
            self.bytes += len(data)
            envelope = read_envelope(data, url="benchmark")
            last = start + self.per_page >= self.records
            yield Page(number=number, raw=data, request={}, records=envelope.records, resume="" if last else str(number))


def harvested(deps: Deps, bench: Bench, run_id: str) -> float:
    """Seconds of CPU for one harvest of all that `bench` has."""

    @contextmanager
    def harvester(_: Any) -> Iterator[Bench]:
        yield bench

    deps = replace(deps, harvester=harvester)
    windows = harvest.plan_windows(deps, "bench-museum", run_id)
    begun = time.process_time()
    for one in windows:
        harvest.harvest_windows(deps, one)
    return time.process_time() - begun - bench.making - bench.parsing


def measure(records: int, name: str = "plain", *, again: bool = False) -> dict[str, Any]:
    """One harvest in this process, and a second one of the same."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bench-museum.yaml").write_text(PARTNER)
        os.environ |= {"GLAMFLOW_CONTACT": "bench@example.org", "GLAMFLOW_PARTNERS": folder}
        harvested(_deps(f"{folder}/first"), Bench(100, name), "first")
        deps = _deps(f"{folder}/home")
        bench, second = Bench(records, name), Bench(records, name)
        spent = harvested(deps, bench, "bench")
        spent_again = harvested(deps, second, "again") if again else None
    figures = {
        "format": name,
        "records": records,
        "bytes": bench.bytes // records,
        "parse_us": round(bench.parsing / records * 1e6, 1),
        "harvest_us": round(spent / records * 1e6, 1),
        "ratio": round(spent / bench.parsing, 2),
        "limit": LIMIT,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return figures if spent_again is None else figures | {"again": round(spent_again / second.parsing, 2)}


def _deps(home: str) -> Deps:
    os.environ["GLAMFLOW_HOME"] = home
    return build_deps()


def large() -> bool:
    """Whether memory stays flat from ten thousand to a million records."""
    runs = [
        json.loads(subprocess.run([sys.executable, __file__, "--records", str(n)], check=False, capture_output=True).stdout)
        for n in (10_000, 1_000_000)
    ]
    growth: float = round(runs[1]["rss_mb"] / runs[0]["rss_mb"], 2)
    print(json.dumps({"runs": runs, "rss_growth": growth, "limit": GROWTH_LIMIT}))
    return growth <= GROWTH_LIMIT


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--format", choices=[*SMALL, *FORMATS], action="append")
    parser.add_argument("--again", action="store_true", help="harvest the same pages a second time, too")
    parser.add_argument("--large", action="store_true", help="memory of 10,000 against 1,000,000 records")
    arguments = parser.parse_args()
    if arguments.large:
        return int(not large())
    broken = False
    for name in arguments.format or ["plain"]:
        figures = measure(arguments.records, name, again=arguments.again)
        print(json.dumps(figures), flush=True)
        broken |= figures["ratio"] > LIMIT
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
