"""Judge rights statements, alone or on a record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from glamflow.cli.output import emit


def rights(
    statements: Annotated[
        list[str], typer.Argument(help="Texts or addresses of one medium, as the partner states them.")
    ],
    record: Annotated[str, typer.Option(help="A file with the record that they stand on.")] = "",
    format: Annotated[str, typer.Option(help="The record's format: lido, oai_dc, edm, …")] = "oai_dc",
    partner: Annotated[Path | None, typer.Option(help="A partner file, whose reviewed rules then count.")] = None,
    on: Annotated[str, typer.Option(help="The day to judge on, as 2026-12-31; today if left out.")] = "",
) -> int:
    """Say what statements mean and what may be published: verdict, both layers, a sentence.

    Example: glamflow rights https://creativecommons.org/licenses/by/4.0/deed.sv --on 2027-01-01
    """
    from glamflow.cli.files import policies_for, read_day, read_files
    from glamflow.transforms.outcome import Mapped
    from glamflow.transforms.record import MediaId, MediaRef, Record, RecordKey, RightsLevel, RightsStatement
    from glamflow.transforms.rights.decide import decide
    from glamflow.transforms.rights.statements import read_statement

    policies = policies_for(format if record or partner is None else "", partner)
    said = tuple(RightsStatement(value=text, level=RightsLevel.MEDIUM) for text in statements)
    on_record = Record(partner=policies.slug, key=RecordKey("-"))
    if record:
        outcome = next(read_files([record], policies))
        if not isinstance(outcome, Mapped):
            emit({"rejected": msgspec.to_builtins(outcome)})
            return 1
        on_record = outcome.record
    medium = msgspec.structs.replace(
        on_record.media[0] if on_record.media else MediaRef(id=MediaId("-"), url=""), rights=said
    )
    decision = decide(on_record, medium, policies.rights, on=read_day(on))
    readings = [
        {
            "statement": s.value,
            "reads": [{"as": r.stance.value, "address": r.uri} for r in read_statement(s, policies.rights)],
        }
        for s in said
    ]
    emit(
        {
            "verdict": decision.verdict.value,
            "reason": decision.reason.value,
            "kind": decision.kind.value,
            "work": msgspec.to_builtins(decision.work),
            "reproduction": msgspec.to_builtins(decision.reproduction),
            "explanation": decision.explanation,
            "reconsider_on": decision.reconsider_on,
            "template": decision.template,
            "statements": readings,
        }
    )
    return 0 if decision.verdict.value == "publish" else 1
