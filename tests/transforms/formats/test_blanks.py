"""Indentation may be left out while parsing, but no word may grow into its neighbour for it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms import mapping
from glamflow.transforms.formats import xml
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, SourceInfo
from glamflow.transforms.partners import RawRecord
from glamflow.transforms.policy import FieldSelector, MappingPolicy
from glamflow.transforms.record import Record

_TEXTS = st.sampled_from(
    ["", " ", "\n   ", "\t", "word", " word", "two words ", "é\n x", "&#13;", "&#32;", "<![CDATA[ ]]>", "&amp; "]
)


def _element(name: str, parts: list[tuple[str, str]], first: str) -> str:
    return f"<{name}>{first}" + "".join(inner + tail for inner, tail in parts) + f"</{name}>"


_ELEMENTS = st.recursive(
    st.builds(lambda name, text: f"<{name}>{text}</{name}>", st.sampled_from("abc"), _TEXTS),
    lambda inner: st.builds(_element, st.sampled_from("pqr"), st.lists(st.tuples(inner, _TEXTS), max_size=4), _TEXTS),
    max_leaves=12,
)


@given(_ELEMENTS)
def test_every_text_is_the_same_or_the_reader_says_that_blanks_matter(source: str) -> None:
    kept = xml.parse_xml(source.encode())
    brief = xml.parse_xml(source.encode(), keep_blanks=False)
    assert isinstance(kept, xml.Document)
    assert isinstance(brief, xml.Document)
    for one, other in zip(kept.root.iter(), brief.root.iter(), strict=True):
        for read in (xml.text_of, xml.block_of):
            try:
                text = read(other)
            except xml.BlanksMatter:
                continue
            assert text == read(one)


def test_only_text_beside_elements_can_make_blanks_matter() -> None:
    tidy = b"<p>\n  <b>one</b>\n  <i>two</i>\n</p>"
    brief = xml.parse_xml(tidy, keep_blanks=False)
    assert isinstance(brief, xml.Document)
    assert xml.text_of(brief.root) == "one two"


_DC = """<dc xmlns="http://purl.org/dc/elements/1.1/"><title>Harbour</title>
<description>{}</description></dc>"""


def _description(inner: str, policy: MappingPolicy | None = None) -> str:
    policy = policy or MappingPolicy(crosswalk="oai_dc")
    outcome = map_record(_DC.format(inner).encode(), SourceInfo(partner="museum", key="1", format="oai_dc"), policy)
    assert isinstance(outcome, Mapped)
    return outcome.record.descriptions[0].value


def test_a_record_in_which_blanks_matter_is_mapped_with_them() -> None:
    assert _description("<b>Anna</b> <i>Lind</i>, a harbour") == "Anna Lind, a harbour"
    assert (
        _description("seen by <name> <first>Anna</first> <last>Lind</last> </name> in 1887").split()
        == ["seen", "by", "Anna", "Lind", "in", "1887"]
    )


def test_a_selector_of_the_partner_file_sees_the_document_as_it_was_sent() -> None:
    policy = MappingPolicy(
        crosswalk="oai_dc", fields={"descriptions": FieldSelector(path="string(//*[local-name()='description'])")}
    )
    assert _description("<b>Anna</b> <i>Lind</i>", policy) == "Anna Lind"


def test_a_function_of_a_partner_sees_the_document_as_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def judge(record: Record, raw: RawRecord) -> Record:
        assert not isinstance(raw.content, Mapping)
        seen.append("".join(str(part) for part in raw.content.itertext()))
        return record

    monkeypatch.setattr(mapping, "function_for", lambda _: judge)
    _description("<b>Anna</b> <i>Lind</i>")
    assert "Anna Lind" in seen[0]
