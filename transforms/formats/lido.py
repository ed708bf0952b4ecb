"""LIDO 1.0 and 1.1 → draft (http://www.lido-schema.org).

Rules
- Media stand in `resourceSet`: the largest representation that is no thumbnail; `rightsResource` speaks of the medium,
  `rightsWorkWrap` of the object, `recordRights` of the metadata only.
- Notes that are typed as provenance go to `provenance`; notes typed as internal, condition, location or valuation stay inside.
- Untyped `workID` of the current repository is the inventory number; other types by their word (`fields/identifiers.py`).
- Several `descriptiveMetadata` (one per language) make one record; equal values are merged at the end.
Events are read in `lido_events.py`, resources in `lido_resources.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from glamflow.transforms.fields.dimensions import measure
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.lido_events import read_event
from glamflow.transforms.formats.lido_resources import read_resource, read_rights
from glamflow.transforms.formats.lido_words import is_word
from glamflow.transforms.record import DateKind, IdentifierKind, PlaceKind, RightsLevel, Role, Term

NAMES = frozenset({"lido"})
NAMESPACES = frozenset({"http://www.lido-schema.org"})


_RECORD = xml.steps("lidoRecID", "objectPublishedID", "descriptiveMetadata", "administrativeMetadata")
_TERM = xml.steps("term", "conceptID", "Concept", "Concept/prefLabel")
_DESCRIPTION = xml.steps(
    "objectClassificationWrap/objectWorkTypeWrap/objectWorkType",
    "objectClassificationWrap/classificationWrap/classification",
    "objectIdentificationWrap/titleWrap/titleSet",
    "objectIdentificationWrap/repositoryWrap/repositorySet",
    "objectIdentificationWrap/objectDescriptionWrap/objectDescriptionSet",
    "objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet",
    "objectIdentificationWrap/inscriptionsWrap/inscriptions",
    "eventWrap/eventSet",
    "objectRelationWrap/subjectWrap/subjectSet",
    "objectRelationWrap/relatedWorksWrap/relatedWorkSet",
)
_REPOSITORY = xml.steps("repositoryName/legalBodyName/appellationValue", "workID")
_MEASURES = xml.steps("objectMeasurements/measurementsSet", "displayObjectMeasurements")
_MEASURE = xml.steps("measurementType", "measurementValue", "measurementUnit")
_INSCRIPTION = xml.steps("inscriptionTranscription", "inscriptionDescription/descriptiveNoteValue")
_SUBJECT = xml.steps(
    "subjectConcept",
    "subjectActor/actor/nameActorSet/appellationValue",
    "subjectActor/displayActor",
    "subjectPlace",
    "subjectEvent/event/eventName/appellationValue",
    "subjectObject/displayObject",
    "subjectDate/displayDate",
)
_ADMINISTRATION = xml.steps("rightsWorkWrap/rightsWorkSet", "recordWrap", "resourceWrap/resourceSet")
_RECORD_WRAP = xml.steps(
    "recordRights", "recordInfoSet/recordInfoLink", "recordID", "recordSource/legalBodyName/appellationValue"
)


def read_lido(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from a `lido:lido` element."""
    parts = xml.gather(root, _RECORD)
    for name, default in (("lidoRecID", IdentifierKind.RECORD), ("objectPublishedID", IdentifierKind.URI)):
        for element in parts.get(name, ()):
            draft.identifier(xml.text_of(element), default=default)
    for description in parts.get("descriptiveMetadata", ()):
        _read_description(description, draft, xml.language_of(description))
    for administration in parts.get("administrativeMetadata", ()):
        _read_administration(administration, draft, xml.language_of(administration))


