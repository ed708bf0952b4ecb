"""P9149 coordinates of the place shown, P1071 place of making (from the reviewed vocabulary).

P625 stands on items only; the place where an object is kept is no place shown.
"""

from __future__ import annotations

from glamflow.transforms.commons.context import PageContext
from glamflow.transforms.record import PlaceKind
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.statement import Statement, statement


def place_statements(page: PageContext) -> list[Statement]:
    stated = []
    for place in page.record.places:
        if place.kind is PlaceKind.DEPICTED and place.latitude is not None and place.longitude is not None:
            value = values.coordinate(place.latitude, place.longitude)
            stated += [statement(P.COORDINATES_OF_DEPICTED_PLACE, value)] if value else []
        if place.kind is PlaceKind.MADE and not page.shows_object:
            entries = (page.vocabulary.places.get(name.value) for name in place.names)
            items = dict.fromkeys(entry.wikidata for entry in entries if entry and entry.wikidata)
            stated += [statement(P.LOCATION_OF_CREATION, values.item(item)) for item in items]
    return stated
