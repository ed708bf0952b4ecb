"""`.readme/flow.svg`: the picture of the flow on the first page. Three rows are the three DAGs of a partner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

WIDTH, HEIGHT = 1000, 452
BOX, GAP, LEFT = 118, 20, 170
INK, LINE, PAPER = "#202124", "#5f6368", "#ffffff"
ROWS = (
    ("ingest", "#e8f0fe", "#1a56b0", (
        ("harvest", "pages kept raw"), ("map", "any format → record"), ("check", "rights, reasons"), ("quality", "Great Expectations"),
        ("gate", "stop, or go on"),
    )),
    ("publish", "#e6f4ea", "#1e6e3a", (
        ("stage", "fetch, decode, hash"), ("plan", "one digest over all"), ("approve", "a person decides"), ("publish", "journal first"),
        ("verify", "read again"),
    )),
    ("sync", "#fef7e0", "#8a5a00", (
        ("observe", "what people did"), ("settle", "what was unsure"), ("report", "for the partner"), ("deliver", "page, table, figures"),
    )),
)  # fmt: skip
TOP, PITCH, TALL = 34, 108, 74


def documents() -> Mapping[str, str]:
    return {".readme/flow.svg": picture()}


def picture() -> str:
    """The whole picture, in fonts that every machine has."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="system-ui, sans-serif" role="img">',
        "<title>From a partner's feed through ingest, publish and sync to Wikimedia Commons and back</title>",
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{LINE}"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="{PAPER}"/>',
        *_rows(),
        *_outside(),
        *_ground(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows() -> Iterator[str]:
    for number, (name, tint, ink, steps) in enumerate(ROWS):
        y = TOP + number * PITCH
        for place, (step, does) in enumerate(steps):
            x = LEFT + place * (BOX + GAP)
            bold = step == "approve"
            yield _box(x, y, BOX, TALL, tint, ink, width=2.5 if bold else 1)
            yield _text(x + BOX / 2, y + 32, step, size=16, ink=ink, weight=600)
            yield _text(x + BOX / 2, y + 54, does, size=10.5)
            if place:
                yield _arrow(x - GAP, y + TALL / 2, x, y + TALL / 2)
        yield _text(LEFT, y - 9, f"<slug>__{name}", size=12, ink=ink, anchor="start")


def _outside() -> Iterator[str]:
    """Partner on the left, wikis on the right, and what goes between them and the rows."""
    middle = [TOP + row * PITCH + TALL / 2 for row in range(3)]
    right = LEFT + 5 * (BOX + GAP) + 12
    yield _box(16, TOP, 120, TOP + 2 * PITCH + TALL - TOP, "#f1f3f4", LINE)
    yield _text(76, middle[1] - 14, "partner", size=16, weight=600)
    for line, words in enumerate(("OAI-PMH", "JSON API, IIIF", "dumps")):
        yield _text(76, middle[1] + 8 + 17 * line, words, size=11.5)
    yield _box(right, TOP + PITCH, WIDTH - 16 - right, PITCH + TALL, "#f1f3f4", LINE)
    centre = (right + WIDTH - 16) / 2
    yield _text(centre, middle[1] + 32, "Wikimedia", size=14, weight=600)
    yield _text(centre, middle[1] + 50, "Commons,", size=14, weight=600)
    yield _text(centre, middle[1] + 68, "Wikidata", size=14, weight=600)
    yield _arrow(136, middle[0], LEFT, middle[0])
    publish = LEFT + 3 * (BOX + GAP) + BOX / 2
    yield _path(f"M{publish} {middle[1] + TALL / 2} v12 H{right}")  # publish → wiki
    yield _arrow(right, middle[1], right - 12 - GAP, middle[1])  # wiki → verify
    yield _path(f"M{LEFT + 5 * (BOX + GAP) - GAP} {middle[0]} h16 v{TALL / 2 + 17} H{LEFT + BOX - 12} v17")  # gate → stage
    yield _path(f"M{right} {middle[2] + 28} H{right - 24} v{TALL / 2 - 14} H{LEFT + BOX / 2} v-14")  # wiki → observe
    yield _path(f"M{LEFT + 3 * (BOX + GAP) + BOX / 2} {middle[2] + TALL / 2} v22 H76 v-22")  # deliver → partner


def _ground() -> Iterator[str]:
    y = TOP + 2 * PITCH + TALL + 38
    wide = (WIDTH - 32 - 2 * GAP) / 3
    for place, (name, does) in enumerate((
        ("object store", "raw pages, records, media, plans: by content"), ("ledger", "every record, file and edit: guarded states"),
        ("audit chain", "sealed events, hash by hash, published head"),
    )):  # fmt: skip
        x = 16 + place * (wide + GAP)
        yield _box(x, y, wide, 56, PAPER, LINE)
        yield _text(x + wide / 2, y + 24, name, size=14, weight=600)
        yield _text(x + wide / 2, y + 43, does, size=11)


def _box(x: float, y: float, wide: float, tall: float, fill: str, line: str, *, width: float = 1) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{tall:g}" rx="8" fill="{fill}" stroke="{line}" stroke-width="{width:g}"/>'


def _text(x: float, y: float, words: str, *, size: float, ink: str = INK, weight: int = 400, anchor: str = "middle") -> str:
    safe = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{ink}" text-anchor="{anchor}">{safe}</text>'


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return _path(f"M{x1:g} {y1:g} L{x2:g} {y2:g}")


def _path(d: str) -> str:
    return f'<path d="{d}" fill="none" stroke="{LINE}" stroke-width="1.4" stroke-linejoin="round" marker-end="url(#tip)"/>'
