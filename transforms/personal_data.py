"""Personal data in text that would be published: mail and street addresses, telephone and identity numbers.

Rules
- Only published fields are asked; provenance stays inside and is no reason to hold.
- A street address counts where it is written like one (street word and house number), not where a place is named.
- Dates, inventory numbers and sizes look like numbers of people: only marked or checked numbers count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[a-z]{2,24}\b", re.IGNORECASE)
_PHONE = re.compile(
    r"(?:(?:\btel(?:efon|éfono|éphone|\.|:)?|\bphone|\bmobil\w*|\bpuh\.?|\bhandy|☎)\s*[:.]?\s*(?:\+?\d[\d ()/.-]{5,18}\d))|"
    r"(?<![\w.])\+\d{1,3}[ \d()/-]{6,16}\d",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b[^\W\d_][\w'’.-]{0,40}(?:gatan|vägen|gränd|gata|veien|vegen|gate|gaden|vej|straße|strasse|gasse|allee|platz|straat|laan|weg|katu|tie|kuja)"
    r"\s+\d{1,4}\s?[A-Za-z]?\b(?=\s*(?:,|\d{3}|$))|"
    r"\b\d{1,5}\s+(?:[^\W\d_][\w'’.-]{0,40}\s){1,3}(?:street|road|avenue|lane|boulevard|drive)\b(?=\s*,)|"
    r"\b\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|calle|via|rua|ulica|ul\.)\s+[^\W\d_][\w'’ .-]{2,40},?\s+\d{4,5}\b|"
    r"\b(?:calle|via|rua|ulica|ul\.)\s+[^\W\d_][\w'’ .-]{2,40},?\s+\d{1,4}\s*,\s*\d{4,5}\b",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"\b(?:personnummer|fødselsnummer|henkilötunnus|hetu|cpr(?:-nummer)?|pesel|bsn|dni|nif|codice fiscale|"
    r"social security (?:number|no\.?)|ssn|national id(?:entity)?(?: number| no\.?)?|passport (?:number|no\.?)|"
    r"patient (?:number|no\.?|id)|patientnummer|case (?:number|no\.?)|journalnummer)\s*[:#.]?\s*[\w-]{0,20}\d[\w-]{3,20}",
    re.IGNORECASE,
)
_BIRTH_NUMBER = re.compile(r"(?<![\d-])(?:19|20)?(\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])[-+]?(\d{3})(\d)(?![\d-])")


def find_personal_data(texts: Iterable[str]) -> str:
    """What kind of personal data the first text holds that has any, "" if none."""
    for text in texts:
        for name, pattern in (
            ("a mail address", _MAIL),
            ("a telephone number", _PHONE),
            ("an identity number", _IDENTITY),
            ("a street address", _STREET),
        ):
            if pattern.search(text):
                return name
        if any(_luhn("".join(match.groups())) for match in _BIRTH_NUMBER.finditer(text)):
            return "an identity number"
    return ""


def _luhn(digits: str) -> bool:
    """The check digit of Swedish personal identity numbers: chance leaves one number in ten."""
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(digits)]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
