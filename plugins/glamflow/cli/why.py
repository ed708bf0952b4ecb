"""One object's whole history on a page."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit, say


def why(
    asked: Annotated[str, typer.Argument(help="File title, record key, medium id, inventory number or SHA-1.")],
    partner: Annotated[str, typer.Option(help="Only objects of this partner.")] = "",
    language: Annotated[str, typer.Option(help="Language of the reasons: en, sv, fr, ar.")] = "en",
) -> int:
    """Tell what became of an object and why: source, verdict, plan, approval, edits, what the community did.

    Example: glamflow why "oai:lumen.example:LM-1003"
    """
    from glamflow.steps.deps import build_deps
    from glamflow.transforms.sentences import explain

    found = build_deps().ledger.why(asked, partner=partner)
    if not found.found:
        say(f"Nothing is known of “{asked}”.")
        return 1
    for record in found.records:
        say(f"{record.key} of {record.partner}: {record.state}. {explain(record.reason, language) if record.reason else ''}".strip())
    for file in found.files:
        reason = explain(file.reason, language) if file.reason else file.detail
        say(f"  {file.media_id}: {file.state}. {reason}".rstrip())
        if file.reason and file.detail:
            say(f"    {file.detail}")
    for line in found.story:
        words = " · ".join(part for part in (line.what, line.reason, line.detail, line.actor) if part)
        say(f"  {line.at:%Y-%m-%d %H:%M:%S}  {line.subject}  {words}")
    emit(msgspec.to_builtins(found))
    return 0
