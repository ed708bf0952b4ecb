"""An OAI-PMH 2.0 repository over the sample collection: `answer(repository, arguments, now=…)` → XML bytes.

Rules (http://www.openarchives.org/OAI/openarchivesprotocol.html)
- All six verbs; an argument that is unknown, missing or repeated is `badArgument`; a resumptionToken stands alone.
- `from` and `until` are inclusive and share one granularity, never a finer one than Identify names.
- A set's name selects its subsets ("photographs" gives "photographs:press").
- Tokens are opaque, need percent-encoding, may be asked again, and die when the collection changes its phase.
- Deleted records have a header only.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from lxml import etree

from glamflow.sandbox.payloads.xml import Element

OAI_NS = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = f"{OAI_NS} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_LIST = {"from", "until", "set", "metadataPrefix"}
VERBS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset(_LIST | {"resumptionToken"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset(_LIST | {"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset({"identifier", "metadataPrefix"})),
}
"""verb → (required, allowed) arguments."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """A metadata format of a repository and how a record is rendered in it."""

    schema: str
    namespace: str
    render: Callable[[str], Element]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a repository; `work` is what the formats render."""

    identifier: str
    work: str
    datestamp: dt.datetime
    sets: tuple[str, ...]
    deleted: bool = False


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """What a repository holds and how it describes itself; `edition` changes when tokens must die."""

    name: str
    base_url: str
    admin: str
    granularity: str  # "day" or "second"
    deleted: str  # no | transient | persistent
    formats: Mapping[str, Format]
    sets: Mapping[str, str]
    items: Sequence[Item]
    page_size: int = 10
    edition: str = ""


