"""Names of the assets that join a partner's DAGs. The scheme is ours: Airflow must not try to open them.

    x-glam://<slug>/gated     a run's records passed its gate: there may be something to publish
    x-glam://<slug>/backlog   a plan was closed and files remain within the limit: publish again

Consumers read the ledger, never the events: events are dropped while a DAG is paused.
"""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias


def gated(slug: str) -> Asset:
    return Asset(name=f"{slug} gated", uri=f"x-glam://{slug}/gated", group="glamflow")


def backlog(slug: str) -> Asset:
    return Asset(name=f"{slug} backlog", uri=f"x-glam://{slug}/backlog", group="glamflow")


def backlog_alias(slug: str) -> AssetAlias:
    """The outlet of `close_plan`: only through an alias may a task decide at run time whether to emit."""
    return AssetAlias(name=f"{slug} backlog left")
