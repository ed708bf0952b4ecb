"""`dags/README.md`, written from the code: `python -m glamflow.orchestration.catalogue` renews it, a test holds it current."""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import DAG

from glamflow.orchestration.loader import build_folder
from glamflow.orchestration.pools import POOLS
from glamflow.orchestration.system import SYSTEM
from glamflow.orchestration.watch import PREFIX, TEXT

DAGS = Path(__file__).resolve().parents[3] / "dags"

_HEAD = """\
# DAGs

Written by `python -m glamflow.orchestration.catalogue`; do not edit by hand.

`partners.py` makes three DAGs of every file in `partners/`; `system.py` makes those of the house itself. A partner file
that cannot be used becomes `<slug>__config_error`, which shows the message; all other DAGs stay. How a partner file is
written stands in `schemas/partner.schema.json`; `glamflow lint` checks it at your desk.

"""


def catalogue(dags: Path = DAGS) -> str:
    partners = [dag for dag in build_folder(dags / "partners") if not dag.dag_id.startswith(PREFIX)]
    parts = [_HEAD, "## Tasks\n\n", _tasks(partners), "\n## Partners\n\n", _partners(partners), "\n## System\n\n"]
    parts += ["| DAG | runs | what it does |\n|---|---|---|\n"]
    parts += [f"| `glamflow__{row.kind}` | {row.schedule.lstrip('@')} | {row.text} |\n" for row in SYSTEM]
    parts += [f"| `{PREFIX}<connection>` | hourly | {TEXT} Once a day while nothing is published. |\n"]
    parts += ["\n## Pools\n\n| pool | slots | protects |\n|---|---:|---|\n"]
    parts += [f"| `{pool.name}` | {pool.slots} | {pool.description} |\n" for pool in POOLS]
    return "".join(parts)


def _tasks(dags: list[DAG]) -> str:
    """The flow of each kind, from the first partner's DAGs: they are the same for all."""
    lines = ["| DAG | tasks in order |\n|---|---|\n"]
    for kind in ("ingest", "publish", "sync"):
        found = next((dag for dag in dags if dag.dag_id.endswith(f"__{kind}")), None)
        if found is not None:
            lines.append(f"| `<slug>__{kind}` | {' → '.join(f'`{name}`' for name in _in_order(found))} |\n")
    return "".join(lines)


def _in_order(dag: DAG) -> list[str]:
    """Task ids, each after all that it waits for."""
    order: list[str] = []
    left = dict(dag.task_dict)
    while left:
        ready = [name for name, task in left.items() if not task.upstream_task_ids & left.keys()]
        order += ready
        for name in ready:
            del left[name]
    return order


def _partners(dags: list[DAG]) -> str:
    slugs = dict.fromkeys(dag.dag_id.rpartition("__")[0] for dag in dags)
    lines = ["| partner | file | DAGs |\n|---|---|---|\n"]
    for slug in slugs:
        own = [dag for dag in dags if dag.dag_id.rpartition("__")[0] == slug]
        name = own[0].dag_display_name.rpartition(":")[0] or slug
        ids = ", ".join(f"`{dag.dag_id}`" for dag in own)
        lines.append(f"| {name} | [`{slug}.yaml`](partners/{slug}.yaml) | {ids} |\n")
    return "".join(lines)


if __name__ == "__main__":
    (DAGS / "README.md").write_text(catalogue(), encoding="utf-8")
