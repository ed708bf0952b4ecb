"""Arrows point down only: which package may import what. A new arrow is a decision, made here.

faces (dags, orchestration, ui, cli, hooks, the demo) → steps, reports → edges (harvest, store, ledger, audit, media, quality, wiki,
net) → core (transforms, schemas). `steps/deps.py` (with `steps/sources.py`) wires concretes together; every other step
takes protocols.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = {"transforms", "schemas"}
EDGES = {"harvest", "store", "ledger", "audit", "media", "quality", "wiki", "net"}
USE_CASES = CORE | EDGES | {"partner", "settings", "reports", "steps"}

# package → what of glamflow it may import beside itself; a dotted name allows that module only.
MAY_IMPORT: dict[str, set[str]] = {
    "transforms": set(),
    "schemas": set(),
    "settings": {"transforms"},
    "partner_yaml": CORE,
    "partner": {"transforms", "partner_yaml", "harvest.spec"},
    "net": {"transforms"},
    "harvest": {"transforms", "net"},
    "store": {"transforms"},
    "media": {"transforms", "net", "store.protocol", "store.layout"},
    "ledger": {"transforms", "audit.events"},
    "audit": {"transforms", "ledger", "store.protocol", "store.layout", "store.ndjson"},
    "quality": {"transforms"},
    "wiki": {"transforms"},
    "reports": {"transforms"},
    "steps": USE_CASES,
    "hooks": {"transforms", "settings"},
    "orchestration": {"transforms", "partner", "settings", "hooks", "steps"},
    "ui": {"transforms", "partner", "settings", "steps", "reports", "ledger", "audit", "store", "orchestration.pages"},
    "cli": USE_CASES | {"sandbox"},
    "sandbox": {"transforms"},
    "sandbox.demo": CORE | EDGES | {"sandbox", "partner", "settings", "orchestration.pools"},
    "docs": CORE | {"audit", "reports", "cli"},
    "glamflow_plugin": {"ui"},
    "dags": {"orchestration"},
}
# A step takes these as protocols, and the pure rules beside them; who they are is settled where the world is wired.
WIRING = {"steps.deps", "steps.sources"}
STEPS_TAKE_FROM = {
    "harvest": {"harvest.protocol", "harvest.refresh", "harvest.sample"},
    "net": {"net.session"},  # the session's own type: it has no second kind
    "store": {"store.protocol", "store.layout", "store.ndjson"},
    "wiki": {"wiki.protocol", "wiki.answers", "wiki.conduct"},
}
ONLY_IN: dict[str, set[str]] = {
    "airflow": {"orchestration", "hooks", "ui", "glamflow_plugin", "dags"},
    "pywikibot": {"wiki"},
    "great_expectations": {"quality"},
    "pandas": {"quality"},
    "boto3": {"store.s3"},
    "botocore": {"store.s3"},
    "httpcore": {"net"},
    "sqlalchemy": {"ledger", "audit", "sandbox.demo"},
    "alembic": {"ledger"},
    "typer": {"cli"},
}
PURE = {"lxml", "msgspec", "mwparserfromhell"}  # what transforms may use beside the standard library
IMPURE = {"socket", "ssl", "http", "subprocess", "threading", "multiprocessing", "asyncio", "os", "time", "random", "secrets", "tempfile"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}


def _modules() -> Iterator[tuple[str, Path]]:
    """Every module of ours with its name below `glamflow` (`plugins/glamflow/store/s3.py` → `store.s3`)."""
    for top in ("plugins/glamflow", "transforms", "schemas", "plugins/glamflow_plugin.py", "dags"):
        start = ROOT / top
        for path in [start] if start.is_file() else sorted(start.rglob("*.py")):
            inside = path.relative_to(ROOT / "plugins/glamflow" if top == "plugins/glamflow" else start.parent).with_suffix("")
            if not (top == "plugins/glamflow" and inside.parts[0] in CORE):  # the links to the top-level folders
                yield ".".join(inside.parts).removesuffix(".__init__"), path


@functools.cache
def _imports(path: Path) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: import by full name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


MODULES = dict(_modules())


def _within(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


def _ours(path: Path) -> set[str]:
    return {name.removeprefix("glamflow.") for name in _imports(path) if name.startswith("glamflow.")}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    mine = {name: path for name, path in MODULES.items() if _within(name, {package})}
    assert mine, f"{package} is gone: take its line out"
    allowed = MAY_IMPORT[package] | {package}
    wrong = [f"{name} imports {other}" for name, path in mine.items() if not _in_finer_package(name, package) for other in _ours(path) if not _within(other, allowed)]
    assert wrong == []


def _in_finer_package(name: str, package: str) -> bool:
    return any(_within(name, {finer}) for finer in MAY_IMPORT if finer.startswith(package + "."))


def test_every_package_has_its_place() -> None:
    assert [name for name in MODULES if name and name != "__init__" and not _within(name, set(MAY_IMPORT))] == []


def test_steps_take_protocols_and_only_deps_wires_concretes() -> None:
    steps = {name: path for name, path in MODULES.items() if _within(name, {"steps"}) and name not in WIRING}
    wrong = [
        f"{name} imports {other}"
        for name, path in steps.items()
        for other in _ours(path)
        if other.partition(".")[0] in STEPS_TAKE_FROM and not _within(other, STEPS_TAKE_FROM[other.partition(".")[0]])
    ]
    assert wrong == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_heavy_library_is_imported_in_one_place(library: str) -> None:
    users = {name for name, path in MODULES.items() if any(_within(other, {library}) for other in _imports(path))}
    assert [name for name in users if not _within(name, ONLY_IN[library])] == []


def test_transforms_use_pure_libraries_only() -> None:
    allowed = (set(sys.stdlib_module_names) - IMPURE) | PURE | {"glamflow"}
    wrong = {f"{name} imports {other}" for name, path in MODULES.items() if _within(name, {"transforms"}) for other in _imports(path) if other.partition(".")[0] not in allowed}
    assert wrong == set()


def test_modules_are_short_and_named_for_what_they_hold() -> None:
    files = [*MODULES.values(), *(ROOT / "tests").rglob("*.py")]
    long = {str(path.relative_to(ROOT)) for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 400}
    assert long == set(), "split by concept"
    assert [name for name in MODULES if VAGUE & set(name.split("."))] == []
