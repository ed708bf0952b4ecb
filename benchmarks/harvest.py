"""CPU of a whole harvest as a ratio to bare parsing of the same pages: what it costs to keep everything.

    .venv/bin/python benchmarks/harvest.py [--records 20000] [--large]

Prints one JSON line. `ratio` counts the harvest step: pages read into records with canonical digests, raw pages compressed
into the store, batches written, ledger rows committed (SQLite). `parse` is lxml over the same bytes, in the same run. `rss_mb`
is the peak of a process that harvested `--records`; `--large` runs 10,000 and 1,000,000 in processes of their own.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree

from glamflow.harvest.envelope import read_envelope
from glamflow.harvest.protocol import Page, SourceFacts, Window
from glamflow.steps import harvest
from glamflow.steps.deps import build_deps

PAGE = 500
PARTNER = """\
partner: {slug: bench-museum, name: Bench Museum, contact: data@bench.example}
source: {type: oai_pmh, url: "http://bench.example/oai", format: oai_dc}
mapping: {crosswalk: oai_dc}
rights: {metadata: cc0}
commons: {attribution: Bench Museum}
publish: {approvers: [operator]}
"""


def page(start: int, count: int) -> bytes:
    """An answer of ListRecords as museums send it: eight subjects, one description."""
    rows = "".join(
        f"<record><header><identifier>oai:m.example:{n}</identifier><datestamp>2026-01-01</datestamp><setSpec>maps</setSpec></header>"
        '<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        + "".join(f"<dc:subject>Subject {k} of sheet {n} åäö</dc:subject>" for k in range(8))
        + f"<dc:title>Sheet {n}</dc:title><dc:creator>Example, Anna</dc:creator><dc:date>1887</dc:date>"
        "<dc:description>A harbour in fog with three boats and a lighthouse, seen from the north; pencil and wash.</dc:description>"
        f"<dc:identifier>https://m.example/{n}</dc:identifier></oai_dc:dc></metadata></record>"
        for n in range(start, start + count)
    )
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{rows}</ListRecords></OAI-PMH>'.encode()


class Bench:
    """A source made of pages out of thin air; counts what making them and bare parsing cost."""

    def __init__(self, records: int) -> None:
        self.records = records
        self.making = self.parsing = 0.0
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True)

    def probe(self) -> SourceFacts:
        return SourceFacts()

    def windows(self, since: dt.datetime | None, until: dt.datetime | None) -> list[Window]:
        return [Window(id="..")]

    def pages(self, window: Window, *, resume: str = "", first_number: int = 1) -> Iterator[Page]:
        for number, start in enumerate(range(0, self.records, PAGE), 1):
            begun = time.process_time()
            data = page(start, min(PAGE, self.records - start))
            made = time.process_time()
            etree.fromstring(data, self._parser)
            parsed = time.process_time()
            self.making += made - begun
            self.parsing += parsed - made
            envelope = read_envelope(data, url="benchmark")
            last = start + PAGE >= self.records
            yield Page(number=number, raw=data, request={}, records=envelope.records, resume="" if last else str(number))


def measure(records: int) -> dict[str, Any]:
    """One harvest in this process."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bench-museum.yaml").write_text(PARTNER)
        os.environ |= {"GLAMFLOW_CONTACT": "bench@example.org", "GLAMFLOW_HOME": f"{folder}/home", "GLAMFLOW_PARTNERS": folder}
        bench = Bench(records)

        @contextmanager
        def harvester(_: Any) -> Iterator[Bench]:
            yield bench

        deps = replace(build_deps(), harvester=harvester)
        windows = harvest.plan_windows(deps, "bench-museum", "bench")
        begun = time.process_time()
        for one in windows:
            harvest.harvest_windows(deps, one)
        spent = time.process_time() - begun - bench.making - bench.parsing
    return {
        "records": records,
        "parse_ms_per_1000": round(bench.parsing / records * 1e6, 1),
        "harvest_ms_per_1000": round(spent / records * 1e6, 1),
        "ratio": round(spent / bench.parsing, 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--large", action="store_true", help="10,000 and 1,000,000 records, each in a process of its own")
    arguments = parser.parse_args()
    if not arguments.large:
        print(json.dumps(measure(arguments.records)))
        return
    figures = [
        json.loads(subprocess.run([sys.executable, __file__, "--records", str(n)], check=True, capture_output=True).stdout)
        for n in (10_000, 1_000_000)
    ]
    print(json.dumps({"runs": figures, "rss_growth": round(figures[1]["rss_mb"] / figures[0]["rss_mb"], 2)}))


if __name__ == "__main__":
    main()
