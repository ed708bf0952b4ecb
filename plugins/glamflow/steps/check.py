"""Check: record checks and rights per medium (`check_lane`), then the run as a whole (`check_run`, `gate_run`, `close_run`).

Row verdicts come from `transforms.checks`; Great Expectations judges the run: its suite, severities, gate and Data Docs.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from glamflow.ledger.rows import FileRow, RecordVerdict
from glamflow.ledger.states import FileState, RecordState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.objects import Checked, Outcome, batches_of, claimed
from glamflow.steps.outcome import StepReport
from glamflow.store import layout
from glamflow.store.ndjson import read_ndjson, write_ndjson
from glamflow.transforms.checks import FileVerdict, check_record
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Mapped
from glamflow.transforms.record import MediaRef
from glamflow.transforms.rights.decision import Verdict
from glamflow.transforms.rights.version import TABLE_VERSION

STATE_OF = {Verdict.PUBLISH: FileState.LISTED, Verdict.HOLD: FileState.HELD, Verdict.REJECT: FileState.REJECTED}


def check_lane(deps: Deps, ref: Sequence[str]) -> StepReport:
    """Judge every mapped record of the lane's batches on the day of the run."""
    report = StepReport(step="check")
    today = deps.now().date()
    for run_id, batch in batches_of(deps, ref):
        config = deps.partner_of_run(run_id)
        rules = _rules_digest(config, today)
        with claimed(deps, "batch", batch.id) as claim:
            outcomes = list(read_ndjson(deps.store, batch.mapped_key, Outcome))
            checked = [_check_one(config, outcome, today) for outcome in outcomes if isinstance(outcome, Mapped)]
            key = layout.batch_checked(batch.partner, batch.id, rules)
            write_ndjson(deps.store, key, checked)
            write_ndjson(deps.store, layout.batch_columns(batch.partner, batch.id, rules), [_columns(item) for item in checked])
            files = [row for item in checked for row in _files(config, item)]
            deps.ledger.batches.commit_checked(
                claim, batch_id=batch.id, verdicts=[_verdict(item) for item in checked], files=files, rules_digest=rules,
                object_key=key, run_id=run_id,
            )  # fmt: skip
        for state, number in Counter(str(row.state) for row in files).items():
            report.add(f"files_{state}", number)
        report.add("records", len(checked))
    return report


def _rules_digest(config: Partner, today: dt.date) -> str:
    return digest([TABLE_VERSION, today.isoformat(), config.rights, config.media, config.mapping.sensitive_terms, config.commons])


def _check_one(config: Partner, outcome: Mapped, today: dt.date) -> Checked:
    checks = check_record(outcome.record, rights=config.rights, media=config.media, mapping=config.mapping, on=today)
    return Checked(record=outcome.record, checks=checks, findings=outcome.findings)


def _verdict(item: Checked) -> RecordVerdict:
    if item.checks.hold:
        return RecordVerdict(key=item.record.key, state=RecordState.HELD, reason=item.checks.hold)
    return RecordVerdict(key=item.record.key, state=RecordState.CHECKED)


def _files(config: Partner, item: Checked) -> list[FileRow]:
    media = {medium.id: medium for medium in item.record.media}
    return [_file(config, item, verdict, media[verdict.media_id]) for verdict in item.checks.files if verdict.media_id in media]


def _file(config: Partner, item: Checked, verdict: FileVerdict, medium: MediaRef) -> FileRow:
    decision = verdict.decision
    reconsider = decision.reconsider_on if decision else ""
    published = {"record": msgspec.structs.replace(item.record, extra={}, sets=(), media=()), "medium": medium}
    rights = {"template": decision.template, "statements": decision.statements} if decision else {}
    return FileRow(
        record_key=item.record.key, media_id=medium.id, state=STATE_OF[verdict.verdict], reason=verdict.reason,
        detail=decision.explanation[:500] if decision else "", url=medium.url, role=medium.role, position=medium.position,
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
