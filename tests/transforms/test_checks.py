"""Record checks and the verdict on each medium."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from glamflow.transforms.checks import RecordChecks, check_record
from glamflow.transforms.outcome import Reason, Severity
from glamflow.transforms.policy import MappingPolicy, MediaPolicy, ReviewedRule, RightsPolicy
from glamflow.transforms.record import (
    Agent,
    AgentKind,
    CalendarDate,
    DateSpan,
    Identifier,
    IdentifierKind,
    MediaId,
    MediaRef,
    MediaRole,
    Place,
    PlaceKind,
    Record,
    RecordKey,
    RightsStatement,
    Role,
    Term,
    Text,
)
from glamflow.transforms.rights.decision import Verdict

ON = dt.date(2026, 11, 22)
PDM, BY = "http://creativecommons.org/publicdomain/mark/1.0/", "http://creativecommons.org/licenses/by/4.0/"
OWN = ReviewedRule(id="own", when={"set": "own"}, approved_by="A. Registrar", date=ON, link="https://wiki.example/1", licensor="partner")


def span(year: int) -> DateSpan:
    return DateSpan(earliest=CalendarDate(year=year), latest=CalendarDate(year=year))


def kind(label: str) -> tuple[Term, ...]:
    return (Term(labels=(Text(value=label, language="en"),)),)


def medium(number: int = 1, role: MediaRole = MediaRole.FRONT, rights: str = PDM) -> MediaRef:
    statements = (RightsStatement(value=rights),) if rights else ()
    return MediaRef(id=MediaId(f"m{number}"), url=f"https://media.example/{number}.jpg", role=role, rights=statements)


PAINTING = Record(
    partner="museum-x",
    key=RecordKey("1"),
    titles=(Text(value="Winter Morning", language="en"),),
    object_types=kind("oil painting"),
    agents=(Agent(name="Anna Example", kind=AgentKind.PERSON, death=1887),),
    dates=(span(1879),),
    places=(Place(kind=PlaceKind.MADE, country="SE"),),
    identifiers=(Identifier(value="A 1", kind=IdentifierKind.INVENTORY),),
    institution="Museum X",
    media=(medium(),),
    source_url="https://museum.example/1",
)
PHOTO = msgspec.structs.replace(
    PAINTING, object_types=kind("photograph"), agents=(), dates=(span(1998),), sets=("own",), media=(medium(rights=BY),)
)


def check(record: Record, *, terms: tuple[str, ...] = (), media: MediaPolicy | None = None, on: dt.date = ON) -> RecordChecks:
    rights = RightsPolicy(metadata="cc0", attribution="Museum X", rules=(OWN,))
    mapping = MappingPolicy(crosswalk="lido", sensitive_terms=terms)
    return check_record(record, rights=rights, media=media or MediaPolicy(), mapping=mapping, on=on)


def changed(record: Record = PAINTING, **fields: object) -> Record:
    return msgspec.structs.replace(record, **fields)


def titled(title: str, record: Record = PAINTING, language: str | None = None) -> Record:
    return changed(record, titles=(Text(value=title, language=language),))


def test_an_ordinary_record_has_no_findings_and_its_medium_publishes() -> None:
    checks = check(PAINTING)
    assert (checks.findings, checks.hold) == ((), None)
    assert [(f.media_id, f.verdict, f.reason) for f in checks.files] == [("m1", Verdict.PUBLISH, Reason.PD_BOTH_HALVES)]


@pytest.mark.parametrize(
    ("record", "reason", "severity"),
    [
        (changed(titles=()), Reason.TITLE_FALLBACK, Severity.WARNING),
        (changed(titles=(), object_types=(), descriptions=(Text(value="A lake."),)), Reason.TITLE_FALLBACK, Severity.WARNING),
        (changed(titles=(), object_types=()), Reason.TITLE_MISSING, Severity.ERROR),
        (changed(titles=(Text(value="  "),), object_types=()), Reason.TITLE_MISSING, Severity.ERROR),
        (changed(media=()), Reason.NO_MEDIA, Severity.ERROR),
        (changed(identifiers=()), Reason.IDENTIFIER_MISSING, Severity.WARNING),
        (changed(source_url=""), Reason.SOURCE_URL_MISSING, Severity.WARNING),
    ],
)
def test_what_is_missing_is_found(record: Record, reason: Reason, severity: Severity) -> None:
    checks = check(record)
    assert [(f.reason, f.severity) for f in checks.findings] == [(reason, severity)]
    assert checks.hold == (reason if severity is Severity.ERROR else None)


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("School class 4B", "en"), ("Portrait of a patient", "en"), ("Skolklass vid Visby skola", "sv"), ("Barn i snön", "sv"),
        ("Kinder am See", "de"), ("Spielendes Kind", "de"), ("Photo de classe", "fr"), ("Retrato de una mujer", "es"),
        ("Koululuokka", "fi"), ("Schoolklas", "nl"), ("Skoleklasse 4B", "nb"), ("Børn i gården", "da"), ("Ritratto", "it"),
        ("Crianças na praia", "pt"), ("Dzieci", "pl"), ("Children playing", None),
    ],
)  # fmt: skip
def test_recent_photographs_of_people_wait_for_a_person(title: str, language: str | None) -> None:
    assert check(titled(title, PHOTO, language)).hold is Reason.PERSONALITY


@pytest.mark.parametrize(("title", "language"), [("Red barn", "en"), ("A kind of blue", "en"), ("The harbour", "en"), ("Torget", "sv")])
def test_words_of_another_language_are_not_taken_for_people(title: str, language: str) -> None:
    checks = check(titled(title, PHOTO, language))
    assert (checks.hold, checks.files[0].reason) == (None, Reason.LICENSED)


def test_a_photograph_of_children_is_open_after_110_years() -> None:
    old = changed(titled("School class", PHOTO), dates=(span(1916),))
    assert check(old).hold is None
    assert check(changed(old, dates=(span(1917),))).hold is Reason.PERSONALITY


def test_a_portrait_of_somebody_known_to_be_dead_does_not_wait() -> None:
    sitter = Agent(name="Berta Example", role=Role.DEPICTED, death=1999)
    assert check(changed(titled("Portrait", PHOTO), agents=(sitter,))).hold is None


def test_a_chart_about_children_shows_no_child() -> None:
    assert check(changed(titled("Children out of school", PHOTO), object_types=kind("chart"))).hold is None


@pytest.mark.parametrize(
    "text",
    [
        "Write to anna.example@museum.example", "Tel. 08-123 45 67", "+46 8 123 45 67", "Gift of B. Qvarnlund, Storgatan 14 B, 621 45 Visby",
        "Lives at Hauptstraße 12, Berlin", "personnummer 121212-1212", "born 19121212-1212", "Patient number 44871", "12 rue de la Paix, 75002",
        "24 Church Street, Oxford",
    ],
)  # fmt: skip
def test_personal_data_in_a_published_field_holds(text: str) -> None:
    assert check(changed(descriptions=(Text(value=text),))).hold is Reason.PERSONAL_DATA


@pytest.mark.parametrize(
    "text",
    ["Painted 1879 at Storgatan", "LM 1879:14", "ISBN 978-0-306-40615-7", "54 x 72 cm", "Inv. 19121212-1", "Karl Johans gate in winter", "1879–1887", "No. 4 of 120"],
)
def test_ordinary_figures_are_not_personal_data(text: str) -> None:
    assert check(changed(descriptions=(Text(value=text),))).hold is None


def test_a_donors_address_in_the_provenance_holds_nothing() -> None:
    provenance = (Text(value="Gift of Berta Qvarnlund, Storgatan 14 B, 621 45 Visby"),)
    assert check(changed(provenance=provenance)).files[0].verdict is Verdict.PUBLISH


@pytest.mark.parametrize(
    "record",
    [
        changed(sensitivity=("TK Attribution",)),
        titled("Human remains from a grave", PAINTING),
        titled("Mänskliga kvarlevor"),
        changed(object_types=kind("human skull")),
        titled("Ceremonial mask", changed(object_types=kind("mask"))),
        titled("Grave goods, ring", changed(object_types=kind("ring"))),
        changed(descriptions=(Text(value="Restricted by community"),)),
    ],
)
def test_culturally_sensitive_records_wait_for_permission(record: Record) -> None:
    assert check(record).hold is Reason.CULTURAL_PERMISSION


def test_the_partners_own_words_ask_for_permission_too() -> None:
    record = titled("Drum of a noaidi")
    assert check(record).hold is None
    assert check(record, terms=("noaidi",)).hold is Reason.CULTURAL_PERMISSION


def test_a_religious_painting_is_an_ordinary_painting() -> None:
    assert check(titled("The Sacred Heart, with a skull")).hold is None


def test_an_embargo_ends_on_its_day() -> None:
    record = changed(PHOTO, not_before="2027-06-01", titles=(Text(value="Harbour"),))
    held = check(record)
    assert (held.hold, held.files[0].reason, held.files[0].not_before) == (Reason.EMBARGO, Reason.EMBARGO, "2027-06-01")
    assert check(record, on=dt.date(2027, 6, 1)).files[0].verdict is Verdict.PUBLISH


def test_a_hold_on_the_record_holds_all_its_files_but_a_rejection_stays() -> None:
    two = (medium(1), medium(2, rights="http://rightsstatements.org/vocab/InC/1.0/"))
    checks = check(changed(media=two, sensitivity=("TK Attribution",)))
    assert [(f.verdict, f.reason) for f in checks.files] == [
        (Verdict.HOLD, Reason.CULTURAL_PERMISSION),
        (Verdict.REJECT, Reason.RIGHTS_NOT_FREE),
    ]


def test_backs_and_targets_stay_inside() -> None:
    media = (medium(1), medium(2, MediaRole.BACK), medium(3, MediaRole.TARGET), medium(4, MediaRole.DETAIL))
    assert [f.reason for f in check(changed(media=media)).files] == [
        Reason.PD_BOTH_HALVES,
        Reason.MEDIA_ROLE_INSIDE,
        Reason.MEDIA_ROLE_INSIDE,
        Reason.PD_BOTH_HALVES,
    ]


def test_too_many_media_are_for_a_person() -> None:
    media = tuple(medium(n, MediaRole.PAGE) for n in range(3))
    checks = check(changed(media=media), media=MediaPolicy(max_per_record=2))
    assert {f.reason for f in checks.files} == {Reason.MEDIA_TOO_MANY}
    assert checks.hold is None


def test_a_pdf_needs_the_word_that_nothing_in_it_is_of_others() -> None:
    pdf = msgspec.structs.replace(medium(rights=BY), url="https://media.example/r.pdf")
    report = changed(titled("Water report", PHOTO), object_types=kind("report"), media=(pdf,))
    assert check(report).files[0].reason is Reason.THIRD_PARTY_IN_PDF
    assert check(changed(report, third_party="none")).files[0].reason is Reason.LICENSED


@pytest.mark.parametrize(("label", "reason"), [("logo", Reason.TRADEMARK_EMBLEM), ("coat of arms", Reason.TRADEMARK_EMBLEM)])
def test_emblems_of_today_wait(label: str, reason: Reason) -> None:
    record = changed(titled("Poster", PHOTO), subjects=kind(label))
    assert check(record).files[0].reason is reason


def test_a_photograph_of_a_statue_waits_where_panorama_is_not_free() -> None:
    record = titled("Statue on the square", PHOTO)
    assert check(record).files[0].reason is Reason.FOP
    german = changed(record, places=(Place(kind=PlaceKind.MADE, country="DE"),))
    assert check(german).files[0].reason is Reason.LICENSED


def test_checks_survive_their_journey_through_json() -> None:
    checks = check(PAINTING)
    assert msgspec.json.decode(msgspec.json.encode(checks), type=RecordChecks) == checks
