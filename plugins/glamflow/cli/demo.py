"""`glamflow demo`: the whole pipeline on this machine against the sandbox, started, watched, approved and ended.

Exit codes: 0 the outcome equals the expected table; 1 it does not; 2 usage; 130 interrupted.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal, NoReturn

import typer

from glamflow.sandbox.demo.run import DemoRun
from glamflow.sandbox.demo.show import Screen
from glamflow.sandbox.demo.summary import audit_sentence
from glamflow.transforms.errors import ConfigInvalid, GlamflowError


def demo(
    exit: Annotated[bool, typer.Option("--exit", help="End when all is verified (the default without a terminal).")] = False,
    approve: Annotated[Literal["auto", "ask"], typer.Option(help="Who answers the approval: the demo, or you in the UI.")] = "auto",
    partner: Annotated[list[str] | None, typer.Option(help="Only this partner; may be repeated.")] = None,
    state: Annotated[Path, typer.Option(help="Folder for everything the demo keeps.")] = Path(".demo/state"),
) -> None:
    """Runs the sample collections through every stage into the sandbox wiki, under Airflow.

    Example: glamflow demo --exit --partner havn-archive
    """
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    stay = sys.stdout.isatty() and not exit
    screen = Screen()
    try:
        with DemoRun(state=state, partners=tuple(partner or ()), approve=approve, screen=screen) as run:
            code = _carry_out(run, screen, stay=stay)
            screen.say("stopping everything")
    except GlamflowError as error:
        screen.say(f"The demo failed. {error}")
        raise typer.Exit(2 if isinstance(error, ConfigInvalid) else 1) from None
    except KeyboardInterrupt:
        screen.say("Interrupted; everything was stopped.")
        raise typer.Exit(130) from None
    raise typer.Exit(code)


def _carry_out(run: DemoRun, screen: Screen, *, stay: bool) -> int:
    run.start()
    with screen:
        fine = run.carry_out()
    audits = run.audit()
    for report in audits:
        screen.say(audit_sentence(report))
    for line in run.last_words():
        screen.say(line)
    good = fine and all(report.ok for report in audits)
    screen.say("Everything came out as expected." if good else "Not everything came out as expected: see above.")
    if stay:
        screen.say("Everything stays up until you press Ctrl-C.")
        _until_interrupt(run)
    return 0 if good else 1


def _until_interrupt(run: DemoRun) -> None:
    try:
        while not run.table.dead():
            time.sleep(1)
    except KeyboardInterrupt:
        return


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    typer.run(demo)
