"""LIDO 1.0 of a work, as a museum's collection system exports it (http://www.lido-schema.org).

- Rights of a picture stand in its own `rightsResource`; `recordRights` (CC0) speaks of the record only.
- Each resource has a master and a thumbnail; the thumbnail is no medium.
- Provenance, internal notes and acquisition credit have places of their own.
"""

from __future__ import annotations

from glamflow.sandbox.collection.facts import Maker, Medium, Spot, Work
from glamflow.sandbox.payloads.xml import Element, Names

LIDO = Names({"lido": "http://www.lido-schema.org"}, attributes="lido")
SCHEMA = "http://www.lido-schema.org http://www.lido-schema.org/schema/v1.0/lido-v1.0.xsd"
AAT = "http://vocab.getty.edu/aat/"
MUSEUM = "Lumen Museum"

PERSPECTIVES = {
    "front": ("framsida", "front view"), "back": ("baksida", "back view"), "detail": ("detalj", "detail"),
    "target": ("färgkarta", "colour target"), "view": ("sidovy", "side view"), "frame": ("med ram", "frame visible"),
}  # fmt: skip
_child, _path = LIDO.child, LIDO.path


def render_lido(work: Work, *, media_base: str, record_page: str) -> Element:
    """The `lido:lido` element of a work; media addresses start with `media_base`."""
    root = LIDO.root("lido:lido", SCHEMA)
    _child(root, "lido:lidoRecID", work.id, type="local", source=MUSEUM)
    category = _child(root, "lido:category")
    _child(category, "lido:conceptID", "http://www.cidoc-crm.org/crm-concepts/E22", type="URI")
    _child(category, "lido:term", "Man-Made Object", lang="en")
    descriptive = _child(root, "lido:descriptiveMetadata", lang="sv")
    _classification(descriptive, work)
    _identification(descriptive, work)
    _events(descriptive, work)
    _subjects(descriptive, work)
    administrative = _child(root, "lido:administrativeMetadata", lang="sv")
    if work.credit:
        _path(administrative, "lido:rightsWorkWrap/lido:rightsWorkSet/lido:creditLine", work.credit, lang="sv")
    _record(administrative, work, record_page)
    _resources(administrative, work, media_base)
    return root


def _classification(parent: Element, work: Work) -> None:
    kind = _path(parent, "lido:objectClassificationWrap/lido:objectWorkTypeWrap/lido:objectWorkType")
    if work.aat:
        _child(kind, "lido:conceptID", AAT + work.aat, type="URI", source="AAT")
    for language, word in work.type.items():
        _child(kind, "lido:term", word, lang=language)


def _identification(parent: Element, work: Work) -> None:
    wrap = _child(parent, "lido:objectIdentificationWrap")
    titles = _child(wrap, "lido:titleWrap")
    for position, (language, title) in enumerate(work.titles.items()):
        title_set = _child(titles, "lido:titleSet")
        _child(title_set, "lido:appellationValue", title, lang=language, pref="alternate" if position else "preferred")
    if work.inscription:
        _path(wrap, "lido:inscriptionsWrap/lido:inscriptions/lido:inscriptionTranscription", work.inscription)
    repository = _path(wrap, "lido:repositoryWrap/lido:repositorySet", type="current")
    _path(repository, "lido:repositoryName/lido:legalBodyName/lido:appellationValue", MUSEUM)
    if work.number:
        _child(repository, "lido:workID", work.number, type="inventory number")
    notes = [("description", text, language) for language, text in work.descriptions.items()]
    notes += [("provenance", work.provenance, "sv")] if work.provenance else []
    notes += [("internal note", work.internal, "sv")] if work.internal else []
    if notes:
        descriptions = _child(wrap, "lido:objectDescriptionWrap")
        for kind, text, language in notes:
            _path(
                _child(descriptions, "lido:objectDescriptionSet", type=kind),
                "lido:descriptiveNoteValue",
                text,
                lang=language,
            )
    _measurements(wrap, work)


def _measurements(parent: Element, work: Work) -> None:
    if not work.size:
        return
    sets = _path(parent, "lido:objectMeasurementsWrap/lido:objectMeasurementsSet")
    shown = " × ".join(f"{value:g}" for value in work.size.values())
    _child(sets, "lido:displayObjectMeasurements", f"{shown} cm", lang="sv")
    measurements = _child(sets, "lido:objectMeasurements")
    for kind, value in work.size.items():
        one = _child(measurements, "lido:measurementsSet")
        _child(one, "lido:measurementType", kind, lang="en")
        _child(one, "lido:measurementUnit", "cm")
        _child(one, "lido:measurementValue", f"{value:g}")


def _events(parent: Element, work: Work) -> None:
    wrap = _child(parent, "lido:eventWrap")
    event = _path(wrap, "lido:eventSet/lido:event")
    _event_type(event, "http://terminology.lido-schema.org/lido00007", "Production", "tillverkning")
    for maker in work.makers:
        _actor(event, maker)
    if work.culture:
        _path(event, "lido:culture/lido:term", work.culture, lang="sv")
    if work.date:
        _date(event, work)
    if work.place:
        _place(event, work.place)
    if work.materials:
        materials = _child(event, "lido:eventMaterialsTech")
        for language, text in work.materials.items():
            _child(materials, "lido:displayMaterialsTech", text, lang=language)
    if work.published:
        publication = _path(wrap, "lido:eventSet/lido:event")
        _event_type(publication, "http://terminology.lido-schema.org/lido00228", "Publication", "publicering")
        _actor(publication, Maker(name=work.published, role="utgivare", role_en="publisher", kind="corporate"))
        if work.date:
            _date(publication, work)
    if work.found:
        find = _path(wrap, "lido:eventSet/lido:event")
        _event_type(find, "http://terminology.lido-schema.org/lido00002", "Finding", "fynd")
        _place(find, work.found)