def _read_description(parent: xml.Element, draft: Draft, language: str) -> None:
    parts = xml.gather(parent, _DESCRIPTION)
    for kind in ("objectWorkTypeWrap/objectWorkType", "classificationWrap/classification"):
        for element in parts.get(f"objectClassificationWrap/{kind}", ()):
            if "europeana" not in xml.attribute(element, "type").lower():
                read_term(element, draft.object_types, draft, language)
    _read_titles(parts.get("objectIdentificationWrap/titleWrap/titleSet", ()), draft, language)
    for repository in parts.get("objectIdentificationWrap/repositoryWrap/repositorySet", ()):
        _read_repository(repository, draft)
    for note in parts.get("objectIdentificationWrap/objectDescriptionWrap/objectDescriptionSet", ()):
        _read_note(note, draft, language)
    for group in parts.get("objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet", ()):
        _read_measures(group, draft)
    for element in parts.get("objectIdentificationWrap/inscriptionsWrap/inscriptions", ()):
        _read_inscription(element, draft, language)
    for event in parts.get("eventWrap/eventSet", ()):
        read_event(event, draft, language)
    for subject_set in parts.get("objectRelationWrap/subjectWrap/subjectSet", ()):
        _read_subjects(subject_set, draft, language)
    for related in parts.get("objectRelationWrap/relatedWorksWrap/relatedWorkSet", ()):
        words = xml.texts(related, "relatedWorkRelType/term")
        if any(is_word("collection_relations", word) for word in words):
            draft.put("collection", xml.first_text(related, "relatedWork/displayObject"))


def read_term(element: xml.Element, target: list[Term], draft: Draft, language: str) -> None:
    """A concept: its first term per language (those marked `addedSearchTerm` are broader words) and its URI."""
    parts = xml.gather(element, _TERM)
    labels = [
        (text, xml.language_of(term) or language)
        for term in parts.get("term", ())
        if xml.attribute(term, "addedSearchTerm") != "yes" and (text := xml.text_of(term))
    ]
    labels += [(xml.text_of(label), xml.language_of(label) or language) for label in parts.get("Concept/prefLabel", ())]
    draft.term(target, labels, _concept_uri(parts))


def _concept_uri(parts: xml.Found) -> str:
    """The web address among the concept ids, or that of the SKOS concept that LIDO 1.1 puts in their place."""
    stated = (*xml.texts_of(parts.get("conceptID", ())), *(xml.attribute(c, "about") for c in parts.get("Concept", ())))
    return next((t for t in stated if t.startswith(("http://", "https://"))), "")


def _read_titles(title_sets: Iterable[xml.Element], draft: Draft, language: str) -> None:
    preferred: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for title_set in title_sets:
        for value in xml.children(title_set, "appellationValue"):
            stated = xml.language_of(value) or xml.language_of(title_set) or language
            alternate = "altern" in xml.attribute(value, "pref") + xml.attribute(title_set, "pref")
            (others if alternate else preferred).append((xml.text_of(value), stated))
    for text, stated in (*preferred, *others):
        draft.text(draft.titles, text, stated)


def _read_repository(repository: xml.Element, draft: Draft) -> None:
    parts = xml.gather(repository, _REPOSITORY)
    name = xml.first_of(parts.get("repositoryName/legalBodyName/appellationValue", ()))
    if xml.attribute(repository, "type").lower() in ("former", "tidigare", "ehemalig", "ancien", "anterior"):
        draft.text(draft.provenance, name)
        return
    draft.put("institution", name)
    for number in parts.get("workID", ()):
        types = [t for t in (xml.attribute(number, "type"), xml.attribute(number, "label")) if t]
        default = IdentifierKind.OTHER if types else IdentifierKind.INVENTORY
        draft.identifier(xml.text_of(number), *types, default=default)


def _read_note(note: xml.Element, draft: Draft, language: str) -> None:
    kind = xml.attribute(note, "type") or xml.attribute(note, "label")
    for value in xml.children(note, "descriptiveNoteValue"):
        text, stated = xml.block_of(value), xml.language_of(value) or language
        if is_word("internal_notes", kind) or is_word("internal_notes", xml.attribute(value, "label")):
            draft.keep(f"lido.note.{kind or 'internal'}", text, internal=True)
        elif is_word("provenance_notes", kind) or is_word("provenance_notes", xml.attribute(value, "label")):
            draft.text(draft.provenance, text, stated)
        else:
            draft.text(draft.descriptions, text, stated)


