"""What the three sources hold at one phase: OAI repositories and the agency's items, built from the facts.

A record that the partner changes between the phases takes the moment of the switch as its datestamp, as a real system does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from glamflow.sandbox.collection.facts import Work, changed_in_phase2, load_collection, load_works, record_key
from glamflow.sandbox.oai import Format, Item, Repository
from glamflow.sandbox.payloads.agency import render_agency
from glamflow.sandbox.payloads.dublin_core import render_dublin_core
from glamflow.sandbox.payloads.edm import render_edm
from glamflow.sandbox.payloads.lido import render_lido
from glamflow.sandbox.payloads.xml import Element

Renderer = Callable[..., Element]
OAI_DC = ("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/")
LIDO = ("http://www.lido-schema.org/schema/v1.0/lido-v1.0.xsd", "http://www.lido-schema.org")
EDM = ("https://www.europeana.eu/schemas/edm/EDM.xsd", "http://www.europeana.eu/schemas/edm/")

LUMEN_SETS = {
    "paintings": "Måleri", "prints": "Grafik och teckningar", "objects": "Föremål", "sculpture": "Skulptur",
    "archaeology": "Arkeologi", "photographs": "Fotografier", "photographs:press": "Pressfotografier",
    "photographs:staff": "Museets egna fotografier",
}  # fmt: skip
HAVN_SETS = {
    "negatives": "Negativer", "photographs": "Fotografier", "photographs:municipal": "Kommunens egne fotografier",
    "maps": "Kart", "letters": "Brev", "postcards": "Postkort", "minutes": "Protokoller", "drawings": "Tegninger",
}  # fmt: skip


def lumen(base: str, *, phase: int, switched: dt.datetime) -> Repository:
    """The museum: LIDO and oai_dc, seconds, persistent deletions."""
    return Repository(
        name="Lumen Museum", base_url=f"{base}/lumen/oai", admin="data@lumen.example", granularity="second",
        deleted="persistent", sets=LUMEN_SETS, items=_items("lumen-museum", phase, switched), edition=f"{phase}",
        formats=_formats("lumen-museum", base, phase, {"lido": (LIDO, render_lido), "oai_dc": (OAI_DC, render_dublin_core)}),
    )  # fmt: skip


def havn(base: str, *, phase: int, switched: dt.datetime) -> Repository:
    """The archive: EDM and oai_dc, days, deletions that may be forgotten."""
    return Repository(
        name="Havn byarkiv", base_url=f"{base}/havn/oai", admin="arkiv@havn.example", granularity="day",
        deleted="transient", sets=HAVN_SETS, items=_items("havn-archive", phase, switched), edition=f"{phase}",
        formats=_formats("havn-archive", base, phase, {"edm": (EDM, render_edm), "oai_dc": (OAI_DC, render_dublin_core)}),
    )  # fmt: skip


def agency(base: str, *, phase: int, switched: dt.datetime) -> list[dict[str, Any]]:
    """All publications of the agency as JSON objects."""
    page = load_collection("water-agency").record_page
    touched = changed_in_phase2("water-agency") if phase > 1 else frozenset()
    return [
        render_agency(
            work, media_base=f"{base}/media/agency", record_page=page,
            modified=switched.strftime("%Y-%m-%dT%H:%M:%SZ") if work.id in touched else work.stamp,
        )
        for work in load_works("water-agency", phase)
    ]  # fmt: skip


def _items(partner: str, phase: int, switched: dt.datetime) -> tuple[Item, ...]:
    touched = changed_in_phase2(partner) if phase > 1 else frozenset()
    return tuple(
        Item(
            identifier=record_key(partner, work.id), work=work.id, sets=(work.set,), deleted=work.deleted,
            datestamp=switched if work.id in touched else dt.datetime.fromisoformat(work.stamp),
        )
        for work in load_works(partner, phase)
    )  # fmt: skip


def _formats(
    partner: str, base: str, phase: int, known: dict[str, tuple[tuple[str, str], Renderer]]
) -> dict[str, Format]:
    works = {work.id: work for work in load_works(partner, phase)}
    page = load_collection(partner).record_page
    media_base = f"{base}/media/{partner.split('-')[0]}"

    def renderer(render: Renderer) -> Callable[[str], Element]:
        return lambda id: render(_of(works, id), media_base=media_base, record_page=page)

    return {
        prefix: Format(schema=xsd, namespace=ns, render=renderer(render))
        for prefix, ((xsd, ns), render) in known.items()
    }


def _of(works: dict[str, Work], id: str) -> Work:
    return works[id]
