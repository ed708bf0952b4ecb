"""`transforms/catalogue/README.md`: every reason code with the sentence that people read and who acts."""

from __future__ import annotations

from collections.abc import Mapping

from glamflow.docs import HEAD
from glamflow.transforms.outcome import Reason
from glamflow.transforms.sentences import explain

_TEXT = f"""\
# Reasons

{HEAD}

Why a record or file was published, held or left out. Codes are for operators and for the last column of the registrar's table;
everybody else reads the sentences, from `<language>.json` in this folder. A new reason is a member of `Reason` in
`transforms/outcome.py` with its sentence in every language here; a test holds the two together.

| code | who acts | what, why, what to do |
|---|---|---|
"""


def documents() -> Mapping[str, str]:
    rows = ((reason, explain(reason)) for reason in Reason)
    return {"transforms/catalogue/README.md": _TEXT + "".join(f"| `{reason}` | {row.who} | {row} |\n" for reason, row in rows)}
