"""What a README tells a reader to run or to open exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glamflow.cli.app import GROUPS
from glamflow.docs import ROOT
from glamflow.docs.commands import command_names

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|<img[^>]* src=\"([^\"]+)\"")
CODE = re.compile(r"```\n(.*?)```|`([^`\n]+)`", re.DOTALL)
COMMAND = re.compile(r"(?:^|\$ |&& )glamflow ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)
SCRIPT = re.compile(r"(?<![\w./-])((?:scripts|\.ci|docker)/[a-z][a-z.-]+)")
MODULE = re.compile(r"python -m (glamflow[a-z_.]*)")


def _readmes() -> list[Path]:
    """Every Markdown file of the tree; not those of environments, caches and linked folders."""
    tops = [ROOT / name for name in ("dags", "plugins", "transforms", "schemas", "docker", "tests", "scripts", "benchmarks")]
    inside = [path for top in tops for path in top.rglob("*.md") if not any(parent.is_symlink() for parent in path.parents)]
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(inside)]


READMES = _readmes()
IDS = [str(path.relative_to(ROOT)) for path in READMES]
every_readme = pytest.mark.parametrize("readme", READMES, ids=IDS)


@every_readme
def test_links_lead_to_files_that_exist(readme: Path) -> None:
    targets = [first or second for first, second in LINK.findall(readme.read_text(encoding="utf-8"))]
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (readme.parent / target).exists()] == []


@every_readme
def test_commands_and_scripts_that_are_named_exist(readme: Path) -> None:
    text = "\n".join(block or span for block, span in CODE.findall(readme.read_text(encoding="utf-8")))
    known = set(command_names())
    named = [f"{first} {second}" if first in GROUPS else first for first, second in COMMAND.findall(text)]
    assert [name for name in named if name not in known] == []
    assert [path for path in SCRIPT.findall(text) if not (ROOT / path.rstrip(".")).exists()] == []
    assert [name for name in MODULE.findall(text) if not _is_module(name)] == []


def _is_module(name: str) -> bool:
    path = ROOT / "plugins" / Path(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def test_every_command_has_help_that_ends_in_an_example_of_itself() -> None:
    help_texts = (ROOT / "plugins/glamflow/cli/README.md").read_text(encoding="utf-8")
    assert [name for name in command_names() if f"Example: glamflow {name}" not in help_texts] == []


def test_the_first_page_shows_the_two_commands_and_fits_two_screens() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "scripts/demo" in text
    assert "scripts/test" in text
    assert len(text.splitlines()) <= 120


def test_the_changelog_keeps_what_is_not_released_on_top() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_every_folder_that_people_open_says_what_it_is() -> None:
    packages = [path for path in (ROOT / "plugins/glamflow").iterdir() if path.is_dir() and (path / "__init__.py").is_file()]
    folders = [*(ROOT / name for name in ("dags", "transforms", "schemas", "docker", "tests", "benchmarks")), *packages]
    assert sorted(str(path.relative_to(ROOT)) for path in folders if not (path / "README.md").is_file()) == []
