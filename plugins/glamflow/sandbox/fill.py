"""Fills the sandbox wiki with what stood there before us: `python -m glamflow.sandbox.fill --wiki URL --mark FILE`.

Once per state: the mark says that it was done.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import httpx

from glamflow.sandbox.collection.wiki_seed import first_calls, post_form


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m glamflow.sandbox.fill", description=__doc__)
    parser.add_argument("--wiki", required=True, help="address of the sandbox wiki")
    parser.add_argument("--mark", type=Path, required=True, help="file that is made when it is done")
    given = parser.parse_args(argv)
    if given.mark.exists():
        return 0
    answer = httpx.post(f"{given.wiki.rstrip('/')}/sandbox/seed", json=post_form(first_calls()), trust_env=False, timeout=120)
    if answer.is_error:
        sys.stderr.write(f"The sandbox wiki could not be filled: {answer.text[:300]}\n")
        return 1
    given.mark.touch()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
