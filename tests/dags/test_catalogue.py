"""The written catalogue of DAGs is what the code makes."""

from __future__ import annotations

from pathlib import Path

from glamflow.orchestration.catalogue import DAGS, catalogue
from glamflow.orchestration.pools import pools_json


def test_the_catalogue_beside_the_dags_is_current() -> None:
    assert (DAGS / "README.md").read_text(encoding="utf-8") == catalogue(), (
        "renew it: python -m glamflow.orchestration.catalogue"
    )


def test_the_catalogue_lists_every_partner_with_its_flow(partner_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "partners").symlink_to(partner_folder)
    text = catalogue(tmp_path)
    assert "| Museum alpha-museum | [`alpha-museum.yaml`](partners/alpha-museum.yaml) |" in text
    assert "`odd-key__config_error`" in text
    assert "`plan_windows` → `harvest_windows` → `plan_lanes` → `lane.map_lane` → `lane.check_lane` → `check_run`" in text


def test_the_pools_that_deployments_import_are_the_ones_that_tasks_name() -> None:
    assert (DAGS.parent / "docker" / "pools.json").read_text(encoding="utf-8") == pools_json() + "\n"
