"""The DAG files as Airflow's own parser sees them."""

from __future__ import annotations

from typing import Any

SOUND = ("alpha-museum", "beta-archive")
KINDS = ("ingest", "publish", "sync")
WATCH = "glamflow__watch__glamflow_wiki"
SYSTEM = {"glamflow__seal_audit", "glamflow__housekeeping", "glamflow__ledger_check"}


def test_every_sound_partner_has_three_dags_and_the_house_has_its_own(parsed: dict[str, Any]) -> None:
    wanted = {f"{slug}__{kind}" for slug in SOUND for kind in KINDS} | SYSTEM | {WATCH}
    assert wanted | {"odd-key__config_error", "torn__config_error"} == set(parsed["dags"])


def test_no_partner_file_can_break_the_import(parsed: dict[str, Any]) -> None:
    assert parsed["errors"] == {}


def test_a_broken_partner_file_becomes_a_dag_that_says_where_and_what(parsed: dict[str, Any]) -> None:
    doc = parsed["dags"]["odd-key__config_error"]["doc"]
    assert "odd-key.yaml:4" in doc
    assert "righst" in doc
    assert parsed["dags"]["torn__config_error"]["tasks"] == ["show_config_error"]


def test_the_grid_reads_by_stage(parsed: dict[str, Any]) -> None:
    tasks = {kind: parsed["dags"][f"alpha-museum__{kind}"]["tasks"] for kind in KINDS}
    assert tasks == {
        "ingest": sorted(
            ["plan_windows", "harvest_windows", "plan_lanes", "lane.map_lane", "lane.check_lane", "check_run", "gate_run", "close_run"]
        ),
        "publish": sorted(
            ["select_files", "stage_lane", "plan_publication", "approve_publication", "record_approval",
             "lane.publish_lane", "lane.verify_lane", "close_plan"]
        ),
        "sync": sorted(["plan_observation", "observe_lane", "settle_unknown_edits", "build_report", "deliver_report"]),
    }  # fmt: skip


def test_films_are_transcoded_in_a_task_and_a_pool_of_their_own_where_the_partner_file_says_so(parsed: dict[str, Any]) -> None:
    pools = parsed["dags"]["beta-archive__publish"]["pools"]
    assert (pools["transcode_films"], pools["stage_lane"]) == ("transcode", "media")
    assert "transcode_films" not in parsed["dags"]["alpha-museum__publish"]["pools"]


def test_runs_of_one_dag_never_overlap_and_the_past_is_not_caught_up(parsed: dict[str, Any]) -> None:
    assert {(dag["runs"], dag["catchup"]) for dag in parsed["dags"].values()} == {(1, False)}


def test_every_dag_can_be_found_by_partner_and_kind(parsed: dict[str, Any]) -> None:
    assert parsed["dags"]["alpha-museum__sync"]["tags"] == ["alpha-museum", "glamflow", "sync"]


def test_the_partner_file_stands_beside_the_dag(parsed: dict[str, Any]) -> None:
    assert "crosswalk: lido" in parsed["dags"]["beta-archive__ingest"]["doc"]


def test_a_worker_builds_only_the_partner_that_it_was_asked_for(parsed_for_one_task: dict[str, Any]) -> None:
    assert set(parsed_for_one_task["dags"]) == {f"beta-archive__{kind}" for kind in KINDS}


def test_dag_files_load_none_of_the_heavy_libraries(parsed: dict[str, Any]) -> None:
    heavy = {"great_expectations", "pandas", "numpy", "pywikibot", "boto3", "PIL", "lxml"}
    assert heavy & set(parsed["modules"]) == set()
