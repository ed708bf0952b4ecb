"""No value of a partner can do anything in wikitext, and every value can be read back."""

from __future__ import annotations

import html

import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mwparserfromhell.nodes import HTMLEntity, Tag, Text

from glamflow.transforms.commons.wikitext import escape, escape_lines, external_link, template
from glamflow.transforms.plain import plain

FRAGMENTS = (
    "{{", "}}", "{{{", "}}}", "[[", "]]", "[", "]", "|", "=", "''", "'''", "'", "~~~", "~~~~~", "__NOTOC__", "__", "_",
    "<nowiki>", "</nowiki>", "<ref>", "<!--", "-->", "<onlyinclude>", "<translate>", "&amp;", "&", "&#123;", "#REDIRECT [[X]]",
    "[[Category:X]]", "{{subst:PAGENAME}}", "{{delete}}", "http://a.example/x", "https://b.example", "//c.example",
    "mailto:a@b.example", "urn:x", "\n", "\n* ", "\n# ", "\n: ", "\n; ", "\n== H ==\n", "\n----\n", "\n {|", "!!", "||", "\u202e",
    "\ufeff", "\x00", "ISBN 9781234567897", "RFC 1", "_MAILTO:0", "-{", "}-", "é", "e\u0301", "字", "\U0001f600", " ", "a", "Category:",
)  # fmt: skip
values = st.one_of(
    st.text(), st.lists(st.sampled_from(FRAGMENTS)).map("".join), st.text(alphabet="{}[]|=~'_<>&!#*: /-\n")
)


@given(values)
def test_an_escaped_value_shows_exactly_the_plain_text(value: str) -> None:
    assert html.unescape(escape(value)) == plain(value)


@given(values)
def test_an_escaped_value_parses_to_text_and_entities_only(value: str) -> None:
    nodes = mwparserfromhell.parse("x " + escape(value)).nodes
    assert all(isinstance(node, Text | HTMLEntity) for node in nodes)


@given(st.lists(values, min_size=1, max_size=4), values)
def test_a_template_keeps_its_shape_whatever_its_values(given_values: list[str], last: str) -> None:
    parameters = {f"p{number}": escape_lines(value) for number, value in enumerate([*given_values, last])}
    for block in (False, True):
        parsed = mwparserfromhell.parse(template("Artwork", parameters, block=block) + "\n[[Category:Ours]]")
        (found,) = parsed.filter_templates()
        assert [str(p.name).strip() for p in found.params] == list(parameters)
        assert [str(link.title) for link in parsed.filter_wikilinks()] == ["Category:Ours"]
        assert not parsed.filter_external_links()
        assert not parsed.filter_comments()
        assert not parsed.filter_arguments()
        assert all(isinstance(tag, Tag) and str(tag.tag) == "br" for tag in parsed.filter_tags())


@given(st.lists(values, min_size=2, max_size=4))
def test_values_that_stand_side_by_side_make_nothing_together(given_values: list[str]) -> None:
    joined = "".join(escape(value) for value in given_values)
    assert all(isinstance(node, Text | HTMLEntity) for node in mwparserfromhell.parse("x" + joined).nodes)


@given(values)
def test_line_breaks_of_a_value_become_breaks_of_ours(value: str) -> None:
    rows = escape_lines(value).split("<br />")
    assert [html.unescape(row) for row in rows] == plain(value, lines=True).split("\n")


@given(values)
def test_plain_text_stays_the_same_when_cleaned_again(value: str) -> None:
    assert plain(plain(value)) == plain(value)
    assert "\n" not in plain(value)


@pytest.mark.parametrize("start", [*"*#:; =", "----", "!", "{|", "'"])
def test_no_value_begins_a_list_heading_or_table(start: str) -> None:
    assert escape(start + "x")[:1] in "&x"


@given(values)
def test_a_record_address_cannot_end_its_link(tail: str) -> None:
    link = external_link("https://museum.example/object/" + tail, "Museum: 1")
    (node,) = mwparserfromhell.parse(link).nodes
    assert str(node.title) == "Museum&#58; 1" or str(node.title) == "Museum: 1"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "ftp://x.example", "data:text/html,x", "https:///x"])
def test_an_address_that_is_no_web_address_makes_no_link(url: str) -> None:
    assert external_link(url, "x") == ""


def test_names_and_quotes_stay_readable() -> None:
    assert escape("L'été à l'Estaque, 41.5 × 33 cm (c. 1880)") == "L'été à l'Estaque, 41.5 × 33 cm (c. 1880)"


def test_letters_and_their_signs_are_put_together() -> None:
    assert plain("e\u0301te\u0301") == "été"
    assert escape("A\u030angstrom") == "Ångstrom"
