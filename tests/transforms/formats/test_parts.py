"""One walk over an element finds what asking for every path, text and attribute apart would find."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from glamflow.transforms.formats import xml
from glamflow.transforms.formats.parts import Part, first_text, plan, read_parts, texts_of

NAMESPACE = "http://museum.example/ns"
PLAN = plan(
    namespaces=(NAMESPACE,),
    bare="wrap/number",
    lines="title wrap/inner/name",
    blocks="note",
    parts={"event": plan(namespaces=(NAMESPACE,), bare="date/begin")},
    typed={"wrap/medium": plan(namespaces=(NAMESPACE,), lines="link")},
    passed="category",
)


def element(inside: str) -> xml.Element:
    return etree.fromstring(
        f'<record xmlns="{NAMESPACE}" xmlns:m="{NAMESPACE}" xmlns:o="http://other.example/">{inside}</record>'
    )


def test_elements_are_found_at_the_end_of_their_path_only() -> None:
    found = read_parts(element("<name>a</name><wrap><name>b</name><inner><name>c</name></inner></wrap>"), PLAN)
    assert texts_of(found.get("wrap/inner/name")) == ["c"]
    assert set(found.parts) == {"wrap/inner/name"}


def test_several_wraps_count_as_one_in_their_order() -> None:
    found = read_parts(element("<wrap><number>1</number></wrap><title/><wrap><number>2</number></wrap>"), PLAN)
    assert [*found.texts("wrap/number")] == ["1", "2"]
    assert found.first("wrap/number") == "1"


def test_bare_elements_that_are_empty_are_as_if_they_were_missing() -> None:
    found = read_parts(element("<wrap><number> </number><number/></wrap><wrap><number> <i>3</i></number></wrap>"), PLAN)
    assert [*found.texts("wrap/number")] == ["3"]
    assert read_parts(element("<wrap><number/></wrap>"), PLAN).first("wrap/number") == ""


def test_names_count_in_any_namespace_and_in_none() -> None:
    found = read_parts(element('<o:title>a</o:title><title xmlns="">b</title><m:title>c</m:title>'), PLAN)
    assert texts_of(found.get("title")) == ["a", "b", "c"]


def test_what_is_named_as_passed_over_and_what_is_not_named_is_not_read() -> None:
    found = read_parts(element("<category><title>a</title></category><o:other><title>b</title></o:other>"), PLAN)
    assert not found.parts


def test_parts_hold_what_their_own_plan_names() -> None:
    found = read_parts(element("<event><date><begin>1850</begin></date></event><event/><title>a</title>"), PLAN)
    assert [event.first("date/begin") for event in found.get("event")] == ["1850", ""]
    assert first_text(found.get("title")) == "a"


def test_lines_are_on_one_line_and_blocks_keep_their_line_breaks() -> None:
    found = read_parts(element("<title> a\n  b <i>c</i></title><note> a\nb </note>"), PLAN)
    assert found.get("title")[0].text == "a b c"
    assert found.get("note")[0].text == "a\nb"


def test_the_language_is_kept_where_the_prefix_was_lost() -> None:
    found = read_parts(element('<title xml:lang="sv">a</title><title lang="fi">b</title><title>c</title>'), PLAN)
    assert [title.language for title in found.get("title")] == ["sv", "fi", ""]


def test_children_stand_in_the_order_of_the_document_where_that_is_wanted() -> None:
    order: list[tuple[str, Part]] = []
    read_parts(element("<title>a</title><note>b</note><title>c</title>"), PLAN, order)
    assert [path for path, _ in order] == ["title", "note", "title"]


def test_the_reference_of_an_entity_is_passed_over() -> None:
    parser = etree.XMLParser(resolve_entities=False)
    root = etree.fromstring('<!DOCTYPE r [<!ENTITY e "x">]><r>&e;<title>a</title></r>', parser)
    assert texts_of(read_parts(root, PLAN).get("title")) == ["a"]


KEYS = st.sampled_from(["type", "m:type", "o:type", "lang", "xml:lang", "o:lang", "m:pref", "hreflang"])
TEXTS = st.text(alphabet=" \n\u00a0abé", max_size=6)


@given(TEXTS, st.dictionaries(KEYS, TEXTS, max_size=4), st.sampled_from(["title", "m:title", "o:title"]), st.booleans())
def test_texts_languages_and_attributes_are_as_each_asked_for_apart(
    text: str, attributes: dict[str, str], name: str, mixed: bool
) -> None:
    stated = "".join(f' {key}="{value}"' for key, value in attributes.items())
    root = element(f"<{name}{stated}>{text}{'<i>x</i> y' if mixed else ''}</{name}>")
    (part,) = read_parts(root, PLAN).get("title")
    assert part.text == xml.text_of(root[0])
    assert part.language == xml.language_of(root[0])
    for key in ("type", "pref", "hreflang"):
        assert part.attributes.get(key, "") == xml.attribute(root[0], key)
