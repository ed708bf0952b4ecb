"""Records made up for measuring: as long, deep and full as those of real feeds, each one different, the same on every machine.

    make("lido", 17) → bytes     the 18th LIDO record

Compared with real records of museums, libraries and aggregators (those of a kilobyte or more: 15 LIDO, 16 EDM, 24 MARCXML, 20 oai_dc;
medians, a value being anything that the mapped record holds):

| | bytes | elements | values mapped | of these agents, dates, terms, measures, media | values per KB |
|---|---|---|---|---|---|
| LIDO real | 8,333 | 103 | 18 | 1, 1, 4, 2, 0 | 2.1 |
| LIDO made | 11,634 | 150 | 25 | 1, 1, 6, 2, 2 | 2.2 |
| EDM real | 8,581 | 96 | 19 | 1, 1, 6, 0, 1 | 2.6 |
| EDM made | 9,564 | 126 | 25 | 1, 1, 8, 2, 1.5 | 2.6 |
| MARCXML real | 5,601 | 94 | 16.5 | 2, 1, 1, 0, 0 | 2.8 |
| MARCXML made | 6,015 | 106 | 27 | 2.5, 1, 4, 1, 1 | 4.6 |
| oai_dc real | 2,582 | 25 | 22 | 3, 1, 5.5, 0, 0 | 8.7 |
| oai_dc made | 2,581 | 25 | 24 | 3, 1, 6, 0, 0 | 9.3 |

What fewer than half of the real ones have (a place, measures or a medium in oai_dc, a licence in MARCXML) stands in every third record.
No made record holds fewer values per kilobyte than the median of the real ones.
"""

from __future__ import annotations

from collections.abc import Callable

from made_lido import lido
from made_words import Maker

# fmt: off


def make(name: str, number: int) -> bytes:
    """The payload with this number in a format."""
    return _FORMATS[name](Maker(number)).encode()


def _oai_dc(m: Maker) -> str:
    subjects = "".join(f"\n  <dc:subject>{m.words(2)}</dc:subject>" for _ in range(5))
    if m.number % 3 == 0:
        more = f"""
  <dc:format>{m.between(10, 90)} x {m.between(10, 90)} cm</dc:format>
  <dc:identifier>https://media.museum.example/full/{m.number}-{m.between(1, 9)}.jpg</dc:identifier>
  <dc:coverage>{m.place()}</dc:coverage>"""
    else:
        more = f"""
  <dc:audience>{m.words(3)}</dc:audience>
  <dc:source>{m.words(6)}; {m.words(4)}, {m.between(1, 90)}</dc:source>
  <dc:relation>https://collections.museum.example/set/{m.between(1, 90)}</dc:relation>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">
  <dc:title xml:lang="en">{m.title()}</dc:title>
  <dc:creator>{m.name()}, {1800 + m.number % 60}-{1860 + m.number % 60}</dc:creator>
  <dc:contributor>{m.name()} (photographer)</dc:contributor>{subjects}
  <dc:description xml:lang="en">{m.words(60)}. {m.words(40)}.</dc:description>
  <dc:description>{m.words(24)}</dc:description>
  <dc:publisher>{m.place()} Museum</dc:publisher>
  <dc:date>{m.date()}</dc:date>
  <dc:type>Image</dc:type>
  <dc:format>image/jpeg</dc:format>
  <dc:identifier>https://collections.museum.example/object/{m.number}</dc:identifier>
  <dc:identifier>Inv. nr NM {m.number}</dc:identifier>
  <dc:language>swe</dc:language>
  <dc:relation>{m.words(5)}</dc:relation>
  <dc:source>{m.words(3)}, vol. {m.between(1, 90)} ({m.between(1850, 1990)})</dc:source>
  <dc:identifier>museum-{m.number}-{m.between(1, 9)}</dc:identifier>
  <dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>{more}
</oai_dc:dc>
"""


def _labels(m: Maker, element: str, codes: str) -> str:
    return "".join(f'\n    <skos:{element} xml:lang="{code}">{m.words(2)}</skos:{element}>' for code in codes.split())


