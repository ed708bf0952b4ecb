"""One list of dependencies: what the package imports, what it declares and what is locked are the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from glamflow.docs import ROOT

REQUIREMENTS = ROOT / "scripts" / "requirements"
LOCKS = ("runtime", "dev", "celery")
# Imported under their own name, but part of what the second one is made of and never without it.
COMES_WITH = {"starlette": "fastapi", "markupsafe": "jinja2", "botocore": "boto3", "urllib3": "requests", "apache-airflow-task-sdk": "apache-airflow"}
TYPES_ONLY = {"mypy_boto3_s3"}


def _declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(project["project"]["dependencies"])


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=;~! ]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def _locked(kind: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;]+)", (REQUIREMENTS / f"{kind}.lock").read_text(encoding="utf-8"), re.MULTILINE))


def _wanted(kind: str) -> list[str]:
    """The requirements of `<kind>.in` itself, without what it includes."""
    lines = (REQUIREMENTS / f"{kind}.in").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("-", "#"))]


def _imported() -> set[str]:
    """Top-level names of other people's modules that the package imports."""
    found = set()
    for top in ("plugins", "transforms", "schemas", "dags"):
        for path in (ROOT / top).rglob("*.py"):
            found |= _imports(path)
    return found - set(sys.stdlib_module_names) - {"glamflow"} - TYPES_ONLY


def _imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.partition(".")[0] for name in plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}}


def test_the_package_declares_what_is_locked() -> None:
    assert sorted(_declared()) == sorted(_wanted("runtime"))


def test_the_lock_can_install_the_checkout_itself() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert _wanted("build") == project["build-system"]["requires"]
    assert "hatchling" in _locked("runtime")


def test_whatever_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    declared = {_name(requirement) for requirement in _declared()}
    missing = set()
    for module in _imported():
        owners = {_name(owner) for owner in distributions.get(module, [module])}
        if not {COMES_WITH.get(owner, owner) for owner in owners} & declared:
            missing.add(module)
    assert missing == set()


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_holds_every_requirement_pinned_and_hashed_and_names_no_host(kind: str) -> None:
    text = (REQUIREMENTS / f"{kind}.lock").read_text(encoding="utf-8")
    locked = {_name(name) for name in _locked(kind)}
    assert [line for line in _wanted(kind) if _name(line) not in locked] == []
    assert "://" not in text
    pins = re.split(r"\n(?=\S)", text.strip())
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("kind", ["dev", "celery"])
def test_every_environment_runs_on_the_same_versions(kind: str) -> None:
    runtime, other = _locked("runtime"), _locked(kind)
    assert {name: (version, other.get(name)) for name, version in runtime.items() if other.get(name) != version} == {}
