"""Payloads and digests: one canonical form and one digest, in whatever page a record comes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from glamflow.harvest.envelope import read_envelope
from glamflow.harvest.protocol import RawRecord
from glamflow.harvest.records import canonical, payload_digest, read_records
from glamflow.harvest.xml import parse
from glamflow.transforms.digest import canonical_payload, digest_bytes

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\t\n\r <>&'\""), max_size=12
)
NAMES = st.sampled_from(["a", "b", "x:c", "y:d", "x:e"])


def element(name: str, attribute: str, text: str, inner: list[str], tail: str) -> str:
    def escape(value: str) -> str:
        return (
            value.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace('"', "&quot;")
            .replace("\r", "&#13;")
        )

    return f'<{name} n="{escape(attribute)}" x:m="1">{escape(text)}{"".join(inner)}</{name}>{escape(tail)}'


ELEMENTS = st.recursive(
    st.builds(element, NAMES, TEXTS, TEXTS, st.just([]), TEXTS),
    lambda inner: st.builds(element, NAMES, TEXTS, TEXTS, st.lists(inner, max_size=3), TEXTS),
    max_leaves=8,
)


@given(st.lists(ELEMENTS, max_size=4), st.booleans())
def test_the_short_way_to_a_digest_gives_the_same_as_the_long_one(inner: list[str], default: bool) -> None:
    around = (
        'xmlns="urn:default" xmlns:x="urn:x" xmlns:y="urn:y" xmlns:unused="urn:u"'
        if default
        else 'xmlns:x="urn:x" xmlns:y="urn:y"'
    )
    page = f"<page {around}><root>{''.join(inner)}</root></page>"
    payload = canonical(parse(page.encode())[0])
    assert payload_digest(payload) == digest_bytes(canonical_payload(payload))


@pytest.mark.parametrize("indent", ["", "\n  ", "\r\n\t"])
def test_indentation_does_not_change_a_digest(indent: str) -> None:
    page = f'<p xmlns="urn:o"><r xmlns="urn:r">{indent}<a>1</a>{indent}<b x="2"/>{indent}</r></p>'
    plain = '<q:p xmlns:q="urn:o"><r xmlns="urn:r"><a>1</a><b x="2"></b></r></q:p>'
    assert payload_digest(canonical(parse(page.encode())[0])) == payload_digest(canonical(parse(plain.encode())[0]))


def test_a_prefix_that_only_a_type_mentions_stays_declared() -> None:
    page = (
        '<p xmlns:dcterms="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<r><a xsi:type="dcterms:W3CDTF">1887</a></r></p>'
    )
    payload = canonical(parse(page.encode())[0])
    assert b'xmlns:dcterms="urn:t"' in payload
    assert payload_digest(payload) == digest_bytes(canonical_payload(payload))


OAI = (
    'OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:dc="urn:dc" xmlns:x="urn:x" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def record(payload: str, key: str = "k") -> str:
    return f"<record><header><identifier>{key}</identifier></header><metadata>{payload}</metadata></record>"


def page(*records: str, verb: str = "ListRecords", prolog: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{prolog}<{OAI}><{verb}>{''.join(records)}</{verb}></OAI-PMH>"


def read(text: str | bytes, key: str = "k") -> RawRecord:
    envelope = read_envelope(text if isinstance(text, bytes) else text.encode(), url="test")
    [found] = [one for one in envelope.records if one.key == key]
    return found


def surroundings(payload: str) -> dict[str, str | bytes]:
    """The same record in pages of all kinds."""
    plain = record("<r>plain</r>", "p")
    mixed = record("<r><b>Old</b> <i>map</i> of Havn</r>", "m")
    odd = record("<r><a>one&#13;\ntwo</a> <!-- c --><b><![CDATA[three]]></b><?pi?></r>", "o")
    long = record(f"<r>{'x' * 3000}<a/>{' ' * 4000}<b/></r>", "l")
    whole = page(plain, odd, mixed, record(payload), plain)
    return {
        "alone": page(record(payload)),
        "by GetRecord": page(record(payload), verb="GetRecord"),
        "between others": page(plain, record(payload), plain),
        "indented": page("\n   ", plain, "\n   ", record(f"\n  {payload}\n  "), "\n"),
        "after a stylesheet": page(
            record(payload), prolog='<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!-- by a server -->'
        ),
        "beside comments, CDATA and carriage returns": page(odd, record(payload), odd),
        "beside mixed text": page(mixed, record(payload)),
        "behind a long run of blanks": page(long, record(payload)),
        "in a page with a record that cannot be read": page(record("<r><a></r>", "w"), record(payload), plain),
        "in a page with a record that is mended": page(record("<r>a & b</r>", "w"), mixed, record(payload)),
        "in UTF-16": whole.replace("UTF-8", "UTF-16").encode("utf-16"),
        "in UTF-16 without a mark": whole.replace("UTF-8", "UTF-16").encode("utf-16-be"),
        "in Latin-1": whole.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    }


PLAIN = ["word", "två", " ", "\n  ", "\t", "\r\n", "\r", "&amp;", "&lt;", "&gt;", ">", "&#233;", "&#xE9;", "#", "!", "?"]  # fmt: skip
ODD = ["&#13;", "&#32;", "&#xA;", "<!-- c -->", "<![CDATA[ ]]>", "<![CDATA[x]]>", "<?pi?>"]
TAGS = st.sampled_from(["a", "b", "dc:c", "x:d"])
ATTRIBUTES = st.sampled_from(
    ["", ' n="1"', ' n=" &#10; >"', " b='&quot;' a='2'", ' xml:space="preserve"', ' xml:lang="sv" x:m="1"', ' xmlns="urn:q"', ' xmlns:x="urn:x2"',
     ' xsi:type="dc:URI"', ' xmlns:z="urn:unused"']
)  # fmt: skip


def trees(texts: list[str]) -> st.SearchStrategy[list[str]]:
    """Lists of elements, with those texts in and between them."""
    pieces = st.lists(st.sampled_from(texts), max_size=4).map("".join)
    one = st.recursive(
        st.builds("<{0}{1}>{2}</{0}>{3}".format, TAGS, ATTRIBUTES, pieces, pieces)
        | st.builds("<{0}{1}/>{2}".format, TAGS, ATTRIBUTES, pieces),
        lambda inner: st.builds(
            lambda t, a, p, i, q: f"<{t}{a}>{p}{''.join(i)}</{t}>{q}",
            TAGS,
            ATTRIBUTES,
            pieces,
            st.lists(inner, max_size=4),
            pieces,
        ),
        max_leaves=10,
    )
    return st.lists(one, max_size=3)


def leaves(payload: bytes) -> list[str | None]:
    """Texts of the elements that hold nothing else."""
    return [one.text for one in parse(payload).iter() if len(one) == 0]


@settings(max_examples=300)
@given(trees(PLAIN + ODD))
def test_a_record_has_one_payload_and_one_digest_in_whatever_page_it_comes(inner: list[str]) -> None:
    pages = surroundings(f"<root>{''.join(inner)}</root>")
    found = {name: read(text) for name, text in pages.items()}
    assert {name: (one.payload, one.digest) for name, one in found.items()} == dict.fromkeys(
        found, (found["alone"].payload, found["alone"].digest)
    )


# Where nothing else stands between two elements than one of these, what is written as a reference decides on the blanks after it.
SPELT = {">", "&#233;", "&#xE9;"}


@settings(max_examples=600)
@given(trees([one for one in PLAIN if one not in SPELT]), st.sampled_from(["", "\n    ", "\r\n"]))
def test_digests_are_those_of_the_canonical_form_parsed_once_more_without_blanks(inner: list[str], blank: str) -> None:
    text = page(record(f"<root>{blank}{blank.join(inner)}{blank}</root>"))
    kept = canonical(parse(text.encode())[0][0][1][0])
    assert read(text).digest == digest_bytes(canonical_payload(kept))
    assert leaves(read(text).payload) == leaves(kept)


@given(trees(PLAIN), st.sampled_from(["\n", "\n    ", "\r\n\t"]))
def test_no_indentation_changes_a_digest(inner: list[str], blank: str) -> None:
    plain = page(record(f"<root><a/>{''.join(f'<l>{one}</l>' for one in inner)}</root>"))
    indented = page(record(f"<root>{blank}<a/>{blank}{''.join(f'<l>{one}</l>{blank}' for one in inner)}</root>"))
    assert read(plain).digest == read(indented).digest


@settings(max_examples=300)
@given(trees(PLAIN + ODD))
def test_words_beside_elements_never_grow_together(inner: list[str]) -> None:
    text = page(record(f"<root>{''.join(inner)}</root>"))
    kept = canonical(parse(text.encode())[0][0][1][0])
    beside = [one for one in parse(kept).iter() if any((after.tail or "").strip() for after in one)]
    assert not beside or read(text).payload == kept


def test_blanks_between_words_in_elements_beside_text_are_kept() -> None:
    first = "<p><b>Old</b> <i>map</i> of Havn</p>"
    assert (
        read(page(record(first))).payload
        == b'<p xmlns="http://www.openarchives.org/OAI/2.0/"><b>Old</b> <i>map</i> of Havn</p>'
    )
    assert {read(text).payload for text in surroundings(first).values()} == {read(page(record(first))).payload}


def test_digests_of_records_that_were_harvested_before_are_as_they_were() -> None:
    plain = '<dc:r xmlns:dc="urn:dc"><dc:title>Karta över Havn</dc:title><dc:date>1887</dc:date></dc:r>'
    assert read(page(record(plain))).digest == "ea8b3249f22fef86285688c3720938da3260147800cc82d9614d097c01d5a66e"
    assert (
        read(page(record("<p><b>Old</b> <i>map</i> of Havn</p>"))).digest
        == "b7da0d5710be25867a6e466c4731f198d9b8201641040031548f83d823c8819a"
    )


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
@pytest.mark.parametrize("blank", [" ", "\n", "\t", "\r\n", "\r\n \t"])
def test_a_run_of_blanks_is_indentation_however_long_it_is_and_wherever_it_stands(encoding: str, blank: str) -> None:
    """The parser takes it for text where one of its pieces of 4,000 bytes ends in it."""
    inner = [f"<a>1</a>{(blank * size)[:size]}<b>2</b>" for size in (100, 239, 241, 247, 251, 300, 600, 5000)]
    wanted = read(page(record(f"<r>{'<a>1</a><b>2</b>' * len(inner)}</r>"))).digest
    for filler in range(0, 4000, 97):
        text = page(record(f"<r>{'x' * filler}</r>", "f"), record(f"<r>{''.join(inner)}</r>"))
        assert read(text.replace("UTF-8", encoding).encode(encoding)).digest == wanted


def test_a_page_is_asked_for_again_only_for_text_beside_elements_and_once() -> None:
    asked: list[str] = []

    def found(*payloads: str) -> int:
        data = page(*map(record, payloads)).encode()

        def again() -> list[etree._Element]:
            asked.append("again")
            return list(parse(data)[0])

        return len(read_records(list(parse(data, without_blanks=True)[0]), again=again))

    odd, mixed = "<r>\n<a>one&#13;\n<!-- c --><![CDATA[two]]></a> <b/></r>", "<p><b>Old</b> <i>map</i> of Havn</p>"
    assert found(odd, odd) == 2
    assert asked == []
    assert found(odd, mixed, mixed) == 3
    assert asked == ["again"]
