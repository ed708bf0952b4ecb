"""The table of commands. A command is a function in a module of its own; heavy imports happen inside it."""

from __future__ import annotations

import importlib
from typing import Any

import typer

COMMANDS: dict[str, str] = {
    "init": "init:init",
    "assess": "assess:assess",
    "harvest": "harvest:harvest",
    "lint": "lint:lint",
    "run": "run:run",
    "status": "status:status",
    "why": "why:why",
    "map": "map:map_sample",
    "rights": "rights:rights",
    "title": "title:title",
    "inspect": "inspect:inspect",
    "stage": "stage:stage",
    "preflight": "preflight:preflight",
    "level": "level:level",
    "writes": "writes:writes",
    "takedown": "takedown:takedown",
    "undo": "undo:undo",
    "report": "report:report",
    "demo": "demo:demo",
}
GROUPS: dict[str, dict[str, str]] = {
    "audit": {"verify": "audit:verify", "seal": "audit:seal"},
    "watch": {"look": "watch:look", "show": "watch:show", "ack": "watch:ack"},
    "ledger": {"migrate": "ledger:migrate"},
}
_SETTINGS: dict[str, Any] = {"no_args_is_help": True, "add_completion": False, "pretty_exceptions_enable": False, "rich_markup_mode": None}


def build_app() -> Any:
    """The whole command line as a click command."""
    app = typer.Typer(help="From collections to Wikimedia Commons and Wikidata.", **_SETTINGS)
    for name, target in COMMANDS.items():
        app.command(name)(_load(target))
    for group, commands in GROUPS.items():
        sub = typer.Typer(**_SETTINGS)
        for name, target in commands.items():
            sub.command(name)(_load(target))
        app.add_typer(sub, name=group, help=importlib.import_module(f"glamflow.cli.{group}").__doc__)
    return typer.main.get_command(app)


def _load(target: str) -> Any:
    module, _, function = target.partition(":")
    return getattr(importlib.import_module(f"glamflow.cli.{module}"), function)
