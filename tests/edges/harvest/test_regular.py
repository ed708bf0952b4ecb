"""Pages of Dublin Core that are read with a pattern: always what is read from the elements, and seldom read from them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from glamflow.harvest import envelope, regular
from glamflow.harvest.envelope import read_envelope
from glamflow.harvest.protocol import Quarantined, RawRecord
from glamflow.harvest.records import read_records
from glamflow.harvest.xml import local_name, parse

DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://a http://b"'
OAI = 'xmlns="http://www.openarchives.org/OAI/2.0/"'
PLAIN = ["Båt", "a  b", " ", "", "\n   two\n   lines ", "A &amp; B", "&lt;i&gt;", '"quoted"', "1 &lt; 2", "\t",
         "<![CDATA[Free & <b>open</b>]]>", "<![CDATA[ ]> ]] a &amp; ]]>", "&quot;a&apos;", "&#233;&#xE9;", "&#60;&#x3E;&#38;&#38;amp;", "&#13;", "&#10;", "&#32;"]  # fmt: skip
ODD = ["a > b", "<![CDATA[ ]]>", "<![CDATA[]]>", "<!-- by hand -->", "<!-- <![CDATA[ -->", "<![CDATA[<!--]]>", "<![CDATA[ ]]>a<![CDATA[\n]]>", "a <![CDATA[ > ]]> b<![CDATA[&amp;]]>", " <![CDATA[a]]>", "<![CDATA[a]]> ", "x<!-- y -->z", "<?pi?>", "<b>x</b>", "<dc:b>x</dc:b>",
       "<dc:b></dc:b>", "<dc:b/>", "x <dc:b>y</dc:b> <dc:c/> ", " " * 300, "]] >", "</dc:x><dc:x>", "</dc:x>tail<dc:x>", "\r\n", "\r"]  # fmt: skip
TAGS = ["<dc:x>{}</dc:x>", '<dc:x xml:lang="sv">{}</dc:x>', '<dc:x xml:lang="">{}</dc:x>', "<dc:x/>", '<dc:x xml:lang="sv"/>']
ODD_TAGS = ["<dc:x >{}</dc:x>", "<dc:x>{}</dc:x >", "<dc:x xml:lang='sv'>{}</dc:x>", '<dc:x xml:lang="s\nv">{}</dc:x>', '<dc:x b="2" a="1">{}</dc:x>', "<x>{}</x>", "<dc:x />", '<dc:x a="b"/>',
            '<dc:x xmlns:dc="urn:o">{}</dc:x>', '<x:x xmlns:x="urn:x">{}</x:x>', "<dc:x-y>{}</dc:x-y>", '<dc:x xml:space="preserve">{} </dc:x>', "<!-- {} -->", "<![CDATA[ ]]><dc:x>{}</dc:x>", "<![CDATA[{}]]>",
            '<dc:x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="dc:y">{}</dc:x>', "between"]  # fmt: skip
GAPS = ["", "\n", "\n    ", " ", "\t\n ", "\r\n  ", "\n" + " " * 300]
STARTS = [f"oai_dc:dc {DC}", f"oai_dc:dc {DC} {XSI}", f"oai_dc:dc {XSI} {DC}", f"oai_dc:dc\n  {DC}", "oai_dc:dc", f'dc {DC} xmlns="urn:dc"', f"dc {DC}",
          f'oai_dc:dc {DC} xml:space="preserve"', f'oai_dc:dc {DC} note="a &gt; b"', f"x:dc {DC} xmlns:x='urn:x'", f"r {DC}"]  # fmt: skip
HEADS = [f"<OAI-PMH {OAI} {DC}>", f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH {OAI} {DC} {XSI}>\n<responseDate>2026-01-01</responseDate> <request verb="a">b</request>',
         f'<?xml version="1.0"?><?xml-stylesheet href="a"?><OAI-PMH {OAI} {DC}>', f"<!-- <ListRecords><record> --><OAI-PMH {OAI} {DC}>", f"<OAI-PMH {DC}>",
         f'<OAI-PMH {OAI} {DC} xml:space="preserve">', f"\ufeff<OAI-PMH {OAI} {DC}>"]  # fmt: skip
TAILS = ["", "<resumptionToken>t</resumptionToken>", '<resumptionToken cursor="1"/>\n', "<resumptionToken></resumptionToken>", "<!-- end -->", "<other/>"]
FAKE = "<![CDATA[</dc:x></oai_dc:dc></metadata></record><record><header><identifier>fake</identifier></header><metadata><oai_dc:dc><dc:x>]]>"
"""What looks like the end of one record and the beginning of the next."""


def children(tags: list[str], texts: list[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda tag, text: tag.replace("{}", text), st.sampled_from(tags), st.sampled_from(texts))


@st.composite
def records(draw: st.DrawFn, *, odd: bool, gap: str, start: str, number: int) -> str:
    between = st.sampled_from(GAPS) if odd and draw(st.booleans()) else st.just(gap)
    child = children(TAGS, PLAIN) | children(TAGS + ODD_TAGS, PLAIN + ODD + [FAKE]) if odd else children(TAGS, PLAIN)
    inner = "".join(draw(between) + draw(child) for _ in range(draw(st.integers(0 if odd else 1, 3))))
    start = draw(st.sampled_from([start, *STARTS])) if odd else start
    payload = f"<{start}>{inner}{draw(between)}</{start.split()[0]}>"
    key = draw(st.sampled_from([f"k{number}", f" k{number}\n", f"k{number}&amp;b", "", f"k&#{number + 65};"])) if odd else f"k{number}"
    sets = draw(st.sampled_from(["", "<setSpec>a</setSpec>", f"<setSpec>a</setSpec>{gap}<setSpec> b:c </setSpec>"]))
    date = draw(st.sampled_from(["", "<datestamp>2026-01-01</datestamp>"]))
    header = f"<identifier>{key}</identifier>{gap}{date}{sets}"
    forms = ["<record>{g}<header>{h}</header>{g}<metadata>{g}{p}{g}</metadata>{g}</record>"]
    if odd:
        forms += ['<record><header status="deleted">{h}</header></record>', "<record><header>{h}</header><metadata>{p}</metadata><about><a/></about></record>",
                  "<record><header status='deleted'>{h}</header></record>", "<record><header>{h}</header></record>", "<record ><header>{h}</header><metadata>{p}</metadata></record>",
                  "<record><metadata>{p}</metadata></record>", "<record><header>{h}</header><metadata>{p}{p}</metadata></record>",
                  "<record><header>{h}</header><metadata>text{p}</metadata></record>", "<!-- c --><record><header>{h}</header><metadata>{p}</metadata></record>"]  # fmt: skip
    return draw(st.sampled_from(forms)).format(g=gap, h=header, p=payload)


@st.composite
def pages(draw: st.DrawFn) -> str:
    gap, start = draw(st.sampled_from(GAPS)), draw(st.sampled_from(STARTS))
    head, tail = draw(st.sampled_from(HEADS)), draw(st.sampled_from(TAILS))
    numbers = count()
    kinds = draw(st.lists(st.sampled_from([False, False, True]), min_size=1, max_size=8))
    inner = [draw(records(odd=odd, gap=gap, start=start, number=next(numbers))) for odd in kinds]
    return f"{head}{gap}<ListRecords>{gap}{gap.join(inner)}{gap}{tail}</ListRecords>{gap}</OAI-PMH>"


def is_page(data: bytes) -> bool:
    try:
        return "ListRecords" in [local_name(one) for one in parse(data)]
    except etree.XMLSyntaxError:
        return False


def from_elements(data: bytes) -> list[RawRecord | Quarantined]:
    def elements(*, without_blanks: bool) -> list[etree._Element]:
        [body] = [one for one in parse(data, without_blanks=without_blanks) if local_name(one) == "ListRecords"]
        return [one for one in body if local_name(one) == "record"]

    return read_records(elements(without_blanks=True), again=lambda: elements(without_blanks=False))


def assert_read_as_from_elements(data: bytes) -> None:
    expected = from_elements(data)
    found = read_envelope(data, url="test")
    assert list(found.records) == [one for one in expected if isinstance(one, RawRecord)]
    assert list(found.quarantined) == [one for one in expected if isinstance(one, Quarantined)]


@settings(max_examples=1500, deadline=None)
@given(pages())
def test_a_page_is_read_as_from_its_elements(page: str) -> None:
    data = page.encode()
    assume(is_page(data))
    assert_read_as_from_elements(data)


def record(key: str, inner: str = "<dc:x>Båt</dc:x>", *, start: str = STARTS[0], gap: str = "") -> str:
    header = f"<identifier>{key}</identifier><datestamp>2026-01-01</datestamp><setSpec>a</setSpec>"
    payload = f"<{start}>{gap}{inner}{gap}</{start.split()[0]}>"
    return f"<record>{gap}<header>{header}</header>{gap}<metadata>{gap}{payload}{gap}</metadata>{gap}</record>{gap}"


def page(*inner: str, head: str = HEADS[0], tail: str = "") -> bytes:
    return f"{head}<ListRecords>{''.join(inner)}{tail}</ListRecords></OAI-PMH>".encode()


@pytest.fixture
def left_to_elements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records were read from their elements, page by page."""
    numbers: list[int] = []

    def counting(elements: Sequence[etree._Element], **options: Any) -> list[RawRecord | Quarantined]:
        if elements:
            numbers.append(len(elements))
        return read_records(elements, **options)

    monkeypatch.setattr(regular, "read_records", counting)
    monkeypatch.setattr(envelope, "read_records", counting)
    return numbers


