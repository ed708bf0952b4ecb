"""Tests over real entities are collected only where a folder of them is named."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("GLAMFLOW_CORPUS") else ["test_real_entities.py"]
