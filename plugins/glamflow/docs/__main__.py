"""`python -m glamflow.docs` writes what is stale; `--check` only names it and ends with 1."""

from __future__ import annotations

import sys

from glamflow.docs import renew, stale

if "--check" in sys.argv[1:]:
    found = stale()
    print("\n".join(f"stale: {path} (scripts/docs renews it)" for path in found), file=sys.stderr, end="\n" if found else "")
    sys.exit(bool(found))
for path in renew():
    print(f"written: {path}")
