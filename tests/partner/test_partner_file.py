"""A partner file is read strictly, and every mistake is one message with file, line, key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from glamflow.partner import load_partner, parse_partner, parse_size
from glamflow.transforms.errors import ConfigInvalid

GOOD = """\
partner:  {slug: example-museum, name: Example Museum, wikidata: Q4115189, contact: data@example.org}
source:   {type: oai_pmh, url: "https://example.org/oai", format: lido, sets: [photographs], window: P1D}
mapping:
  crosswalk: lido
  fields:
    dates: {path: "lido:eventDate/lido:displayDate", parse: date}
rights:
  metadata: cc0
  default_country: NL
  rules:
    - {id: studio-photos, when: {set: photographs}, licensor: partner, approved_by: "A. Registrar", date: 2026-10-02, link: "https://example.org/agreement"}
media:    {select: largest, max_bytes: 4GiB, works: {views: all, pages: pdf, max_per_record: 20}, exif: keep}
commons:  {template: Artwork, title: "{title} - {partner} - {identifier}", attribution: "Example Museum"}
quality:  {max_rejected: 5%, require: [title, rights]}
publish:  {level: pilot, approvers: [registrar]}
"""


def test_a_good_file_becomes_policies_with_their_values() -> None:
    partner = parse_partner(GOOD)
    assert partner.source.sets == ("photographs",)
    assert partner.media.max_bytes == 4 * 1024**3
    assert partner.media.max_per_record == 20
    assert partner.quality.max_rejected == pytest.approx(0.05)
    assert partner.rights.rules[0].licensor == "partner"
    assert partner.rights.attribution == "Example Museum"
    assert partner.commons.short_name == "Example Museum"
    assert partner.schedule.ingest == "@daily"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("metadata: cc0", "metadata: cc1", 8, ["cc1", "rights.metadata", "facts-only"]),
        ("default_country", "defualt_country", 9, ["unknown key", "rights.defualt_country", "default_country"]),
        ("  crosswalk: lido\n", "", 3, ["missing", "mapping.crosswalk"]),
        ("slug: example-museum", "slug: Example Museum", 1, ["partner.slug"]),
        ("slug: example-museum", "slug: glamflow", 1, ["partner.slug"]),
        ("contact: data@example.org}", "contact: data@example.org", 2, ["no valid YAML"]),
        ("media:  ", "rights: {}\nmedia:  ", 12, ["twice", "rights"]),
        ("max_bytes: 4GiB", "max_bytes: 4Gi", 12, ["media.max_bytes", "4GiB"]),
        ('url: "https://example.org/oai", ', "", 2, ["url / connection", "source"]),
        ("level: pilot", "level: &a pilot", 15, ["anchors"]),
        ("approvers: [registrar]", "approvers: []", 15, ["publish.approvers"]),
        ('licensor: partner, approved_by: "A. Registrar"', 'approved_by: "A. Registrar"', 11, ["verdict / licensor"]),
    ],
)
def test_each_mistake_names_its_line_and_what_to_do(old: str, new: str, line: int, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(ConfigInvalid) as caught:
        parse_partner(GOOD.replace(old, new, 1), file="dags/partners/example-museum.yaml")
    message = str(caught.value)
    assert message.startswith(f"dags/partners/example-museum.yaml:{line}:"), message
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("row", "key", "words"),
    [
        ('dates: {path: "lido:eventDate[", parse: date}', "mapping.fields.dates.path", ["no XPath", "Invalid expression"]),
        ('dates: {path: "other:eventDate", parse: date}', "mapping.fields.dates.path", ["no XPath", "prefix"]),
        ('dates: {path: "lido:eventDate", parse: dates}', "mapping.fields.dates.parse", ["no parser “dates”", "known are"]),
        ('colour: {path: "lido:eventDate"}', "mapping.fields.colour", ["no such field", "known are"]),
    ],
)
def test_a_wrong_field_map_is_refused_when_the_file_is_read(row: str, key: str, words: list[str]) -> None:
    text = GOOD.replace('dates: {path: "lido:eventDate/lido:displayDate", parse: date}', row)
    with pytest.raises(ConfigInvalid) as caught:
        parse_partner(text, file="example-museum.yaml")
    assert (caught.value.line, caught.value.key) == (6, key)
    assert all(word in f"{caught.value} {caught.value.fix}" for word in words)


def test_an_impossible_date_of_a_rule_is_a_clear_message() -> None:
    with pytest.raises(ConfigInvalid, match="month"):
        parse_partner(GOOD.replace("2026-10-02", "2026-13-02"))


def test_the_file_name_must_be_the_slug(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(GOOD)
    with pytest.raises(ConfigInvalid, match=r"other\.yaml:1: .*example-museum"):
        load_partner(path)


@pytest.mark.parametrize("text", ["", "- a list", "just words", "a: [", "\x00", "partner: !!python/object:os.system {}"])
def test_anything_else_is_refused_with_the_file_named(text: str) -> None:
    with pytest.raises(ConfigInvalid, match=r"broken\.yaml"):
        parse_partner(text, file="broken.yaml")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        load_partner(path)


@pytest.mark.parametrize(("text", "size"), [("4GiB", 4 * 1024**3), ("250MB", 250_000_000), (7, 7), ("1.5 KiB", 1536)])
def test_sizes_are_read_with_their_units(text: str | int, size: int) -> None:
    assert parse_size(text) == size
