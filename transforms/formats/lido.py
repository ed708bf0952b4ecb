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
from glamflow.transforms.formats.lido_events import EVENT_SET, read_event
from glamflow.transforms.formats.lido_resources import RESOURCE, RIGHTS, read_resource, read_rights
from glamflow.transforms.formats.lido_words import CONCEPT, LIDO, first_table, is_word, labels_of, shape
from glamflow.transforms.formats.parts import NO_TEXT, Part, first_text, read_parts
from glamflow.transforms.record import DateKind, IdentifierKind, PlaceKind, RightsLevel, Role, Term

NAMES = frozenset({"lido"})
NAMESPACES = frozenset({LIDO})

_REPOSITORY = shape(bare="repositoryName/legalBodyName/appellationValue", lines="workID")
_MEASURES = shape(
    bare="displayObjectMeasurements", parts={"objectMeasurements/measurementsSet": shape(bare="measurementType measurementValue measurementUnit")}
)
_INSCRIPTION = shape(blocks="inscriptionTranscription inscriptionDescription/descriptiveNoteValue")
_SUBJECT = shape(
    parts={
        "subjectConcept": CONCEPT,
        "subjectPlace": shape(bare="place/namePlaceSet/appellationValue displayPlace"),
    },
    bare="subjectActor/actor/nameActorSet/appellationValue subjectActor/displayActor subjectDate/displayDate",
    lines="subjectEvent/event/eventName/appellationValue subjectObject/displayObject",
)
_FORMER = frozenset({"former", "tidigare", "ehemalig", "ancien", "anterior"})
_KINDS = (
    "objectClassificationWrap/objectWorkTypeWrap/objectWorkType",
    "objectClassificationWrap/classificationWrap/classification",
)
_NOTES = ("internal_notes", "provenance_notes")
_DESCRIPTION = shape(
    typed={
        **dict.fromkeys(_KINDS, CONCEPT),
        "objectIdentificationWrap/titleWrap/titleSet": shape(lines="appellationValue"),
        "objectIdentificationWrap/repositoryWrap/repositorySet": _REPOSITORY,
        "objectIdentificationWrap/objectDescriptionWrap/objectDescriptionSet": shape(blocks="descriptiveNoteValue"),
    },
    parts={
        "objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet": _MEASURES,
        "objectIdentificationWrap/inscriptionsWrap/inscriptions": _INSCRIPTION,
        "eventWrap/eventSet": EVENT_SET,
        "objectRelationWrap/subjectWrap/subjectSet": shape(parts={"subject": _SUBJECT}, lines="displaySubject"),
        "objectRelationWrap/relatedWorksWrap/relatedWorkSet": shape(bare="relatedWorkRelType/term relatedWork/displayObject"),
    },
)
_RECORD_WRAP = shape(
    bare="recordID recordSource/legalBodyName/appellationValue",
    lines="recordInfoSet/recordInfoLink",
    parts={"recordRights": RIGHTS},
    passed="recordType",
)
_ADMINISTRATION = shape(
    parts={"rightsWorkWrap/rightsWorkSet": RIGHTS, "recordWrap": _RECORD_WRAP},
    typed={"resourceWrap/resourceSet": RESOURCE},
)
_RECORD = shape(
    bare="lidoRecID objectPublishedID",
    typed={"descriptiveMetadata": _DESCRIPTION, "administrativeMetadata": _ADMINISTRATION},
    passed="category",
)


def read_lido(root: xml.Element, draft: Draft) -> None:
    """Fill the draft from a `lido:lido` element."""
    record = read_parts(root, _RECORD)
    for name, default in (("lidoRecID", IdentifierKind.RECORD), ("objectPublishedID", IdentifierKind.URI)):
        for number in record.bare.get(name, ()):
            draft.identifier(number, default=default)
    for description in record.parts.get("descriptiveMetadata", ()):
        _read_description(description, draft, description.language)
    for administration in record.parts.get("administrativeMetadata", ()):
        _read_administration(administration, draft, administration.language)


