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

from glamflow.transforms.fields.dimensions import measure
from glamflow.transforms.formats import xml
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.lido_events import read_event
from glamflow.transforms.formats.lido_resources import read_resource, read_rights
from glamflow.transforms.formats.lido_words import is_word
from glamflow.transforms.record import DateKind, IdentifierKind, PlaceKind, RightsLevel, Role, Term

NAMES = frozenset({"lido"})
NAMESPACES = frozenset({"http://www.lido-schema.org"})


def read_lido(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from a `lido:lido` element."""
    for name, default in (("lidoRecID", IdentifierKind.RECORD), ("objectPublishedID", IdentifierKind.URI)):
        for element in xml.children(root, name):
            draft.identifier(xml.text_of(element), default=default)
    for description in xml.children(root, "descriptiveMetadata"):
        _read_description(description, draft, xml.language_of(description))
    for administration in xml.children(root, "administrativeMetadata"):
        _read_administration(administration, draft, xml.language_of(administration))


def _read_description(parent: xml.Element, draft: Draft, language: str) -> None:
    for wrap in xml.children(parent, "objectClassificationWrap"):
        for kind in ("objectWorkTypeWrap/objectWorkType", "classificationWrap/classification"):
            for element in xml.walk(wrap, kind):
                if "europeana" not in xml.attribute(element, "type").lower():
                    read_term(element, draft.object_types, draft, language)
    for wrap in xml.children(parent, "objectIdentificationWrap"):
        _read_titles(wrap, draft, language)
        _read_repositories(wrap, draft)
        _read_notes(wrap, draft, language)
        _read_measures(wrap, draft)
        for element in xml.walk(wrap, "inscriptionsWrap/inscriptions"):
            _read_inscription(element, draft, language)
    for event in xml.walk(parent, "eventWrap/eventSet"):
        read_event(event, draft, language)
    for wrap in xml.children(parent, "objectRelationWrap"):
        _read_relations(wrap, draft, language)


def read_term(element: xml.Element, target: list[Term], draft: Draft, language: str) -> None:
    """A concept: its first term per language (those marked `addedSearchTerm` are broader words) and its URI."""
    labels = [
        (text, xml.language_of(term) or language)
        for term in xml.children(element, "term")
        if xml.attribute(term, "addedSearchTerm") != "yes" and (text := xml.text_of(term))
    ]
    labels += [(xml.text_of(label), xml.language_of(label) or language) for label in xml.walk(element, "Concept/prefLabel")]
    draft.term(target, labels, concept_uri(element))


def concept_uri(element: xml.Element) -> str:
    """The web address among the concept ids, or that of the SKOS concept that LIDO 1.1 puts in their place."""
    stated = (*xml.texts(element, "conceptID"), *(xml.attribute(c, "about") for c in xml.children(element, "Concept")))
    return next((t for t in stated if t.startswith(("http://", "https://"))), "")


def _read_titles(wrap: xml.Element, draft: Draft, language: str) -> None:
    preferred: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for title_set in xml.walk(wrap, "titleWrap/titleSet"):
        for value in xml.children(title_set, "appellationValue"):
            stated = xml.language_of(value) or xml.language_of(title_set) or language
            alternate = "altern" in xml.attribute(value, "pref") + xml.attribute(title_set, "pref")
            (others if alternate else preferred).append((xml.text_of(value), stated))
    for text, stated in (*preferred, *others):
        draft.text(draft.titles, text, stated)


def _read_repositories(wrap: xml.Element, draft: Draft) -> None:
    for repository in xml.walk(wrap, "repositoryWrap/repositorySet"):
        name = xml.first_text(repository, "repositoryName/legalBodyName/appellationValue")
        if xml.attribute(repository, "type").lower() in ("former", "tidigare", "ehemalig", "ancien", "anterior"):
            draft.text(draft.provenance, name)
            continue
        draft.put("institution", name)
        for number in xml.children(repository, "workID"):
            types = [t for t in (xml.attribute(number, "type"), xml.attribute(number, "label")) if t]
            default = IdentifierKind.OTHER if types else IdentifierKind.INVENTORY
            draft.identifier(xml.text_of(number), *types, default=default)


def _read_notes(wrap: xml.Element, draft: Draft, language: str) -> None:
    for note in xml.walk(wrap, "objectDescriptionWrap/objectDescriptionSet"):
        kind = xml.attribute(note, "type") or xml.attribute(note, "label")
        for value in xml.children(note, "descriptiveNoteValue"):
            text, stated = xml.block_of(value), xml.language_of(value) or language
            if is_word("internal_notes", kind) or is_word("internal_notes", xml.attribute(value, "label")):
                draft.keep(f"lido.note.{kind or 'internal'}", text, internal=True)
            elif is_word("provenance_notes", kind) or is_word("provenance_notes", xml.attribute(value, "label")):
                draft.text(draft.provenance, text, stated)
            else:
                draft.text(draft.descriptions, text, stated)


def _read_measures(wrap: xml.Element, draft: Draft) -> None:
    for group in xml.walk(wrap, "objectMeasurementsWrap/objectMeasurementsSet"):
        found = [
            measure(
                xml.first_text(item, "measurementType"),
                xml.first_text(item, "measurementValue"),
                xml.first_text(item, "measurementUnit"),
            )
            for item in xml.walk(group, "objectMeasurements/measurementsSet")
        ]
        draft.dimensions.extend(d for d in found if d.as_stated)
        if not found:
            for text in xml.texts(group, "displayObjectMeasurements"):
                draft.measures(text)


def _read_inscription(element: xml.Element, draft: Draft, language: str) -> None:
    for name in ("inscriptionTranscription", "inscriptionDescription/descriptiveNoteValue"):
        for value in xml.walk(element, name):
            draft.text(draft.inscriptions, xml.block_of(value), xml.language_of(value) or language)


def _read_relations(wrap: xml.Element, draft: Draft, language: str) -> None:
    for subject_set in xml.walk(wrap, "subjectWrap/subjectSet"):
        before = len(draft.subjects) + len(draft.places)
        for subject in xml.children(subject_set, "subject"):
            _read_subject(subject, draft, language)
        if len(draft.subjects) + len(draft.places) == before:
            for display in xml.children(subject_set, "displaySubject"):
                draft.term(draft.subjects, [(xml.text_of(display), xml.language_of(display) or language)])
    for related in xml.walk(wrap, "relatedWorksWrap/relatedWorkSet"):
        words = xml.texts(related, "relatedWorkRelType/term")
        if any(is_word("collection_relations", word) for word in words):
            draft.put("collection", xml.first_text(related, "relatedWork/displayObject"))


def _read_subject(subject: xml.Element, draft: Draft, language: str) -> None:
    for concept in xml.children(subject, "subjectConcept"):
        read_term(concept, draft.subjects, draft, language)
    for name in ("subjectActor/actor/nameActorSet/appellationValue", "subjectActor/displayActor"):
        value = xml.first_text(subject, name)
        if value:
            draft.agent(value, role=Role.DEPICTED, language=language)
            break
    for place in xml.children(subject, "subjectPlace"):
        names = [(t, language) for t in xml.texts(place, "place/namePlaceSet/appellationValue")]
        draft.place(names or [(t, language) for t in xml.texts(place, "displayPlace")], kind=PlaceKind.DEPICTED)
    for event in xml.walk(subject, "subjectEvent/event/eventName/appellationValue"):
        draft.term(draft.subjects, [(xml.text_of(event), xml.language_of(event) or language)])
    for thing in xml.walk(subject, "subjectObject/displayObject"):
        draft.term(draft.subjects, [(xml.text_of(thing), xml.language_of(thing) or language)])
    for date in xml.walk(subject, "subjectDate/displayDate"):
        draft.keep(f"lido.subject_date.{DateKind.OTHER}", xml.text_of(date))


def _read_administration(parent: xml.Element, draft: Draft, language: str) -> None:
    for work_set in xml.walk(parent, "rightsWorkWrap/rightsWorkSet"):
        for statement in read_rights(work_set, RightsLevel.OBJECT, draft, language):
            draft.rights.append(statement)
        draft.put("credit_line", xml.first_text(work_set, "creditLine"))
    for record in xml.children(parent, "recordWrap"):
        _read_record_wrap(record, draft, language)
    for resource in xml.walk(parent, "resourceWrap/resourceSet"):
        read_resource(resource, draft, language)


def _read_record_wrap(record: xml.Element, draft: Draft, language: str) -> None:
    for rights in xml.children(record, "recordRights"):
        draft.rights.extend(read_rights(rights, RightsLevel.METADATA, draft, language))
    links = [link for link in xml.walk(record, "recordInfoSet/recordInfoLink") if xml.text_of(link)]
    links.sort(key=lambda link: "html" not in xml.attribute(link, "formatResource").lower())
    for link in links[:1]:
        draft.put("source_url", xml.text_of(link))
    for number in xml.children(record, "recordID"):
        draft.identifier(xml.text_of(number), default=IdentifierKind.RECORD)
    draft.put("institution", xml.first_text(record, "recordSource/legalBodyName/appellationValue"))
