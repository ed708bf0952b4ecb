"""The responsibility table in a package's README: one row per module, from its docstring's first sentence.

A README has the table where it has the marker lines `<!-- modules -->` and `<!-- end of modules -->`; the rest is written by
hand.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

START, END = "<!-- modules -->\n", "<!-- end of modules -->"


def documents(root: Path) -> Mapping[str, str]:
    """Every README with the markers, its table renewed."""
    found = {}
    for readme in sorted([*root.glob("plugins/glamflow/**/README.md"), *root.glob("transforms/**/README.md")]):
        text = readme.read_text(encoding="utf-8")
        if START in text:
            before, _, rest = text.partition(START)
            after = rest.partition(END)[2]
            found[str(readme.relative_to(root))] = f"{before}{START}{_table(readme.parent)}{END}{after}"
    return found


def _table(folder: Path) -> str:
    rows = [f"| `{path.name}` | {_first_sentence(path)} |\n" for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    return "| module | does |\n|---|---|\n" + "".join(rows)


def _first_sentence(path: Path) -> str:
    paragraph = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")
