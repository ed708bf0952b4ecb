"""5,000 invented records as collections are: many kinds of rights in clumps, makers with and without years, gaps."""

from __future__ import annotations

import random
from collections.abc import Callable
from xml.sax.saxutils import escape

_DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_RIGHTS = (
    ("https://creativecommons.org/publicdomain/mark/1.0/", 30), ("https://creativecommons.org/publicdomain/zero/1.0/", 18),
    ("https://creativecommons.org/licenses/by/4.0/", 14), ("CC BY", 9), ("https://rightsstatements.org/vocab/InC/1.0/", 12),
    ("https://creativecommons.org/licenses/by-nc/4.0/", 6), ("Ask the archive before use", 4), ("", 7),
)  # fmt: skip
_MAKERS = ("Jan Example (1830-1899)", "Anna Sample (1841-1921)", "Piet Model (1890-1971)", "Unknown", "Maria Muster (1950-)")

PARTNER = """\
partner: {{slug: feed-museum, name: Feed Museum, wikidata: Q4115189, contact: data@feed.example, language: {language}}}
source: {{type: oai_pmh, url: "{url}", format: oai_dc}}
mapping:
  crosswalk: oai_dc
  language: en
  constants: {{institution: Feed Museum}}
  fields:
    media: {{path: "dc:relation", parse: media}}
    inventory_number: {{path: "dc:identifier[1]", parse: inventory_number}}
    source_url: {{path: "dc:identifier[2]", parse: url}}
rights:
  metadata: cc0
  default_country: NL
  rules:
    - {{id: own-photographs, when: {{before: 1960}}, licensor: partner, approved_by: "A. Registrar", date: 2026-01-02, link: "https://feed.example/rights"}}
media: {{allow_hosts: ["127.0.0.1"]}}
commons: {{attribution: Feed Museum}}
publish: {{approvers: [operator]}}
"""


def mixed_record(seed: int, media: str) -> Callable[[int], str]:
    """Metadata of record number n; `media` is the address of a file."""
    kinds = [text for text, share in _RIGHTS for _ in range(share)]

    def metadata(number: int) -> str:
        clump = random.Random(f"{seed}/{number // 40}")  # neighbours were catalogued together
        dice = random.Random(f"{seed}/{number}")
        rights = clump.choice(kinds) if dice.random() < 0.8 else dice.choice(kinds)
        made = dice.randrange(1790, 1930)
        values = {
            "title": f"Harbour view {number}" if dice.random() > 0.03 else "", "creator": dice.choice(_MAKERS), "date": str(made),
            "type": dice.choice(("painting", "photograph", "drawing", "engraving")), "rights": rights,
        }  # fmt: skip
        parts = [f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in values.items() if value]
        parts.append(f"<dc:identifier>FM-{number:05}</dc:identifier><dc:identifier>https://feed.example/{number}</dc:identifier>")
        if dice.random() > 0.08:
            parts.append(f"<dc:relation>{media}/{number}.jpg</dc:relation>")
        return f"<oai_dc:dc {_DC}>{''.join(parts)}</oai_dc:dc>"

    return metadata
