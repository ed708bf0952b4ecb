"""Judgements that publish: template section and statements for each outcome (law: sections 8 and 9 of the README)."""

from __future__ import annotations

from glamflow.transforms.outcome import Reason
from glamflow.transforms.rights import sdc
from glamflow.transforms.rights.case import Case
from glamflow.transforms.rights.decision import Kind, LayerStatus, Verdict
from glamflow.transforms.rights.licences import Licence
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.statements import NKC, NOC_US, RS_ITEMS
from glamflow.transforms.rights.templates import (
    Section,
    licence_tag,
    licensed_art_tag,
    public_domain_tag,
    solid_section,
)
from glamflow.transforms.rights.verdicts import Halves, Judgement

_FLICKR_REVIEW = "{{Flickrreview}}"
_FLICKR_COMMONS = "{{Flickr-no known copyright restrictions}}"


def publish_public_domain(case: Case, halves: Halves) -> Judgement:
    """The work is free by its own facts; a photograph of a solid object is licensed as well."""
    solid = case.kind in (Kind.SOLID, Kind.UNKNOWN)
    licence = case.licence if case.photo_licensed else None
    if solid and licence:
        return _solid(case, halves, licence)
    passes_on = case.kind is Kind.FLAT and case.licence is not None and case.licensor_known
    tag = (
        licensed_art_tag(halves.source, halves.us, case.licence, case.credit)
        if passes_on and case.licence
        else public_domain_tag(case.kind, case.work, halves.source, halves.us)
    )
    statements = sdc.public_domain(halves.source, halves.us)
    if passes_on and case.licence:
        statements += sdc.attribution(case.licence, case.credit)
    return Judgement(
        verdict=Verdict.PUBLISH,
        reason=Reason.PD_BOTH_HALVES,
        why=f"{halves.source.why}, so the work is free in its country and in the United States",
        section=Section(whole=tag + notes(case)),
        statements=(*statements, *claims(case)),
        work=LayerStatus.PD,
        photo=LayerStatus.LICENSED if passes_on else None,
    )


def _solid(case: Case, halves: Halves, licence: Licence) -> Judgement:
    object_tag = public_domain_tag(case.kind, case.work, halves.source, halves.us) + notes(case, flickr=False)
    section = solid_section(
        object_tag, licence_tag(licence, case.credit) + (_FLICKR_REVIEW if case.said.flickr else "")
    )
    return Judgement(
        verdict=Verdict.PUBLISH,
        reason=Reason.PD_AND_PHOTO_LICENSED,
        why=f"{halves.source.why}, so the object is free, and the photograph is under {licence.label}",
        section=section,
        statements=(*sdc.licensed(licence, case.credit), *claims(case)),
        work=LayerStatus.PD,
        photo=LayerStatus.LICENSED,
    )


def publish_specimen(case: Case) -> Judgement:
    """A natural specimen is no work: only the photograph needs a licence, and has one."""
    licence = case.licence
    if licence is None:
        raise AssertionError("a specimen is published only with a licensed photograph")
    return Judgement(
        verdict=Verdict.PUBLISH,
        reason=Reason.NOT_A_WORK_PHOTO_LICENSED,
        why=f"a natural specimen is no work of authorship, and the photograph is under {licence.label}",
        section=Section(whole=licence_tag(licence, case.credit) + notes(case)),
        statements=sdc.licensed(licence, case.credit),
        work=LayerStatus.NOT_A_WORK,
        photo=LayerStatus.LICENSED,
    )


def publish_licensed(case: Case) -> Judgement:
    """The licensor of the work itself is shown."""
    licence = case.licence
    if licence is None:
        raise AssertionError("only a licence can license")
    rule = case.declared
    shown = f"rule “{rule.id}” of {rule.date.isoformat()}" if rule else "the partner's own account"
    return Judgement(
        verdict=Verdict.PUBLISH,
        reason=Reason.LICENSED,
        why=f"the work is under {licence.label} and {shown} shows that the partner may license it",
        section=Section(whole=licence_tag(licence, case.credit) + notes(case)),
        statements=sdc.licensed(licence, case.credit),
        work=LayerStatus.LICENSED,
        photo=LayerStatus.LICENSED if case.kind in (Kind.SOLID, Kind.UNKNOWN) else None,
    )


def publish_agency(case: Case) -> Judgement:
    """A work of a United States agency of the built-in list."""
    return Judgement(
        verdict=Verdict.PUBLISH,
        reason=Reason.PD_BOTH_HALVES,
        why=f"it is a work of the United States government ({case.record.institution}) and names nobody else",
        section=Section(whole=f"{{{{{case.agency}}}}}" + (_FLICKR_REVIEW if case.said.flickr else "")),
        statements=sdc.us_government(),
        work=LayerStatus.PD,
    )


def notes(case: Case, *, flickr: bool = True) -> str:
    """What stands after the licence: the partner's own statement, and the request for a Flickr review."""
    text = ""
    if Stance.FLICKR_COMMONS in case.said.claims:
        text += _FLICKR_COMMONS if case.own_account else ""
    elif Stance.NKC in case.said.claims and case.policy.institution_wikidata:
        text += f"{{{{NKC|{case.policy.institution_wikidata}}}}}"
    return text + (_FLICKR_REVIEW if flickr and case.said.flickr else "")


def claims(case: Case) -> tuple[sdc.Statement, ...]:
    """P6426 for the partner's own statement of rightsstatements.org."""
    said = case.said.claims
    if said & {Stance.NKC, Stance.FLICKR_COMMONS}:
        return (sdc.rights_statement(RS_ITEMS[NKC]),)
    return (sdc.rights_statement(RS_ITEMS[NOC_US]),) if Stance.NOC_US in said else ()
