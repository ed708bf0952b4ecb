"""One thin operator per step, so that the grid reads by stage. All they do: build the deps, call the step, hand over refs.

| operator | step | mapped over |
|---|---|---|
| `PlanWindowsOperator` … `CloseRunOperator` | `<slug>__ingest` | window lists, lanes of batches |
| `SelectFilesOperator` … `ClosePlanOperator` | `<slug>__publish` | lanes of files, lanes of actions |
| `ObserveOperator` … `DeliverReportOperator` | `<slug>__sync` | lanes of pages |

Retries follow `GlamflowRetryPolicy`. A fault of a record, page or file never fails a task: it is in the ledger, and the
closing task turns the run red when something is incomplete.
"""

from __future__ import annotations

from typing import Any, ClassVar

from airflow.sdk import BaseOperator, BaseOperatorLink, Context

from glamflow.orchestration.assets import backlog, backlog_alias
from glamflow.orchestration.calls import call_step, one_clear_message, open_deps, run_of, small
from glamflow.orchestration.links import PartnerLink, PlanLink, QualityLink, ReportLink
from glamflow.orchestration.pages import addresses_for
from glamflow.transforms.errors import Permanent


class StepOperator(BaseOperator):
    """Base: `ref` is what this instance works on (ids), `addresses` what its extra links show."""

    step: ClassVar[str] = ""
    template_fields = ("ref",)
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(),)
    ui_color = "#f4f1ea"

    def __init__(self, *, partner: str, ref: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.partner = partner
        self.ref = ref
        self.addresses: dict[str, str] = {}

    def execute(self, context: Context) -> Any:
        with one_clear_message(self.log):
            answer = self.call(context)
            self.addresses = addresses_for(self.partner, run=run_of(context), answer=answer)
            return small(answer, step=self.step)

    def call(self, context: Context) -> Any:
        return call_step(self.step, open_deps(context), **self.arguments(context))

    def arguments(self, context: Context) -> dict[str, Any]:
        """What the step is called with; subclasses with another signature say so."""
        return {"ref": self.ref}


class RunStepOperator(StepOperator):
    """A step about the run as a whole."""

    def arguments(self, context: Context) -> dict[str, Any]:
        return {"partner": self.partner, "run_id": run_of(context)}


class StartOperator(StepOperator):
    """The first step of a run: also gets the trigger's params."""

    def arguments(self, context: Context) -> dict[str, Any]:
        params = {k: v for k, v in context["params"].items() if v is not None}
        return {"partner": self.partner, "run_id": run_of(context), "params": params}


class ClosingOperator(RunStepOperator):
    """Runs whatever happened before (`all_done`), then fails if a task of this run failed: red stays visible."""

    def execute(self, context: Context) -> Any:
        answer = super().execute(context)
        ti = context["ti"]
        failed = ti.get_ti_count(dag_id=ti.dag_id, run_ids=[ti.run_id], states=["failed"])
        if failed:
            with one_clear_message(self.log):
                raise Permanent(
                    f"{failed} {'task' if failed == 1 else 'tasks'} of this run failed: it is closed as incomplete.",
                    hint="Open the red tasks; clear them after the cause is mended, or let the next run go on.",
                )
        return answer


class PlanWindowsOperator(StartOperator):
    step = "harvest:plan_windows"


class HarvestOperator(StepOperator):
    step = "harvest:harvest_windows"
    ui_color = "#dbe9d8"


class PlanLanesOperator(RunStepOperator):
    step = "harvest:plan_lanes"


class MapOperator(StepOperator):
    step = "map:map_lane"
    ui_color = "#d8e3f0"


class CheckOperator(StepOperator):
    step = "check:check_lane"
    ui_color = "#d8e3f0"


class CheckRunOperator(RunStepOperator):
    step = "check:check_run"
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(), QualityLink())
    ui_color = "#e6dff0"


class GateRunOperator(RunStepOperator):
    step = "check:gate_run"
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(), QualityLink())
    ui_color = "#e6dff0"


class CloseRunOperator(ClosingOperator):
    step = "check:close_run"


class SelectFilesOperator(StartOperator):
    step = "stage:select_files"


class StageOperator(StepOperator):
    step = "stage:stage_lane"
    ui_color = "#dbe9d8"


class TranscodeOperator(RunStepOperator):
    step = "films:transcode_films"
    ui_color = "#dbe9d8"


class PlanPublicationOperator(RunStepOperator):
    step = "plan:plan_publication"
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(), PlanLink())


class RecordApprovalOperator(StepOperator):
    step = "plan:record_approval"
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(), PlanLink())
    ui_color = "#f6e0b8"


class PublishOperator(StepOperator):
    step = "publish:publish_lane"
    ui_color = "#f3d2c8"


class VerifyOperator(StepOperator):
    step = "verify:verify_lane"
    ui_color = "#dbe9d8"


class ClosePlanOperator(ClosingOperator):
    """Calls for another run while files are left and this one got on: without the latter it would go round for ever."""

    step = "publish:close_plan"
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(), PlanLink())

    def execute(self, context: Context) -> Any:
        answer = super().execute(context)
        if answer.get("backlog") and answer.get("counts", {}).get("done"):
            context["outlet_events"][backlog_alias(self.partner)].add(backlog(self.partner))
        return answer


class PlanObservationOperator(StartOperator):
    step = "sync:plan_observation"


class ObserveOperator(StepOperator):
    step = "sync:observe_lane"


class SettleOperator(RunStepOperator):
    step = "sync:settle_unknown_edits"


class BuildReportOperator(RunStepOperator):
    step = "report:build_report"
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(), ReportLink())


class DeliverReportOperator(ClosingOperator):
    step = "report:deliver_report"
    operator_extra_links: ClassVar[tuple[BaseOperatorLink, ...]] = (PartnerLink(), ReportLink())
