"""Simple Dublin Core (oai_dc) of a work: what every OAI repository must offer, with all its vagueness.

Media addresses stand in `dc:identifier` beside the inventory number and the record's page; `dc:rights` mixes text and URI.
"""

from __future__ import annotations

from glamflow.sandbox.collection.facts import Work
from glamflow.sandbox.payloads.xml import Element, Names

DC = Names({"oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/", "dc": "http://purl.org/dc/elements/1.1/"})
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


def render_dublin_core(work: Work, *, media_base: str, record_page: str) -> Element:
    """The `oai_dc:dc` element of a work."""
    root = DC.root("oai_dc:dc", SCHEMA)
    texts = [
        *(("title", text, language) for language, text in work.titles.items()),
        *(("creator", maker.name, "") for maker in work.makers),
        *(("subject", word, language) for language, words in work.subjects.items() for word in words),
        *(("description", text, language) for language, text in work.descriptions.items()),
        *([("publisher", work.published, "")] if work.published else []),
        *([("date", work.date.text, "")] if work.date else []),
        *(("type", text, language) for language, text in work.type.items()),
        *(("format", medium.mime, "") for medium in work.media[:1]),
        *([("identifier", work.number, "")] if work.number else []),
        ("identifier", record_page.format(id=work.id), ""),
        *(("identifier", f"{media_base}/{medium.file}", "") for medium in work.media),
        *([("language", work.language, "")] if work.language else []),
        *([("coverage", work.place.name, "")] if work.place else []),
        *(("rights", value, "") for value in dict.fromkeys(v for m in work.media for v in m.rights)),
    ]
    for name, text, language in texts:
        DC.child(root, f"dc:{name}", text, lang=language)
    return root
