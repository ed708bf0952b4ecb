"""What statements say: addresses in all their forms, closed codes, and free text in twelve languages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import RightsLevel, RightsStatement
from glamflow.transforms.rights.licences import all_licences, free_licence, licence_uri
from glamflow.transforms.rights.normalise import normalise_uri
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.statements import Reading, read_statement

POLICY = RightsPolicy(metadata="cc0")
CC = "creativecommons.org"
ZERO, PDM = f"http://{CC}/publicdomain/zero/1.0/", f"http://{CC}/publicdomain/mark/1.0/"

with (Path(__file__).parent / "texts.tsv").open(encoding="utf-8") as _file:
    TEXTS = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read(value: str, vocabulary: str = "", policy: RightsPolicy = POLICY) -> tuple[Reading, ...]:
    return read_statement(RightsStatement(value=value, level=RightsLevel.MEDIUM, vocabulary=vocabulary), policy)


def told(readings: tuple[Reading, ...]) -> set[str]:
    """Each reading as `stance`, or `licence by/4.0`."""
    names = {r.uri: licence.name for r in readings if (licence := free_licence(r.uri))}
    return {f"licence {names[r.uri]}" if r.stance is Stance.LICENCE else r.stance.value for r in readings}


@pytest.mark.parametrize("row", TEXTS, ids=[f"{r['language']}: {r['text']}" for r in TEXTS])
def test_a_text_means_what_the_phrase_table_says(row: dict[str, str]) -> None:
    assert told(read(row["text"])) == set(row["means"].split(","))


def test_the_texts_cover_twelve_languages() -> None:
    assert {r["language"] for r in TEXTS} == {"en", "sv", "de", "fr", "es", "fi", "nl", "no", "da", "it", "pt", "pl"}


FORMS = [
    "http://{c}/licenses/{l}/",
    "https://{c}/licenses/{l}/",
    "http://{c}/licenses/{l}",
    "https://www.{c}/licenses/{l}/",
    "https://m.{c}/licenses/{l}/",
    "HTTPS://{C}/LICENSES/{L}/",
    "https://{c}/licenses/{l}/deed",
    "https://{c}/licenses/{l}/deed.sv",
    "https://{c}/licenses/{l}/deed.zh_TW",
    "https://{c}/licenses/{l}/legalcode",
    "https://{c}/licenses/{l}/legalcode.de",
    "https://{c}/licenses/{l}/rdf",
    "https://{c}//licenses//{l}//",
    "https://{c}/licenses/{l}/?ref=openverse",
    "https://{c}/licenses/{l}/#",
    "  https://{c}/licenses/{l}/  ",
    "\u200bhttps://{c}/licenses/{l}/\u200e",
    '<a href="https://{c}/licenses/{l}/">licence</a>',
    "Licensed under https://{c}/licenses/{l}/.",
    "(https://{c}/licenses/{l}/)",
    "{c}/licenses/{l}/",
    "https://{c}:443/licenses/{l}/",
    "https://{c}/licenses/{l}/?a=1&amp;b=2",
]
NAMES = ["by/4.0", "by-sa/4.0", "by/2.0", "by-sa/3.0/de", "by/2.5/se", "by/3.0/igo"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_licence_address_is_that_licence(form: str, name: str) -> None:
    value = form.format(c=CC, C=CC.upper(), l=name, L=name.upper())
    assert told(read(value)) == {f"licence {name}"}


@pytest.mark.parametrize("code", ["by-nc", "by-nd", "by-nc-sa", "by-nc-nd", "by-nd-nc", "nc", "nd", "nc-sa", "sampling+", "devnations"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_denying_licence_denies(form: str, code: str) -> None:
    name = f"{code}/2.0"
    assert told(read(form.format(c=CC, C=CC.upper(), l=name, L=name.upper()))) == {"denied"}


@pytest.mark.parametrize("tail", ["international", "unported", "International/", "unported/deed.fr"])
def test_international_and_unported_are_no_jurisdiction(tail: str) -> None:
    assert told(read(f"https://{CC}/licenses/by/4.0/{tail}")) == {"licence by/4.0"}


@pytest.mark.parametrize(
    ("value", "uri"),
    [
        (f"http://{CC}/licenses/publicdomain/", PDM),
        (f"https://{CC}/licenses/mark/1.0/", PDM),
        (f"https://{CC}/licenses/publicdomain/mark/1.0/", PDM),
        (f"https://{CC}/about/pdm", PDM),
        (f"https://{CC}/publicdomain/mark/1.0/deed.nl", PDM),
        (f"https://{CC}/licenses/zero/1.0/", ZERO),
        (f"https://{CC}/licenses/cc0/1.0/", ZERO),
        (f"https://{CC}/licenses/cc0/", ZERO),
        (f"https://{CC}/share-your-work/public-domain/cc0/", ZERO),
        (f"https://{CC}/publicdomain/zero/1.0/legalcode", ZERO),
        ("https://rightsstatements.org/page/InC/1.0/?language=en", "http://rightsstatements.org/vocab/inc/1.0/"),
        ("http://rightsstatements.org/vocab/InC-RUU/", "http://rightsstatements.org/vocab/inc-ruu/1.0/"),
        ("http://kulturarvsdata.se/resurser/license#BY", "http://kulturarvsdata.se/resurser/license#by"),
        (f"https://{CC}/licenses/by%2Dsa/4.0/", f"http://{CC}/licenses/by-sa/4.0/"),
    ],
)
def test_aliases_and_forms_become_one_address(value: str, uri: str) -> None:
    assert normalise_uri(value) == uri


@pytest.mark.parametrize(
    "value",
    [
        f"https://{CC}/publicdomain/mark/4.0/",
        f"https://{CC}/publicdomain/zero/4.0/",
        f"https://{CC}/licenses/by/2.1/",
        f"https://{CC}/licenses/by/2.1/se/",
        f"https://{CC}/licenses/by/4.0/de/",
        f"https://{CC}/licenses/by-sa/4.0/igo/",
        f"https://{CC}/licenses/by/2.5/igo/",
        f"https://{CC}/licenses/nc-by/4.0/",
        f"https://{CC}/licenses/by/",
        f"https://{CC}/licenses/4.0/",
        f"https://{CC}/licenses/by/40/",
        f"https://{CC}/licences/by/4.0/",
        "https://creativecommon.org/licenses/by/4.0/",
        "https://creativecommons.com/licenses/by/4.0/",
        "https://creativecommons.org.example/licenses/by/4.0/",
        "https://creativecomons.org/licenses/by/4.0/",
        "https://cc.org/licenses/by/4.0/",
        "https://user@creativecommons.org/licenses/by/4.0/",
        "https://creativecommons.org:8080/licenses/by/4.0/",
        "https://rightsstatements.org/vocab/",
        "https://rightsstatements.org/vocab/NoC/1.0/",
        "https://rightstatements.org/vocab/NoC-US/1.0/",
        "https://museum.example/terms",
        "http://[::1",
        "http://",
    ],
)
def test_what_only_looks_like_a_statement_is_never_repaired(value: str) -> None:
    assert told(read(value)) <= {"lookalike", "unknown_uri", "unknown_text"}


@pytest.mark.parametrize(
    ("code", "stance"),
    [(c, "denied") for c in ("InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU", "NoC-NC", "NoC-CR")]
    + [("NoC-OKLR", "other_law"), ("NoC-US", "noc_us"), ("NKC", "nkc"), ("CNE", "undetermined"), ("UND", "undetermined")],
)
@pytest.mark.parametrize(
    "form",
    [
        "http://rightsstatements.org/vocab/{}/1.0/",
        "https://rightsstatements.org/page/{}/1.0/",
        "http://rightsstatements.org/vocab/{}/1.0",
        "https://www.rightsstatements.org/vocab/{}/1.0/?relatedURL=x",
    ],
)
def test_rightsstatements_are_read_in_every_form(form: str, code: str, stance: str) -> None:
    assert told(read(form.format(code))) == {stance}


@pytest.mark.parametrize(
    ("vocabulary", "value", "means"),
    [
        ("dimu", "pdm", "pd"), ("dimu", "cc0", "licence zero/1.0"), ("dimu", "by", "no_version"), ("dimu", "by-sa", "no_version"),
        ("dimu", "by-nc", "denied"), ("dimu", "by-nd-nc", "denied"), ("dimu", "copyright", "denied"), ("dimu", "other", "unknown_text"),
        ("soch", "#pdmark", "pd"), ("soch", "cc0", "licence zero/1.0"), ("soch", "#by", "no_version"), ("soch", "#by-nc-nd", "denied"),
        ("soch", "http://kulturarvsdata.se/resurser/license#pdmark", "pd"), ("soch", "http://kulturarvsdata.se/resurser/license#inc", "denied"),
        ("", "http://kulturarvsdata.se/resurser/license#by-nc", "denied"), ("", "http://kulturarvsdata.se/resurser/license#new", "unknown_uri"),
        ("flickr", "0", "denied"), ("flickr", "1", "denied"), ("flickr", "2", "denied"), ("flickr", "3", "denied"), ("flickr", "6", "denied"),
        ("flickr", "4", "licence by/2.0"), ("flickr", "5", "licence by-sa/2.0"), ("flickr", "7", "flickr_commons"),
        ("flickr", "8", "us_government"), ("flickr", "9", "licence zero/1.0"), ("flickr", "10", "pd"), ("flickr", "11", "unknown_uri"),
        ("smithsonian", "CC0", "licence zero/1.0"), ("smithsonian", "Usage conditions apply", "denied"),
        ("met", "true", "licence zero/1.0,pd"), ("met", "True", "licence zero/1.0,pd"), ("met", "false", "denied"),
        ("cleveland", "CC0", "licence zero/1.0,pd"), ("cleveland", "Copyrighted", "denied"), ("aic", "false", "denied"),
        ("smk", "true", "licence zero/1.0,pd"), ("rijksmuseum", "PDM", "pd"), ("finna", "CC BY 4.0", "licence by/4.0"), ("finna", "PDM", "pd"),
        ("wellcome", "pdm", "pd"), ("wellcome", "cc-0", "licence zero/1.0"), ("wellcome", "cc-by", "no_version"), ("wellcome", "ogl", "review"),
        ("wellcome", "cc-by-nc", "denied"), ("wellcome", "inc", "denied"), ("hathitrust", "pd", "pd"), ("hathitrust", "pdus", "noc_us"),
        ("", "https://www.europeana.eu/rights/rr-f/", "denied"), ("", "http://www.europeana.eu/rights/unknown/", "undetermined"),
        ("", "http://www.europeana.eu/rights/out-of-copyright-non-commercial/", "denied"),
        ("", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "review"),
        ("", "http://creativecommons.org/licenses/sa/1.0/", "review"),
        (
            "",
            "The New York Public Library believes that this item is in the public domain under the laws of the United States, but did not check others.",
            "noc_us",
        ),
    ],
)  # fmt: skip
def test_closed_codes_mean_what_the_table_says(vocabulary: str, value: str, means: str) -> None:
    assert told(read(value, vocabulary)) == set(means.split(","))


@pytest.mark.parametrize("vocabulary", ["soch-item", "smithsonian-metadata"])
def test_statements_on_metadata_say_nothing(vocabulary: str) -> None:
    assert read("CC0", vocabulary) == ()
    assert read_statement(RightsStatement(value="CC0", level=RightsLevel.METADATA), POLICY) == ()


@pytest.mark.parametrize("value", ["", "   ", "\u200b", "<p></p>"])
def test_an_empty_statement_says_nothing(value: str) -> None:
    assert read(value) == ()


def test_the_partner_file_gives_the_missing_version() -> None:
    policy = RightsPolicy(metadata="cc0", licence_versions={"by": "4.0"})
    assert told(read("by", "dimu", policy)) == {"licence by/4.0"}
    assert told(read("CC BY", "", policy)) == {"licence by/4.0"}
    assert told(read("by-sa", "dimu", policy)) == {"no_version"}


def test_a_version_that_does_not_exist_is_not_taken_from_the_partner_file() -> None:
    assert told(read("by", "dimu", RightsPolicy(metadata="cc0", licence_versions={"by": "7"}))) == {"no_version"}


def test_a_text_that_people_decided_once_is_read_as_decided() -> None:
    policy = RightsPolicy(metadata="cc0", texts={"Fri användning": ZERO})
    assert told(read("Fri användning", "", policy)) == {"licence zero/1.0"}


def test_a_decided_text_never_turns_a_denial() -> None:
    policy = RightsPolicy(metadata="cc0", texts={"All rights reserved": ZERO, "CC BY-NC 4.0": ZERO})
    assert told(read("All rights reserved", "", policy)) == {"denial_phrase"}
    assert told(read("CC BY-NC 4.0", "", policy)) == {"denied"}


@pytest.mark.parametrize("word", ["not under", "formerly under", "except", "inte", "nicht unter", "pas sous", "ikke", "nie"])
def test_a_licence_that_is_negated_in_its_sentence_is_not_taken(word: str) -> None:
    assert Stance.LICENCE not in {r.stance for r in read(f"This is {word} http://{CC}/licenses/by/4.0/")}


def test_a_licence_for_the_metadata_is_not_taken_for_the_picture() -> None:
    assert told(read(f"Metadata are available under {ZERO}")) == {"unknown_text"}


def test_a_sentence_with_two_licences_holds_both() -> None:
    assert told(read(f"http://{CC}/licenses/by/4.0/ or {ZERO}")) == {"licence by/4.0", "licence zero/1.0"}


def test_the_courtesy_form_that_a_partner_declared_is_its_credit() -> None:
    policy = RightsPolicy(metadata="cc0", courtesy=("Courtesy of Museum X",))
    assert Stance.COURTESY not in {r.stance for r in read("Courtesy of Museum X", "", policy)}


@pytest.mark.parametrize("licence", all_licences(), ids=lambda licence: str(licence.name))
def test_every_licence_of_the_table_is_found_by_its_address(licence: object) -> None:
    name = getattr(licence, "name", "")
    assert told(read(licence_uri(name))) == {f"licence {name}"}


@pytest.mark.parametrize(
    "text",
    [
        "The text is CC BY 4.0, the pictures belong to their owners",
        "Data: CC0",
        "CC BY 4.0 unless otherwise stated",
        "CC BY 4.0 sauf mention contraire",
        "CC BY 4.0, sofern nicht anders angegeben",
        "CC BY 4.0 salvo indicación en contrario",
        "CC BY 4.0, third party content excluded",
        "CC BY 4.0 not included",
        "CC0 not applicable",
        "CC BY 4.0 except logos",
        "Catalogue records are CC0",
    ],
)
def test_a_licence_with_exceptions_is_for_people(text: str) -> None:
    assert Stance.LICENCE not in {r.stance for r in read(text)}


def test_a_contract_instead_of_a_statement_is_for_people() -> None:
    assert told(read("CC BY 4.0 " + "whereas " * 1000)) == {"contract"}


BESIDE = [
    "For personal and educational use.", "Nur für private Zwecke.", "Genehmigungspflichtig.", "Uso personale.", "Usage commercial sur autorisation requise.",
    "Только для личного использования", "仅供个人使用", "転載禁止", "جميع الحقوق محفوظة", "שימוש לא מסחרי", "Licence pending confirmation.", "(?)", "Where applicable:",
]  # fmt: skip


@pytest.mark.parametrize("words", BESIDE)
@pytest.mark.parametrize("licence", ["CC BY 4.0", "CC0", f"http://{CC}/licenses/by/4.0/", f"http://{CC}/publicdomain/zero/1.0/"])
def test_a_licence_beside_a_restriction_or_a_doubt_does_not_stand_alone(words: str, licence: str) -> None:
    for value in (f"{words} {licence}", f"{licence} {words}"):
        stances = {r.stance for r in read(value)}
        assert Stance.DENIAL_PHRASE in stances or Stance.LICENCE not in stances, value


@pytest.mark.parametrize("value", ["Public domain?", "Gemeinfrei (?)", "No known copyright restrictions?", "CC0?", "CC BY 4.0 (?)"])
def test_a_question_is_no_statement(value: str) -> None:
    assert told(read(value)) == {"unknown_text"}


@pytest.mark.parametrize(
    "value", ["© Музей Пример / CC BY 4.0", "表示 4.0 国際 (CC BY 4.0)", f"Общественное достояние http://{CC}/licenses/by/4.0/", "CC BY 4.0 © Müller & Søn"]
)
def test_a_name_or_the_licence_s_own_name_in_another_script_is_no_doubt(value: str) -> None:
    assert "licence by/4.0" in told(read(value))
