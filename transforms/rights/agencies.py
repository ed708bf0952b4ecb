"""Works of United States agencies on their own account (law: section 5.4 of the README).

Feeds of agencies hold pictures of companies too: any other name, credit or notice leaves the list.
"""

from __future__ import annotations

import msgspec

from glamflow.transforms.record import AgentKind, MediaRef, Record
from glamflow.transforms.rights.said import Said
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.tables import read_table


class _Agencies(msgspec.Struct):
    agencies: dict[str, str]


_TABLE = read_table("agencies", _Agencies).agencies
_COMPATIBLE = frozenset({Stance.US_GOVERNMENT, Stance.PD, Stance.NOC_US})


def agency_template(record: Record, medium: MediaRef | None, said: Said) -> str:
    """The template of the one agency that made and gives the file, "" if anybody else is named."""
    names = [
        record.institution,
        *(a.name for a in record.agents),
        record.credit_line,
        medium.photographer if medium else "",
    ]
    templates = {_TABLE.get(name.casefold().strip(), "") for name in names if name.strip()}
    if len(templates) != 1 or not record.institution or record.third_party in ("marked", "unknown"):
        return ""
    if any(a.kind is AgentKind.PERSON for a in record.agents) or any(
        r.stance not in _COMPATIBLE for r in said.readings
    ):
        return ""
    return templates.pop()
