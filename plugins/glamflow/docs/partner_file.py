"""`dags/partners/README.md`: every key of a partner file, from `schemas/partner.schema.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from glamflow import schemas
from glamflow.docs import HEAD

_TEXT = f"""\
# Partner files

{HEAD}

One file per partner, `<slug>.yaml`: facts and policy, no expressions. `glamflow lint` checks it at your desk and names
file, line and what to do; in Airflow a file that cannot be used becomes `<slug>__config_error`. An unknown key is an error.
Judgement goes into a function, `transforms/partners/<slug>.py` (see `transforms/README.md`).

To begin, let `glamflow init` look at the source and write one, or copy the sample that is nearest: [`lumen-museum.yaml`](lumen-museum.yaml) (OAI-PMH with LIDO),
[`havn-archive.yaml`](havn-archive.yaml) (OAI-PMH with oai_dc or EDM), [`water-agency.yaml`](water-agency.yaml) (a paged JSON API).

Keys in **bold** must be there.
"""


def documents() -> Mapping[str, str]:
    schema = schemas.load("partner")
    parts = [_TEXT]
    for name, part in schema["properties"].items():
        must = "" if name in schema["required"] else " (may be left out)"
        parts.append(f"\n## {name}{must}\n\n")
        if part.get("description"):
            parts.append(f"{part['description']}\n\n")
        parts.append("| key | value | meaning |\n|---|---|---|\n")
        parts += (f"| {key} | {_cell(value)} | {_cell(text)} |\n" for key, value, text in _rows(part, schema, ""))
    return {"dags/partners/README.md": "".join(parts)}


def _rows(part: dict[str, Any], schema: dict[str, Any], prefix: str) -> Iterator[tuple[str, str, str]]:
    """Key, kind of value and meaning, depth first; what may be named freely stands as `<name>`."""
    named = [(key, key in part.get("required", ()), inner) for key, inner in part.get("properties", {}).items()]
    if isinstance(part.get("additionalProperties"), dict):
        named.append(("<name>", False, part["additionalProperties"]))
    told: dict[str, str] = {}  # a shared part is told once, at its first key
    for key, must, inner in named:
        resolved = _resolved(inner, schema)
        path = f"{prefix}{key}"
        first = told.setdefault(inner.get("$ref", path), path)
        kind = _kind(resolved) if first == path or "properties" not in str(resolved) else f"as `{first}`"
        yield f"**`{path}`**" if must else f"`{path}`", kind, resolved.get("description", "")
        if first != path:
            continue
        yield from _rows(resolved, schema, f"{path}.")
        if resolved.get("type") == "array":
            yield from _rows(_resolved(resolved.get("items", {}), schema), schema, f"{path}[].")


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = part.get("$ref", "").removeprefix("#/$defs/")
    return {**schema["$defs"][name], **{key: value for key, value in part.items() if key != "$ref"}} if name else part


def _kind(part: dict[str, Any]) -> str:
    """What may stand there, in a few words."""
    if "enum" in part:
        return " · ".join(f"`{value}`" for value in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if "oneOf" in part and "type" not in part:
        return " or ".join(_kind(choice) for choice in part["oneOf"])
    types = part.get("type", "any")
    words = " or ".join(types) if isinstance(types, list) else types
    if types == "array":
        return f"list of {_kind(part.get('items', {}))}"
    bounds = [f"{sign} {part[key]}" for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤")) if key in part]
    return " ".join(["section" if words == "object" else words, *bounds])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
