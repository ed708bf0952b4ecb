"""What the demo says at its end: one sentence per partner, what the wiki itself counted, the audit chain, where to look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from glamflow.audit.verify import AuditReport
from glamflow.ledger.reads import Funnel
from glamflow.ledger.states import FileState, RecordState


def funnel_sentence(name: str, funnel: Funnel) -> str:
    """Numbers that add up: every work counts once."""
    works = funnel.works
    here = works.get(FileState.VERIFIED, 0)
    held = works.get(RecordState.HELD, 0)
    never = works.get(RecordState.REJECTED, 0)
    gone = works.get(RecordState.WITHDRAWN, 0)
    rest = funnel.offered - here - held - never - gone
    parts = [f"{here} are on the wiki and verified", f"{held} wait for a person", f"{never} cannot go"]
    if gone:
        parts.append(f"{gone} were withdrawn")
    if rest:
        parts.append(f"{rest} are on their way")
    return f"{name}: of {funnel.offered} records, {', '.join(parts)} ({funnel.verified} files verified)."


def writes_sentence(before: dict[str, int], after: dict[str, int]) -> str:
    """From the wiki's own log of what it was sent, not from our books."""
    made = {kind: number - before.get(kind, 0) for kind, number in after.items() if kind != "last"}
    total = made.pop("total", 0)
    if not total:
        again = ": nothing was uploaded twice" if before.get("total") else ""
        return f"The wiki's own log counts no write in this run{again}."
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(made.items()) if number)
    return f"The wiki's own log counts {total} writes in this run: {kinds}."


def audit_sentence(report: AuditReport) -> str:
    if report.ok:
        return f"Audit chain of {report.partner}: whole ({report.edits} edits, {report.seals} seals, {report.events} events)."
    return f"Audit chain of {report.partner}: BROKEN. {report.first_broken}"


def links(*, airflow: str, wiki: str, logins: dict[str, str]) -> Iterator[str]:
    people = ", ".join(f"{who} / {password}" for who, password in logins.items())
    yield f"Airflow: {airflow}  (sign in as {people})"
    yield f"Collections: {airflow}/glam/"
    yield f"Wiki: {wiki}/"


def report_links(folder: Path) -> Iterator[str]:
    """The newest report as a file: it needs no server."""
    page = folder / "index.html"
    if page.exists():
        yield f"Report: {page.as_uri()}"
