"""Status lines for the project's page on the wiki: where the records stand, and the audit head that others can keep."""

from __future__ import annotations

from glamflow.reports.figures import Report
from glamflow.transforms.commons.wikitext import escape

PLACES = ("on_commons", "waits_for_partner", "waits_for_us", "not_eligible", "left_out", "removed")
_NAMES = ("On Commons", "Waiting for the institution", "Waiting for us", "Not eligible (yet)", "Left out", "Removed at source")


def status_lines(report: Report) -> str:
    """Wikitext in English, the language of project pages. Everything from outside is escaped."""
    day = f"{report.as_of:%-d %B %Y}"
    out = [f"== {escape(report.name)}, {day} ==", '{| class="wikitable"', "! !! Records !! Files"]
    for place, name in zip(PLACES, _NAMES, strict=True):
        count = getattr(report.way, place)
        out += ["|-", f"| {name} || {count.records} || {count.files}"]
    offered = report.way.offered
    out += ["|-", f"! Offered !! {offered.records} !! {offered.files}", "|}"]
    for plan in report.plans:
        out.append(f"* Upload batch {escape(plan.id)}: {plan.done} of {plan.files} files, approved by {escape(plan.approved_by or 'nobody yet')}.")
    if report.audit:
        out.append(f"* Audit head: <code>{escape(report.audit.head)}</code>")
    return "\n".join(out) + "\n"
