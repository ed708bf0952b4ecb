"""Requests per new file at the wire, with every look-up on, beside the plain way of a library without any check.

    .venv/bin/python benchmarks/requests_per_file.py [--partner lumen-museum] [--files 58]

Publishes a part of the sample collection into a sandbox wiki of its own and prints one table from the wiki's request log.
The plain way is counted, not run: per file 1 upload, 1 page id, 1 read of the data, 4 statements written one by one.
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

PLAIN = 7


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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--partner", default="lumen-museum")
    parser.add_argument("--files", type=int, default=58)
    options = parser.parse_args()
    files, publishing, sync = count(options.partner, options.files)
    print(f"{files} new files of {options.partner}\n")
    print("| request | all | a file |\n|---|---|---|")
    for kind, number in sorted(publishing.items()):
        print(f"| {kind} | {number} | {number / files:.2f} |")
    print(f"| **writes** | {writes(publishing)} | {writes(publishing) / files:.2f} |")
    print(f"| **all** | {publishing.total()} | {publishing.total() / files:.2f} |")
    print(f"| the plain way, without any check | {PLAIN * files} | {PLAIN:.2f} |")
    print(f"\nA sync with nothing to do: {dict(sync)}")


if __name__ == "__main__":
    main()
