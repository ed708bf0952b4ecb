"""JSON lines on stdout, prose on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec


def emit(value: Any) -> None:
    """One JSON line on stdout."""
    json.dump(msgspec.to_builtins(value), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """One line for people on stderr."""
    print(text, file=sys.stderr, flush=True)
