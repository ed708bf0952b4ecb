"""From a payload to a `Record`: format → declared field map → constants → vocabulary → partner function → cleaning.

    map_record(payload, source, policy) → Mapped | Rejected     never raises for anything a payload may hold
    mapping_digest(policy) → str                                changes when the result may change

A record is rejected here only if it cannot be read, or if the partner's function refuses it; what may be published is decided later.
A partner's judgement is a function in `transforms/partners/<slug>.py`, decorated with `@mapping("slug")`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from glamflow.transforms.fieldmap import apply_field_map
from glamflow.transforms.formats.crosswalks import CROSSWALKS, Crosswalk
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.formats.rows import parse_json
from glamflow.transforms.formats.xml import BlanksMatter, Element, NotReadable, find_records, namespace, parse_xml
from glamflow.transforms.mapping_digest import mapping_digest
from glamflow.transforms.normalise import normalise
from glamflow.transforms.outcome import Finding, Mapped, Reason, Rejected, Severity, SourceInfo
from glamflow.transforms.partners import MappingFunction, RawRecord, function_for, mapping
from glamflow.transforms.policy import MappingPolicy, Vocabulary
from glamflow.transforms.record import Record
from glamflow.transforms.terms import apply_vocabulary

__all__ = ["MappingFunction", "RawRecord", "map_record", "mapping", "mapping_digest"]

NO_VOCABULARY = Vocabulary()


class _Opened(msgspec.Struct, frozen=True, gc=False):
    """The part of a payload that is the record, ready for crosswalk and selectors."""

    content: Element | Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


def map_record(
    payload: bytes,
    source: SourceInfo,
    policy: MappingPolicy,
    *,
    vocabulary: Vocabulary = NO_VOCABULARY,
    function: MappingFunction | None = None,
) -> Mapped | Rejected:
    """The record that a payload holds, or the reason why it cannot be read."""
    crosswalk = CROSSWALKS.get(policy.crosswalk)
    if crosswalk is None:
        return Rejected(key=source.key, reason=Reason.FORMAT_UNKNOWN, detail=f"there is no crosswalk “{policy.crosswalk}”")
    judge = function or function_for(source.partner)
    watched = bool(policy.fields) or judge is not None  # somebody else looks into the document, too
    try:
        return _map(payload, source, policy, crosswalk, vocabulary, judge, keep_blanks=watched)
    except BlanksMatter:
        return _map(payload, source, policy, crosswalk, vocabulary, judge, keep_blanks=True)


def _map(
    payload: bytes, source: SourceInfo, policy: MappingPolicy, crosswalk: Crosswalk, vocabulary: Vocabulary, judge: MappingFunction | None,
    *, keep_blanks: bool,
) -> Mapped | Rejected:  # fmt: skip
    opened = _open(payload, crosswalk, keep_blanks=keep_blanks)
    if isinstance(opened, NotReadable):
        return Rejected(key=source.key, reason=Reason.PAYLOAD_INVALID, detail=opened.detail)
    draft = Draft(source, language=policy.language)
    draft.findings.extend(opened.findings)
    crosswalk.read(opened.content, draft)
    apply_field_map(opened.content, draft, policy)
    record = apply_vocabulary(_with_constants(draft.record(), policy), vocabulary)
    if judge is not None:
        judged = judge(record, RawRecord(payload=payload, source=source, content=opened.content))
        if isinstance(judged, Rejected):
            return judged
        record = judged
    return normalise(record, draft.findings)


def _open(payload: bytes, crosswalk: Crosswalk, *, keep_blanks: bool) -> _Opened | NotReadable:
    if not payload or payload.isspace():
        return NotReadable("the payload is empty")
    if crosswalk.json:
        content = parse_json(payload)
        if not isinstance(content, NotReadable) and crosswalk.is_record and not crosswalk.is_record(content):
            return NotReadable(f"the object is no {crosswalk.name} record")
        return content if isinstance(content, NotReadable) else _Opened(content)
    document = parse_xml(payload, keep_blanks=keep_blanks)
    if isinstance(document, NotReadable):
        return document
    records = crosswalk.find(document.root) if crosswalk.find else find_records(document.root, crosswalk.names)
    if not records and crosswalk.fallback is not None:
        records = crosswalk.fallback(document.root)
    if len(records) != 1:
        expected = ", ".join(sorted(crosswalk.names))
        return NotReadable(f"{len(records) or 'no'} elements {expected} found where one record is expected")
    found = namespace(records[0])
    if document.mended or found not in crosswalk.namespaces:
        detail = "prefixes are not declared" if document.mended else f"namespace “{found}” is not one of {crosswalk.name}"
        return _Opened(records[0], (Finding(reason=Reason.NAMESPACE_WRONG, severity=Severity.INFO, detail=detail),))
    return _Opened(records[0])


def _with_constants(record: Record, policy: MappingPolicy) -> Record:
    """Constants of the partner file fill single fields; what the record itself says is replaced."""
    if not policy.constants:
        return record
    known = {field: value for field, value in policy.constants.items() if field in _CONSTANT_FIELDS}
    others = {f"constant.{f}": (v,) for f, v in policy.constants.items() if f not in _CONSTANT_FIELDS}
    return replace(record, **known, extra={**record.extra, **others})


_CONSTANT_FIELDS = frozenset(
    {"institution", "department", "collection", "credit_line", "series", "third_party", "document_symbol"}
)
