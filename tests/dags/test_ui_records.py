"""Pages over a ledger with one museum: a record's life, lists, a plan, the audit chain; and who may see them."""

from __future__ import annotations

import base64
import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # Airflow's own web server pulls in starlette's test client, which warns about the HTTP library of the future.
    warnings.simplefilter("ignore")
    from airflow import settings
    from airflow.api_fastapi.app import create_auth_manager
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.models.revoked_token import RevokedToken
    from fastapi.testclient import TestClient

    from glamflow.audit.seal import seal_events
    from glamflow.harvest.protocol import Window
    from glamflow.ledger.ledger import Ledger
    from glamflow.ledger.rows import ActionRow, Claim, FileRow, HarvestedRow, RecordVerdict, StagedMedia
    from glamflow.ledger.states import FileState, RecordState
    from glamflow.ledger.windows import window_subject
    from glamflow.store import layout
    from glamflow.store.factory import open_store
    from glamflow.store.ndjson import write_ndjson
    from glamflow.transforms.actions import Move, NewVersion
    from glamflow.transforms.outcome import Reason
    from glamflow.ui.app import app
    from glamflow.ui.pages import record_path

SLUG = "alpha-museum"
FREE, HELD = "https://x.example/?id=1#a", "oai:x:2"
RIGHTS = {
    "verdict": "publish", "kind": "flat", "explanation": "It can be published: <i>Axel</i> died in 1887.",
    "work": {"status": "pd", "basis": "Axel died in 1887", "us_half": {"free": True, "free_from": 1920}},
    "reproduction": {"status": "licensed", "licence": "https://creativecommons.org/licenses/by/4.0/", "licensor": "Museum"},
}  # fmt: skip
PAGES = (f"/partners/{SLUG}", f"/partners/{SLUG}/list?what=files", f"/partners/{SLUG}/audit?check=1", "/plan/p1", record_path(SLUG, FREE))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """One record whose file stands on the wiki by a plan that Anna approved, one whose file waits."""
    made = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", actor="person:test").migrate()
    version = made.save_partner_version(SLUG, "text")
    made.start_run("r1", partner=SLUG, kind="ingest", partner_version=str(version))
    made.add_windows("r1", partner=SLUG, prefix="lido", windows=[Window(id="w")])
    rows = [HarvestedRow(key=FREE, digest="d1", datestamp="2026-11-01"), HarvestedRow(key=HELD, digest="d2")]
    made.commit_harvest(
        _claim(made, "window", window_subject(SLUG, "lido", "w")), run_id="r1", window_id="w", partner=SLUG, batch_id="b1",
        records=rows, records_key="k",
    )  # fmt: skip
    batch = _claim(made, "batch", "b1")
    mapped = [RecordVerdict(key=row.key, state=RecordState.MAPPED) for row in rows]
    made.commit_mapped(batch, batch_id="b1", verdicts=mapped, mapping_digest="m", object_key="k")
    files = [
        FileRow(record_key=FREE, media_id="1", state=FileState.LISTED, title="<b>Vase</b>", intent_digest="i", rights=RIGHTS),
        FileRow(record_key=HELD, media_id="2", state=FileState.HELD, title="Cup", intent_digest="i", reason=Reason.CC_NO_VERSION),
    ]
    checked = [RecordVerdict(key=row.key, state=RecordState.CHECKED) for row in rows]
    made.commit_checked(batch, batch_id="b1", verdicts=checked, files=files, rules_digest="r", object_key="k", run_id="r1")
    made.set_gate("r1", True)
    _publish(made)
    seal_events(made.context, open_store(f"file://{tmp_path}/store"), SLUG)
    return made


