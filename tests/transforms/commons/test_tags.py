"""Which templates and categories ask for a deletion, and by when somebody has to act."""

from __future__ import annotations

import datetime as dt

import pytest

from glamflow.transforms.commons.tags import Tag, deadline, deletion_tags


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Delete", "deletion"), ("SD", "speedy"), ("Copyvio", "copyvio"), ("No source since", "no source"), ("Nsd", "no source"),
        ("No_license_since", "no licence"), ("No permission since/de", "no permission"), ("Dw no source since", "no source"),
        ("Duplicate", "duplicate"), ("npd", "no permission"),
    ],
)  # fmt: skip
def test_a_tag_is_known_by_its_name_its_redirects_and_its_translations(written: str, kind: str) -> None:
    assert deletion_tags(["Artwork", written, "PD-old-70"]) == (Tag(kind, written),)


@pytest.mark.parametrize(
    "harmless", ["Deleted", "License review", "Duplicate picture set", "Speedy boat", "Source missing"]
)
def test_other_templates_are_no_tags(harmless: str) -> None:
    assert deletion_tags([harmless]) == ()


def test_a_category_tells_where_the_template_is_unknown() -> None:
    assert (
        deletion_tags(["Neue Vorlage"], ["Media missing permission as of 24 November 2026"])[0].kind == "no permission"
    )
    assert deletion_tags([], ["Deletion requests November 2026"])[0].kind == "deletion"
    assert deletion_tags([], ["Media contributed by a museum", "Paintings"]) == ()


def test_there_are_seven_days_from_the_tag() -> None:
    assert deadline(dt.date(2026, 11, 25)) == dt.date(2026, 12, 2)
