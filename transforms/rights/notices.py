"""Rights texts that a file carries inside (EXIF, IPTC, XMP): which of them nobody has decided on yet.

A text is decided once per partner: in `rights.texts` of the partner file (as what it says), or in the ledger's terms of kind
`embedded_rights` (matched = it says nothing against us). What is left goes to `decide(embedded=…)`, which holds the file
with EMBEDDED_NOTICE unless the text only names the licence or the licensor that we name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from glamflow.transforms.outcome import Reason
from glamflow.transforms.policy import RightsPolicy
from glamflow.transforms.rights.decision import RightsDecision
from glamflow.transforms.rights.stances import Stance
from glamflow.transforms.rights.statements import read_notice

TERM_KIND = "embedded_rights"
_FIELDS = frozenset(
    {"exif:Copyright", "iptc:CopyrightNotice", "xmp:dc:rights", "xmp:xmpRights:UsageTerms", "xmp:xmpRights:WebStatement",
     "xmp:cc:license", "xmp:tiff:Copyright", "png:Copyright", "png:Disclaimer"}
)  # fmt: skip


def rights_texts(embedded: Mapping[str, str]) -> tuple[str, ...]:
    """The distinct rights texts among all texts of a file, in its order."""
    found = (" ".join(text.split()) for field, text in embedded.items() if field in _FIELDS)
    return tuple(dict.fromkeys(text for text in found if text))


def open_notices(texts: Collection[str], decision: RightsDecision, policy: RightsPolicy, *, decided: Collection[str]) -> tuple[str, ...]:
    """Those texts that a decision has to be asked about."""
    return tuple(text for text in texts if text not in decided and not _agrees(text, decision, policy))


def _agrees(text: str, decision: RightsDecision, policy: RightsPolicy) -> bool:
    """It calls free of copyright what we publish as such; a mere credit says nothing about rights."""
    readings = read_notice(text, policy)
    if not readings:
        return True
    free = decision.reason in (Reason.PD_BOTH_HALVES, Reason.PD_AND_PHOTO_LICENSED)
    return free and all(reading.stance is Stance.PD or reading.uri.rstrip("/").endswith(("publicdomain/zero/1.0", "publicdomain/mark/1.0")) for reading in readings)
