"""What one rights statement says: address, closed code or free text → readings (law: sections 3, 4 and 10 of the README).

Rules
- Nothing is read by substring and nothing is repaired: what is not in a table is unknown.
- A sentence with one licence address and no denial, negation or word of metadata is that licence.
- A partner may have decided a text once (`rights.texts`): that decision replaces our reading, but never turns a denial.
"""

from __future__ import annotations

import msgspec

from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.record import Model, RightsLevel, RightsStatement, Speaker
from glamflow.transforms.rights.licences import CC0, PDM, free_licence, is_denied, licence_uri
from glamflow.transforms.rights.normalise import clean_statement, normalise_uri, split_addresses
from glamflow.transforms.rights.phrases import read_text
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.tables import read_table
from glamflow.transforms.rights.words import fold


class _Statements(msgspec.Struct):
    uris: dict[str, str]
    items: dict[str, str]
    codes: dict[str, dict[str, list[str]]]
    image_vocabularies: frozenset[str]
    ignored_vocabularies: frozenset[str]


_TABLE = read_table("statements", _Statements)
RS_ITEMS = _TABLE.items
"""Items for P6426 by normalised address."""

NKC = "http://rightsstatements.org/vocab/nkc/1.0/"
NOC_US = "http://rightsstatements.org/vocab/noc-us/1.0/"
_LONGEST = 5000  # characters; a longer text is a contract, and contracts are read by people
_NO_VERSION = "no_version:"
_SOCH = "http://kulturarvsdata.se/resurser/license#"


class Reading(Model, frozen=True, kw_only=True):
    """One thing that a statement says. `image` marks statements known to speak of the picture, not of the object."""

    stance: Stance
    uri: str = ""
    phrase: str = ""
    raw: str = ""
    level: RightsLevel = RightsLevel.OBJECT
    speaker: Speaker = Speaker.HOLDER
    image: bool = False
    flickr: bool = False


def read_statement(statement: RightsStatement, policy: RightsPolicy) -> tuple[Reading, ...]:
    """Everything the statement says; () if it is empty or speaks of the metadata."""
    vocabulary = statement.vocabulary.casefold()
    text = clean_statement(statement.value)
    if not text or statement.level is RightsLevel.METADATA or vocabulary in _TABLE.ignored_vocabularies:
        return ()
    if len(text) > _LONGEST:
        return (Reading(stance=Stance.CONTRACT, raw=text[:_LONGEST], level=statement.level),)
    found = _read(text, vocabulary, policy)
    decided = _decided(statement.value, text, policy)
    if decided and not any(stance in DENIALS for stance, _, _ in found):
        found = _read_address(decided, policy)
    return tuple(
        Reading(
            stance=stance,
            uri=uri,
            phrase=phrase,
            raw=statement.value,
            level=statement.level,
            speaker=statement.speaker,
            image=vocabulary in _TABLE.image_vocabularies or statement.level is RightsLevel.MEDIUM,
            flickr=vocabulary == "flickr",
        )
        for stance, uri, phrase in found
    )


DENIALS = frozenset({Stance.DENIED, Stance.DENIAL_PHRASE})

_Found = list[tuple[Stance, str, str]]


def _decided(raw: str, text: str, policy: RightsPolicy) -> str:
    return policy.texts.get(raw) or policy.texts.get(text) or ""


def _read(text: str, vocabulary: str, policy: RightsPolicy) -> _Found:
    codes = _TABLE.codes.get(vocabulary, {})
    code = codes.get(text.casefold().lstrip("#")) or codes.get(fold(text))
    if code:
        return [reading for entry in code for reading in _read_code(entry, policy)]
    if vocabulary == "flickr" and text.isdigit():
        return [(Stance.UNKNOWN_URI, "", text)]
    addresses, rest = split_addresses(text)
    found = [reading for address in dict.fromkeys(addresses) for reading in _read_address(address, policy)]
    return _with_rest(found, rest, policy)


def _with_rest(found: _Found, rest: str, policy: RightsPolicy) -> _Found:
    texts = read_text(rest, policy)
    denials = [entry for entry in texts if entry[0] in DENIALS]
    doubts = [entry for entry in texts if entry[0] is Stance.DOUBT]
    if doubts and any(stance in FREE for stance, _, _ in found):
        # "not licensed under <address>", "metadata: <address>": the address says nothing we could rely on
        return [*denials, *(e for e in found if e[0] not in FREE), (Stance.UNKNOWN_TEXT, "", rest)]
    known = [e for e in texts if e[0] not in (Stance.DOUBT, Stance.UNKNOWN_TEXT)]
    unknown = (
        [(Stance.UNKNOWN_TEXT, "", rest)] if any(e[0] in (Stance.DOUBT, Stance.UNKNOWN_TEXT) for e in texts) else []
    )
    resolved = [(s, _versioned(u, found) or u, p) for s, u, p in known]
    useful = [entry for entry in [*found, *resolved] if entry[0] not in (Stance.HEDGE, Stance.CREDIT)]
    return list(dict.fromkeys([*found, *resolved, *([] if useful else unknown)]))


def _versioned(uri: str, found: _Found) -> str:
    # "CC BY 4.0 (http://creativecommons.org/licenses/by/4.0/deed.sv)": text and address are one statement
    return next((u for s, u, _ in found if s is Stance.LICENCE and u == uri), "")


FREE = frozenset({Stance.LICENCE, Stance.PD, Stance.NO_VERSION})


def _read_code(entry: str, policy: RightsPolicy) -> _Found:
    if entry.startswith(_NO_VERSION):
        return [no_version(entry.removeprefix(_NO_VERSION), policy)]
    return (
        _read_address(entry, policy) if entry.startswith("http") else [(Stance(entry), _uri_of(Stance(entry)), entry)]
    )


def _uri_of(stance: Stance) -> str:
    return {Stance.NKC: NKC, Stance.NOC_US: NOC_US, Stance.FLICKR_COMMONS: NKC, Stance.PD: PDM}.get(stance, "")


def no_version(code: str, policy: RightsPolicy) -> tuple[Stance, str, str]:
    """A licence without version: the partner file may give the version, otherwise people must."""
    version = policy.licence_versions.get(code, "")
    uri = licence_uri(f"{code}/{version}") if version else ""
    return (Stance.LICENCE, uri, code) if uri and free_licence(uri) else (Stance.NO_VERSION, licence_uri(code), code)


def _read_address(address: str, policy: RightsPolicy) -> _Found:
    uri = normalise_uri(address)
    if uri == CC0 or free_licence(uri):
        return [(Stance.LICENCE, uri, "")]
    if is_denied(uri):
        return [(Stance.DENIED, uri, "")]
    if uri.startswith(_SOCH):
        entry = _TABLE.codes["soch"].get(uri.removeprefix(_SOCH))
        return _read_code(entry[0], policy) if entry else [(Stance.UNKNOWN_URI, uri, "")]
    known = _TABLE.uris.get(uri)
    if known:
        return [(Stance(known), uri, "")]
    return [(Stance.LOOKALIKE if _looks_like_rights(uri) else Stance.UNKNOWN_URI, uri or address, "")]


def _looks_like_rights(uri: str) -> bool:
    return any(
        mark in uri for mark in ("creativecommons", "rightsstatements", "creative-commons", "europeana.eu/rights")
    )


def read_notice(notice: str, policy: RightsPolicy) -> tuple[Reading, ...]:
    """What a notice inside a file says, credits left out."""
    readings = read_statement(RightsStatement(value=notice, level=RightsLevel.MEDIUM), policy)
    return tuple(r for r in readings if r.stance is not Stance.CREDIT)
