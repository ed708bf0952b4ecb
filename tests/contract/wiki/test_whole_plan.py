"""A whole plan with kills on a wiki that is only an address and an account, looked at through its API alone.

The sandbox is always tried, as such a stranger. Another wiki joins where `GLAMFLOW_TEST_WIKI` names it (see
`tests/support/foreign_wiki.py`); it needs uploads, and an account that may upload, edit and create pages. Titles, bytes and numbers
are new in every run. What the wiki has no properties or items for is reported and nothing else goes wrong.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crash_world import RUN, Workers
from foreign_wiki import NAMED, STRANGERS, ForeignWiki
from kill_plan import CHUNK, CHUNK_FROM, PARTNER, Shape, planned
from sample_world import world_environment

from glamflow.audit.journal import Journal
from glamflow.audit.verify import verify
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.settings import connection_from_environment
from glamflow.steps.deps import Deps, build_deps
from glamflow.steps.stage import plan_id
from glamflow.steps.upload import NO_DATA

KILLS = int(os.environ.get("GLAMFLOW_KILLS", "12"))
BETWEEN = 20  # boundaries from kill to kill, about
SHAPE = Shape(files=12, updated=frozenset({0}), rescanned=frozenset({1, 2}), linked=frozenset({3}))


@pytest.fixture(params=["sandbox", *NAMED])
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ForeignWiki]:
    if named := STRANGERS.get(request.param):
        yield named
        return
    with SandboxWiki(tmp_path / "stranger") as wiki:
        with wiki.seeding() as seed:
            seed.user("SomeBot", groups=("bot",), password="secret", app="app")
        yield ForeignWiki(api=wiki.api_url, login="SomeBot@app", password="secret", property_ids={}, item_ids={})


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


def test_a_whole_plan_with_kills_ends_on_a_wiki_known_by_its_address_alone(
    foreign: ForeignWiki, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp, chance = time.time_ns() // 1000, random.Random(3)
    with planned(Shape(**{**SHAPE.__dict__, "stamp": stamp}), foreign) as folder:
        environment = world_environment(folder, sources="http://127.0.0.1:9", wiki=foreign.base_url) | {
            "AIRFLOW_CONN_GLAMFLOW_WIKI": foreign.connection, "AIRFLOW_CTX_TASK_ID": "publish_lane", "GLAMFLOW_PARTNERS": str(folder / "partners"),
            "GLAMFLOW_TEST_WIKI": foreign.api,
        }  # fmt: skip
        order: dict[str, Any] = {"partner": PARTNER, "chunk_from": CHUNK_FROM, "chunk": CHUNK, "patient": foreign in STRANGERS.values()}
        killed = 0
        while killed < KILLS:
            ended = workers.run(environment, trace=folder / "trace", kill="*", nth=chance.randint(7, 2 * BETWEEN), **order)
            assert ended["killed"] or ended["exit"] == 0, (folder / "trace.error").read_text()
            killed += 1
            if not ended["killed"]:
                break
        ended = workers.run(environment, trace=folder / "trace", kill="", **order)
        assert ended["exit"] == 0, (folder / "trace.error").read_text()
        assert killed >= min(KILLS, 8)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        deps = build_deps(lambda id: connection_from_environment(id, environment), actor="person:tester")
        assert faults(foreign, deps) == []
        if foreign not in STRANGERS.values():
            details = {row.detail for row in deps.ledger.plan_actions(plan_id(PARTNER, RUN)) if row.kind == "create"}
            assert details & {"not offered by this wiki: P195, P217", "not offered by this wiki: P195"}, details
        deps.ledger.close()


def faults(foreign: ForeignWiki, deps: Deps) -> list[str]:
    """What is not as it must be, in the books and by the wiki's own answers."""
    rows = deps.ledger.plan_actions(plan_id(PARTNER, RUN))
    said = [row for row in rows if row.state != "done" and not row.detail.endswith(NO_DATA)]
    found = [f"{row.kind} {row.title}: {row.state} {row.reason} {row.detail}" for row in said]
    found += [f"unsettled: {edit.step} {edit.target}" for edit in Journal(deps.ledger.context).unsettled(PARTNER)]
    report = verify(deps.ledger.context, deps.store, PARTNER)
    found += [] if report.ok else [f"chain: {report.first_broken}"]
    known = deps.ledger.publications(sorted({row.file_id for row in rows}), "glamflow_wiki")
    session, commons = foreign.session(), deps.commons(deps.partner_from_file(PARTNER))
    entities = commons.entities([pub.entity for pub in known.values()])
    for file_id, pub in known.items():
        state = deps.ledger.file(file_id).state
        found += [] if state == "verified" else [f"{pub.title}: {state} {deps.ledger.file(file_id).detail}"]
        live = commons.neighbours(sha1=pub.sha1).live
        found += [] if live == (pub.title,) else [f"{pub.title}: its bytes stand as {live}"]
        versions = _versions(session, pub.page_id or 0)
        found += [] if versions.count(pub.sha1) == 1 else [f"{pub.title}: versions {versions}"]
        claims = [claim for group in entities[pub.entity].statements.values() for claim in group]
        different = {json.dumps([claim["mainsnak"], claim.get("qualifiers")], sort_keys=True) for claim in claims}
        found += [] if len(different) == len(claims) else [f"{pub.title}: statements twice"]
    assert len(known) == SHAPE.files
    return found


def _versions(session: Any, page_id: int) -> list[str]:
    query = {"action": "query", "pageids": page_id, "prop": "imageinfo", "iiprop": "sha1", "iilimit": "50"}
    return [info["sha1"] for info in session.read(query)["query"]["pages"][0]["imageinfo"]]
