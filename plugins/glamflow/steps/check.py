"""Check: record checks and rights per medium (`check_lane`), then the run as a whole (`check_run`, `gate_run`, `close_run`).

Row verdicts come from `transforms.checks`; Great Expectations judges the run: its suite, severities, gate and Data Docs.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from glamflow.audit.seal import seal_events
from glamflow.ledger.rows import Batch, FileRow, RecordVerdict
from glamflow.ledger.states import FileState, RecordState
from glamflow.partner import Partner
from glamflow.quality.gate import RunFigures, gate, policy_of
from glamflow.quality.result import SuiteResult, from_json, to_json
from glamflow.quality.suites import build_suite
from glamflow.steps.absence import compare_absence
from glamflow.steps.deps import Deps
from glamflow.steps.material import repeated_titles
from glamflow.steps.objects import Checked, batches_of, claimed, read_outcomes
from glamflow.steps.outcome import StepReport
from glamflow.store import layout
from glamflow.store.ndjson import read_ndjson, write_ndjson
from glamflow.transforms.checks import FileVerdict, check_record
from glamflow.transforms.commons.title import title_key
from glamflow.transforms.digest import digest
from glamflow.transforms.errors import Permanent
from glamflow.transforms.outcome import Mapped, Reason
from glamflow.transforms.record import MediaRef, Record
from glamflow.transforms.rights.decision import Verdict
from glamflow.transforms.rights.tables import table_version

REQUIRED = {
    "title": Reason.TITLE_MISSING, "source_url": Reason.SOURCE_URL_MISSING, "inventory_number": Reason.IDENTIFIER_MISSING,
}  # fmt: skip
"""What `quality.require` asks of each record; rights and media have verdicts of their own."""
REPEATED_AT_LEAST, REPEATED_SHARE = 3, 0.05
STATE_OF = {Verdict.PUBLISH: FileState.LISTED, Verdict.HOLD: FileState.HELD, Verdict.REJECT: FileState.REJECTED}


def check_lane(deps: Deps, ref: Sequence[str]) -> StepReport:
    """Judge every mapped record of the lane's batches on the day of the run."""
    report = StepReport(step="check")
    today = deps.today()
    for run_id, batch in batches_of(deps, ref):
        config = deps.partner_of_run(run_id)
        rules = _rules_digest(config, today)
        with claimed(deps, "batch", batch.id) as claim:
            checked = [judge_record(config, item, today) for item in read_outcomes(deps, batch.mapped_key) if isinstance(item, Mapped)]
            key = layout.batch_checked(batch.partner, batch.id, rules)
            write_ndjson(deps.store, key, checked)
            write_ndjson(deps.store, layout.batch_columns(batch.partner, batch.id, rules), [_columns(item) for item in checked])
            files = [row for item in checked for row in _files(config, item)]
            deps.ledger.commit_checked(
                claim, batch_id=batch.id, verdicts=[_verdict(item) for item in checked], files=files, rules_digest=rules,
                object_key=key, run_id=run_id,
            )  # fmt: skip
        for state, number in Counter(str(row.state) for row in files).items():
            report.add(f"files_{state}", number)
        report.add("records", len(checked))
    return report


def _rules_digest(config: Partner, today: dt.date) -> str:
    return digest([table_version(), today.isoformat(), config.rights, config.media, config.mapping.sensitive_terms, config.commons])


def judge_record(config: Partner, outcome: Mapped, today: dt.date) -> Checked:
    checks = check_record(outcome.record, rights=config.rights, media=config.media, mapping=config.mapping, on=today)
    lacking = next((reason for name, reason in REQUIRED.items() if name in config.quality.require and _lacks(outcome.record, name)), None)
    if lacking and not checks.hold:
        files = tuple(_held(file, lacking) if file.verdict is Verdict.PUBLISH else file for file in checks.files)
        checks = msgspec.structs.replace(checks, hold=lacking, files=files)
    return Checked(record=outcome.record, checks=checks, findings=outcome.findings)


def _lacks(record: Record, name: str) -> bool:
    """The record has no value of its own for a field that the partner file requires (`quality.require`)."""
    return not {"title": record.titles, "source_url": record.source_url, "inventory_number": record.inventory_number}[name]


def _held(file: FileVerdict, reason: Reason) -> FileVerdict:
    return msgspec.structs.replace(file, verdict=Verdict.HOLD, reason=reason)


def _verdict(item: Checked) -> RecordVerdict:
    if item.checks.hold:
        return RecordVerdict(key=item.record.key, state=RecordState.HELD, reason=item.checks.hold)
    return RecordVerdict(key=item.record.key, state=RecordState.CHECKED)


def _files(config: Partner, item: Checked) -> list[FileRow]:
    media = {str(medium.id): medium for medium in item.record.media}
    return [_file(config, item, verdict, media[verdict.media_id]) for verdict in item.checks.files if verdict.media_id in media]


def _file(config: Partner, item: Checked, verdict: FileVerdict, medium: MediaRef) -> FileRow:
    decision = verdict.decision
    reconsider = decision.reconsider_on if decision else ""
    published = {"record": msgspec.structs.replace(item.record, extra={}, sets=(), media=()), "medium": medium}
    rights = {"template": decision.template, "statements": decision.statements} if decision else {}
    return FileRow(
        record_key=item.record.key, media_id=medium.id, state=STATE_OF[verdict.verdict], reason=verdict.reason,
        detail=(verdict.detail or (decision.explanation if decision else ""))[:500], url=medium.url, role=medium.role, position=medium.position,
        rights=msgspec.to_builtins(decision) if decision else {}, intent_digest=digest([published, rights, config.commons]),
        source_size=medium.size, not_before=_date(verdict.not_before), reconsider_on=_date(reconsider),
        title=next((text.value for text in item.record.titles), "")[:200],
    )  # fmt: skip


