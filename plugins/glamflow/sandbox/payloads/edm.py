"""Europeana Data Model (EDM) of a work, as a city archive publishes it.

- The object is `edm:ProvidedCHO`; its makers are `edm:Agent`s with the dates of their lives, its type a `skos:Concept`.
- `edm:rights` of the aggregation speaks of the object's media; a `WebResource` may say otherwise for itself.
- `edm:isShownBy` is the first medium, `edm:hasView` the others in order (`edm:isNextInSequence`), `edm:object` a thumbnail.
- `dcterms:available` names the day from which an item may be shown.
"""

from __future__ import annotations

from glamflow.sandbox.collection.facts import Maker, Medium, Work
from glamflow.sandbox.payloads.xml import Element, Names

EDM = Names(
    {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "edm": "http://www.europeana.eu/schemas/edm/",
        "ore": "http://www.openarchives.org/ore/terms/", "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#",
        "rdaGr2": "http://rdvocab.info/ElementsGr2/",
    }
)  # fmt: skip
ARCHIVE = "Havn byarkiv"
_child = EDM.child


def render_edm(work: Work, *, media_base: str, record_page: str) -> Element:
    """The `rdf:RDF` element of a work."""
    root = EDM.root("rdf:RDF")
    page = record_page.format(id=work.id)
    object_uri = f"{page}#object"
    _object(root, work, object_uri)
    for number, medium in enumerate(work.media):
        _web_resource(root, work, medium, media_base, previous=work.media[number - 1] if number else None)
    for number, maker in enumerate(work.makers, 1):
        if maker.kind == "person":
            _agent(root, maker, f"{page}#agent-{number}")
    if work.aat:
        concept = _child(root, "skos:Concept", rdf__about=f"http://vocab.getty.edu/aat/{work.aat}")
        for language, word in work.type.items():
            _child(concept, "skos:prefLabel", word, lang=language)
    _aggregation(root, work, page, object_uri, media_base)
    return root


def _object(root: Element, work: Work, uri: str) -> None:
    thing = _child(root, "edm:ProvidedCHO", rdf__about=uri)
    for number, maker in enumerate(work.makers, 1):
        name = f"dc:{maker.role_en or 'creator'}"
        if maker.kind == "person":
            _child(thing, name, rdf__resource=f"{uri.removesuffix('#object')}#agent-{number}")
        else:
            _child(thing, name, maker.name, lang="no")
    for language, text in work.descriptions.items():
        _child(thing, "dc:description", text, lang=language)
    if work.number:
        _child(thing, "dc:identifier", work.number)
    if work.language:
        _child(thing, "dc:language", work.language)
    if work.published:
        _child(thing, "dc:publisher", work.published)
    for language, words in work.subjects.items():
        for word in words:
            _child(thing, "dc:subject", word, lang=language)
    for position, (language, title) in enumerate(work.titles.items()):
        _child(thing, "dcterms:alternative" if position else "dc:title", title, lang=language)
    if work.aat:
        _child(thing, "dc:type", rdf__resource=f"http://vocab.getty.edu/aat/{work.aat}")
    else:
        for language, word in work.type.items():
            _child(thing, "dc:type", word, lang=language)
    if work.available:
        _child(thing, "dcterms:available", work.available)
    if work.date:
        _child(thing, "dcterms:created", work.date.text)
    if work.size:
        _child(thing, "dcterms:extent", " × ".join(f"{value:g}" for value in work.size.values()) + " cm")
    for language, text in work.materials.items():
        _child(thing, "dcterms:medium", text, lang=language)
    if work.provenance:
        _child(thing, "dcterms:provenance", work.provenance, lang="no")
    if work.place:
        shown = f"{work.place.name}, {work.place.country}" if work.place.country else work.place.name
        _child(thing, "dcterms:spatial", shown, lang="no")
    _child(thing, "edm:type", "TEXT" if work.set in ("letters", "minutes") else "IMAGE")


def _web_resource(root: Element, work: Work, medium: Medium, media_base: str, *, previous: Medium | None) -> None:
    resource = _child(root, "edm:WebResource", rdf__about=f"{media_base}/{medium.file}")
    _child(resource, "dc:format", medium.mime)
    if medium.photographer:
        _child(resource, "dc:creator", medium.photographer)
    if medium.role == "page":
        _child(resource, "dc:description", f"Side {work.media.index(medium) + 1}", lang="no")
    if previous is not None:
        _child(resource, "edm:isNextInSequence", rdf__resource=f"{media_base}/{previous.file}")
    if medium.rights and medium.rights != work.rights:
        _child(resource, "edm:rights", rdf__resource=medium.rights[0])


def _agent(root: Element, maker: Maker, uri: str) -> None:
    agent = _child(root, "edm:Agent", rdf__about=uri)
    _child(agent, "skos:prefLabel", maker.name, lang="no")
    if maker.birth:
        _child(agent, "rdaGr2:dateOfBirth", maker.birth)
    if maker.death:
        _child(agent, "rdaGr2:dateOfDeath", maker.death)


def _aggregation(root: Element, work: Work, page: str, object_uri: str, media_base: str) -> None:
    aggregation = _child(root, "ore:Aggregation", rdf__about=f"{page}#aggregation")
    _child(aggregation, "edm:aggregatedCHO", rdf__resource=object_uri)
    _child(aggregation, "edm:dataProvider", ARCHIVE, lang="no")
    for medium in work.media[1:]:
        _child(aggregation, "edm:hasView", rdf__resource=f"{media_base}/{medium.file}")
    _child(aggregation, "edm:isShownAt", rdf__resource=page)
    for medium in work.media[:1]:
        _child(aggregation, "edm:isShownBy", rdf__resource=f"{media_base}/{medium.file}")
        _child(aggregation, "edm:object", rdf__resource=f"{media_base}/{medium.file}?size=thumb")
    _child(aggregation, "edm:provider", ARCHIVE, lang="no")
    for value in work.rights:
        if value.startswith("http"):
            _child(aggregation, "edm:rights", rdf__resource=value)
        else:
            _child(aggregation, "dc:rights", value, lang="no")