@pytest.mark.parametrize("start", [*STARTS[:4], STARTS[5]])
@pytest.mark.parametrize("head", [*HEADS[:3], HEADS[6]])
@pytest.mark.parametrize("tail", TAILS[:4])
def test_usual_pages_are_not_read_from_their_elements(left_to_elements: list[int], start: str, head: str, tail: str) -> None:
    for gap in GAPS[:-1]:
        inner = gap.join(tag.replace("{}", text) for tag in TAGS for text in PLAIN)
        assert_read_as_from_elements(page(*(record(f"k{n}", inner, start=start, gap=gap) for n in range(3)), head=head, tail=tail))
    assert left_to_elements == []


ODD_CHILDREN = [*(tag.replace("{}", text) for tag in ODD_TAGS for text in PLAIN[:3]), *(tag.replace("{}", text) for tag in TAGS for text in ODD)]


@pytest.mark.parametrize("child", ODD_CHILDREN)
def test_what_is_odd_in_one_record_changes_nothing_in_the_others(left_to_elements: list[int], child: str) -> None:
    for gap in GAPS[:3]:
        usual = [record(f"k{n}", gap=gap) for n in range(6)]
        for odd in (child, f"<dc:x>1</dc:x>{gap}{child}", f"{child}{gap}<dc:x>1</dc:x>", f"<dc:x>1</dc:x>{gap}{child}{gap}<dc:x>1</dc:x>"):
            data = page(*usual[:3], record("odd", odd, gap=gap), *usual[3:])
            if is_page(data):
                assert_read_as_from_elements(data)
    page_by_page = " " * 300 in child  # which the parser may take for text or not
    assert set(left_to_elements) <= {7 if page_by_page else 1}, "only the odd one is read from its element"


