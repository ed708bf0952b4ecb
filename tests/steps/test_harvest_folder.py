"""`glamflow harvest`: a feed into a folder, killed and gone on with, incomplete loudly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from oai_feed import Feed

from glamflow.cli import main

COMMAND = [sys.executable, "-c", "import sys; from glamflow.cli import main; sys.exit(main(sys.argv[1:]))"]


def arguments(feed: Feed, out: Path, *more: str) -> list[str]:
    return ["harvest", "--oai", feed.url, "--out", str(out), "--contact", "tests@example.org", *more]


def keys(out: Path) -> list[str]:
    return [json.loads(line)["key"] for line in (out / "records.ndjson").read_text().splitlines()]


def summary(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    last: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return last


def test_a_harvest_killed_again_and_again_brings_every_record_once_and_fetches_only_the_page_under_way_twice(tmp_path: Path) -> None:
    with Feed(records=500, page=5) as feed:
        plan, kills = [7, 41, 93], 0
        while True:
            process = subprocess.Popen([*COMMAND, *arguments(feed, tmp_path)], stdout=subprocess.PIPE, text=True)
            feed.before = _killer(feed, process.pid, plan)
            output, _ = process.communicate(timeout=60)
            if process.returncode != -signal.SIGKILL:
                break
            kills += 1
        assert (process.returncode, kills) == (0, 3)
        told = json.loads(output)
        assert (told["complete"], told["why"], told["pages"], told["records"] + told["deleted"]) == (True, "", 100, 500)
        assert sorted(keys(tmp_path)) == sorted(feed.keys())
        assert len(feed.lists) == 100 + kills
        assert len(set(feed.lists)) == 100
    assert len(list((tmp_path / "raw").rglob("*.gz"))) == 100


def _killer(feed: Feed, pid: int, plan: list[int]) -> Any:
    def before() -> None:
        if plan and len(feed.lists) == plan[0]:
            plan.pop(0)
            os.kill(pid, signal.SIGKILL)

    return before


@pytest.mark.parametrize("extra", [b"", b'{"key": "half a li', b'{"key":"oai:feed.example:99999"}\n'])
def test_what_a_page_left_behind_before_it_counted_is_cut_off(tmp_path: Path, extra: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=60, page=5) as feed:
        feed.fail_after = 4
        assert main(arguments(feed, tmp_path)) == 75
        with (tmp_path / "records.ndjson").open("ab") as file:
            file.write(extra)
        feed.fail_after = None
        assert main(arguments(feed, tmp_path)) == 0
        assert sorted(keys(tmp_path)) == sorted(feed.keys())
        assert len(feed.lists) >= 12


def test_a_source_that_is_down_for_now_is_75_with_what_came_so_far(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=60, page=5) as feed:
        feed.fail_after = 4
        assert main(arguments(feed, tmp_path)) == 75
    told = summary(capsys)
    assert (told["complete"], told["pages"], told["records"]) == (False, 4, 20 - len(feed.deleted & set(range(20))))
    assert "503" in told["why"]


def test_a_list_without_a_believable_end_is_1_and_is_begun_anew_by_the_next_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=60, page=5) as feed:
        feed.circle_at = 20
        assert main(arguments(feed, tmp_path)) == 1
        told = summary(capsys)
        assert not told["complete"]
        assert "circle" in told["why"]
        feed.circle_at = None
        assert main(arguments(feed, tmp_path)) == 0
    assert sorted(keys(tmp_path)) == sorted(feed.keys())
    assert summary(capsys)["records"] == 60 - len(feed.deleted)


def test_a_finished_folder_answers_again_without_a_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=10, page=5) as feed:
        assert main(arguments(feed, tmp_path)) == 0
        asked = len(feed.lists)
        assert main(arguments(feed, tmp_path)) == 0
        assert len(feed.lists) == asked
    assert summary(capsys)["complete"]


def test_another_question_in_the_same_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=10, page=5) as feed:
        assert main(arguments(feed, tmp_path)) == 0
        assert main(arguments(feed, tmp_path, "--set", "maps")) == 2
    assert "another question" in capsys.readouterr().err


def test_without_a_contact_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("GLAMFLOW_CONTACT", raising=False)
    assert main(["harvest", "--oai", "http://127.0.0.1:9/oai", "--out", str(tmp_path)]) == 2
    assert "contact" in capsys.readouterr().err


def test_broken_records_are_counted_and_kept_beside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=20, page=5) as feed:
        feed.broken = {3, 12}
        assert main(arguments(feed, tmp_path)) == 0
    told = summary(capsys)
    assert (told["quarantined"], told["complete"]) == (2, True)
    aside = [json.loads(line) for line in (tmp_path / "quarantine.ndjson").read_text().splitlines()]
    assert [one["key"] for one in aside] == ["oai:feed.example:3", "oai:feed.example:12"]
    assert all(b"<dc:title>" in (tmp_path / one["file"]).read_bytes() for one in aside)


def test_dates_bound_the_harvest_and_windows_cut_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Feed(records=40, page=5) as feed:
        assert main(arguments(feed, tmp_path, "--from", "2026-03-05", "--until", "2026-03-24", "--window", "P7D")) == 0
    assert sorted(keys(tmp_path)) == sorted(f"oai:feed.example:{n}" for n in range(4, 24))
