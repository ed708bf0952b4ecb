"""Pages of a record that become one PDF: whole, in order, flat in memory, or held with the page that stands against it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crash_world import PARTNER, RUN
from msgspec.structs import replace as changed
from PIL import Image
from pypdf import PdfReader
from small_world import WIKI

from glamflow.ledger.rows import StoredFile
from glamflow.ledger.states import FileState
from glamflow.steps.material import load_material
from glamflow.steps.stage import plan_id, select_files
from glamflow.steps.staging import stage_file
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import MediaId, MediaRef, MediaRole

BOOK = "publish/book"


def leaf(number: int, size: tuple[int, int] = (200, 300)) -> Image.Image:
    """A page of its own colour."""
    return Image.linear_gradient("L").resize(size).convert("RGB").point(lambda value: (value * number) % 256)


def stage(small: Any, shelf: tuple[Path, str], names: list[str], pages: str = "pdf", exif: str = "keep") -> StoredFile:
    """Stage these files as the pages of the first file's record, of which its own medium is page 1; the file as it stands then."""
    _, host = shelf
    first = small.files[0]
    small.deps.ledger.close_plan(plan_id(PARTNER, RUN), detail="for another one")
    small.deps.ledger.decide_files([first.id], FileState.LISTED, who="anna", reason="")
    assert select_files(small.deps, PARTNER, BOOK)
    config = changed(small.config, media=changed(small.config.media, allow_hosts=(host,), pages=pages, exif=exif))
    material = next(iter(load_material(small.deps, [first])))
    ids = [material.medium.id, *(MediaId(f"p{number}") for number in range(2, len(names) + 1))]
    media = tuple(
        MediaRef(id=id, url=f"http://{host}/{name}", role=MediaRole.PAGE, page=str(number))
        for number, (id, name) in enumerate(zip(ids, names, strict=True), 1)
    )
    material = replace(material, record=changed(material.record, media=media), medium=media[0])
    claim = small.deps.ledger.claim("stage", "test", "tester")
    with small.deps.media_session(config) as session:
        stage_file(small.deps, claim, config, changed(first, url=media[0].url), session, material)
    small.deps.ledger.release(claim)
    after: StoredFile = small.deps.ledger.file(first.id)
    return after


def test_pages_become_one_pdf_in_their_order_which_is_published_as_a_document(small: Any, shelf: tuple[Path, str]) -> None:
    folder, _ = shelf
    leaf(1).save(folder / "one.jpg", quality=90)
    leaf(2, (220, 310)).save(folder / "two.png")
    leaf(3).save(folder / "three.tif")
    file = stage(small, shelf, ["one.jpg", "two.png", "three.tif"])
    assert (file.state, file.mime, file.pages) == (FileState.STAGED, "application/pdf", 3)
    made = small.deps.store.get(layout.media(PARTNER, file.sha256))
    assert (folder / "one.jpg").read_bytes() in made  # as it is, not encoded anew
    reader = PdfReader(io.BytesIO(made))
    pictures = [picture for page in reader.pages if (picture := page.images[0].image)]
    assert [picture.size for picture in pictures] == [(200, 300), (220, 310), (200, 300)]
    for number, picture in ((2, pictures[1]), (3, pictures[2])):
        assert picture.convert("RGB").tobytes() == leaf(number, picture.size).tobytes()
    assert reader.page_labels == ["1", "2", "3"]
    small.publish(BOOK)
    page = small.deps.ledger.publication(file.id, WIKI)
    assert page is not None
    assert page.title.endswith(".pdf")


def test_each_page_is_kept_with_a_note_of_what_it_became_a_part_of(small: Any, shelf: tuple[Path, str]) -> None:
    folder, _ = shelf
    for number in (1, 2):
        leaf(number).save(folder / f"{number}.jpg")
    file = stage(small, shelf, ["1.jpg", "2.jpg"])
    assert len((file.inspection or {})["parts"]) == 2
    notes = [key for key in small.deps.store.list(f"{PARTNER}/media/") if key.endswith(".derived.json")]
    assert len(notes) == 2
    assert b'"kind":"pages"' in small.deps.store.get(notes[0])


def test_the_same_pages_give_the_same_bytes(small: Any, shelf: tuple[Path, str]) -> None:
    from glamflow.media.book import write_book

    folder, _ = shelf
    for number in (1, 2):
        leaf(number).save(folder / f"{number}.png")
    for name in ("one.pdf", "other.pdf"):
        write_book(folder / name, [folder / "1.png", folder / "2.png"], labels=["1", "2"])
    assert (folder / "one.pdf").read_bytes() == (folder / "other.pdf").read_bytes()


@pytest.mark.parametrize(("second", "told"), [("gone.jpg", "page 2"), ("torn.jpg", "page 2"), ("clear.png", "transparency")])
def test_a_page_that_is_missing_broken_or_unfit_holds_the_whole(small: Any, shelf: tuple[Path, str], second: str, told: str) -> None:
    folder, _ = shelf
    leaf(1).save(folder / "one.jpg")
    whole = io.BytesIO()
    leaf(2).save(whole, "JPEG")
    (folder / "torn.jpg").write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    Image.new("RGBA", (20, 20), (10, 20, 30, 40)).save(folder / "clear.png")
    file = stage(small, shelf, ["one.jpg", second])
    assert (file.state, file.reason) == (FileState.HELD, Reason.PAGES_UNFIT)
    assert told in file.detail


def test_what_a_page_says_of_rights_and_people_is_judged_as_in_a_file_of_its_own(small: Any, shelf: tuple[Path, str]) -> None:
    folder, _ = shelf
    leaf(1).save(folder / "one.jpg")
    said = Image.Exif()
    said[0x8298] = "Copyright 2019 Another Agency, all rights reserved"
    leaf(2).save(folder / "two.jpg", exif=said)
    file = stage(small, shelf, ["one.jpg", "two.jpg"])
    assert (file.state, file.reason) == (FileState.HELD, Reason.EMBEDDED_NOTICE)
    assert file.detail.startswith("page 2")


@pytest.mark.parametrize("exif", ["keep", "strip"])
def test_personal_data_of_a_page_are_listed_or_left_out_as_the_partner_says(small: Any, shelf: tuple[Path, str], exif: str) -> None:
    folder, _ = shelf
    leaf(1).save(folder / "one.jpg")
    said = Image.Exif()
    said.get_ifd(0x8769)[0xA431] = "SN-1"
    leaf(2).save(folder / "two.jpg", exif=said)
    file = stage(small, shelf, ["one.jpg", "two.jpg"], exif=exif)
    made = small.deps.store.get(layout.media(PARTNER, file.sha256))
    assert (file.state, b"SN-1" in made) == (FileState.STAGED, exif == "keep")
    assert (file.inspection or {}).get("personal", []) == (["serial_number"] if exif == "keep" else [])


def test_pages_as_images_stay_pictures(small: Any, shelf: tuple[Path, str]) -> None:
    folder, _ = shelf
    for number in (1, 2):
        leaf(number).save(folder / f"{number}.jpg")
    assert stage(small, shelf, ["1.jpg", "2.jpg"], pages="images").mime == "image/jpeg"
