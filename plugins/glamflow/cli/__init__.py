"""The command `glamflow`: everything that Airflow can do, one file per command.

Results are JSON lines on stdout, prose goes to stderr. Exit codes: 0 done, 1 done with findings (something is held,
incomplete or broken), 2 wrong usage or configuration, 75 a temporary fault: run it again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

EXIT_FINDINGS, EXIT_USAGE, EXIT_TRY_AGAIN = 1, 2, 75


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Used as the console script, too."""
    code = exit_code(sys.argv[1:] if argv is None else argv)
    if argv is None:
        sys.exit(code)
    return code


def exit_code(argv: Sequence[str]) -> int:
    """The exit code of `glamflow <argv>`; never a traceback for an error that has a name."""
    import typer
    from typer.exceptions import TyperException

    from glamflow.cli.app import build_app
    from glamflow.transforms.errors import ConfigInvalid, GlamflowError, SourceRefused, Transient

    try:
        result = build_app().main(args=list(argv), prog_name="glamflow", standalone_mode=False)
    except typer.Abort:
        return 130
    except TyperException as error:
        message = error.format_message()  # the whole help, where a command was called without what it needs
        print(message if message.startswith("Usage:") else f"glamflow: {message.rstrip('.')}. See glamflow --help.", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except GlamflowError as error:
        print(f"glamflow: {error}", file=sys.stderr)
        if isinstance(error, Transient):
            return EXIT_TRY_AGAIN
        return EXIT_USAGE if isinstance(error, ConfigInvalid | SourceRefused) else EXIT_FINDINGS
    return result if isinstance(result, int) else 0
