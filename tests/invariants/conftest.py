"""The small publishing world of `tests/steps`, for the rules that must never break."""

from __future__ import annotations

from small_fixtures import small, three_files

__all__ = ["small", "three_files"]