def test_a_record_in_cdata_is_none_and_none_is_lost_behind_it() -> None:
    fake = record("fake")
    hidden = f"<dc:x><![CDATA[</record>{fake}<record>]]></dc:x>"
    for behind in ((), ("<!-- c -->", record("b")), ("<!-- c -->", record("b"), "<!-- c -->", record("c")), (record("b"), record("c"))):
        data = page(record("a"), record("odd", hidden), *behind, *(record(f"k{n}") for n in range(8)))
        assert "fake" not in {one.key for one in read_envelope(data, url="test").records}
        assert_read_as_from_elements(data)


def test_a_page_in_which_much_is_odd_is_read_whole_from_its_elements(left_to_elements: list[int]) -> None:
    assert_read_as_from_elements(page(*(record(f"k{n}", "<dc:x>a<!-- b --></dc:x>") for n in range(50))))
    assert left_to_elements == [1, 1, 1, 50]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "utf-16", "UTF-8", "utf-8"])
def test_the_encoding_of_a_page_changes_nothing(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>{HEADS[0]}'
    data = page(record("a", "<dc:x>Boat</dc:x>"), record("b"), head=head).decode().encode(encoding)
    assert_read_as_from_elements(data)
    assert ["Båt" in one.payload.decode() for one in read_envelope(data, url="test").records] == [False, True]


@pytest.mark.parametrize(("head", "start"), [(HEADS[5], STARTS[0]), (HEADS[0], STARTS[7])])
def test_blanks_that_are_to_be_preserved_are(head: str, start: str) -> None:
    assert 'xml:space="preserve"' in head + start
    data = page(record("a", start=start), record("b", start=start, gap="\n  "), head=head)
    assert_read_as_from_elements(data)
    assert [b"\n  <dc:x>" in one.payload for one in read_envelope(data, url="test").records] == [False, True]


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (f'<OAI-PMH {OAI} {DC} xsi:schemaLocation="a b">', ""),
        (HEADS[0], '<resumptionToken xsi:note="1">t</resumptionToken>'),
        (HEADS[0], "<resumptionToken>&nbsp;</resumptionToken>"),
        (HEADS[0], "<resumptionToken>a\x01</resumptionToken>"),
    ],
)
def test_a_page_broken_outside_its_records_is_no_regular_page(head: str, tail: str) -> None:
    data = page(record("a"), record("b"), head=head, tail=tail)
    assert regular.read_regular(data) is None


@pytest.mark.parametrize("child", ["<dc:x>&nbsp;</dc:x>", "<dc:x>a\x01</dc:x>", "<dc:x>1</dc:y>", "<dc:x>]]></dc:x>", "<dc:x>&#55349;</dc:x>", "<dc:x>a & b</dc:x>", "<dc:x>"])
def test_a_page_with_a_broken_record_is_no_regular_page(child: str) -> None:
    data = page(record("a"), record("b", child), record("c"))
    assert regular.read_regular(data) is None
    assert {"a", "c"} <= {one.key for one in read_envelope(data, url="test").records}


def test_bytes_that_are_no_utf_8_are_no_regular_page() -> None:
    data = page(record("a"), record("b")).replace("å".encode(), b"\xe5")
    assert regular.read_regular(data) is None
    assert len(read_envelope(data, url="test").records) == 2
