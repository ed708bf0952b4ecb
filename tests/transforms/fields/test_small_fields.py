"""Text, languages, places, measures, identifiers and media words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.fields.dimensions import measure, parse_dimensions
from glamflow.transforms.fields.identifiers import first_url, is_media_url, read_identifiers
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.media import media_id, media_role, page_label
from glamflow.transforms.fields.places import parse_coordinates, parse_country, parse_point
from glamflow.transforms.fields.text import clean_line, clean_text
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import IdentifierKind, MediaRole


def test_html_remains_become_text() -> None:
    cleaned = clean_text("<p>Torget i <b>Visby</b>.</p><script>alert('x')</script><br/>Signerad&nbsp;nedtill.")
    assert cleaned.value == "Torget i Visby.\nSignerad nedtill."
    assert Reason.MARKUP_REMOVED in cleaned.reasons


@pytest.mark.parametrize("value", ["Area < 5 m", "Stilleben {{PD-self}} med '''päron'''", "A & B", "<untitled>"])
def test_what_only_looks_like_markup_stays(value: str) -> None:
    assert clean_line(value) == (value, ())


def test_direction_marks_and_controls_are_removed_but_joiners_stay() -> None:
    assert clean_line("a\u202eb\x00c\u200b").value == "abc"
    assert clean_line("می\u200cخواهم").value == "می\u200cخواهم"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_line(text).value
    assert unicodedata.is_normalized("NFC", once)
    again = clean_line(once).value
    assert clean_line(again).value == again


@pytest.mark.parametrize(
    ("value", "code"),
    [("fre", "fr"), ("dut", "nl"), ("sv-SE", "sv"), ("zh-Hant", "zh-hant"), ("pt-BR", "pt-br"), ("Swedish", "sv"), ("ruotsi", "sv"),
     ("zxx", None), ("N/A", None), ("English", "en"), ("العربية", "ar"), ("nope", None)],
)  # fmt: skip
def test_language_codes_and_names_become_bcp47(value: str, code: str | None) -> None:
    assert parse_language(value) == code


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [("59.3", "18.1", (59.3, 18.1)), ("59,3", "18,1", (59.3, 18.1)), ("0", "0", None), ("95", "18", None), ("59", "181", None),
     ("59° 30' 0\" N", "18°30'W", (59.5, -18.5)), ("north", "east", None)],
)  # fmt: skip
def test_coordinates_are_range_checked(latitude: str, longitude: str, expected: tuple[float, float] | None) -> None:
    assert parse_coordinates(latitude, longitude) == expected


def test_a_pair_of_coordinates_is_read_from_one_string() -> None:
    assert parse_point("59.3 18.1") == parse_point("59.3, 18.1") == (59.3, 18.1)


def test_only_names_of_present_states_give_a_country() -> None:
    assert [parse_country(n) for n in ("Sverige", "Suomi", "England", "SE", "Georgia", "Prussia")] == ["SE", "FI", "GB", "SE", None, None]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("203 x 314 cm", [("height", 203, "cm"), ("width", 314, "cm")]), ("H. 12,5 cm", [("height", 12.5, "cm")]),
     ("korkeus 9 cm", [("height", 9, "cm")]), ("5 3/4 × 8 in.", [("height", 5.75, "in"), ("width", 8, "in")]),
     ("560x320x225 cm", [("height", 560, "cm"), ("width", 320, "cm"), ("depth", 225, "cm")]), ("about 9", [("other", None, "")]),
     ("17,5x18", [("other", None, "")])],
)  # fmt: skip
def test_measures_are_read_only_with_their_unit(stated: str, expected: list[tuple[str, float | None, str]]) -> None:
    assert [(d.kind, d.value, d.unit) for d in parse_dimensions(stated)] == expected
    assert all(d.as_stated == stated for d in parse_dimensions(stated))


def test_a_measure_in_three_fields_keeps_what_was_stated() -> None:
    found = measure("bredd", "41,5", "cm")
    assert (found.kind, found.value, found.unit, found.as_stated) == ("width", 41.5, "cm", "bredd 41,5 cm")


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["http://x.example/1", "A 12/3"], "A 12/3"), (["MS 3478", "a.xml"], "MS 3478"), (["P484", "pga225"], ""), (["188"], ""),
     (["Inv.nr: NM 12"], "NM 12"), (["978-3-16-148410-0"], ""), (["oai:x:1", "1998.12.3"], "1998.12.3"), ([], "")],
)  # fmt: skip
def test_an_untyped_identifier_is_an_inventory_number_only_when_it_is_certain(values: list[str], expected: str) -> None:
    found = [i.value for i in read_identifiers(values) if i.kind is IdentifierKind.INVENTORY]
    assert found == ([expected] if expected else [])


def test_thumbnails_are_no_media() -> None:
    assert is_media_url("https://x.example/a.jpg")
    assert not is_media_url("https://x.example/thumbnail/a.jpg")
    assert first_url("see https://x.example/a.jpg.") == "https://x.example/a.jpg"


@pytest.mark.parametrize(
    ("words", "role"),
    [("framsida", MediaRole.FRONT), ("Rückseite", MediaRole.BACK), ("verso", MediaRole.BACK), ("yksityiskohta", MediaRole.DETAIL),
     ("colour target", MediaRole.TARGET), ("färgkarta", MediaRole.TARGET), ("page 12", MediaRole.PAGE), ("S. 7", MediaRole.PAGE),
     ("installation view", MediaRole.INSTALLATION), ("med ram", MediaRole.FRAME), ("före konservering", MediaRole.CONSERVATION),
     ("background", MediaRole.UNKNOWN), ("", MediaRole.UNKNOWN)],
)  # fmt: skip
def test_the_role_of_a_medium_is_read_from_whole_words(words: str, role: MediaRole) -> None:
    assert media_role(words) is role


def test_page_numbers_are_read_from_labels() -> None:
    assert [page_label(t) for t in ("Page 12", "fol. 3r", "sida 4", "front")] == ["12", "3r", "4", ""]


def test_a_media_id_does_not_depend_on_scheme_or_position() -> None:
    assert media_id("", "http://x.example/get?id=7") == media_id("", "https://x.example/get?id=7")
    assert media_id("", "https://x.example/files/LM-1.jpg") == "LM-1.jpg"
    assert media_id("", "https://x.example/iiif/abc/full/max/0/default.jpg") == "abc"
    assert media_id(" C 654 ", "https://x.example/a.jpg") == "C 654"
