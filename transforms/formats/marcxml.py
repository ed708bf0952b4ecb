"""MARC 21 in XML → draft (http://www.loc.gov/MARC21/slim).

Rules
- Title 245 $a $b $n $p (246 and 880 as further titles); makers 100, 110, 700, 710 with relator $e or $4; dates 264/260 $c, else 008.
- 856: second indicator 0 or 1 with a media type or extension is a medium, anything else the page of the resource.
- 540 is rights ($u before $a), 506 a restriction that stays inside; 561 and 541 are provenance; 852 and 099 the shelf mark.
- 008 has certain dates only for kinds s, e, r, t, i, k, m, q with digits; "u" in a date means a range, 9999 an open end.
"""

from __future__ import annotations

import re

from glamflow.transforms.fields.dates import is_read, parse_date, span_between
from glamflow.transforms.fields.identifiers import is_media_url
from glamflow.transforms.fields.languages import parse_language
from glamflow.transforms.fields.media import iiif_service, media_id, role_and_page
from glamflow.transforms.fields.roles import parse_role
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import AgentKind, DateKind, DateSpan, IdentifierKind, MediaRef, PlaceKind, Role

NAMES = frozenset({"record"})
NAMESPACES = frozenset({"http://www.loc.gov/MARC21/slim"})

_SUBFIELD = "{http://www.loc.gov/MARC21/slim}subfield"
_COPYRIGHT = re.compile(r"^(?:©|cop\.|copyright|c(?=\d))\s*", re.IGNORECASE)
_END = " /:;,=."
_MEDIA_MIME = re.compile(r"(?:image|audio|video)/|application/pdf")
_AGENTS = {"100": AgentKind.PERSON, "110": AgentKind.CORPORATE, "111": AgentKind.CORPORATE, "700": AgentKind.PERSON,
           "710": AgentKind.CORPORATE, "711": AgentKind.CORPORATE}  # fmt: skip
_SUBJECTS = ("600", "610", "611", "630", "650", "653", "655")

_READ = frozenset(
    {*_AGENTS, *_SUBJECTS, "020", "022", "024", "035", "041", "099", "245", "246", "260", "264", "300", "340", "490", "500", "505",
     "506", "520", "540", "541", "561", "583", "590", "651", "852", "856", "880"}
)  # fmt: skip
"""The tags that are read below. A catalogue's record holds twice as many fields: the others are not even taken apart."""
_INDICATED = ("264", "856")

Field = list[tuple[str, str]]
Fields = dict[str, list[tuple[Field, str]]]


def find_marc(root: xml.Element) -> list[xml.Element]:
    """Bibliographic records among elements named `record`: those with data fields of their own, no holdings or authorities."""
    return [
        element
        for element in root.iter("{*}record")
        if xml.attribute(element, "type") in ("", "Bibliographic")
        and next(element.iterchildren("{*}datafield", "{*}controlfield"), None) is not None
    ]


