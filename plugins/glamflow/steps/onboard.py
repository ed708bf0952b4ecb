"""A first partner file from a feed: probe it, write down what it says, leave to people what only they can say.

The text passes `glamflow lint` as it is; each line that waits for a person says so.
"""

from __future__ import annotations

import json

from glamflow.harvest.protocol import SourceFacts
from glamflow.transforms.errors import SourceRefused

# The richest format first; what stands behind is the crosswalk that reads it.
FORMATS = (
    ("lido", "lido"), ("oai_lido", "lido"), ("edm", "edm"), ("ksamsok-rdf", "soch"), ("mods", "mods"), ("marc21", "marcxml"),
    ("marcxml", "marcxml"), ("oai_marc", "marcxml"), ("mets", "mets"), ("oai_ead", "ead"), ("ead", "ead"), ("ead3", "ead"),
    ("qdc", "qdc"), ("oai_qdc", "qdc"), ("oai_dc", "oai_dc"),
)  # fmt: skip
_SHOWN_SETS, _SHOWN_COLUMNS = 12, 60

_FRAME = """\
# yaml-language-server: $schema=../../schemas/partner.schema.json
# Written by `glamflow init`. Lines with TO DECIDE wait for a person; `glamflow lint` checks the file,
# `glamflow assess {slug}` tells what its records would give.
partner:
  slug: {slug}
  name: {name}
  contact: {contact}   # TO DECIDE: the person at the partner who answers questions
  # wikidata: Q…       # TO DECIDE: the partner's own item
  language: {language}         # of the partner's reports: en, sv, fr, ar
{body}rights:
  metadata: facts-only   # TO DECIDE: cc0 or cc-by if the partner gives its texts so; facts-only until then
  # default_country: SE  # TO DECIDE: where the works were published, unless a record says otherwise
  # licence_versions: {{by: "4.0"}}   # the partner's written word on licences that carry no version
  # rules:               # decisions of people on rights, each with name, date and link
media: {{select: largest, max_bytes: 4GiB, exif: keep}}
commons:
  template: auto
  title: "{{title}} - {{partner}} - {{identifier}}"
  attribution: {name}    # TO DECIDE: the credit as the partner wants it
wikidata: {{items: "off"}}
quality: {{max_rejected: 5%, require: [title, rights, media, source_url]}}
publish: {{level: pilot, review: every, approvers: [operator]}}   # TO DECIDE: who may approve (ids of Airflow's users)
schedule: {{ingest: none, sync: none}}   # "@daily", "@weekly" once the first run was looked at
"""


def compose(slug: str, body: str, *, name: str, contact: str, language: str = "en") -> str:
    """The whole file around `source:` and `mapping:`."""
    return _FRAME.format(slug=slug, name=_quoted(name), contact=_quoted(contact), language=language, body=body.rstrip() + "\n")


def oai_body(url: str, facts: SourceFacts) -> str:
    """`source:` and `mapping:` for an OAI-PMH feed that was probed; the rest as comments."""
    prefix, crosswalk = choose_format(url, facts.formats)
    sets = "\n".join(f"  #   {spec}: {title}" for spec, title in _one_line(facts.sets[:_SHOWN_SETS]))
    more = f"\n  #   … and {len(facts.sets) - _SHOWN_SETS} more" if len(facts.sets) > _SHOWN_SETS else ""
    offered = f"  # sets: […]   # all of these if left out:\n{sets}{more}\n" if facts.sets else ""
    earliest = f"; first datestamp {facts.earliest:%Y-%m-%d}" if facts.earliest else ""
    return (
        "source:\n  type: oai_pmh\n"
        f"  url: {_quoted(url)}\n"
        f"  format: {_quoted(prefix)}   # offered: {', '.join(_clean(one) for one in facts.formats)}\n"
        f"{offered}"
        f"  deleted: {_quoted(facts.deleted)}   # as the feed says of itself; granularity: {facts.granularity}{earliest}\n"
        "  # window: P30D          # cut the harvest into stretches: shorter ways back after a fault\n"
        "  # requests_per_second: 1  # 5 if left out\n"
        "mapping:\n"
        f"  crosswalk: {crosswalk}\n"
        "  language: en   # TO DECIDE: of texts that carry no language\n"
        "  # fields:       # where the crosswalk does not find what the partner means: selector + named parser\n"
    )


def choose_format(url: str, offered: tuple[str, ...]) -> tuple[str, str]:
    """(prefix, crosswalk): the richest that we read."""
    known = {prefix.casefold(): prefix for prefix in offered}
    for prefix, crosswalk in FORMATS:
        if prefix in known:
            return known[prefix], crosswalk
    raise SourceRefused(
        f"{url} offers no format that we read ({', '.join(offered) or 'none at all'}).",
        hint="Every OAI-PMH feed should offer oai_dc: ask the partner.",
    )


def file_body(url: str, *, kind: str, columns: tuple[str, ...], key: str, records: str = "", crosswalk: str = "") -> str:
    """`source:` and `mapping:` for a file of records; `crosswalk` "": the format was not known."""
    crosswalk = crosswalk or ("rows" if kind != "xml" else "oai_dc")
    listed = f"    records: {_quoted(records)}\n" if records else ""
    return (
        f"source:\n  type: dump\n  url: {_quoted(url)}\n  format: {crosswalk}\n  dump:\n    kind: {kind}\n{listed}"
        f"    id: {_quoted(key)}   # TO DECIDE: {'the column' if kind != 'xml' else 'the element'} that never changes for an object\n"
        f"mapping:\n  crosswalk: {crosswalk}\n"
        "  language: en   # TO DECIDE: of texts that carry no language\n"
        f"  # The file has: {', '.join(_clean(column) for column in columns[:_SHOWN_COLUMNS])}\n"
        "  # fields:       # for columns that are not found by their name, e.g.\n"
        "  #   titles: {path: Objektnamn, parse: text}\n"
    )


def likely_key(columns: tuple[str, ...]) -> str:
    """The column that looks most like an identifier, else the first."""
    wanted = ("id", "identifier", "uuid", "object_number", "objectnumber", "accession_number", "inventory_number", "inventarienummer", "uri")
    folded = {column.casefold().replace(" ", "_"): column for column in reversed(columns)}
    return next((folded[name] for name in wanted if name in folded), columns[0] if columns else "id")


def _one_line(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(_clean(one), _clean(other)) for one, other in pairs]


def _clean(text: str) -> str:
    """Words of a feed inside a comment: one line, no control characters, not endless."""
    return "".join(character if character.isprintable() else " " for character in text)[:100]


def _quoted(text: str) -> str:
    """A YAML scalar: JSON strings are YAML."""
    return json.dumps(_clean(text) if len(text) < 100 else text, ensure_ascii=False)
