"""What Airflow shows beside a DAG: a few sentences for the operator and the partner file itself (its digest makes a new DAG version)."""

from __future__ import annotations

from glamflow.partner import Partner


def ingest_doc(partner: Partner) -> str:
    source = partner.source
    where = source.url or f"the connection `{source.connection}`"
    return _page(
        partner,
        f"Harvests **{partner.name}** ({source.type}, `{source.format}`) from {where}, maps and checks what changed, and "
        "opens the gate for publishing. A bad record is kept with its reason and never stops the run; the run is red when a "
        "part of the harvest is missing. Trigger with *remap* after a mapping was improved.",
    )


def publish_doc(partner: Partner) -> str:
    return _page(
        partner,
        f"Fetches the gated files of **{partner.name}**, plans what would be written, and **waits for one of "
        f"{', '.join(partner.publish.approvers)}** before anything leaves. At most {partner.publish.daily_limit} files a day, "
        f"level *{partner.publish.level}*. Pausing this DAG stops new plans only; the brake on the partner's page stops a "
        "running one within one edit.",
    )


def sync_doc(partner: Partner) -> str:
    return _page(
        partner,
        f"Looks at what happened on the wiki to the pages of **{partner.name}**, settles edits whose answer was lost, and "
        "writes the partner's report.",
    )


def _page(partner: Partner, text: str) -> str:
    return (
        f"{text}\n\nContact: {partner.contact}\n\nPartner file (`{partner.digest[:12]}`):\n\n```yaml\n{partner.text.rstrip()}\n```\n"
    )


def config_error_doc(message: str, file: str) -> str:
    return (
        f"**The partner file `{file}` cannot be used, so this partner has no DAGs now.**\n\n> {message}\n\n"
        "Mend the file; its DAGs come back by themselves. All other partners go on. "
        "`glamflow lint` shows the same message at your desk.\n"
    )
