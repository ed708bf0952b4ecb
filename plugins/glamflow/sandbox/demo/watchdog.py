"""Ends the demo's programs when the demo itself is gone: `python -m glamflow.sandbox.demo.watchdog`, told over stdin.

Each line is the id of a session to end; `bye` means that all were stopped properly. End of input without it means that
the demo died.
"""

from __future__ import annotations

import signal
import sys

from glamflow.sandbox.demo.processes import end_sessions


def main() -> int:
    # The terminal's Ctrl-C and a polite TERM are for the demo: the watchdog goes last.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sessions: list[int] = []
    for line in sys.stdin:
        if line.strip() == "bye":
            return 0
        sessions.append(int(line))
    end_sessions(sessions)
    return 1


if __name__ == "__main__":
    sys.exit(main())
