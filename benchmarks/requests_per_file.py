"""Requests per new file at the wire, with every look-up on, beside the plain way of pywikibot without any check.

    .venv/bin/python benchmarks/requests_per_file.py [--partner lumen-museum] [--files 58]

Publishes a part of the sample collection into a sandbox wiki of its own and prints one table from the wiki's request log.
The plain way is counted from pywikibot's own requests, not run: `site.upload` (1 write), `data_item()` of the new page (its page id
and its data: 2 reads), `addClaim` for each of four statements (4 writes); no look-up, no check, no journal.
The last table is a sync of all these pages with nothing to do. The limits are those of the project; beyond one the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from crash_child import approve
from crash_world import ingest_without_suite
from request_count import kinds, writes
from sample_world import ServedSources, World, fill_wiki, world_environment

from glamflow.sandbox.wiki import SandboxWiki
from glamflow.steps import chain, stage

PLAIN_WRITES, PLAIN_READS = 5, 2
MOST_WRITES, MOST_REQUESTS, PAGES_A_READ = 2.2, 4.6, 50


def count(partner: str, files: int) -> tuple[int, Counter[str], Counter[str]]:
    """Files published, requests of plan to verification, requests of a sync with nothing to do."""
    with tempfile.TemporaryDirectory() as folder, ServedSources(Path(folder) / "sources") as sources, SandboxWiki(Path(folder) / "wiki") as wiki:
        fill_wiki(wiki)
        environment = world_environment(Path(folder), sources=sources.url, wiki=wiki.base_url)
        os.environ.update(environment)
        deps = World(Path(folder), sources.url, wiki, environment).deps()
        ingest_without_suite(deps, partner, "ingest/1")
        for lane in stage.select_files(deps, partner, "publish/1", {"max_files": files}):
            stage.stage_lane(deps, lane)
        before = len(wiki.log())
        ended = chain.publication(deps, partner, "publish/1", tell=lambda *_: None, ask=approve)
        published = len(wiki.log())
        chain.observation(deps, partner, "sync/1", tell=lambda *_: None)
        rows = wiki.log()
        return int(ended["counts"]["done"]), kinds(rows[before:published]), kinds(rows[published:])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--partner", default="lumen-museum")
    parser.add_argument("--files", type=int, default=58)
    options = parser.parse_args()
    files, publishing, sync = count(options.partner, options.files)
    print(f"{files} new files of {options.partner}\n")
    print("| request | all | a file |\n|---|---|---|")
    for kind, number in sorted(publishing.items()):
        print(f"| {kind} | {number} | {number / files:.2f} |")
    print("\n" + comparison(files, publishing))
    print("\n" + idle(files, sync))
    return int(beyond(files, publishing, sync))


def comparison(files: int, publishing: Counter[str]) -> str:
    """Both ways, per file."""
    written, whole = writes(publishing) / files, publishing.total() / files
    rows = (
        ("writes", f"{PLAIN_WRITES:.2f}", f"{written:.2f}", f"{MOST_WRITES}"),
        ("reads, logins, polls", f"{PLAIN_READS:.2f}", f"{whole - written:.2f}", ""),
        ("all", f"{PLAIN_WRITES + PLAIN_READS:.2f}", f"{whole:.2f}", f"{MOST_REQUESTS}"),
        ("looked up before: bytes live and deleted, title, record address, number, item, templates", "no", "yes", ""),
        ("read again afterwards", "no", "yes", ""),
    )
    head = "| per new small file with its statements | pywikibot, plain | glamflow | at most |\n|---|---|---|---|"
    return "\n".join([head, *("| " + " | ".join(row) + " |" for row in rows)])


def idle(files: int, sync: Counter[str]) -> str:
    """A sync with nothing to do."""
    lines = [f"| sync of {files} pages with nothing to do | requests | at most |", "|---|---|---|"]
    lines += [f"| {kind} | {number} | |" for kind, number in sorted(sync.items())]
    return "\n".join([*lines, f"| reads of pages | {pages_read(sync)} | {-(-files // PAGES_A_READ)} |", f"| writes | {writes(sync)} | 0 |"])


def pages_read(counted: Counter[str]) -> int:
    return sum(number for kind, number in counted.items() if kind.startswith("read"))


def beyond(files: int, publishing: Counter[str], sync: Counter[str]) -> bool:
    """Whether a limit is broken."""
    published = writes(publishing) > MOST_WRITES * files or publishing.total() > MOST_REQUESTS * files
    return published or pages_read(sync) > -(-files // PAGES_A_READ) or writes(sync) > 0


if __name__ == "__main__":
    sys.exit(main())
