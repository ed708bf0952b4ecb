"""`plugins/glamflow/cli/README.md`: the help of every command, as the terminal shows it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping

from glamflow.cli.app import COMMANDS, GROUPS, build_app
from glamflow.docs import HEAD

_TEXT = f"""\
# The command `glamflow`

{HEAD}

Everything that Airflow can do, without Airflow. Results are JSON lines on stdout, prose goes to stderr, so that
`glamflow status | jq …` works. Nothing is written to a wiki without `--write`.

| exit code | meaning |
|---:|---|
| 0 | done |
| 1 | done, with findings: something is held, incomplete or broken |
| 2 | wrong usage or configuration; the message says file, line and what to do |
| 75 | a temporary fault: run it again |

Settings come from a dozen environment variables (table in `plugins/glamflow/settings.py`). A new command is a function in a module
of its own, with a docstring that ends in an example, and one line in `app.py`.
"""


def documents() -> Mapping[str, str]:
    parts = [_TEXT, *(f"\n## {name}\n\n```\n{_help(name.split())}```\n" for name in command_names())]
    return {"plugins/glamflow/cli/README.md": "".join(parts)}


def command_names() -> Iterator[str]:
    """`lint`, `run`, …, `audit verify`: every command that does something."""
    yield from COMMANDS
    yield from (f"{group} {name}" for group, commands in GROUPS.items() for name in commands)


def _help(command: list[str]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        # One width for every terminal: help is wrapped to the window otherwise.
        build_app().main(args=[*command, "--help"], prog_name="glamflow", standalone_mode=False, terminal_width=100)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
