"""Records of files or stdin, mapped without a source, a ledger or a wiki: what `map`, `rights` and `title` share.

Without a partner file every policy is the strictest: no statement of the metadata may be reused, nobody is a declared licensor.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from glamflow.cli.output import say
from glamflow.transforms.errors import ConfigInvalid
from glamflow.transforms.formats.crosswalks import CROSSWALKS
from glamflow.transforms.formats.split import split_payload
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, Rejected, SourceInfo
from glamflow.transforms.policy import CommonsPolicy, MappingPolicy, RightsPolicy, Vocabulary, WikidataPolicy

TELL_EVERY = 500
"""Records between two lines for people."""


class Policies(NamedTuple):
    """What of a partner file counts when a file is read."""

    slug: str
    name: str
    mapping: MappingPolicy
    rights: RightsPolicy
    commons: CommonsPolicy
    wikidata: WikidataPolicy
    vocabulary: Vocabulary


def policies_for(format: str, partner: Path | None) -> Policies:
    """The policies of a partner file, else the strictest; `ConfigInvalid` for a format that is not known."""
    if partner is not None:
        from glamflow.partner import load_partner

        config = load_partner(partner)
        mapping = config.mapping if not format else MappingPolicy(crosswalk=_known(format))
        return Policies(
            config.slug, config.name, mapping, config.rights, config.commons, config.items, config.vocabulary
        )
    mapping = MappingPolicy(crosswalk=_known(format))
    commons = CommonsPolicy(short_name="Partner", category_contributed="")
    return Policies(
        "file", "Partner", mapping, RightsPolicy(metadata="facts-only"), commons, WikidataPolicy(), Vocabulary()
    )


def _known(format: str) -> str:
    if format not in CROSSWALKS:
        raise ConfigInvalid(
            "--format", f"there is no format “{format}”", fix=f"Known are {', '.join(sorted(CROSSWALKS))}."
        )
    return format


def read_files(files: list[str], policies: Policies) -> Iterator[Mapped | Rejected]:
    """Every record of the files in order; "-" or no file at all is stdin. Says on stderr how far it is when it takes long."""
    done = 0
    for name in files or ["-"]:
        for key, payload in split_payload(_content(name), policies.mapping.crosswalk):
            source = SourceInfo(partner=policies.slug, key=key or Path(name).name, format=policies.mapping.crosswalk)
            yield map_record(payload, source, policies.mapping, vocabulary=policies.vocabulary)
            done += 1
            if done % TELL_EVERY == 0:
                say(f"{done} records read …")


def _content(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ConfigInvalid(
            name, f"the file cannot be read ({error.strerror})", fix="Name a file that exists, or - for stdin."
        ) from error


def read_day(value: str) -> dt.date:
    """The day of `--on`, today if it is left out."""
    if not value:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise ConfigInvalid("--on", f"“{value}” is no day", fix="Write it as 2026-12-31.") from error
