"""Text out of elements: the same with or without indentation, which the harvest leaves out; blanks in running text stay."""

from __future__ import annotations

import pytest
from lxml import etree

from glamflow.transforms.formats.xml import block_of, text_of


def element(text: str) -> etree._Element:
    return etree.fromstring(text)


@pytest.mark.parametrize("indent", ["", "\n    ", "\r\n\t"])
def test_parts_of_an_element_are_words_apart_however_they_are_laid_out(indent: str) -> None:
    name = element(f"<name>{indent}<part>Anna</part>{indent}<part><first>E.</first>{indent}<last>Ek</last></part>{indent}<!-- c -->{indent}</name>")
    assert text_of(name) == "Anna E. Ek"
    assert block_of(name) == "Anna\nE.\nEk"


def test_running_text_keeps_its_own_blanks_and_gets_no_further_ones() -> None:
    running = element("<p>Old <b>map</b> of <i>Hav</i>n.\n  Pencil</p>")
    assert text_of(running) == "Old map of Havn. Pencil"
    assert block_of(running) == "Old map of Havn.\n  Pencil"
    assert text_of(element("<p><b>W</b>ork</p>")) == "Work"


def test_nothing_is_nothing() -> None:
    assert [text_of(None), block_of(None), text_of(element("<a><b/> <c> </c></a>")), block_of(element("<a/>"))] == ["", "", "", ""]
