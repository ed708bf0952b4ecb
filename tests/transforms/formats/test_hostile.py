"""Hostile and broken payloads: refused cheaply, never a crash."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glamflow.transforms.digest import canonical_json
from glamflow.transforms.fields.text import clean_text
from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Reason, Rejected, SourceInfo
from glamflow.transforms.policy import MappingPolicy

OutcomeOf = Callable[..., Mapped | Rejected]
DC = '<dc xmlns="http://purl.org/dc/elements/1.1/">{}</dc>'
LAUGHS = "<!DOCTYPE dc [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(9)) + "]>"
HOSTILE = {
    "billion laughs": LAUGHS + DC.format("<title>&j;</title>"),
    "external entity": "<!DOCTYPE dc [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + DC.format("<title>&x;</title>"),
    "parameter entity": "<!DOCTYPE dc [<!ENTITY % x SYSTEM 'http://127.0.0.1/x.dtd'> %x;]>" + DC.format("<title>t</title>"),
    "utf-16 laughs": (LAUGHS + DC.format("<title>&j;</title>")).encode("utf-16"),
    "depth 10,000": "<a>" * 10_000 + "</a>" * 10_000,
    "title of 1 MB": DC.format(f"<title>{'x' * 1_000_000}</title>"),
    "20 MB": DC.format(f"<description>{'x' * 20_000_000}</description>"),
    "not closed": "<dc><title>x",
    "html": "<!DOCTYPE html><html><body>503 &nbsp;</body></html>",
    "empty": "   ",
    "binary": b"\x00\x01\xff\xd8\xff\xe0JFIF",
}


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_payload_is_refused_within_a_second(payload: str | bytes, outcome_of: OutcomeOf) -> None:
    started = time.process_time()
    outcome = outcome_of(payload, "oai_dc")
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.PAYLOAD_INVALID
    assert outcome.detail
    assert time.process_time() - started < 1


def test_no_file_is_read_through_an_entity_in_any_format(outcome_of: OutcomeOf) -> None:
    for name in CROSSWALKS:
        assert "root:" not in repr(outcome_of(HOSTILE["external entity"], name))


@pytest.mark.parametrize(
    "field",
    ["date", "creator", "identifier", "description", "rights", "format", "coverage", "language"],
)
def test_an_overlong_value_of_any_field_costs_little(field: str, outcome_of: OutcomeOf) -> None:
    value = ("1850 - (a, " * 40_000)[:400_000]
    started = time.process_time()
    outcome = outcome_of(DC.format(f"<title>t</title><{field}>{value}</{field}>"), "oai_dc")
    assert isinstance(outcome, Mapped)
    assert time.process_time() - started < 1


def test_many_values_are_bounded_and_told(outcome_of: OutcomeOf) -> None:
    outcome = outcome_of(DC.format("<title>t</title>" + "".join(f"<subject>s{i}</subject>" for i in range(5_000))), "oai_dc")
    assert isinstance(outcome, Mapped)
    assert len(outcome.record.subjects) == 2_000
    assert any("5000 values" in f.detail for f in outcome.findings)


def test_an_unknown_format_is_rejected_by_name(outcome_of: OutcomeOf) -> None:
    outcome = outcome_of("<x/>", "papyrus")
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.FORMAT_UNKNOWN


names = st.sampled_from(
    ["dc", "title", "creator", "date", "identifier", "rights", "lido", "lidoWrap", "descriptiveMetadata", "eventSet", "event", "eventDate", "displayDate", "resourceSet", "RDF", "ProvidedCHO", "Aggregation", "WebResource", "mods", "name", "namePart", "record", "datafield", "subfield", "ead", "c01", "did", "unittitle", "mets", "dmdSec", "fileSec", "file"]
)
leaves = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="<&", exclude_categories=("Cs", "Cc")), max_size=20)


def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda n, parts: f"<{n}>{''.join(parts)}</{n}>", names, st.lists(inner, max_size=4))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(leaves, element, max_leaves=25), names, st.sampled_from(sorted(CROSSWALKS)))
def test_any_tree_of_known_names_maps_or_is_rejected(inner: str, root: str, crosswalk: str) -> None:
    payload = f"<{root}>{inner}</{root}>".encode()
    outcome = map_record(payload, SourceInfo(partner="x", key="k", format=crosswalk), MappingPolicy(crosswalk=crosswalk))
    assert isinstance(outcome, Mapped | Rejected)
    canonical_json(outcome)


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=15),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["title", "creator", "date", "media", "url", "rights", "place", "subjects", "label", "items", "service", "body", "type", "id", "en"]), inner, max_size=5),
        max_leaves=25,
    ),
    st.sampled_from(sorted(name for name, c in CROSSWALKS.items() if c.json)),
)
def test_any_json_maps_or_is_rejected(value: object, crosswalk: str) -> None:
    payload = json.dumps(value).encode()
    outcome = map_record(payload, SourceInfo(partner="x", key="k", format=crosswalk), MappingPolicy(crosswalk=crosswalk))
    assert isinstance(outcome, Mapped | Rejected)
    canonical_json(outcome)


def test_half_characters_in_json_do_not_reach_the_record(outcome_of: OutcomeOf) -> None:
    outcome = outcome_of(b'{"title": "a\\ud83d b", "date": "\\udc00", "symbol": "x\\ud800", "media": ["https://x.example/\\ud800.jpg"]}', "rows")
    assert isinstance(outcome, Mapped)
    canonical_json(outcome)


@pytest.mark.parametrize("opening", ["<!--", "<script>", "<style ", "<b ", "&amp", "<", "( ", "\u202e"])
def test_unclosed_markup_costs_no_more_than_its_length(opening: str) -> None:
    started = time.process_time()
    clean_text((opening * 100_000)[:99_999])
    assert time.process_time() - started < 1