def _publish(ledger: Ledger) -> None:
    file = ledger.files_of_record(SLUG, FREE)[0]
    media = StagedMedia(sha1="a" * 40, sha256="b" * 64, size=12345, mime="image/jpeg", width=3, height=2)
    ledger.stage(_claim(ledger, "stage", "lane"), file.id, media)
    ledger.create_plan("p1", partner=SLUG, run_id="r1", file_ids=[file.id], wiki="w", level="pilot")
    action = ActionRow(seq=0, file_id=file.id, kind="create", title="Vase.jpg")
    ledger.set_actions(_claim(ledger, "plan", "p1"), "p1", digest="d", actions=[action], counts={"create": 1, "holds": {"CC_NO_VERSION": 1}})
    ledger.approve("p1", "d", who="person:anna", when=file.created_at, choice="publish_all", note="Good")
    ledger.begin_publishing("p1", "d")
    ledger.publish_done(
        _claim(ledger, "publish", "p1"), file.id, wiki="w", plan_id="p1", title="Vase.jpg", page_id=7, revision=70, sha1=media.sha1,
        digest="x", object_key="y",
    )  # fmt: skip
    ledger.observe(partner=SLUG, kind="TEXT_CHANGED", file_id=file.id, wiki="w", title="Vase.jpg", who="Bea", detail={"after": "<u>blue</u>"})


def _claim(ledger: Ledger, kind: str, subject: str) -> Claim:
    claim = ledger.claim(kind, subject, "w1")
    assert claim is not None
    return claim


@pytest.fixture
def client(ledger: Ledger, partner_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("GLAMFLOW_PARTNERS", str(partner_folder))
    monkeypatch.setenv("GLAMFLOW_CONTACT", "test@example.org")
    monkeypatch.setenv("GLAMFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_CONN_W", '{"conn_type": "wikimedia", "host": "https://wiki.example"}')
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "s" * 64)
    RevokedToken.metadata.create_all(settings.engine, tables=[RevokedToken.__table__])
    create_auth_manager()
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


