"""Films on their way to the wiki: held with the command, or transcoded in a task of their own where the partner file says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from crash_world import PARTNER, RUN
from films import film
from msgspec.structs import replace as changed
from small_world import WIKI

from glamflow.ledger.rows import StoredFile
from glamflow.ledger.states import FileState
from glamflow.steps.films import transcode_films
from glamflow.steps.material import load_material
from glamflow.steps.stage import plan_id, select_files
from glamflow.steps.staging import stage_file
from glamflow.store import layout
from glamflow.transforms.outcome import Reason

FILMS = "publish/films"


def stage(small: Any, shelf: tuple[Path, str], *, on: bool) -> tuple[str, StoredFile]:
    """Stage a film as if it were the first file's medium, for a plan of its own; what staging said, and the file as it stands then."""
    folder, host = shelf
    film(folder / "film.mp4")
    first = small.files[0]
    small.deps.ledger.close_plan(plan_id(PARTNER, RUN), detail="for another one")
    small.deps.ledger.decide_files([first.id], FileState.LISTED, who="anna", reason="")
    assert select_files(small.deps, PARTNER, FILMS)
    file = changed(first, url=f"http://{host}/film.mp4")
    config = changed(small.config, media=changed(small.config.media, allow_hosts=(host,), transcode=on))
    material = next(iter(load_material(small.deps, [first])))
    material = replace(material, medium=changed(material.medium, url=file.url, sha1="", iiif_service=""))
    claim = small.deps.ledger.claim("stage", "test", "tester")
    with small.deps.media_session(config) as session:
        said = stage_file(small.deps, claim, config, file, session, material)
    small.deps.ledger.release(claim)
    return said, small.deps.ledger.file(first.id)


def test_without_the_switch_a_film_waits_with_the_command_for_the_partner(small: Any, shelf: tuple[Path, str]) -> None:
    said, file = stage(small, shelf, on=False)
    assert (said, file.state, file.reason) == ("held", FileState.HELD, Reason.NEEDS_TRANSCODE)
    assert "ffmpeg -i IN" in file.detail


def test_with_the_switch_a_film_becomes_webm_in_the_next_task_and_the_original_is_kept(small: Any, shelf: tuple[Path, str]) -> None:
    said, waiting = stage(small, shelf, on=True)
    assert (said, waiting.state) == ("to_transcode", FileState.LISTED)
    assert transcode_films(small.deps, PARTNER, FILMS).counts == {"staged": 1}
    file = small.deps.ledger.file(waiting.id)
    made = file.inspection["derived"]
    assert (file.state, file.mime, file.width, made["kind"]) == (FileState.STAGED, "video/webm", 64, "transcode")
    assert (made["from_mime"], made["how"]) == ("video/mp4", "WebM: VP9, quality 31; Opus, 48 kHz")
    assert small.deps.store.head(layout.media(PARTNER, made["from_sha256"])) is not None
    assert small.deps.store.head(layout.film_waiting(PARTNER, file.id)) is None
    assert transcode_films(small.deps, PARTNER, FILMS).counts == {}
    small.publish(FILMS)
    page = small.deps.ledger.publication(file.id, WIKI)
    assert page is not None
    assert page.title.endswith(".webm")
    assert small.deps.ledger.file(file.id).state is FileState.VERIFIED


def test_a_film_whose_bytes_were_swept_meanwhile_is_fetched_by_a_later_plan(small: Any, shelf: tuple[Path, str]) -> None:
    _, waiting = stage(small, shelf, on=True)
    for key in list(small.deps.store.list(f"{PARTNER}/media/")):
        if key.endswith(waiting.sha256 or "\0"):
            continue
        with small.deps.store.open(key) as stream:
            if stream.read(12)[4:8] == b"ftyp":
                small.deps.store.delete(key)
    assert transcode_films(small.deps, PARTNER, FILMS).counts == {"waiting_for_source": 1}
    assert small.deps.ledger.file(waiting.id).state is FileState.LISTED
