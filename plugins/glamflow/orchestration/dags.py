"""The three DAGs of a partner. They are joined by assets, not by one long chain: a waiting person never blocks a harvest.

    <slug>__ingest    plan_windows → harvest_windows[≤64] → plan_lanes → lane[≤64]: map_lane → check_lane
                      → check_run → gate_run → close_run                       (asset x-glam://<slug>/gated)
    <slug>__publish   select_files → stage_lane[≤16] → plan_publication → approve_publication → record_approval
                      → lane[≤8]: publish_lane → verify_lane → close_plan      (asset x-glam://<slug>/backlog)
    <slug>__sync      plan_observation → observe_lane[≤16] → settle_unknown_edits → build_report → deliver_report

Tasks are mapped over lanes of batches, never over records: a task instance costs half a second of CPU. Reducers run on
`all_done` and read the ledger; the closing task makes an incomplete run red.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import DAG, Param, task_group
from airflow.sdk.definitions.xcom_arg import XComArg

from glamflow.orchestration import operators as op
from glamflow.orchestration.approval import PublicationApproval
from glamflow.orchestration.assets import backlog, backlog_alias, gated
from glamflow.orchestration.docs import ingest_doc, publish_doc, sync_doc
from glamflow.orchestration.pools import COMMONS_WRITE, HARVEST, MEDIA, TRANSCODE
from glamflow.orchestration.retry import GlamflowRetryPolicy
from glamflow.orchestration.schedule import assets_or_time, timetable
from glamflow.partner import Partner

RETRIES = 3
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def build_partner_dags(partner: Partner) -> tuple[DAG, ...]:
    return _ingest(partner), _publish(partner), _sync(partner)


def _ingest(partner: Partner) -> DAG:
    params = {
        "from": Param(None, type=["null", "string"], format="date", description="Harvest again from this day on"),
        "until": Param(None, type=["null", "string"], format="date", description="… up to this day"),
        "full": Param(False, type="boolean", description="Harvest everything, and see what the source does not show any more"),
        "remap": Param(False, type="boolean", description="Map the stored records again; asks nothing of the source"),
    }
    slug = partner.slug
    with _dag(partner, "ingest", ingest_doc(partner), timetable(partner.schedule.ingest, key=slug), params) as dag:
        windows = op.PlanWindowsOperator(task_id="plan_windows", partner=slug)
        harvest = op.HarvestOperator.partial(
            task_id="harvest_windows", partner=slug, pool=HARVEST.name, max_active_tis_per_dagrun=1
        ).expand(ref=windows.output)
        lanes = op.PlanLanesOperator(task_id="plan_lanes", partner=slug, trigger_rule="all_done")

        @task_group(group_id="lane")
        def lane(batches: Any) -> XComArg:
            mapped = op.MapOperator(task_id="map_lane", partner=slug, ref=batches)
            checked = op.CheckOperator(task_id="check_lane", partner=slug, ref=batches)
            mapped >> checked
            return checked.output

        check = op.CheckRunOperator(task_id="check_run", partner=slug, trigger_rule="all_done")
        gate = op.GateRunOperator(task_id="gate_run", partner=slug)
        close = op.CloseRunOperator(task_id="close_run", partner=slug, trigger_rule="all_done", outlets=[gated(slug)])
        windows >> harvest >> lanes
        lane.expand(batches=lanes.output) >> check >> gate >> close
    return dag


def _publish(partner: Partner) -> DAG:
    slug = partner.slug
    when = assets_or_time([gated(slug), backlog(slug)], partner.schedule.publish, key=f"{slug} publish")
    params = {"max_files": Param(None, type=["null", "integer"], minimum=1, description="At most this many files")}
    with _dag(partner, "publish", publish_doc(partner), when, params) as dag:
        select = op.SelectFilesOperator(task_id="select_files", partner=slug)
        stage = op.StageOperator.partial(task_id="stage_lane", partner=slug, pool=MEDIA.name).expand(ref=select.output)
        plan = op.PlanPublicationOperator(task_id="plan_publication", partner=slug, trigger_rule="all_done")
        approve = PublicationApproval(
            task_id="approve_publication", partner=slug, plan=plan.output, approvers=partner.publish.approvers
        )
        record = op.RecordApprovalOperator(task_id="record_approval", partner=slug, ref=approve.output)

        @task_group(group_id="lane")
        def lane(actions: Any) -> XComArg:
            publish = op.PublishOperator(task_id="publish_lane", partner=slug, ref=actions, pool=COMMONS_WRITE.name)
            verify = op.VerifyOperator(task_id="verify_lane", partner=slug, ref=actions)
            publish >> verify
            return verify.output

        close = op.ClosePlanOperator(
            task_id="close_plan", partner=slug, trigger_rule="all_done", outlets=[backlog_alias(slug)]
        )
        if partner.media.transcode:
            films = op.TranscodeOperator(task_id="transcode_films", partner=slug, pool=TRANSCODE.name, trigger_rule="all_done")
            stage >> films >> plan
        stage >> plan >> approve >> record
        lane.expand(actions=record.output) >> close
    return dag


def _sync(partner: Partner) -> DAG:
    slug = partner.slug
    with _dag(partner, "sync", sync_doc(partner), timetable(partner.schedule.sync, key=f"{slug} sync"), {}) as dag:
        pages = op.PlanObservationOperator(task_id="plan_observation", partner=slug)
        observe = op.ObserveOperator.partial(task_id="observe_lane", partner=slug).expand(ref=pages.output)
        settle = op.SettleOperator(task_id="settle_unknown_edits", partner=slug, trigger_rule="all_done")
        build = op.BuildReportOperator(task_id="build_report", partner=slug)
        deliver = op.DeliverReportOperator(task_id="deliver_report", partner=slug, trigger_rule="all_done")
        observe >> settle >> build >> deliver
    return dag


def _dag(partner: Partner, kind: str, doc: str, schedule: Any, params: dict[str, Param]) -> DAG:
    return DAG(
        dag_id=f"{partner.slug}__{kind}",
        dag_display_name=f"{partner.name}: {kind}",
        description=f"{partner.name}: {kind}",
        doc_md=doc,
        schedule=schedule,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        tags=["glamflow", kind, partner.slug],
        params=params,
        default_args={
            "owner": partner.slug,
            "retries": RETRIES,
            "retry_policy": GlamflowRetryPolicy(),
        },
    )
