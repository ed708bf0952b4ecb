"""Creative Commons licences: which addresses exist, which of them are free, their template and item.

A licence is named by its code, version and port ("by-sa/2.5/se"); pairs that never existed are not licences at all.
"""

from __future__ import annotations

import re

import msgspec

from glamflow.transforms.record import Model
from glamflow.transforms.rights.tables import read_table

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
PDM = "http://creativecommons.org/publicdomain/mark/1.0/"

_ADDRESS = re.compile(r"http://creativecommons\.org/licenses/([a-z+-]+)(?:/(\d\.\d))?(?:/([a-z]+))?/")


class _Licences(msgspec.Struct):
    free_codes: tuple[str, ...]
    denied_codes: frozenset[str]
    ports: dict[str, frozenset[str]]
    unported: frozenset[str]
    items: dict[str, str]


_TABLE = read_table("licences", _Licences)


class Licence(Model, frozen=True, kw_only=True):
    """A free licence. `item` is "" where no Wikidata item is known for that version and port."""

    uri: str
    name: str  # "by-sa/2.5/se", "zero/1.0"
    template: str  # "Cc-by-sa-2.5-se"
    item: str = ""

    @property
    def waiver(self) -> bool:
        """CC0 gives rights away; it asks for no attribution."""
        return self.uri == CC0

    @property
    def label(self) -> str:
        """The name that people use: "CC BY-SA 2.5 SE"."""
        return "CC0" if self.waiver else "CC " + self.name.upper().replace("/", " ")


def free_licence(uri: str) -> Licence | None:
    """The free licence behind a normalised address, None if it is none."""
    if uri == CC0:
        return Licence(uri=uri, name="zero/1.0", template="Cc-zero", item=_TABLE.items["zero/1.0"])
    match = _ADDRESS.fullmatch(uri)
    if match is None or match[1] not in _TABLE.free_codes or not _exists(match[2], match[3]):
        return None
    name = "/".join(part for part in match.groups() if part)
    return Licence(uri=uri, name=name, template="Cc-" + name.replace("/", "-"), item=_TABLE.items.get(name, ""))


def is_denied(uri: str) -> bool:
    """True for NC, ND and sampling licences of any version."""
    match = _ADDRESS.fullmatch(uri)
    return match is not None and match[1] in _TABLE.denied_codes


def all_licences() -> tuple[Licence, ...]:
    """Every free licence that the tables know, for the README."""
    names = [f"{code}/{version}" for code in _TABLE.free_codes for version in sorted(_TABLE.unported)]
    names += [
        f"{code}/{v}/{port}"
        for code in _TABLE.free_codes
        for v in sorted(_TABLE.ports)
        for port in sorted(_TABLE.ports[v])
    ]
    found = [free_licence(CC0), *(free_licence(licence_uri(name)) for name in names)]
    return tuple(licence for licence in found if licence)


def licence_uri(name: str) -> str:
    """The address of a licence by its name ("by/4.0")."""
    return CC0 if name == "zero/1.0" else f"http://creativecommons.org/licenses/{name}/"


def _exists(version: str | None, port: str | None) -> bool:
    if not version or version not in _TABLE.ports:
        return False
    return port in _TABLE.ports[version] if port else version in _TABLE.unported
