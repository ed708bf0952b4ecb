"""Tests over a corpus of real records outside the repository: `GLAMFLOW_CORPUS` names its folder; unset, nothing is collected."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("GLAMFLOW_CORPUS") else ["test_corpus.py", "test_damage.py", "test_pages.py"]
