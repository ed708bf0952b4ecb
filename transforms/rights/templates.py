"""The licence section in wikitext (law: section 8 of the README). Only templates of the closed list, parameters as they are there.

The partner's credit is the only text of others that gets in, and it is neutralised on the way.
"""

from __future__ import annotations

import msgspec

from glamflow.transforms.commons.wikitext import escape
from glamflow.transforms.record import Model
from glamflow.transforms.rights.decision import Kind
from glamflow.transforms.rights.licences import Licence
from glamflow.transforms.rights.public_domain import HalfResult
from glamflow.transforms.rights.tables import read_table
from glamflow.transforms.rights.work import Work


class _Templates(msgspec.Struct):
    never: tuple[str, ...]


NEVER = frozenset(name.casefold() for name in read_table("templates", _Templates).never)
"""Templates that no rule may put on a page: results of people's reviews, and tags without their US half."""


class Section(Model, frozen=True, kw_only=True):
    """The licence section, with the two parts apart where work and photograph are licensed apart."""

    whole: str
    object: str = ""
    photo: str = ""


def licence_tag(licence: Licence, credit: str) -> str:
    """`{{Cc-by-4.0|1=<credit>}}`; CC0 asks for no credit."""
    return (
        f"{{{{{licence.template}}}}}"
        if licence.waiver or not credit
        else f"{{{{{licence.template}|1={escape(credit)}}}}}"
    )


def public_domain_tag(kind: Kind, work: Work, source: HalfResult, us: HalfResult, *, core: str = "") -> str:
    """The tag of a work that is free by its own facts, as the kind of file asks for it."""
    name, _, parameters = (core or source.core).partition("|")
    tail = f"|{parameters}" if parameters else ""
    if kind in (Kind.SOLID, Kind.UNKNOWN):
        return _alone(name, tail, us)
    if kind is Kind.FLAT:
        return _flat(name, tail, work, us)
    if us.unpublished and _has_pair(name):
        return f"{{{{PD-two|{_without_us(name)}|PD-US-unpublished{tail}}}}}"
    return f"{{{{{name}{tail}}}}}"


def restored_tag(kind: Kind, work: Work, source: HalfResult) -> str:
    """A work published too late for the 95 years, shown by people to be free in the United States all the same."""
    name, _, parameters = source.core.partition("|")
    inner = "|".join([_without_us(name), *([parameters] if parameters else [])])
    art = f"PD-scan|{inner}" if "print_text" in work.groups else f"PD-Art|{inner}"
    return f"{{{{{art if kind is Kind.FLAT else inner}}}}}{{{{PD-1996|country={work.country}}}}}"


def _flat(name: str, tail: str, work: Work, us: HalfResult) -> str:
    frame = "PD-scan" if "print_text" in work.groups and not us.unpublished else "PD-Art"
    if us.unpublished and _has_pair(name):
        return f"{{{{{frame}|{_without_us(name)}{tail}}}}}{{{{PD-US-unpublished}}}}"
    return f"{{{{{frame}|{name}{tail}}}}}"


def _alone(name: str, tail: str, us: HalfResult) -> str:
    if us.unpublished and _has_pair(name):
        return f"{{{{{_without_us(name)}{tail}}}}}{{{{PD-US-unpublished}}}}"
    return f"{{{{{name}{tail}}}}}"


def _has_pair(name: str) -> bool:
    return name.endswith("-expired") and name != "PD-US-expired"


def _without_us(name: str) -> str:
    return name.removesuffix("-expired")


def licensed_art_tag(source: HalfResult, us: HalfResult, licence: Licence, credit: str) -> str:
    """A flat work free by its own facts whose photograph carries a licence as well."""
    name, _, parameters = source.core.partition("|")
    unpublished = us.unpublished and _has_pair(name)
    parts = [_without_us(name) if unpublished else name, licence.template]
    parts += [parameters] if parameters else []
    parts += [f"attribution={escape(credit)}"] if credit and not licence.waiver else []
    tag = f"{{{{Licensed-PD-Art|{'|'.join(parts)}}}}}"
    return f"{tag}{{{{PD-US-unpublished}}}}" if unpublished else tag


def solid_section(object_tag: str, photo_tag: str) -> Section:
    """Two labelled lines; `object` and `photo` are the parameters of {{Art Photo}}."""
    return Section(whole=f"Object: {object_tag}\nPhotograph: {photo_tag}", object=object_tag, photo=photo_tag)
