"""`glamflow inspect` looks at plain files only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import typer

from glamflow.cli.inspect import inspect


def test_a_pipe_is_refused_at_once_instead_of_being_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "scan.jpg"
    os.mkfifo(pipe)
    with pytest.raises(typer.BadParameter, match="no plain file"):
        inspect([pipe])
