"""CPU of reading OAI-PMH pages into records with digests, as a ratio to bare parsing of the same bytes.

    .venv/bin/python benchmarks/harvest.py [--records 20000]

Prints one JSON line. `kept` adds what a harvest does besides: raw pages compressed, rows as JSON.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import time

import msgspec
from lxml import etree

from glamflow.harvest.envelope import read_envelope

PAGE = 500


def page(start: int) -> bytes:
    rows = "".join(
        f"<record><header><identifier>oai:m.example:{n}</identifier><datestamp>2026-01-01</datestamp><setSpec>maps</setSpec></header>"
        '<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        + "".join(f"<dc:subject>Subject {k} of sheet {n} åäö</dc:subject>" for k in range(8))
        + f"<dc:title>Sheet {n}</dc:title><dc:creator>Example, Anna</dc:creator><dc:date>1887</dc:date>"
        "<dc:description>A harbour in fog with three boats and a lighthouse, seen from the north; pencil and wash.</dc:description>"
        f"<dc:identifier>https://m.example/{n}</dc:identifier></oai_dc:dc></metadata></record>"
        for n in range(start, start + PAGE)
    )
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{rows}</ListRecords></OAI-PMH>'.encode()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=20_000)
    count = parser.parse_args().records
    pages = [page(start) for start in range(0, PAGE * 4, PAGE)]
    rounds = max(1, count // (PAGE * 4))
    strict = etree.XMLParser(resolve_entities=False, no_network=True)
    spent = dict.fromkeys(("parse", "read", "kept"), 0.0)
    for _ in range(rounds):
        for data in pages:
            start = time.process_time()
            etree.fromstring(data, strict)
            spent["parse"] += time.process_time() - start
            start = time.process_time()
            envelope = read_envelope(data, url="benchmark")
            spent["read"] += time.process_time() - start
            start = time.process_time()
            gzip.compress(data, 1)
            for record in envelope.records:
                msgspec.json.encode(record)
            spent["kept"] += time.process_time() - start
    done = rounds * PAGE * 4
    figures = {
        "records": done,
        "parse_ms_per_1000": round(spent["parse"] / done * 1e6, 1),
        "read_ratio": round(spent["read"] / spent["parse"], 2),
        "read_and_kept_ratio": round((spent["read"] + spent["kept"]) / spent["parse"], 2),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