def _edm(m: Maker) -> str:
    year, base = m.year(), f"https://museum.example/{m.number}"
    shown = (1, 2) if m.number % 2 else (1,)
    resources = "".join(
        f"""
  <edm:WebResource rdf:about="https://media.museum.example/{m.number}/{n}.jpg">
    <dc:description xml:lang="en">Page {n}</dc:description>
    <dc:creator>{m.name()}</dc:creator>
    <edm:rights rdf:resource="http://creativecommons.org/publicdomain/mark/1.0/"/>
    <ebucore:hasMimeType>image/jpeg</ebucore:hasMimeType>
    <ebucore:fileByteSize rdf:datatype="http://www.w3.org/2001/XMLSchema#long">{m.between(10**5, 10**7)}</ebucore:fileByteSize>
    <ebucore:width rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">{m.between(800, 9000)}</ebucore:width>
    <ebucore:height rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">{m.between(800, 9000)}</ebucore:height>
  </edm:WebResource>"""
        for n in shown
    )
    subjects = "".join(
        f"""
  <skos:Concept rdf:about="https://vocabulary.example/{n}-{m.number}">{_labels(m, "prefLabel", "en sv de fr es")}{_labels(m, "altLabel", "en sv de fr es it pl nl da fi pt cs")}
    <skos:exactMatch rdf:resource="http://www.wikidata.org/entity/Q{m.number + n}"/>
  </skos:Concept>"""
        for n in (1, 2, 3)
    )
    views = "".join(
        f'\n    <edm:hasView rdf:resource="https://media.museum.example/{m.number}/{n}.jpg"/>' for n in shown[1:]
    )
    terms = "".join(f'\n    <dc:subject rdf:resource="https://vocabulary.example/{n}-{m.number}"/>' for n in (1, 2, 3))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:dcterms="http://purl.org/dc/terms/" xmlns:edm="http://www.europeana.eu/schemas/edm/" \
xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:skos="http://www.w3.org/2004/02/skos/core#" \
xmlns:wgs84_pos="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:rdaGr2="http://rdvocab.info/ElementsGr2/" \
xmlns:ebucore="http://www.ebu.ch/metadata/ontologies/ebucore/ebucore#" xmlns:owl="http://www.w3.org/2002/07/owl#">
  <edm:ProvidedCHO rdf:about="{base}#object"/>{resources}
  <edm:Agent rdf:about="{base}#maker">
    <skos:prefLabel xml:lang="en">{m.name()}</skos:prefLabel>{_labels(m, "altLabel", "sv de fr es it pl nl da")}
    <rdaGr2:dateOfBirth>{year - 40}</rdaGr2:dateOfBirth>
    <rdaGr2:dateOfDeath>{year + 20}-02-11</rdaGr2:dateOfDeath>
    <owl:sameAs rdf:resource="http://viaf.org/viaf/{m.number + 10**7}"/>
  </edm:Agent>
  <edm:Place rdf:about="{base}#place">
    <wgs84_pos:lat>59.{m.number}</wgs84_pos:lat>
    <wgs84_pos:long>18.{m.number}</wgs84_pos:long>{_labels(m, "prefLabel", "en sv de")}
  </edm:Place>
  <edm:TimeSpan rdf:about="{base}#time">
    <skos:prefLabel xml:lang="en">{m.date()}</skos:prefLabel>
    <edm:begin>{year}-01-01</edm:begin>
    <edm:end>{year + 5}-12-31</edm:end>
  </edm:TimeSpan>{subjects}
  <ore:Aggregation rdf:about="{base}#aggregation">
    <edm:aggregatedCHO rdf:resource="{base}#object"/>
    <edm:dataProvider>Museum of {m.place()}</edm:dataProvider>
    <edm:isShownAt rdf:resource="{base}"/>
    <edm:isShownBy rdf:resource="https://media.museum.example/{m.number}/1.jpg"/>{views}
    <edm:object rdf:resource="https://media.museum.example/{m.number}/1.jpg"/>
    <edm:provider>Aggregator of {m.place()}</edm:provider>
    <edm:rights rdf:resource="http://creativecommons.org/publicdomain/mark/1.0/"/>
  </ore:Aggregation>
  <ore:Proxy rdf:about="{base}#proxy">
    <dc:creator rdf:resource="{base}#maker"/>
    <dc:date rdf:resource="{base}#time"/>
    <dc:description xml:lang="en">{m.words(50)}. {m.words(45)}.</dc:description>
    <dc:format xml:lang="en">{m.material()}</dc:format>
    <dc:identifier>NM {m.number}</dc:identifier>
    <dc:language>sv</dc:language>{terms}
    <dc:subject xml:lang="en">{m.words(2)}</dc:subject>
    <dc:title xml:lang="en">{m.title()}</dc:title>
    <dc:title xml:lang="sv">Bild {m.number} {m.words(2)}</dc:title>
    <dc:type xml:lang="en">photograph</dc:type>
    <dcterms:created>{m.date()}</dcterms:created>
    <dcterms:extent>{year % 90 + 3} x {year % 70 + 3} cm</dcterms:extent>
    <dcterms:isPartOf xml:lang="en">Collection {m.words(2)}</dcterms:isPartOf>
    <dcterms:medium xml:lang="en">{m.material()}</dcterms:medium>
    <dcterms:provenance xml:lang="en">{m.words(8)}</dcterms:provenance>
    <dcterms:spatial rdf:resource="{base}#place"/>
    <edm:europeanaProxy>false</edm:europeanaProxy>
    <edm:type>IMAGE</edm:type>
    <ore:proxyFor rdf:resource="{base}#object"/>
  </ore:Proxy>
