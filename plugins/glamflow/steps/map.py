"""Map: raw payloads of a batch → `Mapped` or `Rejected`, one line each, then one ledger transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from glamflow.harvest.protocol import RawRecord
from glamflow.ledger.rows import Batch, RecordVerdict
from glamflow.ledger.states import RecordState
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.objects import Outcome, batches_of, claimed
from glamflow.steps.outcome import StepReport
from glamflow.steps.raw import read_raw
from glamflow.store import layout
from glamflow.store.ndjson import write_ndjson
from glamflow.transforms.mapping import map_record, mapping_digest
from glamflow.transforms.outcome import Mapped, SourceInfo


def map_lane(deps: Deps, ref: Sequence[str]) -> StepReport:
    """Map every batch of the lane that is not mapped by these very rules yet."""
    report = StepReport(step="map")
    for run_id, batch in batches_of(deps, ref):
        config = deps.partner_of_run(run_id)
        wanted = mapping_digest(config.mapping, vocabulary=config.vocabulary, partner=config.slug)
        if batch.mapping_digest == wanted and batch.state != "harvested":
            report.add("batches_as_before")
            continue
        with claimed(deps, "batch", batch.id) as claim:
            outcomes = [_map_one(config, raw) for raw in _current(deps, batch)]
            key = layout.batch_mapped(batch.partner, batch.id, wanted)
            write_ndjson(deps.store, key, outcomes)
            verdicts = [_verdict(outcome) for outcome in outcomes]
            deps.ledger.commit_mapped(
                claim, batch_id=batch.id, verdicts=verdicts, mapping_digest=wanted, object_key=key, run_id=run_id
            )
        for state, number in Counter(verdict.state for verdict in verdicts).items():
            report.add(str(state), number)
    return report


def _current(deps: Deps, batch: Batch) -> list[RawRecord]:
    """Records of the batch that no later batch replaced: a batch holds at most some hundred."""
    keys = deps.ledger.current_keys(batch.id)
    return [raw for raw in read_raw(deps.store, batch.records_key) if raw.key in keys]


def _map_one(config: Partner, raw: RawRecord) -> Outcome:
    source = SourceInfo(
        partner=config.slug, key=raw.key, format=config.mapping.crosswalk, sets=raw.sets, datestamp=raw.datestamp
    )
    return map_record(raw.payload, source, config.mapping, vocabulary=config.vocabulary)


def _verdict(outcome: Outcome) -> RecordVerdict:
    if isinstance(outcome, Mapped):
        return RecordVerdict(key=outcome.record.key, state=RecordState.MAPPED)
    return RecordVerdict(key=outcome.key, state=RecordState.REJECTED, reason=outcome.reason, detail=outcome.detail[:500])
