"""The fields of an information template, each from the record: the closed list of what may be published.

Rules
- Only what `FIELDS` names leaves the house. Provenance only with `commons.publish_provenance`; donors, owners, informants and `extra` never.
- `credit_line` is the acquisition credit; the attribution of the photograph stands in the licence template.
- `rights.metadata: facts-only` keeps descriptions inside; `cc-by` names the source of the text.
- The inventory number is shown exactly as supplied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.commons.creators import MAKERS, creators
from glamflow.transforms.commons.dates import date_wikitext, main_date, stated_dates
from glamflow.transforms.commons.languages import caption_language, in_language
from glamflow.transforms.commons.siblings import other_versions
from glamflow.transforms.commons.title import raw_identifier, shown_identifier
from glamflow.transforms.commons.wikitext import escape, escape_lines, external_link, template
from glamflow.transforms.record import Dimension, Place, PlaceKind, Role, Term, Text

_LINE = "<br />"


def texts(values: Iterable[Text]) -> str:
    return _stack(in_language(escape_lines(t.value), t.language) for t in values if t.value.strip())


def _stack(parts: Iterable[str]) -> str:
    """Language templates stand on lines of their own; bare texts need a break."""
    stacked = ""
    for part in dict.fromkeys(part for part in parts if part):
        stacked += part if not stacked or (stacked.endswith("}}") and part.startswith("{{")) else _LINE + part
    return stacked


def title(page: PageContext) -> str:
    return texts(page.record.titles)


def description(page: PageContext) -> str:
    if page.rights.metadata == "facts-only":
        return ""
    text = texts(page.record.descriptions)
    credit = f"{_LINE}Text: {escape(page.partner_name)}" if text and page.rights.metadata == "cc-by" else ""
    return text + credit


def description_and_title(page: PageContext) -> str:
    """For {{Information}}, which has no title of its own."""
    return _stack([title(page), description(page)])


def date(page: PageContext) -> str:
    return date_wikitext(main_date(page.record.dates))


def notes(page: PageContext) -> str:
    stated = [f"“{escape(words)}”" for words in stated_dates(page.record.dates)]
    return f"Date as stated: {', '.join(stated)}" if stated else ""


def creators_field(page: PageContext) -> str:
    unknown = {"Artwork": "artist", "Art Photo": "artist", "Photograph": "photographer"}.get(page.template, "author")
    makers = (a for a in page.record.agents if a.role in MAKERS)
    return creators(makers, page.vocabulary, unknown=unknown, tell_roles=True)


def agents(*roles: Role) -> Callable[[PageContext], str]:
    def field(page: PageContext) -> str:
        return creators((a for a in page.record.agents if a.role in roles), page.vocabulary)

    return field


def source(page: PageContext) -> str:
    """The partner's source template (`{identifier}` in it is filled) and the record link, with the inventory number as people know it."""
    own = page.commons.source_template.strip().removeprefix("{{").removesuffix("}}")
    own = own.replace("{identifier}", escape(raw_identifier(page.record)))
    label = f"{page.partner_name}: {raw_identifier(page.record)}"
    return _join([f"{{{{{own}}}}}" if own else "", external_link(page.record.source_url, label) or escape(label)])


def medium(page: PageContext) -> str:
    return _join([terms(page.record.materials), terms(page.record.techniques)])


def object_type(page: PageContext) -> str:
    return terms(page.record.object_types)


def terms(values: Iterable[Term]) -> str:
    shown = (_join_inline(in_language(escape(t.value), t.language) for t in term.labels) for term in values)
    return _join(dict.fromkeys(part for part in shown if part))


def dimensions(page: PageContext) -> str:
    return _join(dict.fromkeys(_dimension(d) for d in page.record.dimensions if d.kind != "scale"))


def _dimension(size: Dimension) -> str:
    if size.value is None:
        return escape(size.as_stated)
    kind = "" if size.kind == "other" else f"{escape(size.kind)}: "
    return f"{kind}{size.value:g} {escape(size.unit)}".strip()


