"""What free text says about rights, in the twelve languages of the phrase table (law: section 10 of the README).

A denial counts at a word boundary unless a negation stands before it; a public-domain phrase only as the whole text.
A question mark at the end, a word of doubt, or words in a script that the table cannot read leave no licence standing.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.rights.licences import CC0, PDM, free_licence, licence_uri
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.tables import read_table
from glamflow.transforms.rights.words import bare, find_phrase, fold


class _Phrases(msgspec.Struct):
    denials: dict[str, tuple[str, ...]]
    courtesy: tuple[str, ...]
    other_law: tuple[str, ...]
    cultural: tuple[str, ...]
    public_domain: dict[str, tuple[str, ...]]
    credits: tuple[str, ...]
    hedges: tuple[str, ...]
    metadata_words: tuple[str, ...]
    doubts: tuple[str, ...]
    neutral: tuple[str, ...]
    negators: frozenset[str]
    after_copyright: frozenset[str]
    review: tuple[str, ...]


class _Openings(msgspec.Struct):
    openings: dict[str, str]


_TABLE = read_table("phrases", _Phrases)
_OPENINGS = {bare(text): Stance(stance) for text, stance in read_table("statements", _Openings).openings.items()}
_DENIALS = tuple(phrase for phrases in _TABLE.denials.values() for phrase in phrases)
_PUBLIC_DOMAIN = frozenset(bare(p) for phrases in _TABLE.public_domain.values() for p in phrases)
_REVIEW = frozenset(bare(p) for p in _TABLE.review)
_CREDIT = re.compile(
    rf"^(?:{'|'.join(sorted((re.escape(fold(c)) for c in _TABLE.credits), key=len, reverse=True))})\s*[:.]\s*\S.*$|"
    rf"^(?:{'|'.join(re.escape(fold(c)) for c in _TABLE.credits if ' ' in c)})\b.*$"
)
_SHORT = re.compile(
    r"\bcc[ -]?(?:(0|zero)|((?:by|nc|nd|sa)(?:[ -](?:by|nc|nd|sa))*))(?![a-z])(?:[ -]?v?(\d\.\d))?(?:[ -]([a-z]{2,13})\b)?",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\?\W*$|[(\[]\s*\?\s*[)\]]")
_OWNER = re.compile(r"(?:[©℗]|\(c\)|\bcopyright\b)[^,.;:/|\n]*", re.IGNORECASE)
_SYMBOL = re.compile(r"[©℗]|\(c\)\s*(?=[\w\d])", re.IGNORECASE)
_WORD = re.compile(r"\bcopyright\b(?:\s+(?:by|of))?[\s:]*([\w&'.-]*)", re.IGNORECASE)

_LASTING = (Stance.DENIED, Stance.DENIAL_PHRASE, Stance.COURTESY, Stance.OTHER_LAW, Stance.CULTURAL, Stance.NOTICE)
"""What holds even in a text that doubts itself."""

Found = list[tuple[Stance, str, str]]


def read_text(text: str, policy: RightsPolicy) -> Found:
    """Readings (stance, address, words) of a text without addresses; [] if nothing is left of it but punctuation."""
    words = bare(text)
    if _ASKED.search(text):
        said = _sentence(text, words, policy) if words else []
        return [*(entry for entry in said if entry[0] in _LASTING), (Stance.DOUBT, "", text)]
    if not words:
        return [(Stance.NOTICE, "", text)] if _SYMBOL.search(text) else []
    opening = next((stance for start, stance in _OPENINGS.items() if words.startswith(start)), None)
    if (opening is not None and opening in (Stance.PD, Stance.NOC_US)) or words in _OPENINGS:
        stance = opening or _OPENINGS[words]
        return [(stance, _uri(stance), text)]
    if words in _PUBLIC_DOMAIN:
        return [(Stance.PD, PDM, text)]
    if words in _REVIEW:
        return [(Stance.REVIEW, "", text)]
    return _sentence(text, words, policy)


def _uri(stance: Stance) -> str:
    code = {Stance.NOC_US: "noc-us", Stance.NKC: "nkc"}.get(stance)
    return f"http://rightsstatements.org/vocab/{code}/1.0/" if code else PDM


def _sentence(text: str, words: str, policy: RightsPolicy) -> Found:
    found: Found = []
    denial = find_phrase(text, _DENIALS, negators=_TABLE.negators)
    courtesy = find_phrase(text, _TABLE.courtesy)
    codes, rest = _short_codes(text, policy)
    if denial and not _is_courtesy_overlap(denial, courtesy):
        found.append((Stance.DENIAL_PHRASE, "", denial))
    if courtesy and not _declared(text, policy):
        found.append((Stance.COURTESY, "", courtesy))
    if any(f" {bare(law)} " in f" {words} " for law in _TABLE.other_law):
        found.append((Stance.OTHER_LAW, "", text))
    if find_phrase(text, _TABLE.cultural):
        found.append((Stance.CULTURAL, "", text))
    if find_phrase(text, _TABLE.hedges):
        found.append((Stance.HEDGE, "", text))
    if _notice(text):
        found.append((Stance.NOTICE, "", text))
    others = bare(rest).replace(denial, " ") if denial else bare(rest)
    doubtful = bool(_TABLE.negators & set(others.split())) or _doubted(text)
    found += [code for code in codes if code[0] is Stance.DENIED or not doubtful]
    if doubtful and not found:
        return [(Stance.DOUBT, "", text)]
    if doubtful:
        found.append((Stance.DOUBT, "", text))
    if not found and (_CREDIT.match(fold(text)) or _is_name(words, policy)):
        return [(Stance.CREDIT, "", text)]
    told = [entry for entry in found if entry[0] is not Stance.HEDGE]
    return found if told else [*found, (Stance.UNKNOWN_TEXT, "", text)]


def _doubted(text: str) -> bool:
    return bool(find_phrase(text, _TABLE.metadata_words) or find_phrase(text, _TABLE.doubts)) or _foreign(text)


def _foreign(text: str) -> bool:
    """Letters of another script, which may say anything ("personal use only"); owners' names behind © aside."""
    rest = fold(_OWNER.sub(" ", text))
    for phrase in _TABLE.neutral:
        rest = rest.replace(phrase, " ")
    known = ("LATIN", "MODIFIER", "FEMININE", "MASCULINE")
    return any(c.isalpha() and not unicodedata.name(c, "").startswith(known) for c in rest)


