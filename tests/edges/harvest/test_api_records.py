"""Records of museum APIs through the ready presets: who made it, and what belongs to which picture, as a curator reads it. The facts are invented."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glamflow.harvest.preset import preset_names, read_preset
from glamflow.partner import Partner, parse_partner
from glamflow.steps.onboard import compose
from glamflow.transforms.fieldmap import problems
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Reason, Rejected, SourceInfo
from glamflow.transforms.policy import FieldSelector, MappingPolicy
from glamflow.transforms.record import CalendarDate, IdentifierKind, Record
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.selectors import mistake_in_path, select


def partner(name: str) -> Partner:
    return parse_partner(
        compose("example-museum", read_preset(name), name="Example Museum", contact="data@museum.example")
    )


def mapped(name: str, row: dict[str, Any]) -> Mapped:
    outcome = map_record(
        json.dumps(row).encode(), SourceInfo(partner="p", key="k", format="rows"), partner(name).mapping
    )
    assert isinstance(outcome, Mapped), outcome
    return outcome


def of_agents(value: Any) -> Mapped:
    policy = MappingPolicy(crosswalk="rows", fields={"agents": FieldSelector(path="who", parse="agent")})
    outcome = map_record(
        json.dumps({"title": "Ship", "who": value}).encode(), SourceInfo(partner="p", key="k", format="rows"), policy
    )
    assert isinstance(outcome, Mapped)
    return outcome


def makers(record: Record) -> list[tuple[Any, ...]]:
    return [(a.name, a.role.value, a.attribution.value, a.birth, a.death) for a in record.authors]


def test_at_the_smithsonian_the_label_tells_who_made_it_and_who_only_gave_or_sat_for_it() -> None:
    names = [
        {"label": "Artist", "content": "Anna Lind, born Falun, Sweden 1821-died Rome, Italy 1887"},
        {"label": "Copy after", "content": "Bo Ek, 3 Dec 1755 - 9 Jul 1828"},
        {"label": "Sitter", "content": "Carl Berg"}, {"label": "Donor", "content": "Dora Alm"}, {"label": "Previous owner", "content": "Eva Dal"},
    ]  # fmt: skip
    outcome = mapped("smithsonian", {"title": "Bust", "content": {"freetext": {"name": names}}})
    assert makers(outcome.record) == [
        ("Anna Lind", "creator", "by", 1821, 1887),
        ("Bo Ek", "creator", "after", 1755, 1828),
    ]
    assert [a.name for a in outcome.record.agents if a.role.value in ("depicted", "donor")] == ["Carl Berg", "Dora Alm"]
    assert outcome.record.extra["agents.previous owner"] == ("Eva Dal",)


def test_at_the_smithsonian_other_dates_and_numbers_are_not_those_of_the_object() -> None:
    free = {
        "date": [{"label": "Collection Date", "content": "1999"}, {"label": "Date", "content": "1880"}],
        "identifier": [{"label": "Restrictions", "content": "R 1"}, {"label": "Object Number", "content": "1999.12.3"}],
    }
    record = mapped("smithsonian", {"title": "Bust", "content": {"freetext": free}}).record
    assert [d.as_stated for d in record.dates] == ["1880"]
    assert record.inventory_number == "1999.12.3"


def test_each_picture_of_digitaltmuseum_keeps_its_own_licence_and_a_span_of_years_its_end() -> None:
    row = {
        "artifact": {"titles": [{"title": "Båt"}], "ingress": {"production": {"fromYear": "1890", "toYear": "1910"}}},
        "pictures": [{"identifier": "a", "url": "https://d.example/a", "licenses": [{"system": "CC", "code": "pdm"}]},
                     {"identifier": "b", "url": "https://d.example/b", "licenses": [{"code": "copyright"}]}, {"url": "https://d.example/c"}],
    }  # fmt: skip
    record = mapped("digitaltmuseum", row).record
    assert [[(s.value, s.vocabulary) for s in m.rights] for m in record.media] == [
        [("pdm", "dimu")],
        [("copyright", "dimu")],
        [],
    ]
    assert (record.dates[0].earliest, record.dates[0].latest) == (CalendarDate(year=1890), CalendarDate(year=1910))
    assert record.rights == ()


def test_of_several_places_at_wellcome_only_the_picture_is_a_medium_with_its_own_licence() -> None:
    places = [
        {
            "locationType": {"id": "iiif-image"},
            "url": "https://i.example/image/V1/info.json",
            "license": {"id": "cc-by-nc"},
        },
        {"locationType": {"id": "iiif-presentation"}, "url": "https://i.example/p/V1", "license": {"id": "pdm"}},
    ]
    roles = [
        {"agent": {"label": "Lind, Anna, 1821-1887."}, "roles": [{"label": "engraver"}]},
        {"agent": {"label": "Bo Ek"}, "roles": [{"label": "former owner"}]}, {"agent": {"label": "Eva Dal"}, "roles": [{"label": "dedicatee"}]},
    ]  # fmt: skip
    config = partner("wellcome")
    record = mapped("wellcome", {"title": "Plate", "contributors": roles, "items": [{"locations": places}]}).record
    assert [(m.url, m.id, [s.value for s in m.rights]) for m in record.media] == [
        ("https://i.example/image/V1/full/max/0/default.jpg", "V1", ["cc-by-nc"])
    ]
    assert makers(record) == [("Anna Lind", "engraver", "by", 1821, 1887)]
    assert decide(record, record.media[0], config.rights, on=dt.date(2026, 11, 25)).verdict == "reject"


def test_at_the_met_a_copy_after_somebody_is_not_by_them_and_no_name_is_no_title() -> None:
    row = {
        "title": "Ship",
        "artistDisplayName": "Anna Lind",
        "artistPrefix": "After",
        "artistRole": "Artist",
        "isPublicDomain": False,
    }
    assert makers(mapped("met", row).record) == [("Anna Lind", "creator", "after", None, None)]
    assert makers(mapped("met", row | {"artistPrefix": "", "artistRole": "Publisher"}).record) == []
    assert mapped("met", row | {"artistDisplayName": ""}).record.agents == ()


def test_at_cleveland_role_and_qualifier_count() -> None:
    creators = [
        {
            "description": "Anna Lind (Swedish, 1821–1887)",
            "role": "artist",
            "qualifier": "after",
            "biography": "Born in Falun.",
        },
        {
            "description": "Bo Ek (Swedish, 1830–1890)",
            "role": "artist",
            "qualifier": {"Id": 63, "Value": "and"},
            "birth_year": "1830",
        },
        {"description": "Carl Berg", "role": "publisher", "qualifier": None},
    ]
    assert makers(mapped("cleveland", {"title": "Ship", "creators": creators}).record) == [
        ("Anna Lind", "creator", "after", 1821, 1887), ("Bo Ek", "creator", "by", 1830, 1890),
    ]  # fmt: skip


def test_of_a_europeana_record_addresses_name_nobody_and_the_year_of_anything_is_no_date() -> None:
    row = {
        "title": ["Skepp"],
        "year": ["2009"],
        "dcCreatorLangAware": {"def": ["http://d.example/agent/1", "Lind, Anna"]},
    }
    record = mapped("europeana", row).record
    assert [a.name for a in record.agents] == ["Anna Lind"]
    assert record.dates == ()
    assert [t.language for t in record.titles] == [None]


def test_what_the_internet_archive_makes_for_itself_is_no_medium_and_words_beside_the_licence_count() -> None:
    kinds = {"a.tif": "TIFF", "a_meta.xml": "Metadata", "__ia_thumb.jpg": "Item Tile", "a.mp3": None}
    files = [{"name": n, "format": kind, "url": f"https://a.example/{n}"} for n, kind in kinds.items()]
    data = {
        "title": "Map",
        "licenseurl": ["https://creativecommons.org/publicdomain/mark/1.0/"],
        "rights": "All rights reserved",
    }
    record = mapped("internet-archive", {"files": files, "item": {"metadata": data}}).record
    assert [m.url for m in record.media] == ["https://a.example/a.tif", "https://a.example/a.mp3"]
    assert (
        decide(record, record.media[0], partner("internet-archive").rights, on=dt.date(2026, 11, 25)).verdict
        != "publish"
    )


def test_names_and_numbers_of_linked_art_are_told_by_their_type_not_their_place() -> None:
    names = [
        {"type": "Identifier", "content": "https://id.example/1"}, {"type": "Identifier", "content": "SK-A-1"},
        {"type": "Name", "content": "Schip"},
    ]  # fmt: skip
    made = {"referred_to_by": [{"content": "schilder: Anna Voorbeeld"}]}
    record = mapped("rijksmuseum", {"identified_by": names, "produced_by": made}).record
    assert (record.titles[0].value, record.inventory_number) == ("Schip", "SK-A-1")
    assert makers(record) == [("Anna Voorbeeld", "creator", "by", None, None)]


def test_several_makers_in_one_text_are_not_made_one() -> None:
    outcome = mapped(
        "artic", {"title": "Vase", "artist_display": "Designed by Anna Lind\nSwedish, 1821–1887\nPublished by Ek & Co."}
    )
    assert outcome.record.agents == ()
    assert any(f.reason is Reason.VALUE_NOT_READ and f.field == "agents" for f in outcome.findings)
    assert (
        makers(mapped("artic", {"title": "Ship", "artist_display": "Anna Lind\nSwedish, 1821–1887"}).record)[0][0]
        == "Anna Lind"
    )


@pytest.mark.parametrize("role", ["dedicatee", "previous owner", "cataloguer"])
def test_a_stated_role_that_is_not_known_makes_no_creator(role: str) -> None:
    outcome = of_agents({"name": "Eva Dal", "role": role})
    assert outcome.record.agents == ()
    assert outcome.record.extra[f"agents.{role}"] == ("Eva Dal",)


def test_the_kind_of_an_agent_is_no_role_and_odd_values_are_no_agents() -> None:
    assert makers(of_agents({"name": "Eva Dal", "type": "Person", "role": None}).record)[0][:2] == (
        "Eva Dal",
        "creator",
    )
    assert of_agents([None, "", {}, [], {"role": "artist"}, {"name": None}, {"name": {"x": 1}}]).record.agents == ()


def test_a_list_object_or_address_is_never_printed_as_the_inventory_number() -> None:
    policy = MappingPolicy(crosswalk="rows", fields={"inventory_number": FieldSelector(path="no")})
    found = []
    for value in ([["A 1"]], {"value": "A 2"}, {"x": 1}, "https://m.example/3", True, 4):
        outcome = map_record(
            json.dumps({"title": "T", "no": value}).encode(), SourceInfo(partner="p", key="k", format="rows"), policy
        )
        assert isinstance(outcome, Mapped)
        found.append([i.value for i in outcome.record.identifiers if i.kind is IdentifierKind.INVENTORY])
    assert found == [["A 1"], ["A 2"], [], [], [], ["4"]]


def test_the_order_of_rows_in_a_field_map_does_not_matter() -> None:
    rows = {"inventory_number": FieldSelector(path="no"), "photographer": FieldSelector(path="by"),
            "identifiers": FieldSelector(path="id", parse="identifier"), "agents": FieldSelector(path="who", parse="agent")}  # fmt: skip
    row = json.dumps({"title": "T", "no": "A 1", "id": 7, "by": "Anna Lind", "who": "Bo Ek"}).encode()
    outcome = map_record(
        row, SourceInfo(partner="p", key="k", format="rows"), MappingPolicy(crosswalk="rows", fields=rows)
    )
    assert isinstance(outcome, Mapped)
    assert outcome.record.inventory_number == "A 1"
    assert {a.name: a.role.value for a in outcome.record.agents} == {"Anna Lind": "photographer", "Bo Ek": "creator"}


ROW = {"a": [{"k": "x", "n": {"id": 1}, "v": 1}, {"k": "Y ", "v": 2}, {"v": 3}, "text"], "b": {"c": [4, 5]}}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.v", [1, 2, 3]), ("a.1.v", [2]), ("a[k=X|y].v", [1, 2]), ("a[k!=x].v", [2, 3]), ("a[n.id=1].v", [1]), ("a[k!=x][k!=y].v", [3]),
        ("b.c | a.0.v", [[4, 5], 1]), ("b.c.1", [5]), ("b.c.9", []), (".", [ROW]), ("none.v", []), ("a[k=x", []), ("a..v", []), ("", []),
    ],
)  # fmt: skip
def test_dotted_paths_select(path: str, found: list[Any]) -> None:
    assert list(select(ROW, path)) == found


@pytest.mark.parametrize("path", ["a[k=x", "a[k]", "a..v", "a.", "a]"])
def test_a_dotted_path_that_cannot_be_read_is_told_to_its_writer(path: str) -> None:
    assert mistake_in_path(path)
    policy = MappingPolicy(crosswalk="rows", fields={"titles": FieldSelector(path=path)})
    assert "is no dotted path" in str(problems(policy)[0])


ODD: tuple[Any, ...] = (
    None, 0, -1.5, True, [], {}, [None], [[["x"]]], {"a": {"b": [1]}}, "x" * 20_000, "", "<b>&amp;</b>", "http://[bad", "https://x/info.json",
    10**30, {"label": "x", "content": [1]}, {"name": None, "role": ["x", {}]}, "a: b: c\nby x\n\n", "1899-01-01T00:00:00Z", ["a", "b"] * 500,
)  # fmt: skip


def whole_rows(name: str) -> list[dict[str, Any]]:
    fixture = json.loads((Path(__file__).parent / "presets" / f"{name}.json").read_text())
    return [body for page in fixture["pages"] if isinstance(body := page["body"], dict)]


def damaged(value: Any, dice: random.Random) -> Any:
    if dice.random() < 0.08:
        return dice.choice(ODD)
    if isinstance(value, dict):
        return {key: damaged(inner, dice) for key, inner in value.items()}
    return [damaged(inner, dice) for inner in value] if isinstance(value, list) else value


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects_in(inner)
    if isinstance(value, dict):
        yield value


@pytest.mark.parametrize("name", [name for name in preset_names() if partner(name).mapping.crosswalk == "rows"])
def test_a_damaged_answer_maps_or_is_rejected_and_names_nobody_by_an_address(name: str) -> None:
    dice = random.Random(name)
    policy = partner(name).mapping
    rows = [row for body in whole_rows(name) for row in objects_in(body)]
    for row in rows * 3:
        payload = json.dumps({key: damaged(value, dice) for key, value in row.items()}).encode()
        outcome = map_record(payload, SourceInfo(partner="p", key="k", format="rows"), policy)
        assert isinstance(outcome, Mapped | Rejected)
        if isinstance(outcome, Mapped):
            assert not outcome.record.inventory_number.startswith(("[", "{", "http"))
            assert not [a for a in outcome.record.agents if a.name.startswith(("[", "{", "http"))]
