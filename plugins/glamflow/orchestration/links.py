"""Extra links of tasks: from a grid square to the page that explains it.

Airflow calls `get_link` in the worker when the task has ended and keeps the answer as XCom; our operators say by then
where to (`StepOperator.addresses`).
"""

from __future__ import annotations

from airflow.sdk import BaseOperator, BaseOperatorLink
from airflow.sdk.types import TaskInstanceKey


class _SaidByTask(BaseOperatorLink):
    """The address that the operator noted under the link's name; none when it noted none."""

    name = ""

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        addresses: dict[str, str] = getattr(operator, "addresses", {})
        return addresses.get(self.name, "")


class PartnerLink(_SaidByTask):
    name = "Partner"


class PlanLink(_SaidByTask):
    name = "Plan"


class ReportLink(_SaidByTask):
    name = "Report"


class QualityLink(_SaidByTask):
    name = "Quality report"