def read_marc(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from a MARC `record` element."""
    fields: Fields = {}
    parts = xml.grouped(root)
    for element in parts.get("datafield", ()):
        tag = _attribute(element, "tag")
        if tag in _READ and (kept := _subfields(element)):
            indicators = (
                _attribute(element, "ind1").ljust(1) + _attribute(element, "ind2").ljust(1) if tag in _INDICATED else ""
            )
            fields.setdefault(tag, []).append((kept, indicators))
    control = {_attribute(e, "tag"): (e.text or "") for e in parts.get("controlfield", ())}
    draft.identifier(control.get("001", ""), default=IdentifierKind.RECORD)
    _read_titles(fields, draft)
    for tag, kind in _AGENTS.items():
        for field, _ in fields.get(tag, ()):
            _read_agent(field, kind, draft, main=tag.startswith("1"))
    _read_dates(fields, control.get("008", ""), draft)
    _read_notes(fields, draft)
    _read_subjects(fields, draft)
    _read_numbers(fields, draft)
    _read_languages(fields, control.get("008", ""), draft)
    for field, indicators in fields.get("856", ()):
        _read_link(field, indicators, draft)


def _subfields(element: xml.Element) -> Field:
    """Code and text of each subfield that says something. A field is read once, in a loop: most of a record's cost is here."""
    kept = []
    for part in xml.elements_of(element):
        if part.tag != _SUBFIELD and xml.local_name(part) != "subfield":
            continue
        text = part.text or ""
        usual = "  " not in text and text.isprintable() and len(part) == 0
        text = text.strip(" ") if usual else xml.text_of(part)
        if text:
            kept.append((_attribute(part, "code"), text))
    return kept


def _attribute(element: xml.Element, name: str) -> str:
    """An attribute of MARCXML, which has no namespaces on them; the long way where a feed put one there."""
    value = element.get(name)
    return value.strip() if value is not None else xml.attribute(element, name)


def _first(field: Field, code: str) -> str:
    for known, text in field:
        if known == code:
            return text
    return ""


def _joined(field: Field, codes: str) -> str:
    return " ".join([text for code, text in field if code in codes])


def _address(field: Field) -> str:
    """The address of a term in its authority file."""
    for code, text in field:
        if code in "01" and text.startswith("http"):
            return text
    return ""


def _read_titles(fields: Fields, draft: Draft) -> None:
    for field, _ in (*fields.get("245", ()), *fields.get("246", ())):
        draft.text(draft.titles, _joined(field, "abnp").rstrip(_END))
    for field, _ in fields.get("880", ()):
        if _first(field, "6").startswith(("245", "246")):
            draft.text(draft.titles, _joined(field, "abnp").rstrip(_END))


def _read_agent(field: Field, kind: AgentKind, draft: Draft, *, main: bool) -> None:
    words = [text for code, text in field if code in "e4"]
    role = next(
        (r for word in words if (r := parse_role(word))), None if words else Role.AUTHOR if main else Role.CONTRIBUTOR
    )
    name = _joined(field, "ab" if kind is AgentKind.CORPORATE else "abc").rstrip(" ,:;/")
    dates = _first(field, "d").rstrip(" ,.")
    if role is None:
        draft.keep(f"marc.name.{words[0]}", name)
        draft.find(Reason.VALUE_NOT_READ, "agents", f"{name} ({words[0]})", detail="the role is not known")
        return
    bare = name[:-1] if name.endswith(".") and len(name.split()[-1]) > 3 else name
    draft.agent(
        f"{bare}, {dates}" if dates else bare, role=role, kind=AgentKind.UNKNOWN if kind is AgentKind.PERSON else kind
    )


def _read_dates(fields: Fields, fixed: str, draft: Draft) -> None:
    found = False
    for tag in ("264", "260"):
        for field, indicators in fields.get(tag, ()):
            made = tag == "264" and indicators[1] == "0"
            for code, text in field:
                if code == "c" and not found:
                    span = parse_date(
                        _COPYRIGHT.sub("", text.strip(" .,;")), kind=DateKind.MADE if made else DateKind.PUBLISHED
                    )
                    found = is_read(span)
                    if found:
                        draft.span(span)
                    else:
                        draft.keep(f"marc.{tag}", text)
                elif code == "b":
                    draft.agent(text.rstrip(_END), role=Role.PUBLISHER, kind=AgentKind.CORPORATE)
                elif code == "a":
                    draft.place([(text.strip(_END + "[]"), "")], kind=PlaceKind.PUBLISHED)
    fallback = None if found else fixed_dates(fixed)
    if fallback is not None:
        draft.span(fallback)


def fixed_dates(fixed: str) -> DateSpan | None:
    """The dates of field 008, positions 6 to 14; None where they are not certain."""
    kind, first, second = fixed[6:7], fixed[7:11], fixed[11:15]
    if kind not in tuple("serptikmqcd") or not re.fullmatch(r"\d{2}(?:\d\d|\du|uu)", first):
        return None
    if kind == "e" and re.fullmatch(r"\d{4}", first):  # month and day stand where the second date would
        month, day = second[:2], second[2:]
        return parse_date("-".join([first, *(p for p in (month, day) if p.strip())]), kind=DateKind.PUBLISHED)
    start, end = first.replace("u", "0"), first.replace("u", "9")
    if kind in ("m", "i", "k", "q", "c", "d") and re.fullmatch(r"\d{2}(?:\d\d|\du|uu)", second):
        end = "" if second == "9999" else second.replace("u", "9")
    return span_between(start, end, kind=DateKind.PUBLISHED)


def _read_notes(fields: Fields, draft: Draft) -> None:
    for tag in ("520", "500", "505"):
        for field, _ in fields.get(tag, ()):
            draft.text(draft.descriptions, _joined(field, "abt"))
    for tag in ("541", "561"):
        for field, _ in fields.get(tag, ()):
            draft.text(draft.provenance, _joined(field, "acd"))
    for field, _ in fields.get("540", ()):
        for value in dict.fromkeys((*(t for c, t in field if c == "u"), _joined(field, "ac"))):
            draft.statement(value)
    for field, _ in fields.get("506", ()):
        draft.keep("marc.506", _joined(field, "afu"))
    for tag, target in (("583", "marc.583"), ("590", "marc.590")):
        for field, _ in fields.get(tag, ()):
            draft.keep(target, _joined(field, "abcz"), internal=True)
    for field, _ in fields.get("300", ()):
        draft.measures(_first(field, "c"))
    for field, _ in fields.get("490", ()):
        draft.put("series", _first(field, "a").rstrip(_END))
        draft.put("series_number", _first(field, "v").rstrip(_END))


def _read_subjects(fields: Fields, draft: Draft) -> None:
    for tag in _SUBJECTS:
        for field, _ in fields.get(tag, ()):
            label = "--".join([text.rstrip(".") for code, text in field if code in "abtxyzv"])
            draft.word(draft.object_types if tag == "655" else draft.subjects, label, uri=_address(field))
    for field, _ in fields.get("651", ()):
        draft.place([(_first(field, "a").rstrip("."), "")], kind=PlaceKind.DEPICTED, uri=_address(field))
    for field, _ in fields.get("340", ()):
        draft.word(draft.materials, _first(field, "a"))


def _read_numbers(fields: Fields, draft: Draft) -> None:
    for tag in ("020", "022", "024", "035"):
        for field, _ in fields.get(tag, ()):
            draft.identifier(_first(field, "a"), _first(field, "2"))
    for tag, codes in (("852", "hij"), ("099", "a")):
        for field, _ in fields.get(tag, ()):
            draft.identifier(_joined(field, codes), default=IdentifierKind.INVENTORY)
    for field, _ in fields.get("852", ()):
        draft.put("institution", _first(field, "a"))


def _read_languages(fields: Fields, fixed: str, draft: Draft) -> None:
    stated = [text for field, _ in fields.get("041", ()) for code, text in field if code in "ad"]
    for text in stated or [fixed[35:38]]:
        for part in [text] if len(text) == 3 else re.findall("...", text):
            if (code := parse_language(part)) is not None:
                draft.content_languages.append(code)


def _read_link(field: Field, indicators: str, draft: Draft) -> None:
    url = _first(field, "u").strip()
    if not url.startswith(("http://", "https://")):
        return
    label = _first(field, "y") or _first(field, "3") or _first(field, "z")
    if indicators[1] in "01 " and (_MEDIA_MIME.match(_first(field, "q").lower()) or is_media_url(url)):
        role, page = role_and_page((label,))
        draft.medium(
            MediaRef(id=media_id("", url), url=url, role=role, page=page, mime=_mime(_first(field, "q")),
                     iiif_service=iiif_service(url))
        )  # fmt: skip
    elif indicators[1] in "01 ":
        draft.put("source_url", url)
    else:
        draft.keep("marc.856", url)


def _mime(value: str) -> str:
    return value.lower() if "/" in value else ""
