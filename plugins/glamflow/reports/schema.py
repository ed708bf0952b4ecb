"""`schemas/report.schema.json`, written from the types: `python -m glamflow.reports.schema` renews it, a test holds it current."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from glamflow.reports.figures import VERSION, Report

PATH = Path(__file__).resolve().parents[3] / "schemas" / "report.schema.json"


def report_schema() -> dict[str, Any]:
    """JSON Schema of a report as it is delivered."""
    schema = msgspec.json.schema(Report)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:glamflow:report", "title": f"Report to a partner, version {VERSION}"}
    return head | schema


def text() -> str:
    """The file's content."""
    return json.dumps(report_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