class OaiFault(Exception):
    """An error of the protocol, answered with HTTP 200."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(code)


def answer(repository: Repository, arguments: Sequence[tuple[str, str]], *, now: dt.datetime) -> bytes:
    """The response to one request."""
    # None stands for the default namespace; lxml's stubs know names only.
    prefixes: dict[Any, str] = {None: OAI_NS, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    root = etree.Element(f"{{{OAI_NS}}}OAI-PMH", nsmap=prefixes)
    root.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", SCHEMA)
    _add(root, "responseDate", _show(now, "second"))
    request = _add(root, "request", repository.base_url)
    try:
        verb, given = _checked(arguments)
        body = etree.Element(f"{{{OAI_NS}}}{verb}")
        _VERBS[verb](repository, given, body, now)
    except OaiFault as fault:
        if fault.code not in ("badVerb", "badArgument"):
            for key, value in arguments:
                request.set(key, value)
        _add(root, "error", fault.text).set("code", fault.code)
    else:
        for key, value in arguments:
            request.set(key, value)
        root.append(body)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _checked(arguments: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    verbs = [value for key, value in arguments if key == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiFault("badVerb", "The verb is missing, repeated or unknown.")
    required, allowed = VERBS[verbs[0]]
    given: dict[str, str] = {}
    for key, value in arguments:
        if key == "verb":
            continue
        if key not in allowed or key in given:
            raise OaiFault("badArgument", f"The argument {key!r} is unknown here or repeated.")
        given[key] = value
    if "resumptionToken" in given:
        if len(given) > 1:
            raise OaiFault("badArgument", "resumptionToken is an exclusive argument.")
    elif missing := required - set(given):
        raise OaiFault("badArgument", f"Missing: {', '.join(sorted(missing))}.")
    return verbs[0], given


def _identify(repository: Repository, given: dict[str, str], body: Element, now: dt.datetime) -> None:
    earliest = min((item.datestamp for item in repository.items), default=now)
    shown = "YYYY-MM-DDThh:mm:ssZ" if repository.granularity == "second" else "YYYY-MM-DD"
    for name, value in (
        ("repositoryName", repository.name), ("baseURL", repository.base_url), ("protocolVersion", "2.0"),
        ("adminEmail", repository.admin), ("earliestDatestamp", _show(earliest, repository.granularity)),
        ("deletedRecord", repository.deleted), ("granularity", shown),
    ):  # fmt: skip
        _add(body, name, value)


def _formats(repository: Repository, given: dict[str, str], body: Element, now: dt.datetime) -> None:
    if "identifier" in given:
        _find(repository, given["identifier"])
    for prefix, form in repository.formats.items():
        one = _add(body, "metadataFormat")
        _add(one, "metadataPrefix", prefix)
        _add(one, "schema", form.schema)
        _add(one, "metadataNamespace", form.namespace)


def _sets(repository: Repository, given: dict[str, str], body: Element, now: dt.datetime) -> None:
    if "resumptionToken" in given:
        raise OaiFault("badResumptionToken", "The list of sets has one page.")
    if not repository.sets:
        raise OaiFault("noSetHierarchy", "This repository has no sets.")
    for spec, name in repository.sets.items():
        one = _add(body, "set")
        _add(one, "setSpec", spec)
        _add(one, "setName", name)


def _get(repository: Repository, given: dict[str, str], body: Element, now: dt.datetime) -> None:
    item = _find(repository, given["identifier"])
    _write(repository, body, item, given["metadataPrefix"], whole=True)


def _list(repository: Repository, given: dict[str, str], body: Element, now: dt.datetime, *, whole: bool) -> None:
    start = 0
    if "resumptionToken" in given:
        given, start = _read_token(repository, given["resumptionToken"], whole)
    chosen = _select(repository, given)
    page = chosen[start : start + repository.page_size]
    for item in page:
        _write(repository, body, item, given["metadataPrefix"], whole=whole)
    after = start + len(page)
    if after < len(chosen) or start:
        token = _add(body, "resumptionToken", _token(repository, given, after, whole) if after < len(chosen) else None)
        token.set("completeListSize", str(len(chosen)))
        token.set("cursor", str(start))
        if after < len(chosen):
            token.set("expirationDate", _show(now + dt.timedelta(hours=24), "second"))


def _select(repository: Repository, given: dict[str, str]) -> list[Item]:
    if given["metadataPrefix"] not in repository.formats:
        raise OaiFault("cannotDisseminateFormat", f"No format {given['metadataPrefix']!r}; see ListMetadataFormats.")
    wanted = given.get("set")
    if wanted and not repository.sets:
        raise OaiFault("noSetHierarchy", "This repository has no sets.")
    since, until = _interval(repository, given)
    chosen = [
        item for item in repository.items
        if (since is None or item.datestamp >= since) and (until is None or item.datestamp < until)
        and (not wanted or any(name == wanted or name.startswith(wanted + ":") for name in item.sets))
    ]  # fmt: skip
    if not chosen:
        raise OaiFault("noRecordsMatch", "No record matches these arguments.")
    return chosen


def _interval(repository: Repository, given: dict[str, str]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """[since, until) of the request: `until` is inclusive, so its whole day or second belongs to it."""
    parts = {key: _parse(repository, given[key]) for key in ("from", "until") if key in given}
    if len(parts) == 2:
        if parts["from"][1] != parts["until"][1]:
            raise OaiFault("badArgument", "from and until have different granularities.")
        if parts["from"][0] > parts["until"][0]:
            raise OaiFault("badArgument", "from is later than until.")
    since = parts["from"][0] if "from" in parts else None
    until = parts["until"][0] + parts["until"][1] if "until" in parts else None
    return since, until


def _parse(repository: Repository, value: str) -> tuple[dt.datetime, dt.timedelta]:
    day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
    second = re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", value)
    if not day and not (second and repository.granularity == "second"):
        raise OaiFault("badArgument", f"{value!r} is no date of this repository's granularity.")
    try:
        moment = dt.datetime.fromisoformat(value if second else f"{value}T00:00:00+00:00")
    except ValueError as error:
        raise OaiFault("badArgument", f"{value!r} is no date.") from error
    return moment, dt.timedelta(days=1) if day else dt.timedelta(seconds=1)


def _write(repository: Repository, body: Element, item: Item, prefix: str, *, whole: bool) -> None:
    if prefix not in repository.formats:
        raise OaiFault("cannotDisseminateFormat", f"No format {prefix!r}; see ListMetadataFormats.")
    record = _add(body, "record") if whole else body
    header = _add(record, "header")
    if item.deleted:
        header.set("status", "deleted")
    _add(header, "identifier", item.identifier)
    _add(header, "datestamp", _show(item.datestamp, repository.granularity))
    for name in item.sets:
        _add(header, "setSpec", name)
    if whole and not item.deleted:
        _add(record, "metadata").append(repository.formats[prefix].render(item.work))


def _find(repository: Repository, identifier: str) -> Item:
    for item in repository.items:
        if item.identifier == identifier:
            return item
    raise OaiFault("idDoesNotExist", f"No record {identifier!r}.")


def _token(repository: Repository, given: dict[str, str], start: int, whole: bool) -> str:
    state = {"given": given, "start": start, "whole": whole, "edition": repository.edition}
    # "=", "&" and "+" must survive XML and percent-encoding, each applied once: harvesters stumble over both.
    return f"at={start}&state=+{base64.b64encode(json.dumps(state, sort_keys=True).encode()).decode()}"


def _read_token(repository: Repository, token: str, whole: bool) -> tuple[dict[str, str], int]:
    try:
        state: dict[str, Any] = json.loads(base64.b64decode(token.partition("&state=+")[2], validate=True))
        given, start = dict(state["given"]), int(state["start"])
        known = state["edition"] == repository.edition and state["whole"] == whole
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise OaiFault("badResumptionToken", "The token is not one of ours.") from error
    if not known:
        raise OaiFault("badResumptionToken", "The token has expired: the list has changed.")
    return given, start


def _list_records(repository: Repository, given: dict[str, str], body: Element, now: dt.datetime) -> None:
    _list(repository, given, body, now, whole=True)


def _list_identifiers(repository: Repository, given: dict[str, str], body: Element, now: dt.datetime) -> None:
    _list(repository, given, body, now, whole=False)


_VERBS: dict[str, Callable[[Repository, dict[str, str], Element, dt.datetime], None]] = {
    "Identify": _identify, "ListMetadataFormats": _formats, "ListSets": _sets, "GetRecord": _get,
    "ListRecords": _list_records, "ListIdentifiers": _list_identifiers,
}  # fmt: skip


def _show(moment: dt.datetime, granularity: str) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if granularity == "second" else "%Y-%m-%d")


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{OAI_NS}}}{name}")
    element.text = text
    return element