def _date(value: str) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _columns(item: Checked) -> dict[str, Any]:
    """One flat row for the run's suite."""
    record, files = item.record, item.checks.files
    title = next((text.value for text in record.titles), None)
    verdicts = Counter(str(file.verdict) for file in files)
    return {
        "record": record.key,
        "title": title,
        "title_length": len(title) if title else 0,
        "creator": next((agent.name for agent in record.authors), None),
        "date": next((span.as_stated or str(span.earliest) for span in record.dates), None),
        "inventory_number": record.inventory_number or None,
        "source_url": record.source_url or None,
        "rights": next((statement.value for statement in (*(s for m in record.media for s in m.rights), *record.rights)), None),
        "media_count": len(record.media),
        "publishable": verdicts.get("publish", 0),
        "rights_verdict": next(iter(verdicts), None),
        "rights_reason": str(files[0].reason) if files else None,
        "findings": len(item.findings) + len(item.checks.findings),
    }


def check_run(deps: Deps, partner: str, run_id: str) -> StepReport:
    """Great Expectations over the run's rows: suite result and Data Docs into the store; nothing is loaded for an empty run."""
    report = StepReport(step="check_run")
    batches = [batch for batch in _batches(deps, partner, run_id) if batch.state == "checked"]
    rows = [row for batch in batches for row in read_ndjson(deps.store, layout.batch_columns(partner, batch.id, batch.rules_digest), dict)]
    if not rows:
        return report
    _keep_repeated_titles(deps, partner, rows)
    config = deps.partner_of_run(run_id)
    from glamflow.quality.expect import run_suite  # Great Expectations takes seconds to load

    with tempfile.TemporaryDirectory() as folder:
        suite = build_suite(require=config.quality.require, max_rejected=config.quality.max_rejected)
        result = run_suite(rows, suite, name=partner, docs=Path(folder))
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                key = f"{layout.data_docs(partner, run_id)}/{path.relative_to(folder).as_posix()}"
                deps.store.put(key, path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream")
    deps.store.put(layout.suite_result(partner, run_id), to_json(result), content_type="application/json")
    report.add("rows", len(rows))
    return report


def gate_run(deps: Deps, partner: str, run_id: str) -> StepReport:
    """Open or close the run's gate: only files behind an open one are ever planned."""
    config = deps.partner_of_run(run_id)
    windows = deps.ledger.windows(run_id)
    verdicts = deps.ledger.record_states([batch.id for batch in _batches(deps, partner, run_id)])
    figures = RunFigures(
        records=sum(verdicts.values()), rejected=verdicts.get("rejected", 0), quarantined=sum((w.counts or {}).get("quarantined", 0) for w in windows)
    )
    result = gate(figures, _suite_result(deps, partner, run_id), policy_of(max_rejected=config.quality.max_rejected, require=config.quality.require))
    deps.ledger.set_gate(run_id, result.passed, detail=msgspec.to_builtins(result))
    report = StepReport(step="gate_run")
    report.add("open" if result.passed else "closed")
    return report


def close_run(deps: Deps, partner: str, run_id: str) -> StepReport:
    """End the run: complete only if every window is. An incomplete one is told loudly, after everything was recorded."""
    windows = deps.ledger.windows(run_id)
    open_windows = [window for window in windows if window.state != "complete"]
    report = StepReport(step="close_run")
    for window in windows:
        for name, number in (window.counts or {}).items():
            report.add(name, number)
    report.add("windows_incomplete", len(open_windows))
    seal_events(deps.ledger.context, deps.store, partner)
    if open_windows:
        detail = next((window.detail for window in open_windows if window.detail), "the source did not answer")
        deps.ledger.finish_run(run_id, "incomplete", counts=dict(report.counts), detail=detail)
        raise Permanent(f"The harvest is incomplete ({len(open_windows)} of {len(windows)} windows): {detail}", hint="The next run tries them again.")
    compare_absence(deps, partner, run_id, report)
    deps.ledger.finish_run(run_id, "complete", counts=dict(report.counts))
    return report


def _batches(deps: Deps, partner: str, run_id: str) -> list[Batch]:
    return deps.ledger.batches_of_partner(partner) if deps.ledger.run(run_id).kind == "remap" else deps.ledger.batches(run_id)


def _keep_repeated_titles(deps: Deps, partner: str, rows: list[dict[str, Any]]) -> None:
    """Titles that name too many objects to name one; remembered, since a later small run would not see them."""
    keys = Counter(title_key(row["title"]) for row in rows if row["title"])
    repeated = {key for key, number in keys.items() if number >= REPEATED_AT_LEAST and number > REPEATED_SHARE * len(rows)}
    known = repeated_titles(deps, partner)
    if repeated - known:
        deps.store.put(layout.repeated_titles(partner), msgspec.json.encode(sorted(repeated | known)), content_type="application/json")


def _suite_result(deps: Deps, partner: str, run_id: str) -> SuiteResult | None:
    try:
        return from_json(deps.store.get(layout.suite_result(partner, run_id)))
    except KeyError:
        return None
