"""Pools: how many tasks of all partners may use one scarce thing at once.

A task that names a missing pool never runs, so every deployment imports `pools_json()` before the first run
(`airflow pools import`); the demo and the container entry point do.
"""

from __future__ import annotations

import json
from typing import NamedTuple


class Pool(NamedTuple):
    """Name, slots and what they protect."""

    name: str
    slots: int
    description: str


HARVEST = Pool("harvest", 16, "Requests to partners' feeds; one window at a time per partner")
MEDIA = Pool("media", 16, "Downloads and decodes of media files")
TRANSCODE = Pool("transcode", 1, "Films that are turned into WebM: each takes a processor for as long as it lasts")
COMMONS_WRITE = Pool("commons_write", 2, "Writers to the file wiki: the promised edit rate is kept by the ledger")
WIKIDATA_WRITE = Pool("wikidata_write", 1, "Writers to the item wiki")

POOLS = (HARVEST, MEDIA, TRANSCODE, COMMONS_WRITE, WIKIDATA_WRITE)


def pools_json() -> str:
    """The file that `airflow pools import` reads."""
    return json.dumps(
        {p.name: {"slots": p.slots, "description": p.description, "include_deferred": False} for p in POOLS}, indent=2
    )
