"""Payloads and digests: one canonical form, whichever way it was reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.harvest.records import canonical, payload_digest
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
