"""A title is moved only for a corrected inventory number, and only that number is replaced."""

from __future__ import annotations

import pytest

from glamflow.transforms.commons.retitle import retitled
from glamflow.transforms.commons.title import MAX_BYTES, identifier_part


@pytest.mark.parametrize(
    ("title", "old", "new", "moved"),
    [
        ("Spoon - Museum - A 12.jpg", "A 12", "A 13", "Spoon - Museum - A 13.jpg"),
        ("Spoon - Museum - A 12 (2).jpg", "A 12", "A 13", "Spoon - Museum - A 13 (2).jpg"),
        ("A 12 - Museum - A 12.jpg", "A 12", "B 1", "A 12 - Museum - B 1.jpg"),
        ("Spoon - Museum - A 123.jpg", "A 12", "A 13", ""),
        ("Spoon - Museum - A 12.jpg", "A 12", "A 12", ""),
        ("Spoon - Museum - A 12.jpg", "A 99", "A 13", ""),
        ("A spoon that people renamed.jpg", "A 12", "A 13", ""),
        ("Spoon - Museum - A 12.jpg", "A 12", "", ""),
    ],
)
def test_only_the_number_is_replaced(title: str, old: str, new: str, moved: str) -> None:
    assert retitled(title, old=old, new=new) == moved


def test_numbers_that_a_title_cannot_hold_are_found_and_replaced_as_they_were_written() -> None:
    old, new = identifier_part("LM 1934:10"), identifier_part("LM 1934:11")
    assert retitled(f"Summer - Museum - {old}.jpg", old="LM 1934:10", new="LM 1934:11") == f"Summer - Museum - {new}.jpg"


def test_a_title_that_would_be_too_long_is_left() -> None:
    title = f"{'x' * (MAX_BYTES - 19)} - Museum - A 1.jpg"
    assert len(title.encode()) == MAX_BYTES
    assert retitled(title, old="A 1", new="A 1000") == ""
