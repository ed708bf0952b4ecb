"""The licence table of the README, made from the data, so that people read what the engine reads."""

from __future__ import annotations

from glamflow.transforms.rights.licences import Licence, all_licences

START, END = "<!-- licences: start -->", "<!-- licences: end -->"


def licence_table() -> str:
    """Free licences as Markdown: one row per code and version, ports together, those without an item in brackets."""
    rows: dict[str, list[Licence]] = {}
    for licence in all_licences():
        rows.setdefault("/".join(licence.name.split("/")[:2]), []).append(licence)
    lines = ["| licence | template | item (P275) | ports |", "|---|---|---|---|"]
    for name, licences in sorted(rows.items()):
        first = next((x for x in licences if x.name == name), None)
        ports = " ".join(_port(x) for x in licences if x.name != name)
        template = f"`{first.template}`" if first else f"`Cc-{name.replace('/', '-')}-<port>`"
        lines.append(f"| {name} | {template} | {first.item if first else ''} | {ports} |")
    return "\n".join(lines)


def _port(licence: Licence) -> str:
    port = licence.name.rsplit("/", 1)[-1]
    return port if licence.item else f"({port})"
