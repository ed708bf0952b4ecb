"""What must hold for every record: no crash, no publication past a denial, the same answer twice."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glamflow.transforms.policy import ReviewedRule, RightsPolicy
from glamflow.transforms.record import (
    Agent,
    AgentKind,
    Attribution,
    CalendarDate,
    DateKind,
    DateSpan,
    MediaId,
    MediaRef,
    MediaRole,
    Place,
    PlaceKind,
    Record,
    RecordKey,
    RightsLevel,
    RightsStatement,
    Role,
    Speaker,
    Term,
    Text,
)
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.rights.decision import Kind, Verdict

CC = "http://creativecommons.org"
DENIALS = [
    f"{CC}/licenses/by-nc/4.0/",
    f"{CC}/licenses/by-nd/3.0/",
    "https://www.creativecommons.org/licenses/by-nc-sa/2.5/se/deed.sv",
    "http://rightsstatements.org/vocab/InC/1.0/",
    "https://rightsstatements.org/page/InC-NC/1.0/",
    "http://rightsstatements.org/vocab/NoC-NC/1.0/",
    "CC BY-NC",
    "cc-by-nd 4.0",
]
FREE = [
    f"{CC}/publicdomain/zero/1.0/",
    f"{CC}/publicdomain/mark/1.0/",
    f"{CC}/licenses/by/4.0/",
    f"{CC}/licenses/by-sa/3.0/de/",
    "http://rightsstatements.org/vocab/NKC/1.0/",
    "http://rightsstatements.org/vocab/NoC-US/1.0/",
    "Public domain",
    "CC BY 4.0",
    "© Museum X",
]
TYPES = ["painting", "drawing", "engraving", "letter", "book", "photograph", "negative", "postcard", "sculpture", "beetle specimen", "report", "film", "?", "map"]
years = st.integers(-800, 2030)
spans = st.builds(
    lambda a, b, kind, circa: DateSpan(
        earliest=CalendarDate(year=min(a, b) or 1), latest=CalendarDate(year=max(a, b) or 1), kind=kind, circa=circa
    ),
    years,
    years,
    st.sampled_from(DateKind),
    st.booleans(),
)
agents = st.builds(
    Agent,
    name=st.text(max_size=8),
    role=st.sampled_from(Role),
    attribution=st.sampled_from(Attribution),
    kind=st.sampled_from(AgentKind),
    birth=st.none() | years,
    death=st.none() | years,
    active=st.none() | spans,
)
values = st.sampled_from(FREE) | st.text(max_size=30)
statements = st.builds(
    RightsStatement,
    value=values,
    level=st.sampled_from(RightsLevel),
    speaker=st.sampled_from(Speaker),
    vocabulary=st.sampled_from(["", "flickr", "dimu", "met", "nonsense"]),
)
media = st.builds(
    MediaRef,
    id=st.just(MediaId("m")),
    url=st.just("https://media.example/m.jpg"),
    role=st.sampled_from(MediaRole),
    mime=st.sampled_from(["", "image/jpeg", "audio/ogg", "application/pdf"]),
    rights=st.lists(statements, max_size=2).map(tuple),
)
records = st.builds(
    Record,
    partner=st.just("museum-x"),
    key=st.just(RecordKey("1")),
    titles=st.lists(st.builds(Text, value=st.text(max_size=12)), max_size=1).map(tuple),
    object_types=st.lists(st.sampled_from(TYPES).map(lambda t: Term(labels=(Text(value=t),))), max_size=2).map(tuple),
    agents=st.lists(agents, max_size=3).map(tuple),
    dates=st.lists(spans, max_size=2).map(tuple),
    places=st.lists(
        st.builds(Place, kind=st.sampled_from(PlaceKind), country=st.sampled_from([None, "SE", "US", "DE", "MX", "XX", "su", ""])), max_size=2
    ).map(tuple),
    institution=st.sampled_from(["", "Museum X", "NASA"]),
    rights=st.lists(statements, max_size=2).map(tuple),
    not_before=st.sampled_from(["", "2027", "2030-02", "soon", "2020-01-01"]),
    published=st.sampled_from([None, True, False]),
    third_party=st.sampled_from(["", "none", "unknown"]),
)
RULES = (
    ReviewedRule(id="all", when={"country": "SE"}, approved_by="A. Registrar", date=dt.date(2026, 1, 1), link="https://wiki.example/1", verdict="publish", template="PD-anything"),
    ReviewedRule(id="own", when={"kind": "is_the_work"}, approved_by="A. Registrar", date=dt.date(2026, 1, 1), link="https://wiki.example/2", licensor="partner"),
)  # fmt: skip
policies = st.builds(
    RightsPolicy,
    metadata=st.just("cc0"),
    default_country=st.sampled_from(["", "SE", "ZZ"]),
    absent=st.sampled_from(["hold", "judge_by_facts"]),
    attribution=st.sampled_from(["", "Museum X", "a}}{{b|c"]),
    licence_versions=st.sampled_from([{}, {"by": "4.0"}]),
    rules=st.sampled_from([(), RULES]),
)
days = st.dates(dt.date(1990, 1, 1), dt.date(2120, 12, 31))


@settings(max_examples=400)
@given(records, st.none() | media, policies, days, st.lists(st.text(max_size=10), max_size=2).map(tuple))
@example(Record(partner="p", key=RecordKey("")), None, RightsPolicy(metadata="cc0"), dt.date(2026, 1, 1), ("\x00",))
def test_a_decision_is_made_for_every_record_and_twice_the_same(
    record: Record, medium: MediaRef | None, policy: RightsPolicy, on: dt.date, embedded: tuple[str, ...]
) -> None:
    first = decide(record, medium, policy, on=on, embedded=embedded)
    assert first == decide(record, medium, policy, on=on, embedded=embedded)
    assert (first.template != "") == (first.verdict is Verdict.PUBLISH)
    assert first.explanation
    assert msgspec.json.decode(msgspec.json.encode(first), type=type(first)) == first


@settings(max_examples=300)
@given(records, media, policies, days, st.sampled_from(DENIALS), st.sampled_from([RightsLevel.MEDIUM, RightsLevel.OBJECT, RightsLevel.COLLECTION]))
def test_nothing_is_published_past_a_denial(
    record: Record, medium: MediaRef, policy: RightsPolicy, on: dt.date, value: str, level: RightsLevel
) -> None:
    denial = RightsStatement(value=value, level=level)
    at_medium = msgspec.structs.replace(medium, rights=(*medium.rights, denial))
    at_record = msgspec.structs.replace(record, rights=(denial, *record.rights))
    assert decide(record, at_medium, policy, on=on).verdict is Verdict.REJECT
    assert decide(at_record, medium, policy, on=on).verdict is Verdict.REJECT


@settings(max_examples=200)
@given(records, media, policies, days)
def test_no_template_comes_from_the_partners_words(record: Record, medium: MediaRef, policy: RightsPolicy, on: dt.date) -> None:
    decision = decide(record, medium, policy, on=on)
    names = set(re.findall(r"\{\{([^|}]+)", decision.template))
    assert all(re.match(r"(PD-|Cc-|Licensed-PD-Art|NKC|Flickr)", name) for name in names)
    assert "a}}{{b" not in decision.template


@settings(max_examples=200)
@given(records, media, policies, days)
def test_a_solid_object_is_never_published_without_a_licence_for_its_photograph(
    record: Record, medium: MediaRef, policy: RightsPolicy, on: dt.date
) -> None:
    decision = decide(record, medium, policy, on=on)
    if decision.verdict is Verdict.PUBLISH and decision.kind is Kind.SOLID:
        assert "Cc-" in decision.template


@settings(max_examples=200)
@given(st.integers(1900, 2026), st.integers(1700, 2000), st.sampled_from(["", "SE", "DE", "FR", "GB", "MX", "ES", "CN", "JP", "XX"]))
def test_a_painting_is_published_only_when_its_terms_are_over(death: int, made: int, country: str) -> None:
    record = Record(
        partner="p",
        key=RecordKey("1"),
        object_types=(Term(labels=(Text(value="painting"),)),),
        agents=(Agent(name="A", kind=AgentKind.PERSON, death=death),),
        dates=(DateSpan(earliest=CalendarDate(year=made), latest=CalendarDate(year=made)),),
        places=(Place(kind=PlaceKind.MADE, country=country),) if country else (),
        rights=(RightsStatement(value=f"{CC}/publicdomain/mark/1.0/"),),
    )
    decision = decide(record, None, RightsPolicy(metadata="cc0"), on=dt.date(2026, 11, 22))
    term = {"": 100, "XX": 100, "MX": 100, "ES": 80}.get(country, 70)
    if decision.verdict is Verdict.PUBLISH:
        assert 2026 - death > term
        assert 2026 - made > 95
