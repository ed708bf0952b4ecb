"""Shortcuts of the field parsers say the same as the long way."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from glamflow.transforms.fields import media
from glamflow.transforms.fields.dates import parse_date
from glamflow.transforms.fields.dimensions import parse_dimensions
from glamflow.transforms.fields.media import media_id, page_label
from glamflow.transforms.fields.names import parse_agent
from glamflow.transforms.fields.text import are_clean, clean_text, is_clean
from glamflow.transforms.record import AgentKind, Dimension

TEXTS = st.text(alphabet=st.sampled_from("ab |<&é\u0301\n\u00a0\u200bÅ1"), max_size=6)


@given(TEXTS)
def test_a_text_called_clean_is_handed_back_by_the_long_way(text: str) -> None:
    if is_clean(text):
        assert clean_text(text) == (text, ())


@given(st.lists(TEXTS, max_size=4))
@example([""])
@example(["a", ""])
@example(["a", "\u0301b"])
def test_texts_called_clean_together_are_clean_each_by_itself(texts: list[str]) -> None:
    if are_clean(texts):
        assert all(text and is_clean(text) for text in texts)


@pytest.mark.parametrize(
    ("value", "name", "kind", "birth", "death"),
    [
        ("Lind, Anna", "Anna Lind", AgentKind.PERSON, None, None),
        ("Lind, Anna, 1821-1887", "Anna Lind", AgentKind.PERSON, 1821, 1887),
        ("Lind, Anna, 1821-", "Anna Lind", AgentKind.PERSON, 1821, None),
        ("Lind , Anna ., 1821-1887.", "Anna Lind", AgentKind.PERSON, 1821, 1887),
        ("Lind, A., 1821-1887", "A. Lind", AgentKind.PERSON, 1821, 1887),
        ("Lind, Anna, 1887-1821", "Lind, Anna, 1887-1821", AgentKind.UNKNOWN, None, None),
        ("Stand-by Lind, 1821-1887", "Stand-by Lind, 1821-1887", AgentKind.UNKNOWN, None, None),
        ("United Artists, 1919-1950", "United Artists", AgentKind.PERSON, 1919, 1950),
        ("United States, 1821-1887", "United States", AgentKind.CORPORATE, None, None),
        ("Lind, Jr.", "Lind, Jr.", AgentKind.PERSON, None, None),
        ("Unknown.", "Unknown.", AgentKind.ANONYMOUS, None, None),
    ],
)
def test_a_plain_name_is_told_from_what_only_looks_like_one(
    value: str, name: str, kind: AgentKind, birth: int | None, death: int | None
) -> None:
    agent = parse_agent(value)
    assert agent is not None
    assert (agent.name, agent.kind, agent.birth, agent.death) == (name, kind, birth, death)


@pytest.mark.parametrize("unit", ["cm", "mm", "in.", "kg", "gr", "meter", "px"])
def test_a_single_number_with_a_unit_stays_as_stated(unit: str) -> None:
    assert parse_dimensions(f"22 {unit}") == (Dimension(as_stated=f"22 {unit}"),)


def test_pixels_are_no_height_and_width() -> None:
    assert parse_dimensions("800 x 600 px") == (Dimension(as_stated="800 x 600 px"),)


@given(st.integers(0, 2200), st.integers(0, 2200), st.sampled_from(["-", "–", " - ", " – "]))
def test_two_years_are_read_as_in_words(first: int, last: int, dash: str) -> None:
    short, long = parse_date(f"{first:04}{dash}{last:04}"), parse_date(f"{first:04}{dash}{last:04}.")
    assert (short.earliest, short.latest, short.precision) == (long.earliest, long.latest, long.precision)


@pytest.mark.parametrize(
    "url",
    ["https://media.example/a/b%20c.jpg", "https://media.example/b.jpg", "http://[::1]/b.jpg", "https://media.example/a.jpg?x=1"],
)
def test_the_id_of_a_medium_does_not_depend_on_how_its_address_is_taken_apart(url: str) -> None:
    assert media_id("", url) == media_id("", f" {url}")


_PAGES = "page pages p. pp. sida sid. s. seite bild blatt bl. folio fol. f. sivu pagina página pág. side strona leaf canvas"
LABELS = st.lists(
    st.sampled_from(
        [*_PAGES.split(), *_PAGES.upper().split(), "front", "of the", "(", ",", " ", "xii", "12", "3r", "iv", "l"]
    ),
    max_size=6,
).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts)))


@given(LABELS)
@example("foliov")
@example("(Sida12)")
def test_a_label_that_is_not_searched_for_a_page_names_none(label: str) -> None:
    found = media._PAGE.search(label)
    assert page_label(label) == (found["page"].replace(" ", "") if found else "")
