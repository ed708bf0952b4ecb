"""Records of a ListIdentifiers page, asked for one by one: the way round pages that a server cannot make.

Slow, and kind to nobody; so it is used for the stretch that needs it and no further. A record that fails is quarantined
with the server's words; a server that fails for several in a row is down, not picky.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from glamflow.harvest.envelope import Envelope
from glamflow.harvest.http import Answer
from glamflow.harvest.protocol import Quarantined, RawRecord
from glamflow.transforms.errors import SourceRefused, SourceUnavailable, WindowFaulty

if TYPE_CHECKING:
    from glamflow.harvest.oai_pmh import OaiPmhHarvester

_MAX_FAILURES_IN_A_ROW = 5


def read_singly(
    source: OaiPmhHarvester, answer: Answer, envelope: Envelope
) -> tuple[bytes, tuple[RawRecord, ...], tuple[Quarantined, ...]]:
    """(all answers one after the other, records, quarantined) for the headers of one ListIdentifiers page."""
    raw = [answer.content]
    records: list[RawRecord] = []
    quarantined = list(envelope.quarantined)
    failures = 0
    for header in envelope.records:
        if header.deleted:
            records.append(header)
            continue
        try:
            content, found = source.record(header.key)
        except WindowFaulty:
            raise
        except (SourceUnavailable, SourceRefused) as fault:
            failures += 1
            if failures >= _MAX_FAILURES_IN_A_ROW and isinstance(fault, SourceUnavailable):
                raise
            quarantined.append(Quarantined(key=header.key, reason=f"GetRecord failed: {fault.what}", payload=b""))
            continue
        failures = 0
        raw.append(content)
        quarantined.extend(found.quarantined)
        records.extend(found.records[:1])
        if found.errors:
            said = "; ".join(f"{error.code}: {error.message}" for error in found.errors)
            quarantined.append(Quarantined(key=header.key, reason=f"GetRecord answered {said}", payload=content))
    return b"\n".join(raw), tuple(records), tuple(quarantined)