def _is_courtesy_overlap(denial: str, courtesy: str) -> bool:
    # nl "met toestemming van" holds no denial, pl "za zgodą" does
    return bool(courtesy) and denial in courtesy


def _declared(text: str, policy: RightsPolicy) -> bool:
    return any(bare(form) and bare(form) in bare(text) for form in policy.courtesy)


def _is_name(words: str, policy: RightsPolicy) -> bool:
    return bool(policy.attribution) and words == bare(policy.attribution)


def _notice(text: str) -> bool:
    if _SYMBOL.search(text):
        return True
    for match in _WORD.finditer(text):
        before = bare(text[: match.start()]).split()[-3:]
        named = match[1][:1].isupper() or match[1][:1].isdigit()
        if named and bare(match[1]) not in _TABLE.after_copyright and not _TABLE.negators & set(before):
            return True
    return False


def _short_codes(text: str, policy: RightsPolicy) -> tuple[Found, str]:
    found: Found = []
    for match in _SHORT.finditer(text):
        zero, parts, version, port = match[1], match[2], match[3], (match[4] or "").lower()
        if zero:
            found.append(
                (Stance.LICENCE, CC0, match[0]) if version in (None, "1.0") else (Stance.UNKNOWN_TEXT, "", match[0])
            )
            continue
        code = "-".join(parts.lower().replace("-", " ").split())
        if "nc" in code.split("-") or "nd" in code.split("-"):
            found.append((Stance.DENIED, "", match[0]))
        elif code in ("by", "by-sa"):
            found.append(_free(code, version, port, match[0], policy))
        else:
            found.append((Stance.UNKNOWN_TEXT, "", match[0]))
    return found, _SHORT.sub(lambda match: f" {_beyond(match)} ", text)


def _beyond(match: re.Match[str]) -> str:
    """The word after a code stays in the text unless it is a port: "CC BY 4.0 unless …" must be seen."""
    word = (match[4] or "").lower()
    is_port = bool(match[2] and match[3]) and free_licence(licence_uri(f"by/{match[3]}/{word}")) is not None
    return "" if is_port or word in ("international", "unported") else word


def _free(code: str, version: str | None, port: str, raw: str, policy: RightsPolicy) -> tuple[Stance, str, str]:
    version = version or policy.licence_versions.get(code, "")
    if not version:
        return Stance.NO_VERSION, licence_uri(code), raw
    ported = licence_uri(f"{code}/{version}/{port}") if port else ""
    for uri in (ported, licence_uri(f"{code}/{version}")):
        if uri and free_licence(uri):
            return Stance.LICENCE, uri, raw
    return Stance.UNKNOWN_TEXT, "", raw
