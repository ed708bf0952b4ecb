"""Payloads and digests: one canonical form, whichever way it was reached."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glamflow.harvest.envelope import read_envelope
from glamflow.harvest.protocol import RawRecord
from glamflow.harvest.records import canonical, payload_digest, read_record
from glamflow.harvest.xml import has_plain_text, parse
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


PIECES = st.lists(
    st.sampled_from(
        ["word", "två", " ", "\n  ", "\t", "\r\n", "\r", "&amp;", "&lt;", "&gt;", ">", "&#233;", "&#xE9;", "&#32;", "&#xA;",
         "<!-- c -->", "<![CDATA[ ]]>", "<![CDATA[x]]>", "<?pi?>", "#", "!", "?"]
    ),
    max_size=4,
).map("".join)  # fmt: skip
TAGS = st.sampled_from(["a", "b", "dc:c", "x:d"])
ATTRIBUTES = st.sampled_from(
    ["", ' n="1"', ' n=" &#10; >"', " b='&quot;' a='2'", ' xml:space="preserve"', ' xml:lang="sv" x:m="1"', ' xmlns="urn:q"', ' xmlns:x="urn:x2"',
     ' xsi:type="dc:URI"', ' xmlns:z="urn:unused"']
)  # fmt: skip
TREES = st.recursive(
    st.builds("<{0}{1}>{2}</{0}>{3}".format, TAGS, ATTRIBUTES, PIECES, PIECES) | st.builds("<{0}{1}/>{2}".format, TAGS, ATTRIBUTES, PIECES),
    lambda inner: st.builds(lambda t, a, p, i, q: f"<{t}{a}>{p}{''.join(i)}</{t}>{q}", TAGS, ATTRIBUTES, PIECES, st.lists(inner, max_size=4), PIECES),
    max_leaves=10,
)


def leaves(payload: bytes) -> list[str | None]:
    """Texts of the elements that hold nothing else."""
    return [one.text for one in parse(payload).iter() if len(one) == 0]


@settings(max_examples=600)
@given(st.lists(TREES, max_size=3), st.sampled_from(["", "\n    ", "\r\n"]))
def test_a_page_read_in_one_go_gives_the_digests_that_it_always_gave(inner: list[str], blank: str) -> None:
    payload = f'<root>{blank}{blank.join(inner)}{blank}</root>'
    page = (
        '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="a.xsl"?><!-- by a server -->'
        '<OAI-PMH xmlns="urn:oai" xmlns:dc="urn:dc" xmlns:x="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<ListRecords><record><header><identifier>k</identifier></header><metadata>{payload}</metadata></record></ListRecords></OAI-PMH>"
    ).encode()
    [record] = read_envelope(page, url="test").records
    long_way = read_record(parse(page)[0][0])
    assert isinstance(long_way, RawRecord)
    assert record.digest == long_way.digest == digest_bytes(canonical_payload(canonical(parse(page)[0][0][1][0])))
    assert leaves(record.payload) == leaves(long_way.payload)


@pytest.mark.parametrize("text", ["<!-- c -->", "<![CDATA[x]]>", "<?pi?>", "&#32;", "&#x0A;"])
def test_a_page_with_pieced_text_is_read_the_long_way(text: str) -> None:
    assert not has_plain_text(f"<OAI-PMH><a>{text}</a></OAI-PMH>".encode())
    assert not has_plain_text("<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16"))


def test_prolog_and_harmless_signs_do_not_make_a_page_slow() -> None:
    assert has_plain_text(b'<?xml version="1.0" encoding="iso-8859-1"?><!-- c --><OAI-PMH><a href="?a#b">Oh! &#233;</a></OAI-PMH>')


def test_blanks_between_words_in_elements_beside_text_are_kept() -> None:
    page = (
        b'<OAI-PMH xmlns="urn:oai"><ListRecords><record><header><identifier>k</identifier></header><metadata>'
        b"<p><b>Old</b> <i>map</i> of Havn</p></metadata></record></ListRecords></OAI-PMH>"
    )
    [record] = read_envelope(page, url="test").records
    assert b"</b> <i" in record.payload
