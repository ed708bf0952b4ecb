"""The digest under which mapped records are stored: it changes exactly when mapping the same payload may give another result.

It covers the mapping policy and vocabulary of the partner file, the partner's function, `RULES_VERSION`, and the source and data of all
modules that mapping uses: a mended date parser takes effect by itself.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from glamflow.transforms.digest import digest, digest_bytes
from glamflow.transforms.partners import MappingFunction
from glamflow.transforms.policy import MappingPolicy, Vocabulary

RULES_VERSION = 1
"""Raised by hand when something outside these modules changes what mapping means."""

_MODULES = ("fieldmap.py", "mapping.py", "normalise.py", "outcome.py", "parsers.py", "record.py", "terms.py", "fields", "formats")


def mapping_digest(
    policy: MappingPolicy, *, partner: str = "", vocabulary: Vocabulary | None = None, function: MappingFunction | None = None
) -> str:
    """SHA-256 in hexadecimal; `partner` names whose function (`transforms/partners/<slug>.py`) applies."""
    return digest(
        {
            "policy": policy,
            "vocabulary": vocabulary,
            "partner": _partner_source(partner),
            "function": f"{function.__module__}.{function.__qualname__}" if function else "",
            "rules": RULES_VERSION,
            "modules": _modules(),
        }
    )


@cache
def _modules() -> str:
    root = files("glamflow.transforms")
    return digest([entry for name in _MODULES for entry in _entries(root / name, name)])


def _entries(node: Traversable, name: str) -> list[tuple[str, str]]:
    if node.is_file():
        return [(name, digest_bytes(node.read_bytes()))] if name.endswith((".py", ".json")) else []
    inner = sorted(node.iterdir(), key=lambda child: child.name)
    return [entry for child in inner if child.name != "__pycache__" for entry in _entries(child, f"{name}/{child.name}")]


def _partner_source(partner: str) -> str:
    module = files("glamflow.transforms.partners") / f"{partner.replace('-', '_')}.py"
    return digest_bytes(module.read_bytes()) if partner and module.is_file() else ""