def _event_type(event: Element, uri: str, english: str, swedish: str) -> None:
    kind = _child(event, "lido:eventType")
    _child(kind, "lido:conceptID", uri, type="URI")
    _child(kind, "lido:term", english, lang="en")
    _child(kind, "lido:term", swedish, lang="sv")


def _actor(event: Element, maker: Maker) -> None:
    outer = _child(event, "lido:eventActor")
    lifetime = f" ({maker.birth or ''}–{maker.death or ''})" if maker.birth or maker.death else ""
    _child(outer, "lido:displayActorInRole", f"{maker.name}{lifetime}")
    role = _child(outer, "lido:actorInRole")
    actor = _child(role, "lido:actor", type="corporation" if maker.kind == "corporate" else "person")
    _path(actor, "lido:nameActorSet/lido:appellationValue", maker.name, pref="preferred")
    if maker.birth or maker.death:
        vital = _child(actor, "lido:vitalDatesActor")
        if maker.birth:
            _child(vital, "lido:earliestDate", maker.birth, type="birthDate")
        if maker.death:
            _child(vital, "lido:latestDate", maker.death, type="deathDate")
    words = _child(role, "lido:roleActor")
    _child(words, "lido:term", maker.role or "konstnär", lang="sv")
    _child(words, "lido:term", maker.role_en or "artist", lang="en")
    if maker.how:
        _child(role, "lido:attributionQualifierActor", maker.how, lang="en")


def _date(event: Element, work: Work) -> None:
    assert work.date is not None
    outer = _child(event, "lido:eventDate")
    _child(outer, "lido:displayDate", work.date.text, lang="sv")
    if work.date.start is not None or work.date.end is not None:
        span = _child(outer, "lido:date")
        _child(span, "lido:earliestDate", _year(work.date.start if work.date.start is not None else work.date.end))
        _child(span, "lido:latestDate", _year(work.date.end if work.date.end is not None else work.date.start))


def _year(year: int | None) -> str:
    return "" if year is None else f"-{-year:04d}" if year < 0 else f"{year:04d}"


def _place(event: Element, spot: Spot) -> None:
    outer = _child(event, "lido:eventPlace")
    shown = f"{spot.name}, {spot.country}" if spot.country and spot.country != spot.name else spot.name
    _child(outer, "lido:displayPlace", shown, lang="sv")
    place = _child(outer, "lido:place")
    _path(place, "lido:namePlaceSet/lido:appellationValue", spot.name)
    if spot.country:
        country = _child(place, "lido:partOfPlace", politicalEntity="country")
        if spot.code:
            _child(country, "lido:placeID", spot.code, type="local", source="ISO 3166-1")
        _path(country, "lido:namePlaceSet/lido:appellationValue", spot.country, lang="sv")


def _subjects(parent: Element, work: Work) -> None:
    if not work.subjects:
        return
    subjects = _path(parent, "lido:objectRelationWrap/lido:subjectWrap/lido:subjectSet")
    for language, words in work.subjects.items():
        for word in words:
            _path(_child(subjects, "lido:subject"), "lido:subjectConcept/lido:term", word, lang=language)


def _record(parent: Element, work: Work, record_page: str) -> None:
    wrap = _child(parent, "lido:recordWrap")
    _child(wrap, "lido:recordID", work.id, type="local")
    _path(wrap, "lido:recordType/lido:term", "item", lang="en")
    _path(wrap, "lido:recordSource/lido:legalBodyName/lido:appellationValue", MUSEUM)
    rights = _path(wrap, "lido:recordRights/lido:rightsType")
    _child(rights, "lido:conceptID", "http://creativecommons.org/publicdomain/zero/1.0/", type="URI")
    _child(rights, "lido:term", "CC0", lang="en")
    info = _child(wrap, "lido:recordInfoSet")
    _child(info, "lido:recordInfoLink", record_page.format(id=work.id))


def _resources(parent: Element, work: Work, media_base: str) -> None:
    if not work.media:
        return
    wrap = _child(parent, "lido:resourceWrap")
    for position, medium in enumerate(work.media, 1):
        one = _child(wrap, "lido:resourceSet", sortorder=str(position))
        _child(one, "lido:resourceID", medium.id, type="local")
        for kind, suffix in (("image_master", ""), ("image_thumb", "?size=thumb")):
            shown = _child(one, "lido:resourceRepresentation", type=kind)
            _child(shown, "lido:linkResource", f"{media_base}/{medium.file}{suffix}", formatResource=medium.mime)
        kind_of = _child(one, "lido:resourceType")
        _child(kind_of, "lido:term", "digital bild", lang="sv")
        perspective = PERSPECTIVES.get(medium.role)
        if perspective:
            seen = _child(one, "lido:resourcePerspective")
            _child(seen, "lido:term", perspective[0], lang="sv")
            _child(seen, "lido:term", perspective[1], lang="en")
        _path(one, "lido:resourceSource/lido:legalBodyName/lido:appellationValue", MUSEUM)
        _resource_rights(one, medium)


def _resource_rights(parent: Element, medium: Medium) -> None:
    for value in medium.rights:
        rights = _child(parent, "lido:rightsResource")
        kind = _child(rights, "lido:rightsType")
        if value.startswith("http"):
            _child(kind, "lido:conceptID", value, type="URI")
        else:
            _child(kind, "lido:term", value)
        if medium.holder:
            _path(rights, "lido:rightsHolder/lido:legalBodyName/lido:appellationValue", MUSEUM)
        if medium.photographer:
            _child(rights, "lido:creditLine", f"Foto: {medium.photographer}, {MUSEUM}", lang="sv")
