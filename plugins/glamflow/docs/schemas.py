"""JSON Schemas of what we store and hand out, from the types themselves: `schemas/<name>.schema.json`.

`record` and `finding` are lines of batch objects, `plan` is one action of a plan (a plan is a file of such lines), `event` a
line of a sealed audit segment, `report` the figures of a partner's report. The partner file's schema is written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from glamflow.audit.seal import Event
from glamflow.reports.schema import report_schema
from glamflow.transforms.actions import PlanAction
from glamflow.transforms.outcome import Finding
from glamflow.transforms.record import Record

TYPES: dict[str, Any] = {"record": Record, "finding": Finding, "plan": PlanAction, "event": Event}


def documents() -> Mapping[str, str]:
    found = {**{name: schema_of(name) for name in TYPES}, "report": report_schema()}
    return {f"schemas/{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n" for name, schema in found.items()}


def schema_of(name: str) -> dict[str, Any]:
    """The schema of one type, complete in itself."""
    (schema,), components = msgspec.json.schema_components([TYPES[name]], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:glamflow:{name}",
        "title": f"{name.capitalize()} of glamflow",
        **schema,
        "$defs": dict(sorted(components.items())),
    }
