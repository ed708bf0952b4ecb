"""Makers' names: natural order, life dates, attribution, anonymous makers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.fields.names import parse_agent
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.record import AgentKind, Attribution, Role

LIFE = {
    "Halonen, Pekka": ("Pekka Halonen", None, None),
    "Gill, Eric 1882-1940": ("Eric Gill", 1882, 1940),
    "Brown, John, 1821-1887": ("John Brown", 1821, 1887),
    "Vinci, Leonardo da (1452–1519)": ("Leonardo da Vinci", 1452, 1519),
    "King, Martin Luther, Jr., 1929-1968": ("Martin Luther King Jr.", 1929, 1968),
    "Anders Zorn (född 1860, död 1920)": ("Anders Zorn", 1860, 1920),
    "Smith, Anna, b. 1950": ("Anna Smith", 1950, None),
    "Anna Ek (1821-87)": ("Anna Ek", 1821, 1887),
    "John Doe, American, 1850–1920": ("John Doe", 1850, 1920),
    "Dürer, Albrecht (Nürnberg 1471 - 1528 Nürnberg)": ("Albrecht Dürer", 1471, 1528),
    "Жуковский, Станислав (1873–1944)": ("Станислав Жуковский", 1873, 1944),
    "Andersson, 1902-": ("Andersson", 1902, None),
    "Sirikul, Boonsong.": ("Boonsong Sirikul", None, None),
    "Ruiz, A.": ("A. Ruiz", None, None),
    "Anna, Bo, Cecilia": ("Anna, Bo, Cecilia", None, None),
    "University Library, Special Collections": ("University Library, Special Collections", None, None),
    "British School (1800–1899)": ("British School", None, None),
    "Lund, Per": ("Per Lund", None, None),
    "Titov, German": ("German Titov", None, None),
    "af Klint, Hilma": ("Hilma af Klint", None, None),
    "von Gloeden, Wilhelm": ("Wilhelm von Gloeden", None, None),
}
ATTRIBUTED = {
    "Workshop of Anna Lind": ("Anna Lind", Attribution.WORKSHOP_OF),
    "Rembrandt, workshop of": ("Rembrandt", Attribution.WORKSHOP_OF),
    "Rembrandt (Werkstatt)": ("Rembrandt", Attribution.WORKSHOP_OF),
    "atelier de Rubens": ("Rubens", Attribution.WORKSHOP_OF),
    "tillskriven Alexander Roslin": ("Alexander Roslin", Attribution.ATTRIBUTED_TO),
    "Zugeschrieben Cranach, Lucas": ("Lucas Cranach", Attribution.ATTRIBUTED_TO),
    "attribué à Rubens": ("Rubens", Attribution.ATTRIBUTED_TO),
    "toegeschreven aan Rembrandt": ("Rembrandt", Attribution.ATTRIBUTED_TO),
    "after Rembrandt": ("Rembrandt", Attribution.AFTER),
    "efter Rembrandt": ("Rembrandt", Attribution.AFTER),
    "d'après Rubens": ("Rubens", Attribution.AFTER),
    "Unknown, after Raphael": ("Raphael", Attribution.AFTER),
    "Circle of Titian": ("Titian", Attribution.CIRCLE_OF),
    "Umkreis von Cranach": ("Cranach", Attribution.CIRCLE_OF),
    "Follower of Bosch": ("Bosch", Attribution.FOLLOWER_OF),
    "scuola di Giotto": ("Giotto", Attribution.SCHOOL_OF),
    "in the manner of Hals": ("Hals", Attribution.MANNER_OF),
    "Da Vinci": ("Da Vinci", Attribution.BY),
    "School of Architecture, University of X": ("School of Architecture, University of X", Attribution.BY),
    "Atelier Nadar": ("Atelier Nadar", Attribution.BY),
}


@pytest.mark.parametrize(("stated", "expected"), LIFE.items())
def test_name_and_life_dates_are_told_apart(stated: str, expected: tuple[str, int | None, int | None]) -> None:
    agent = parse_agent(stated)
    assert agent is not None
    assert (agent.name, agent.birth, agent.death) == expected
    assert agent.as_stated == stated


@pytest.mark.parametrize(("stated", "expected"), ATTRIBUTED.items())
def test_attribution_is_read_in_front_of_or_behind_the_name(stated: str, expected: tuple[str, Attribution]) -> None:
    agent = parse_agent(stated)
    assert agent is not None
    assert (agent.name, agent.attribution) == expected


@pytest.mark.parametrize("stated", ["Unknown", "okänd fotograf", "Anonim", "[s.n.]", "unbekannt", "tuntematon", "Onbekend", "ignoto", "аноним"])
def test_an_unknown_maker_is_anonymous(stated: str) -> None:
    agent = parse_agent(stated)
    assert agent is not None
    assert agent.kind is AgentKind.ANONYMOUS


@pytest.mark.parametrize("stated", ["", "N/A", "-", "?", "ca. 1600-ca. 1660"])
def test_what_names_nobody_gives_no_agent(stated: str) -> None:
    assert parse_agent(stated) is None


def test_a_doubtful_year_is_not_taken_as_a_fact() -> None:
    agent = parse_agent("Sandro Botticelli (ca. 1445–1510)")
    assert agent is not None
    assert agent.active is not None
    assert (agent.birth, agent.death, agent.active.circa) == (None, 1510, True)


def test_years_of_activity_are_no_life_dates() -> None:
    agent = parse_agent("Lind, Eva (verksam 1850–1870)")
    assert agent is not None
    assert (agent.name, agent.birth, agent.death) == ("Eva Lind", None, None)
    assert agent.active is not None


@pytest.mark.parametrize(
    ("word", "role"),
    [("målare", Role.CREATOR), ("Fotograf", Role.PHOTOGRAPHER), ("pht", Role.PHOTOGRAPHER), ("Stecher", Role.ENGRAVER),
     ("http://id.loc.gov/vocabulary/relators/aut", Role.AUTHOR), ("givare", Role.DONOR), ("Hrsg.", Role.EDITOR), ("zzz", None)],
)  # fmt: skip
def test_role_words_are_compared_whole(word: str, role: Role | None) -> None:
    assert parse_role(word) is role


@given(st.text(max_size=200))
def test_any_text_names_somebody_or_nobody(text: str) -> None:
    agent = parse_agent(text)
    assert agent is None or agent.name


@pytest.mark.parametrize(
    "stated",
    [
        "Berg, Anna (1850-1900) & Lind, Bo (1890-1970)", "Anna Berg (1850–1900); Bo Lind", "Anna Berg (1850-1900) and Bo Lind",
        "Anna Berg (1850-1900), photo: Bo Lind (1920-1999)", "Berg, Anna (1850-1900), copied by Bo Lind", "Anna Berg (1850-1900) / Bo Lind",
        "Son of Anna Berg (1850-1900)", "Heirs of Anna Berg (1850-1900)", "forgery of Anna Berg (1850-1900)", "not Anna Berg (1850-1900)",
        "formerly attributed to Anna Berg (1850-1900)", "tidigare tillskriven Anna Berg (1850-1900)",
    ],
)  # fmt: skip
def test_life_dates_of_one_person_are_not_those_of_another(stated: str) -> None:
    agent = parse_agent(stated)
    assert agent is not None
    assert (agent.birth, agent.death, agent.name) == (None, None, stated)


@pytest.mark.parametrize(
    "stated",
    ["Anna Berg (Swedish painter and engraver, 1850-1900)", "Ortega y Gasset, José (1850-1900)", "Anna Berg, b. 1850, d. 1900", "Son Berg (1850-1900)"],
)
def test_life_dates_of_a_single_name_count(stated: str) -> None:
    agent = parse_agent(stated)
    assert agent is not None
    assert (agent.birth, agent.death) == (1850, 1900)


def test_an_imitator_is_not_the_imitated() -> None:
    agent = parse_agent("imitator of Anna Berg (1850-1900)")
    assert agent is not None
    assert (agent.attribution, agent.name) == (Attribution.FOLLOWER_OF, "Anna Berg")


@pytest.mark.parametrize("dates", ["ca 1850-after 1900", "1850 – nach 1900", "before 1850 - 1900", "1850 – efter 1900", "1850 or 1851 – 1900"])
def test_a_year_before_or_after_which_somebody_died_is_no_year_of_death(dates: str) -> None:
    agent = parse_agent(f"Doe, Jane ({dates})")
    assert agent is not None
    assert (agent.birth, agent.death) == (None, None)


def test_places_beside_life_dates_do_not_matter() -> None:
    agent = parse_agent("Anna Berg (Nürnberg 1471 – 1528 Nürnberg)")
    assert agent is not None
    assert (agent.birth, agent.death) == (1471, 1528)


@pytest.mark.parametrize("stated", ["作者不詳", "佚名", "작자 미상", "Άγνωστος", "לא ידוע", "Neznámý autor", "ismeretlen", "Autor desconhecido", "ناشناس"])
def test_an_unknown_maker_is_no_name_in_other_languages_and_scripts(stated: str) -> None:
    agent = parse_agent(stated)
    assert agent is not None
    assert agent.kind is AgentKind.ANONYMOUS
