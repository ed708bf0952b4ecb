"""What only people may write on a file page: permission tickets, the results of reviews, links to tickets.

A page that holds one of these does not leave the house, whoever put it there: a partner's own template, a rule's licence text, a bug.
https://commons.wikimedia.org/wiki/Commons:Volunteer_Response_Team and https://commons.wikimedia.org/wiki/Commons:License_review
"""

from __future__ import annotations

import re

from glamflow.transforms.commons.templates import templates_used

_TICKETS = re.compile(
    r"(permission ?(ticket|otrs|vrt|pending|received)|vrt ?permission|vrts?|otrs.*|ticket|vrt ticket)", re.IGNORECASE
)
_REVIEWS = re.compile(
    r"(license ?review.*|licence ?review.*|review ?license|flick(r ?)?review.*|user:flickreviewr.*|image ?review.*)",
    re.IGNORECASE,
)
_LINKS = re.compile(r"ticket\.wikimedia\.org|\[\[\s*(ticket|otrs|vrt)\s*:|(?:TicketID|TicketNumber)=", re.IGNORECASE)


def never_written(wikitext: str) -> tuple[str, ...]:
    """What stands in the text although a bot must not write it, in words for an operator."""
    names = dict.fromkeys(used.name.replace("_", " ") for used in templates_used(wikitext))
    tickets = [f"permission template “{name}”" for name in names if _TICKETS.fullmatch(name)]
    reviews = [f"review result “{name}”" for name in names if _REVIEWS.fullmatch(name)]
    links = [f"ticket link “{match[0]}”" for match in _LINKS.finditer(wikitext)]
    return tuple(dict.fromkeys([*tickets, *reviews, *links]))