def _read_description(description: Part, draft: Draft, language: str) -> None:
    parts = description.parts
    for path in _KINDS:
        for kind in parts.get(path, ()):
            if "europeana" not in kind.attributes.get("type", "").lower():
                read_term(kind, draft.object_types, draft, language)
    _read_titles(parts.get("objectIdentificationWrap/titleWrap/titleSet", ()), draft, language)
    for repository in parts.get("objectIdentificationWrap/repositoryWrap/repositorySet", ()):
        _read_repository(repository, draft)
    for note in parts.get("objectIdentificationWrap/objectDescriptionWrap/objectDescriptionSet", ()):
        _read_note(note, draft, language)
    for group in parts.get("objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet", ()):
        _read_measures(group, draft)
    for inscription in parts.get("objectIdentificationWrap/inscriptionsWrap/inscriptions", ()):
        _read_inscription(inscription, draft, language)
    for event_set in parts.get("eventWrap/eventSet", ()):
        read_event(event_set, draft, language)
    for subject_set in parts.get("objectRelationWrap/subjectWrap/subjectSet", ()):
        _read_subjects(subject_set, draft, language)
    for related in parts.get("objectRelationWrap/relatedWorksWrap/relatedWorkSet", ()):
        words = related.bare.get("relatedWorkRelType/term", ())
        if any(is_word("collection_relations", word) for word in words):
            draft.put("collection", related.first("relatedWork/displayObject"))


def read_term(concept: Part, target: list[Term], draft: Draft, language: str) -> None:
    """A concept: its first term per language and its URI."""
    terms = concept.parts.get("term", ())
    if len(terms) == 1 and not terms[0].attributes and "Concept" not in concept.parts:  # as most are
        draft.word(target, terms[0].text, terms[0].language or language, _concept_uri(concept))
        return
    labels = labels_of(terms, language)
    for skos in concept.parts.get("Concept", ()):
        labels += [(label.text, label.language or language) for label in skos.parts.get("prefLabel", ())]
    draft.term(target, labels, _concept_uri(concept))


def _concept_uri(concept: Part) -> str:
    """The web address among the concept ids, or that of the SKOS concept that LIDO 1.1 puts in their place."""
    for number in concept.bare.get("conceptID", ()):
        if number.startswith(("http://", "https://")):
            return number
    for skos in concept.parts.get("Concept", ()):
        about = skos.attributes.get("about", "")
        if about.startswith(("http://", "https://")):
            return about
    return ""


def _read_titles(title_sets: Iterable[Part], draft: Draft, language: str) -> None:
    others: list[tuple[str, str]] = []  # they come behind all that are preferred
    for title_set in title_sets:
        for value in title_set.parts.get("appellationValue", ()):
            stated = value.language or title_set.language or language
            if "altern" in value.attributes.get("pref", "") + title_set.attributes.get("pref", ""):
                others.append((value.text, stated))
            else:
                draft.text(draft.titles, value.text, stated)
    for text, stated in others:
        draft.text(draft.titles, text, stated)


def _read_repository(repository: Part, draft: Draft) -> None:
    name = repository.bare.get("repositoryName/legalBodyName/appellationValue", NO_TEXT)[0]
    if repository.attributes.get("type", "").lower() in _FORMER:
        draft.text(draft.provenance, name)
        return
    draft.put("institution", name)
    for number in repository.parts.get("workID", ()):
        types = [t for t in (number.attributes.get("type"), number.attributes.get("label")) if t]
        default = IdentifierKind.OTHER if types else IdentifierKind.INVENTORY
        draft.identifier(number.text, *types, default=default)


def _read_note(note: Part, draft: Draft, language: str) -> None:
    kind = note.attributes.get("type") or note.attributes.get("label", "")
    table = first_table(_NOTES, kind)
    for value in note.parts.get("descriptiveNoteValue", ()):
        tables = (table, first_table(_NOTES, value.attributes.get("label", "")))
        if "internal_notes" in tables:
            draft.keep(f"lido.note.{kind or 'internal'}", value.text, internal=True)
        else:
            target = draft.provenance if "provenance_notes" in tables else draft.descriptions
            draft.text(target, value.text, value.language or language)