def _read_measures(group: xml.Element, draft: Draft) -> None:
    parts = xml.gather(group, _MEASURES)
    found = []
    for item in parts.get("objectMeasurements/measurementsSet", ()):
        said = xml.gather(item, _MEASURE)
        found.append(measure(*(xml.first_of(said.get(name, ())) for name in _MEASURE)))
    draft.dimensions.extend(d for d in found if d.as_stated)
    if not found:
        for text in xml.texts_of(parts.get("displayObjectMeasurements", ())):
            draft.measures(text)


def _read_inscription(element: xml.Element, draft: Draft, language: str) -> None:
    parts = xml.gather(element, _INSCRIPTION)
    for name in ("inscriptionTranscription", "inscriptionDescription/descriptiveNoteValue"):
        for value in parts.get(name, ()):
            draft.text(draft.inscriptions, xml.block_of(value), xml.language_of(value) or language)


def _read_subjects(subject_set: xml.Element, draft: Draft, language: str) -> None:
    before = len(draft.subjects) + len(draft.places)
    for subject in xml.children(subject_set, "subject"):
        _read_subject(subject, draft, language)
    if len(draft.subjects) + len(draft.places) == before:
        for display in xml.children(subject_set, "displaySubject"):
            draft.term(draft.subjects, [(xml.text_of(display), xml.language_of(display) or language)])


def _read_subject(subject: xml.Element, draft: Draft, language: str) -> None:
    parts = xml.gather(subject, _SUBJECT)
    for concept in parts.get("subjectConcept", ()):
        read_term(concept, draft.subjects, draft, language)
    for name in ("subjectActor/actor/nameActorSet/appellationValue", "subjectActor/displayActor"):
        value = xml.first_of(parts.get(name, ()))
        if value:
            draft.agent(value, role=Role.DEPICTED, language=language)
            break
    for place in parts.get("subjectPlace", ()):
        names = [(t, language) for t in xml.texts(place, "place/namePlaceSet/appellationValue")]
        draft.place(names or [(t, language) for t in xml.texts(place, "displayPlace")], kind=PlaceKind.DEPICTED)
    for name in ("subjectEvent/event/eventName/appellationValue", "subjectObject/displayObject"):
        for element in parts.get(name, ()):
            draft.term(draft.subjects, [(xml.text_of(element), xml.language_of(element) or language)])
    for date in parts.get("subjectDate/displayDate", ()):
        draft.keep(f"lido.subject_date.{DateKind.OTHER}", xml.text_of(date))


def _read_administration(parent: xml.Element, draft: Draft, language: str) -> None:
    parts = xml.gather(parent, _ADMINISTRATION)
    for work_set in parts.get("rightsWorkWrap/rightsWorkSet", ()):
        for statement in read_rights(work_set, RightsLevel.OBJECT, draft, language):
            draft.rights.append(statement)
        draft.put("credit_line", xml.first_text(work_set, "creditLine"))
    for record in parts.get("recordWrap", ()):
        _read_record_wrap(record, draft, language)
    for resource in parts.get("resourceWrap/resourceSet", ()):
        read_resource(resource, draft, language)


def _read_record_wrap(record: xml.Element, draft: Draft, language: str) -> None:
    parts = xml.gather(record, _RECORD_WRAP)
    for rights in parts.get("recordRights", ()):
        draft.rights.extend(read_rights(rights, RightsLevel.METADATA, draft, language))
    links = [link for link in parts.get("recordInfoSet/recordInfoLink", ()) if xml.text_of(link)]
    links.sort(key=lambda link: "html" not in xml.attribute(link, "formatResource").lower())
    for link in links[:1]:
        draft.put("source_url", xml.text_of(link))
    for number in parts.get("recordID", ()):
        draft.identifier(xml.text_of(number), default=IdentifierKind.RECORD)
    draft.put("institution", xml.first_of(parts.get("recordSource/legalBodyName/appellationValue", ())))
