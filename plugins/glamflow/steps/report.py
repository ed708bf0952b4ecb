"""Report: count a partner's records into figures (`build_report`), then seal, check the chains, render and hand over (`deliver_report`).

| object | what |
|---|---|
| `<partner>/report/<period>.csv` | every file a line, in the partner's language |
| `<partner>/report/<period>.figures.json` | the figures as built, before the audit head |
| `<partner>/report/<period>.{json,html,wikitext}`, `….community.{csv,json}` | the report as delivered |

The period is the month; its report is written again by every run of the month, `latest` is a copy of the newest.
"""

from __future__ import annotations

from typing import Any

import msgspec

from glamflow.audit.seal import seal_events
from glamflow.audit.verify import verify
from glamflow.media.thumbnail import make_thumbnail
from glamflow.reports import onwiki, page, table
from glamflow.reports.figures import Report
from glamflow.reports.words import Words
from glamflow.steps.deps import Deps
from glamflow.steps.report_count import count_report, period_of
from glamflow.steps.report_facts import audit_facts
from glamflow.store import layout

LATEST = "latest"
EDGE = 320  # pixels of a picture on the page; it is carried inside the page
TYPES = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json", "wikitext": "text/plain; charset=utf-8"}
NAMES = {"html": "index.html", "csv": "report.csv", "json": "report.json", "community.csv": "community.csv", "community.json": "community.json", "wikitext": "status.wikitext"}


def build_report(deps: Deps, partner: str, run_id: str) -> dict[str, Any]:
    """Count everything and keep figures and table; the answer says how many records and files were counted."""
    report = count_report(deps, deps.partner_of_run(run_id), run_id, now=deps.now())
    deps.store.put(layout.report(partner, report.period, "figures.json"), msgspec.json.encode(report), content_type=TYPES["json"])
    way = report.way
    return {"period": report.period, "records": way.offered.records, "files": way.offered.files, "on_commons": way.on_commons.files}


def deliver_report(deps: Deps, partner: str, run_id: str) -> dict[str, Any]:
    """Seal the events so far, compute the audit head, render, and write the newest report where people find it."""
    figures = _figures(deps, partner, run_id)
    deps.ledger.finish_run(run_id, "complete", counts={"records": figures.way.offered.records, "files": figures.way.offered.files})
    seal_events(deps.ledger.context, deps.store, partner)
    report = msgspec.structs.replace(figures, audit=audit_facts(verify(deps.ledger.context, deps.store, partner)))
    words = Words(report.language)
    names = {"csv": NAMES["csv"], "json": NAMES["json"], "community": NAMES["community.csv"], "data": NAMES["community.json"]}
    rendered = {
        "html": page.render_page(report, _thumbnails(deps, report), files=names).encode(),
        "json": msgspec.json.format(msgspec.json.encode(report), indent=1),
        "community.csv": table.community((*report.changes, *report.narrowed), words).encode(),
        "community.json": table.community_data((*report.changes, *report.narrowed), words),
        "wikitext": onwiki.status_lines(report).encode(),
        "csv": deps.store.get(layout.report(partner, report.period, "csv")),
    }
    folder = deps.settings.home / "reports" / partner
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in rendered.items():
        for period in (report.period, LATEST):
            deps.store.put(layout.report(partner, period, suffix), content, content_type=TYPES[suffix.rpartition(".")[2]])
        (folder / NAMES[suffix]).write_bytes(content)
    way = report.way
    return {
        "report": str(folder / NAMES["html"]), "csv": str(folder / NAMES["csv"]), "json": str(folder / NAMES["json"]),
        "key": layout.report(partner, report.period, "html"), "audit": report.audit.head if report.audit else "",
        "sentence": Words("en").say(
            "sentence", way.on_commons.records, offered=way.offered.records, waiting=way.waits_for_partner.records,
            rest=way.offered.records - way.on_commons.records - way.waits_for_partner.records,
        ),
    }  # fmt: skip


def _figures(deps: Deps, partner: str, run_id: str) -> Report:
    """The figures of this run; counted now if they are not there (the counting task failed or was skipped)."""
    key = layout.report(partner, period_of(deps.now()), "figures.json")
    try:
        figures = msgspec.json.decode(deps.store.get(key), type=Report)
    except (KeyError, msgspec.MsgspecError):
        figures = None
    if figures is None or figures.run_id != run_id:
        period = build_report(deps, partner, run_id)["period"]
        figures = msgspec.json.decode(deps.store.get(layout.report(partner, period, "figures.json")), type=Report)
    return figures


def _thumbnails(deps: Deps, report: Report) -> dict[str, bytes]:
    """The pictures that the page shows, by SHA-256; one that is not in the store is left out."""
    found: dict[str, bytes] = {}
    shown = [*(row.sha256 for row in (*report.pictures, *report.gallery)), *(row.sha256 for row in report.duplicates)]
    for sha256 in dict.fromkeys(filter(None, shown)):
        try:
            with deps.store.local_path(layout.media_thumbnail(report.partner, sha256)) as path:
                found[sha256] = make_thumbnail(path, edge=EDGE)
        except KeyError:
            continue
    return found
