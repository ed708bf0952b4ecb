"""File titles are what MediaWiki would store, and identifiers stay told apart."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.commons.title import (
    clean_part,
    identifier_part,
    normal_extension,
    raw_identifier,
    shown_identifier,
    title_for,
    title_key,
)
from glamflow.transforms.policy import CommonsPolicy
from glamflow.transforms.record import (
    CalendarDate,
    DateSpan,
    Identifier,
    IdentifierKind,
    MediaId,
    MediaRef,
    Place,
    PlaceKind,
    Record,
    RecordKey,
    Term,
    Text,
)

ILLEGAL = re.compile(
    r"[#<>\[\]|{}:/\\\x00-\x1f\x7f]|%[0-9A-Fa-f]{2}|&[A-Za-z0-9\x80-\uffff]+;|&#[0-9]+;|&#x[0-9A-Fa-f]+;|~~~"
)
BLACKLISTED = re.compile(
    "[\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\u202a-\u202e\ufeff\u00ad\ue000-\uf8ff\ufffd]|''|[^\x00-\uffff]"
)
CAMERA = (
    "CIMG",
    "DSC_",
    "DSCF",
    "DSCN",
    "DUW",
    "GEDC",
    "IMG",
    "JD",
    "MGP",
    "PICT",
    "Imagen",
    "FOTO",
    "DSC",
    "SANY",
    "SAM",
)


def stored_by_mediawiki(title: str) -> str:
    """A small model of MediaWiki's title normalisation in namespace File (includes/title/MediaWikiTitleCodec.php)."""
    text = unicodedata.normalize("NFC", title)
    text = re.sub("[\u200e\u200f\u202a-\u202e]+", "", text)
    text = re.sub("[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", " ", text).strip(" ")
    assert not ILLEGAL.search(text), text
    assert text not in (".", "..")
    upper = text[0].upper()
    if len(upper) == 1 and not "\u10d0" <= text[0] <= "\u10ff":
        text = upper + text[1:]
    assert len(text.encode()) <= 240
    return text


def record(title: str = "", inventory: str = "NM 1", **fields: Any) -> Record:
    media = fields.pop("media", (MediaRef(id=MediaId("m"), url="https://m.example/m.jpg"),))
    return Record(
        partner="p",
        key=RecordKey("k"),
        titles=(Text(value=title, language="sv"),) if title else (),
        media=media,
        **({"identifiers": (Identifier(value=inventory, kind=IdentifierKind.INVENTORY),)} | fields),
    )


def named(made: Record, number: int = 0, **changes: Any) -> str:
    arguments: dict[str, Any] = {
        "commons": CommonsPolicy(short_name="Museum X"),
        "partner_name": "Museum X",
        "extension": "jpg",
    } | changes
    return title_for(made, made.media[number], **arguments)


@given(st.text(max_size=300), st.text(min_size=1, max_size=40), st.sampled_from(["jpg", "JPEG", ".tiff", "png"]))
def test_a_title_is_what_mediawiki_stores(title: str, inventory: str, extension: str) -> None:
    made = named(record(title, inventory), extension=extension)
    assert stored_by_mediawiki(made) == made
    assert not BLACKLISTED.search(made)
    assert not made.startswith(CAMERA)
    assert not ("&" in made and "=" in made)
    assert made.endswith(f" - Museum X - {identifier_part(inventory)}.{normal_extension(extension)}")


@given(st.text(max_size=300))
def test_cleaning_a_part_twice_changes_nothing(value: str) -> None:
    assert clean_part(clean_part(value)) == clean_part(value)


def test_ten_thousand_pairs_of_identifiers_stay_apart() -> None:
    chance = random.Random(20261124)
    signs = "aAbB019 -/:._#|~[]()<>{}\\"
    for _ in range(10_000):
        one = "".join(chance.choices(signs, k=chance.randint(1, 8)))
        other = list(one)
        other[chance.randrange(len(other))] = chance.choice(signs)
        pair = one, "".join(other)
        if pair[0] != pair[1]:
            parts = [identifier_part(raw).casefold() for raw in pair]
            assert parts[0] != parts[1], pair


@pytest.mark.parametrize(
    "pair",
    [
        ("A 12/3", "A 12-3"),
        ("B:7", "B-7"),
        ("a1", "A1"),
        ("A  1", "A 1"),
        ("A_1", "A 1"),
        ("A-1.JPG", "A-1"),
        ("é", "e\u0301"),
    ],
)
def test_identifiers_that_look_alike_after_substitution_differ(pair: tuple[str, str]) -> None:
    parts = [identifier_part(raw) for raw in pair]
    assert parts[0].casefold() != parts[1].casefold()


def test_an_identifier_that_looks_like_a_checksummed_one_is_no_forgery() -> None:
    made = identifier_part("A 12/3")
    assert identifier_part(made) != made
    assert identifier_part(made.upper()) != made


def test_a_plain_inventory_number_stands_as_it_is() -> None:
    assert identifier_part("NM 1234-5") == "NM 1234-5"


def test_an_address_gives_its_name_without_the_scheme_and_is_no_accession_number() -> None:
    from_feed = record("Hjälm", media=(), identifiers=())
    linked = msgspec.structs.replace(
        from_feed, identifiers=(Identifier(value="http://data.example/RAA/1", kind=IdentifierKind.URI),)
    )
    assert re.fullmatch(r"data\.example-RAA-1 \([a-z0-9]{5}\)", identifier_part(raw_identifier(linked)))
    assert identifier_part("http://data.example/RAA/1") != identifier_part("https://data.example/RAA/1")
    assert shown_identifier(linked) == ""
    numbered = msgspec.structs.replace(linked, identifiers=(*linked.identifiers, Identifier(value="X 9")))
    assert (raw_identifier(numbered), shown_identifier(numbered)) == ("X 9", "X 9")