</rdf:RDF>
"""


def _marcxml(m: Maker) -> str:
    year = m.year()
    fields: list[tuple[str, str, str]] = [
        ("020", "  ", f"a978{m.number:010}"),
        ("035", "  ", f"a(XX-Mus){m.number:09}"),
        ("040", "  ", "aXX-Mus|bswe|erda"),
        ("041", "1 ", "aswe|hger"),
        ("100", "1 ", f"a{m.name()},|d{year - 40}-{year + 20},|eauthor."),
        ("245", "10", f"a{m.title()} :|b{m.words(6)} /|cby {m.words(2)}"),
        ("246", "3 ", f"aBild {m.number} {m.words(2)}"),
        ("082", "04", f"a{m.between(100, 999)}.{m.between(1, 99)}|222"),
        ("084", "  ", f"aIb{m.between(1, 9)}|2kssb/8"),
        ("099", "  ", f"a{m.number}|bshelf {m.between(1, 99)}"),
        ("250", "  ", f"a{year % 4 + 1} uppl."),
        ("264", " 1", f"a{m.place()} :|b{m.words(2).title()},|c{m.choice(['[{}]', 'c{}', '{}.', '{}-']).format(year)}"),
        ("300", "  ", f"a{year % 300 + 20} p. :|bill. ;|c{year % 20 + 15} cm"),
        ("336", "  ", "atext|btxt|2rdacontent"),
        ("337", "  ", "aunmediated|bn|2rdamedia"),
        ("338", "  ", "avolume|bnc|2rdacarrier"),
        ("490", "1 ", f"a{m.words(3)} ;|v{year % 80}"),
        ("500", "  ", f"a{m.words(12)}."),
        ("520", "  ", f"a{m.words(70)}."),
        *[("540", "  ", "aPublic domain|uhttps://creativecommons.org/publicdomain/mark/1.0/")] * (m.number % 3 == 0),
        ("561", "  ", f"a{m.words(8)}"),
        ("600", "10", f"a{m.name()},|d1801-1865.|0https://authority.example/{m.number}"),
        *(
            ("650", " 7", f"a{m.words(2)}|z{m.place()}|2sao|0https://vocabulary.example/{m.between(1, 10**6)}")
            for _ in range(2)
        ),
        ("651", " 7", f"a{m.place()}|2sao|0https://places.example/{m.number}"),
        ("655", " 7", f"a{m.words(1)}|2saogf"),
        *[("700", "1 ", f"a{m.name()},|d1850-1913,|4ill")] * (m.number % 2),
        ("710", "2 ", f"aMuseum of {m.place()}.|4his"),
        ("852", "  ", f"aMuseum of {m.place()}|hH {m.number}|i{year}"),
        ("856", "40", f"uhttps://media.museum.example/{m.number}.pdf|qapplication/pdf|yFull text"),
        ("856", "42", f"uhttps://collections.museum.example/{m.number}|yRecord"),
    ]
    data = "".join(
        f'\n  <datafield tag="{tag}" ind1="{ind[0]}" ind2="{ind[1]}">'
        + "".join(f'\n    <subfield code="{part[0]}">{part[1:]}</subfield>' for part in parts.split("|"))
        + "\n  </datafield>"
        for tag, ind, parts in fields
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<record xmlns="http://www.loc.gov/MARC21/slim">
  <leader>01234cam a2200301 i 4500</leader>
  <controlfield tag="001">{m.number:09}</controlfield>
  <controlfield tag="003">XX-Mus</controlfield>
  <controlfield tag="005">20250101120000.0</controlfield>
  <controlfield tag="008">250101s{year}    sw a          000 0 swe  </controlfield>{data}
</record>
"""


_FORMATS: dict[str, Callable[[Maker], str]] = {"lido": lido, "edm": _edm, "marcxml": _marcxml, "oai_dc": _oai_dc}
FORMATS = tuple(_FORMATS)