def institution(page: PageContext) -> str:
    if name := page.commons.institution.strip():
        return template(f"Institution:{name.removeprefix('Institution:')}")
    if page.wikidata.institution:
        return template("Institution", {"wikidata": page.wikidata.institution})
    return escape(page.record.institution or page.partner_name)


def accession_number(page: PageContext) -> str:
    return escape(shown_identifier(page.record))


def places(kind: PlaceKind) -> Callable[[PageContext], str]:
    def field(page: PageContext) -> str:
        return _join(dict.fromkeys(_place(p) for p in page.record.places if p.kind is kind))

    return field


def _place(place: Place) -> str:
    return _join_inline(in_language(escape(name.value), name.language) for name in place.names if name.value)


def provenance(page: PageContext) -> str:
    return texts(page.record.provenance) if page.commons.publish_provenance else ""


def content_language(page: PageContext) -> str:
    """The languages' names, which the wiki shows in the reader's language; unknown codes as they are."""
    codes = page.record.content_languages
    return ", ".join(template("language", {"1": code}) if caption_language(code) else escape(code) for code in codes)


def other_fields(page: PageContext) -> str:
    """What {{Information}} has no parameter for."""
    shown = {
        "Document symbol" if page.record.document_symbol else "Accession number": accession_number(page),
        "Object type": object_type(page),
        "Material and technique": medium(page),
        "Dimensions": dimensions(page),
        "Place": _join(dict.fromkeys(_place(p) for p in page.record.places)),
        "Series": _join_inline([escape(page.record.series), escape(page.record.series_number)]),
        "Language": content_language(page),
        "Publisher": agents(Role.PUBLISHER)(page),
        "Date as stated": ", ".join(escape(words) for words in stated_dates(page.record.dates)),
        "Credit line": escape(page.record.credit_line),
    }
    rows = [template("Information field", {"name": name, "value": value}) for name, value in shown.items() if value]
    return "\n".join(rows)


def _join(parts: Iterable[str]) -> str:
    return _LINE.join(part for part in parts if part)


def _join_inline(parts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(part for part in parts if part))


FIELDS: dict[str, Callable[[PageContext], str]] = {
    "title": title,
    "description": description,
    "description_and_title": description_and_title,
    "date": date,
    "notes": notes,
    "creators": creators_field,
    "authors": agents(Role.CREATOR, Role.AUTHOR, Role.PHOTOGRAPHER, Role.CARTOGRAPHER, Role.COMPOSER, Role.LYRICIST),
    "translators": agents(Role.TRANSLATOR),
    "editors": agents(Role.EDITOR),
    "illustrators": agents(Role.ILLUSTRATOR, Role.ENGRAVER, Role.PRINTMAKER),
    "publishers": agents(Role.PUBLISHER),
    "printers": agents(Role.PRINTER),
    "depicted_people": agents(Role.DEPICTED),
    "source": source,
    "medium": medium,
    "object_type": object_type,
    "dimensions": dimensions,
    "institution": institution,
    "department": lambda page: escape(page.record.department or page.record.collection),
    "accession_number": accession_number,
    "credit_line": lambda page: escape(page.record.credit_line),
    "inscriptions": lambda page: texts(page.record.inscriptions),
    "place_made": places(PlaceKind.MADE),
    "place_found": places(PlaceKind.FOUND),
    "place_published": places(PlaceKind.PUBLISHED),
    "depicted_place": places(PlaceKind.DEPICTED),
    "provenance": provenance,
    "series": lambda page: escape(page.record.series),
    "series_number": lambda page: escape(page.record.series_number),
    "content_language": content_language,
    "scale": lambda page: _join(_dimension(d) for d in page.record.dimensions if d.kind == "scale"),
    "item": lambda page: page.item,
    "object_licence": lambda page: page.decision.object_template or page.decision.template,
    "photo_licence": lambda page: page.decision.photo_template,
    "photo_description": lambda page: texts(page.medium.labels),
    "photographer": lambda page: escape(page.medium.photographer or page.rights.attribution),
    "other_versions": other_versions,
    "other_fields": other_fields,
}
"""Every value that a page may show, by the name that `data/templates.json` uses."""