@pytest.fixture
def viewer(client: TestClient) -> TestClient:
    user = SimpleAuthManagerUser(username="vera", role="VIEWER")
    client.headers["Authorization"] = f"Bearer {create_auth_manager().generate_jwt(user)}"
    return client


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_shown_without_a_session(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 401
    assert "Museum" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_whoever_may_not_read_a_partners_dag_does_not_learn_that_it_exists(
    viewer: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(SimpleAuthManager, "is_authorized_dag", lambda self, **asked: asked["details"].id != f"{SLUG}__ingest")
    answer = viewer.get(path)
    assert answer.status_code == 404
    assert "Vase" not in answer.text


def test_a_viewer_reads_the_whole_life_of_a_record(viewer: TestClient) -> None:
    text = viewer.get(record_path(SLUG, FREE)).text
    life = text.partition("From the source to the wiki")[2]
    steps = ("harvested", "read and checked", "allowed, not fetched yet", "fetched", "in a plan", "on the wiki", "text changed")
    places = [life.index(f">{step}") if f">{step}" in life else life.index(f": {step}") for step in steps]
    assert places == sorted(places)
    assert "“publish all”" in text
    assert "anna" in text
    assert 'href="/plan/p1"' in text
    assert 'href="https://wiki.example/wiki/File:Vase.jpg"' in text


def test_both_layers_of_the_verdict_are_told_with_their_sentence(viewer: TestClient) -> None:
    text = viewer.get(record_path(SLUG, FREE)).text
    assert "The work<td>public domain" in text
    assert "free since 1920" in text
    assert "Its reproduction<td>under a free licence" in text
    assert "It can be published: &lt;i&gt;Axel&lt;/i&gt; died in 1887." in text


def test_no_text_of_partner_or_community_becomes_markup(viewer: TestClient) -> None:
    pages = [viewer.get(path).text for path in PAGES]
    assert not [text for text in pages if "<b>Vase" in text or "<u>blue" in text or "<i>Axel" in text]


def test_a_waiting_file_says_what_to_do_and_who_acts(viewer: TestClient) -> None:
    text = viewer.get(record_path(SLUG, HELD)).text
    assert "has 1 file: waiting for somebody." in text
    assert "CC_NO_VERSION, partner acts" in text


def test_a_waiting_file_is_shown_beside_what_may_be_the_same(viewer: TestClient, ledger: Ledger) -> None:
    (held,), (free,) = ledger.files_of_record(SLUG, HELD), ledger.files_of_record(SLUG, FREE)
    ledger.observe(partner=SLUG, kind="ALREADY_THERE", file_id=held.id, wiki="w", title="Seen <b>before.jpg", detail={"picture": "c" * 64})
    ledger.observe(partner=SLUG, kind="NEAR_DUPLICATE", file_id=held.id, record_key=HELD, detail={"other": free.id})
    text = viewer.get(record_path(SLUG, HELD)).text
    assert f'src="/partners/{SLUG}/thumbnail/{"c" * 64}"' in text
    assert 'href="https://wiki.example/wiki/File:Seen_%3Cb%3Ebefore.jpg"' in text
    assert "Seen &lt;b&gt;before.jpg" in text
    assert f'src="/partners/{SLUG}/thumbnail/{"b" * 64}"' in text
    assert "c" * 64 not in text.partition("From the source to the wiki")[2]
    for seen in ledger.observations(SLUG, file_id=held.id):
        ledger.settle_observation(seen.id, who="person:anna")
    assert "thumbnail" not in viewer.get(record_path(SLUG, HELD)).text


def test_a_list_holds_what_its_number_counted(viewer: TestClient) -> None:
    held = viewer.get(f"/partners/{SLUG}/list?what=files&state=held&reason=CC_NO_VERSION").text
    assert "1 file: waiting for somebody." in held
    assert record_path(SLUG, HELD) in held
    assert record_path(SLUG, FREE) not in held
    assert "2 records" in viewer.get(f"/partners/{SLUG}/list?what=records").text
    assert "There is nothing in this list now." in viewer.get(f"/partners/{SLUG}/list?what=files&state=rejected").text


@pytest.mark.parametrize("query", ["what=secrets", "what=files&state=checked", "what=records&state=x"])
def test_a_list_that_there_is_not_is_refused(viewer: TestClient, query: str) -> None:
    assert viewer.get(f"/partners/{SLUG}/list?{query}").status_code == 404


def test_a_plan_tells_anomalies_before_pictures_and_who_decided(viewer: TestClient) -> None:
    text = viewer.get("/plan/p1").text
    assert "1 file in a plan that is being published." in text
    assert text.index("Look first") < text.index("What was to be written")
    assert "anna decided on" in text


def test_a_plan_shows_a_new_version_beside_the_one_that_it_replaces_and_a_new_name(viewer: TestClient, ledger: Ledger, tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/store")
    actions = [
        NewVersion(file="1", title="Vase.jpg", page_id=7, sha1="d" * 40, sha256="d" * 64, size=1, replaces_sha256="b" * 64),
        Move(file="1", title="Vase.jpg", page_id=7, to="Vase <2>.jpg"),
    ]
    write_ndjson(store, layout.plan_actions(SLUG, "p1"), actions)
    with ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE plan SET object_key = 'x' WHERE id = 'p1'")
    text = viewer.get("/plan/p1").text
    assert text.index(f"thumbnail/{'d' * 64}") < text.index(f"thumbnail/{'b' * 64}")
    assert "Vase &lt;2&gt;.jpg" in text
    assert "better copy" in text


def test_the_audit_page_recomputes_and_names_the_first_broken_link(viewer: TestClient, ledger: Ledger) -> None:
    assert "both chains hold" in viewer.get(f"/partners/{SLUG}/audit?check=1").text
    with ledger.database.write() as connection:
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'").all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE event SET actor = 'nobody' WHERE id = 3")
    text = viewer.get(f"/partners/{SLUG}/audit?check=1").text
    assert "the audit chain is broken" in text
    assert "range of seal 1" in text


def test_exactly_our_own_script_may_run(viewer: TestClient) -> None:
    answer = viewer.get(f"/partners/{SLUG}")
    script = answer.text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert answer.text.count("<script") == 1


def test_a_record_that_nobody_knows_is_told_in_a_sentence(viewer: TestClient) -> None:
    assert viewer.get(f"/record/{SLUG}/nothing").text == "404 There is no such record."
