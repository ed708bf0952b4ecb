"""`PublicationApproval`: the one door through which something leaves the house.

- The request shows what will happen in one sentence, anomalies first, counts, and a link to the pictures.
- It is bound to the plan's digest: the answer carries the digest, and publishing refuses a plan that differs.
- No default answer: silence never approves. A time-out fails the task; the closing task ends the plan as expired.
- Only the partner's approvers may answer (an empty list would let anybody decide, so it is refused while parsing).
- Nothing to publish: skipped, nobody is asked. Trusted by policy: the step says so and the task does not wait.
- `retries=0`: a second try would ask a second time.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Context, Param
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.hitl import HITLUser

from glamflow.orchestration.calls import call_step, one_clear_message, open_deps
from glamflow.orchestration.links import PartnerLink, PlanLink
from glamflow.orchestration.pages import partner_page, plan_page

PUBLISH_ALL = "Publish all"
PUBLISH_SAMPLE = "Publish sample"
HOLD_UNTIL = "Hold until"
REJECT = "Reject"
OPTIONS = (PUBLISH_ALL, PUBLISH_SAMPLE, HOLD_UNTIL, REJECT)


class PublicationApproval(HITLOperator):
    """Asks a named person about one plan. `plan` is the answer of `plan_publication` (id and digest)."""

    template_fields = ("subject", "body", "plan")
    operator_extra_links = (PartnerLink(), PlanLink())
    ui_color = "#f6e0b8"

    def __init__(
        self, *, partner: str, plan: Any, approvers: tuple[str, ...], wait: dt.timedelta = dt.timedelta(days=14), **kwargs: Any
    ) -> None:
        if not approvers:
            raise ValueError("a publication needs at least one approver: an empty list would let anybody decide")
        # Airflow's metaclass has put the DAG's params and default_args among kwargs: here ours alone count.
        kwargs |= {"params": _form(), "retries": 0, "retry_policy": None}
        super().__init__(
            subject="Waiting for the plan",
            options=list(OPTIONS),
            assigned_users=[HITLUser(id=person, name=person) for person in approvers],
            response_timeout=wait,
            **kwargs,
        )
        self.partner = partner
        self.plan = plan
        self.addresses: dict[str, str] = {}

    def execute(self, context: Context) -> Any:
        with one_clear_message(self.log):
            request = call_step("plan:approval_request", open_deps(context), ref=self.plan)
        if not request.get("plan"):
            raise AirflowSkipException("Nothing to publish.")
        self._link(request["plan"])
        if request.get("policy"):
            self.log.info("Approved by policy: %s", request["policy"])
            return self._answer(request["plan"], request["digest"], [PUBLISH_ALL], {"note": request["policy"]}, "policy")
        self.subject, self.body = request["subject"], request["body"]
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        given = super().execute_complete(context, event)
        plan = self.plan if isinstance(self.plan, dict) else {}
        self._link(plan.get("plan", ""))
        who = given["responded_by_user"] or {}
        return self._answer(
            plan.get("plan", ""), plan.get("digest", ""), given["chosen_options"], given["params_input"],
            f"person:{who.get('id') or who.get('name') or 'unknown'}",
        ) | {"at": given["responded_at"].isoformat()}  # fmt: skip

    def _answer(self, plan: str, digest: str, chosen: list[str], params: dict[str, Any], who: str) -> dict[str, Any]:
        return {
            "plan": plan, "digest": digest, "choice": chosen[0], "note": params.get("note") or "",
            "hold_until": params.get("hold_until"), "by": who,
        }  # fmt: skip

    def _link(self, plan: str) -> None:
        self.addresses = {"Partner": partner_page(self.partner), "Plan": plan_page(plan)}


def _form() -> dict[str, Param]:
    # A parameter that may not be null must be filled in before Airflow's form lets anybody answer (3.3.2).
    return {
        "note": Param(None, type=["null", "string"], title="Note", description="Why, for the record"),
        "hold_until": Param(
            None, type=["null", "string"], format="date", title="Hold until", description="Only with “Hold until”"
        ),
    }