def _read_measures(group: Part, draft: Draft) -> None:
    sets = group.parts.get("objectMeasurements/measurementsSet", ())
    for item in sets:
        stated = item.bare
        found = measure(
            stated.get("measurementType", NO_TEXT)[0],
            stated.get("measurementValue", NO_TEXT)[0],
            stated.get("measurementUnit", NO_TEXT)[0],
        )
        if found.as_stated:
            draft.dimensions.append(found)
    if not sets:
        for text in group.bare.get("displayObjectMeasurements", ()):
            draft.measures(text)


def _read_inscription(inscription: Part, draft: Draft, language: str) -> None:
    described = inscription.parts.get("inscriptionDescription/descriptiveNoteValue", ())
    for value in (*inscription.parts.get("inscriptionTranscription", ()), *described):
        draft.text(draft.inscriptions, value.text, value.language or language)


def _read_subjects(subject_set: Part, draft: Draft, language: str) -> None:
    before = len(draft.subjects) + len(draft.places)
    for subject in subject_set.parts.get("subject", ()):
        _read_subject(subject, draft, language)
    if len(draft.subjects) + len(draft.places) == before:
        for display in subject_set.parts.get("displaySubject", ()):
            draft.word(draft.subjects, display.text, display.language or language)


def _read_subject(subject: Part, draft: Draft, language: str) -> None:
    concepts = subject.parts.get("subjectConcept")
    if concepts:
        for concept in concepts:
            read_term(concept, draft.subjects, draft, language)
        if len(subject.parts) == 1:  # nothing else stands in most of them
            return
    named = subject.first("subjectActor/actor/nameActorSet/appellationValue")
    shown = named or subject.first("subjectActor/displayActor")
    if shown:
        draft.agent(shown, role=Role.DEPICTED, language=language)
    for place in subject.parts.get("subjectPlace", ()):
        names = place.bare.get("place/namePlaceSet/appellationValue", ()) or place.bare.get("displayPlace", ())
        draft.place([(name, language) for name in names], kind=PlaceKind.DEPICTED)
    for event in subject.parts.get("subjectEvent/event/eventName/appellationValue", ()):
        draft.word(draft.subjects, event.text, event.language or language)
    for thing in subject.parts.get("subjectObject/displayObject", ()):
        draft.word(draft.subjects, thing.text, thing.language or language)
    for date in subject.bare.get("subjectDate/displayDate", ()):
        draft.keep(f"lido.subject_date.{DateKind.OTHER}", date)


def _read_administration(administration: Part, draft: Draft, language: str) -> None:
    for work_set in administration.parts.get("rightsWorkWrap/rightsWorkSet", ()):
        draft.rights.extend(read_rights(work_set, RightsLevel.OBJECT, draft))
        draft.put("credit_line", work_set.bare.get("creditLine", NO_TEXT)[0])
    for record in administration.parts.get("recordWrap", ()):
        _read_record_wrap(record, draft)
    for resource in administration.parts.get("resourceWrap/resourceSet", ()):
        read_resource(resource, draft, language)


def _read_record_wrap(record: Part, draft: Draft) -> None:
    for rights in record.parts.get("recordRights", ()):
        draft.rights.extend(read_rights(rights, RightsLevel.METADATA, draft))
    for link in record.parts.get("recordInfoSet/recordInfoLink", ()):
        if link.text and "html" in link.attributes.get("formatResource", "").lower():
            draft.put("source_url", link.text)
            break
    else:
        draft.put("source_url", first_text(record.parts.get("recordInfoSet/recordInfoLink", ())))
    for number in record.bare.get("recordID", ()):
        draft.identifier(number, default=IdentifierKind.RECORD)
    draft.put("institution", record.bare.get("recordSource/legalBodyName/appellationValue", NO_TEXT)[0])
