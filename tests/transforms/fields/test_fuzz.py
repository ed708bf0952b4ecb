"""Every field parser with any text, and with the worst repetitions we could think of: a value, within a second of CPU."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glamflow.transforms.fields import (
    dates,
    dimensions,
    identifiers,
    languages,
    lifedates,
    media,
    names,
    places,
    roles,
    text,
)
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import SourceInfo
from glamflow.transforms.parsers import PARSERS

READERS: dict[str, Callable[[str], object]] = {
    "date": dates.parse_date,
    "date between": lambda value: dates.span_between(value, value, value),
    "states a date": dates.states_a_date,
    "agent": names.parse_agent,
    "attribution": names.attribution_of,
    "life dates": lifedates.take_life_dates,
    "role": roles.parse_role,
    "language": languages.parse_language,
    "country": places.parse_country,
    "coordinates": lambda value: places.parse_coordinates(value, value),
    "point": places.parse_point,
    "dimensions": dimensions.parse_dimensions,
    "measure": lambda value: dimensions.measure(value, value, value),
    "identifier kind": identifiers.identifier_kind,
    "identifiers": lambda value: identifiers.read_identifiers([value]),
    "first address": identifiers.first_url,
    "media address": identifiers.is_media_url,
    "media role": media.media_role,
    "page": media.page_label,
    "image service": media.iiif_service,
    "media id": lambda value: media.media_id("", value),
    "text": text.clean_text,
    "line": text.clean_line,
    "list": lambda value: text.split_list(value, ";"),
}
WORST = (
    "1850",
    "1850-",
    "c. ",
    "(",
    "a, ",
    "ca. 1/2/",
    "12 x ",
    "<b",
    "&amp",
    "née ",
    "https://",
    "-–—",
    "II ",
    "[?]",
    "MS 12/",
    "\u0301",
    "  \n",
    "x=",
    "after ",
)


def timed(read: Callable[[str], object], value: str) -> object:
    started = time.process_time()
    found = read(value)
    assert time.process_time() - started < 1
    return found


@settings(max_examples=60, deadline=None)
@given(value=st.text(max_size=200))
@pytest.mark.parametrize("name", READERS)
def test_any_text_is_read_or_left_alone(name: str, value: str) -> None:
    timed(READERS[name], value)


@settings(max_examples=30, deadline=None)
@given(parts=st.lists(st.sampled_from(WORST) | st.text(max_size=4), max_size=25))
@pytest.mark.parametrize("name", READERS)
def test_any_mix_of_its_own_signs_is_read_or_left_alone(name: str, parts: list[str]) -> None:
    timed(READERS[name], "".join(parts))


@pytest.mark.parametrize("piece", WORST)
@pytest.mark.parametrize("name", READERS)
def test_a_hundred_thousand_characters_cost_less_than_a_second(name: str, piece: str) -> None:
    timed(READERS[name], (piece * 100_000)[:100_000])


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "label", "uri", "name", "url", "en", "lat"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(value=values)
@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_named_parser_takes_any_value_of_a_payload(name: str, value: object) -> None:
    draft = Draft(SourceInfo(partner="x", key="k", format="rows"))
    parser = PARSERS[name]
    parser.read(draft, sorted(parser.targets)[0], value, "")
    draft.record()