def test_only_the_title_is_cut_and_at_a_character() -> None:
    made = named(record("é字" * 200, "NM.0012345"))
    assert made.endswith(" - Museum X - NM.0012345.jpg")
    assert 235 <= len(made.encode()) <= 240


@pytest.mark.parametrize("inventory", ["漢" * 200, "7" * 300, "Ж" * 150, "NM " + "1234-" * 60])
def test_an_identifier_of_any_length_leaves_the_title_within_240_bytes(inventory: str) -> None:
    made = named(record("Vase", inventory))
    assert made.startswith("Vase - Museum X - ")
    assert made != named(record("Vase", inventory + "8"))


def test_a_combining_sign_is_not_cut_from_its_letter() -> None:
    made = named(record("x\u0331" * 150))
    assert "x - Museum" not in made


def test_a_repeated_title_gives_way_to_the_first_sentence_of_the_description() -> None:
    spoon = record("Sked", descriptions=(Text(value="Sked av silver med vriden skaft. Köpt 1902."),))
    assert (
        named(spoon, repeated=frozenset({title_key("SKED")})) == "Sked av silver med vriden skaft - Museum X - NM 1.jpg"
    )
    assert named(spoon) == "Sked - Museum X - NM 1.jpg"


def test_without_title_and_description_type_place_and_date_stand_in() -> None:
    vase = record(
        object_types=(Term(labels=(Text(value="Vas"),)),),
        places=(Place(names=(Text(value="Gustavsberg"),), kind=PlaceKind.MADE),),
        dates=(DateSpan(earliest=CalendarDate(year=1890), latest=CalendarDate(year=1890), as_stated="ca 1890"),),
    )
    assert named(vase) == "Vas, Gustavsberg, ca 1890 - Museum X - NM 1.jpg"
    assert named(record()) == "Object - Museum X - NM 1.jpg"


def test_a_camera_name_is_no_title_and_a_name_that_begins_like_one_gets_its_type_in_front() -> None:
    assert named(record("IMG_2041")) == "Object - Museum X - NM 1.jpg"
    portrait = record("SAMUEL i templet", object_types=(Term(labels=(Text(value="Målning"),)),))
    assert named(portrait) == "Målning SAMUEL i templet - Museum X - NM 1.jpg"


def test_a_long_title_in_capitals_alone_is_lowered() -> None:
    assert named(record("VY ÖVER STOCKHOLM FRÅN KATARINAHISSEN")).startswith("Vy över stockholm från ")


def test_suffixes_inside_the_title_are_not_doubled() -> None:
    assert named(record("Utsikt.JPG.jpg")) == "Utsikt - Museum X - NM 1.jpg"


def test_the_number_hangs_on_the_medium_and_not_on_its_place_in_the_list() -> None:
    first, second = (MediaRef(id=MediaId(f"obj_{n}"), url=f"https://m.example/{n}") for n in (1, 2))
    new = MediaRef(id=MediaId("obj_7"), url="https://m.example/7")
    old = record("Vas", media=(first, second))
    before = {m.id: title_for(old, m, CommonsPolicy(), "X", extension="jpg") for m in old.media}
    after = record("Vas", media=(new, second, first))
    for medium in (first, second):
        assert title_for(after, medium, CommonsPolicy(), "X", extension="jpg") == before[medium.id]
    assert len({title_for(after, m, CommonsPolicy(), "X", extension="jpg") for m in after.media}) == 3


def test_media_whose_ids_end_alike_still_get_names_of_their_own() -> None:
    media = tuple(
        MediaRef(id=MediaId(name), url="https://m.example/x")
        for name in ("front-1", "back-1", "logo", "https://x.example/a.jpg")
    )
    album = record("Album", media=media)
    assert len({named(album, number) for number in range(4)}) == 4


def test_pages_are_named_by_their_page() -> None:
    media = tuple(MediaRef(id=MediaId(f"s{n}"), url="https://m.example/x", page=str(n)) for n in (1, 2))
    assert named(record("Album", media=media), 1) == "Album - Museum X - NM 1 (page 2).jpg"


def test_language_versions_of_a_document_carry_their_language() -> None:
    chart = record("Carte", "", version_group="g", content_languages=("fr",), document_symbol="AG-7")
    assert (
        title_for(chart, chart.media[0], CommonsPolicy(), "Agency", extension="pdf") == "Carte (fr) - Agency - AG-7.pdf"
    )


def test_georgian_and_sharp_s_keep_their_first_letter() -> None:
    assert named(record("თბილისი")).startswith("თბილისი")
    assert named(record("ßtraße")).startswith("ß")
    assert named(record("älv")).startswith("Älv")


def test_a_title_that_is_taken_gets_a_mark_and_keeps_its_identifier() -> None:
    vase = record("é" * 300, "NM 1234")
    plain, marked = named(vase), named(vase, apart=True)
    assert plain.endswith(" - NM 1234.jpg")
    assert re.search(r"é - Museum X - NM 1234 \([a-z][a-z0-9]{4}\)\.jpg$", marked)
    assert len(marked.encode()) <= 240
