"""What staging makes of one file: which copy, which notices, which traces; told with one file of a small world."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crash_world import PARTNER
from msgspec.structs import replace as changed
from PIL import Image, ImageDraw

from glamflow.ledger.rows import StoredFile
from glamflow.ledger.states import FileState
from glamflow.steps import stage as stages
from glamflow.steps.material import Material, load_material
from glamflow.steps.staging import stage_file
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.transforms.rights.notices import TERM_KIND


@pytest.fixture
def stage(small: Any, shelf: tuple[Path, str]) -> Callable[..., StoredFile]:
    """Stage one picture as if it were the first file's medium; the file as it stands then."""
    folder, host = shelf

    def run(picture: Image.Image, kind: str = "JPEG", name: str = "scan.jpg", media: dict[str, Any] | None = None, **options: Any) -> StoredFile:
        picture.save(folder / name, kind, **options)
        first = small.files[0]
        file = changed(first, url=f"http://{host}/{name}")
        config = small.config
        config = changed(config, media=changed(config.media, allow_hosts=(host,), **(media or {})))
        material = next(iter(load_material(small.deps, [first])))
        claim = small.deps.ledger.claim("stage", "test", "tester")
        assert claim is not None
        with small.deps.media_session(config) as session:
            stage_file(small.deps, claim, config, file, session, replace_medium(material, file))
        after: StoredFile = small.deps.ledger.file(first.id)
        return after

    return run


def replace_medium(material: Material, file: StoredFile) -> Material:
    return replace(material, medium=changed(material.medium, url=file.url, sha1="", iiif_service=""))


def scene() -> Image.Image:
    image = Image.new("RGB", (320, 240), "white")
    pen = ImageDraw.Draw(image)
    for number in range(30):
        pen.ellipse((number * 9, number * 5, number * 11 + 60, number * 7 + 40), fill=(number * 8, 120, 255 - number * 7))
    return image


def exif(**texts: str) -> Image.Exif:
    block = Image.Exif()
    block[0x8298] = texts.get("copyright", "")
    if "serial" in texts:
        block.get_ifd(0x8769)[0xA431] = texts["serial"]
    return block


def test_a_notice_inside_that_nobody_decided_on_holds_the_file_and_stands_among_the_open_terms(small: Any, stage: Any) -> None:
    file = stage(scene(), exif=exif(copyright="Copyright 2019 Another Agency, all rights reserved"))
    assert (file.state, file.reason) == (FileState.HELD, Reason.EMBEDDED_NOTICE)
    (term,) = small.deps.ledger.terms(PARTNER, TERM_KIND)
    assert (term.term, term.state, term.uses) == ("Copyright 2019 Another Agency, all rights reserved", "open", 1)


def test_a_notice_is_decided_once_for_all_files_of_the_partner(small: Any, stage: Any) -> None:
    small.deps.ledger.decide_term(PARTNER, TERM_KIND, "Copyright The Archive", value={"says": "nothing of the picture"}, who="anna")
    assert stage(scene(), exif=exif(copyright="Copyright The Archive")).state is FileState.STAGED


def test_personal_data_are_listed_and_published_as_they_are_unless_the_partner_says_otherwise(stage: Any) -> None:
    file = stage(scene(), exif=exif(serial="SN-1"))
    assert file.state is FileState.STAGED
    assert file.inspection["personal"] == ["serial_number"]
    assert "derived" not in file.inspection


def test_personal_data_are_left_out_where_the_partner_says_so_and_the_original_is_kept(small: Any, stage: Any) -> None:
    file = stage(scene(), exif=exif(serial="SN-1"), media={"exif": "strip"})
    assert file.state is FileState.STAGED
    made = file.inspection["derived"]
    assert (made["kind"], made["removed"]) == ("strip", ["serial_number"])
    assert made["from_sha256"] != file.sha256
    original, published = (small.deps.store.get(layout.media(PARTNER, sha)) for sha in (made["from_sha256"], file.sha256))
    assert b"SN-1" in original
    assert b"SN-1" not in published
    with Image.open(io.BytesIO(original)) as one, Image.open(io.BytesIO(published)) as other:
        assert one.tobytes() == other.tobytes()
    assert small.deps.store.head(layout.media_derivation(PARTNER, made["from_sha256"])) is not None


def test_what_cannot_be_stripped_waits_for_a_person(stage: Any) -> None:
    block = exif(serial="SN-1")
    file = stage(scene(), "WEBP", "scan.webp", exif=block, media={"exif": "strip"})
    assert (file.state, file.reason) == (FileState.HELD, Reason.PERSONAL_DATA)


def test_jpeg_2000_is_held_and_becomes_a_tiff_only_where_the_partner_says_so(small: Any, stage: Any) -> None:
    held = stage(scene(), "JPEG2000", "scan.jp2")
    assert (held.state, held.reason) == (FileState.HELD, Reason.TYPE_NOT_ACCEPTED)
    small.deps.ledger.decide_files([held.id], FileState.LISTED, who="anna", reason="", detail="")
    file = stage(scene(), "JPEG2000", "scan.jp2", media={"convert": "tiff"})
    assert (file.state, file.mime, file.width, file.height) == (FileState.STAGED, "image/tiff", 320, 240)
    assert file.inspection["derived"]["from_mime"] == "image/jp2"
    assert file.inspection["extension"] == "tif"


def test_a_missing_file_is_held_with_the_servers_word(small: Any, stage: Any, shelf: tuple[Path, str]) -> None:
    folder, _ = shelf
    (folder / "gone").mkdir()
    file = stage(scene(), name="scan.jpg", media={"max_bytes": 100})
    assert (file.state, file.reason) == (FileState.HELD, Reason.MEDIA_TOO_LARGE)


def test_a_file_that_an_ingest_withdraws_meanwhile_does_not_stop_its_lane(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, files = small.deps.ledger, small.files
    ledger.close_plan(ledger.plans(PARTNER)[0].id)
    ledger.decide_files([file.id for file in files], FileState.LISTED, who="tester", reason="")
    source = ledger.claim("test", "source", "tester")

    def fetch(deps: Any, claim: Any, config: Any, file: StoredFile, *_: Any) -> str:
        if file.id == files[0].id:
            ledger.advance(source, [file.id], FileState.WITHDRAWN, reason=Reason.REMOVED_AT_SOURCE)
        ledger.hold_files(claim, [file.id], Reason.MEDIA_EMPTY, stage="stage")
        return "held"

    monkeypatch.setattr(stages, "stage_file", fetch)
    (lane,) = stages.select_files(small.deps, PARTNER, "publish/2", {"max_files": len(files)})
    assert stages.stage_lane(small.deps, lane).counts == {"moved_meanwhile": 1, "held": len(files) - 1}
    assert ledger.file(files[0].id).state is FileState.WITHDRAWN
