"""From a folder of partner files to DAGs: three a partner, and a watch over the account of each wiki that they publish to.

A file that cannot be used becomes a DAG that says why; all others stay.

At task time only the asked partner is built (`only` = the DAG id of `get_parsing_context()`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from airflow.sdk import DAG, BaseOperator, Context

from glamflow.orchestration.calls import one_clear_message
from glamflow.orchestration.dags import START, build_partner_dags
from glamflow.orchestration.docs import config_error_doc
from glamflow.orchestration.watch import PREFIX, build_watch_dags, schedules_of
from glamflow.partner import Partner, load_partner
from glamflow.transforms.errors import ConfigInvalid

RESERVED = "glamflow"  # the slug of the system DAGs


def build_folder(folder: Path, *, only: str | None = None) -> Iterator[DAG]:
    """Every DAG of the folder's `*.yaml`, by file name; with `only`, those of that DAG's partner, or that watch alone."""
    if only is not None and only.startswith(PREFIX):
        yield from build_watch_dags({only.removeprefix(PREFIX): "@hourly"})
        return
    sound: list[Partner] = []
    for path in sorted(folder.glob("*.yaml")):
        if only is not None and only.rpartition("__")[0] != path.stem:
            continue
        partner = _sound(path)
        if isinstance(partner, Partner):
            sound.append(partner)
            yield from build_partner_dags(partner)
        else:
            yield _config_error_dag(path, partner)
    if only is None:
        yield from build_watch_dags(schedules_of(sound))


def _sound(path: Path) -> Partner | ConfigInvalid:
    try:
        partner = load_partner(path)
        if partner.slug == RESERVED:
            raise ConfigInvalid(path.name, "the slug “glamflow” is reserved", key="partner.slug", fix="Choose another slug.")
    except ConfigInvalid as error:
        return error
    return partner


class ConfigErrorOperator(BaseOperator):
    """Fails with the message: whoever triggers the DAG reads it in the log as well."""

    def __init__(self, *, file: str, problem: str, line: int | None, key: str, fix: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.file = file
        self.problem = problem
        self.line = line
        self.key = key
        self.fix = fix

    def execute(self, context: Context) -> None:
        with one_clear_message(self.log):
            raise ConfigInvalid(self.file, self.problem, line=self.line, key=self.key, fix=self.fix)


def _config_error_dag(path: Path, error: ConfigInvalid) -> DAG:
    with DAG(
        dag_id=f"{path.stem}__config_error",
        description=str(error)[:300],
        doc_md=config_error_doc(str(error), path.name),
        schedule=None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        tags=["glamflow", "config_error", path.stem],
        default_args={"owner": path.stem, "retries": 0},
    ) as dag:
        ConfigErrorOperator(
            task_id="show_config_error", file=error.file, problem=error.problem, line=error.line, key=error.key, fix=error.fix
        )
    return dag
