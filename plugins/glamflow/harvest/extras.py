"""What an API leaves to its reader: fetching the details of a record, and making addresses out of its values.

    details:   {artifact: "/artifact/uuid/{artifact.uuid}"}     the answer is put into the record under that key
    addresses: {image: "https://iiif.example/{image_id}/full/max/0/default.jpg"}
    addresses: {files: {each: item.files, where: {source: original}, url: "https://a.example/{identifier}/{name}"}}

Rules
- A placeholder is a dotted path, looked for in the item of `each`, then in the record; its value is percent-encoded, but
  a value that is the whole address stays as it is. Where a value is missing there is no address.
- An item of `each` that is no object but a text or a number is its `value`; its place in the list, from 0, is its `number`.
- Nothing is computed, joined or decided here: the record keeps everything that the source gave, with keys added.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from glamflow.harvest.json_path import as_text, look
from glamflow.harvest.spec import EachAddress, RestSpec

Fetch = Callable[[str], Any]
"""Address (may be relative to the source) → the answer as JSON."""

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def complete(item: dict[str, Any], rest: RestSpec, fetch: Fetch) -> dict[str, Any]:
    """The record with details fetched and addresses made."""
    whole = dict(item)
    for name, template in rest.details.items():
        if address := fill(template, whole):
            whole[name] = fetch(address)
    for name, wanted in rest.addresses.items():
        made = _each(wanted, whole) if isinstance(wanted, EachAddress) else fill(wanted, whole)
        if made:
            whole[name] = made
    return whole


def fill(template: str, *places: dict[str, Any]) -> str:
    """The address, "" if a placeholder has no value in any of `places`."""
    found = {path: _value(path, places) for path in _PLACEHOLDER.findall(template)}
    if not all(found.values()):
        return ""
    alone = len(found) == 1 and template == f"{{{next(iter(found))}}}"
    return _PLACEHOLDER.sub(lambda match: found[match[1]] if alone else quote(found[match[1]], safe=""), template)


def _value(path: str, places: tuple[dict[str, Any], ...]) -> str:
    return next((text for place in places if (text := as_text(look(place, path)))), "")


def _each(wanted: EachAddress, record: dict[str, Any]) -> list[dict[str, Any]]:
    listed = look(record, wanted.each)
    items = [_as_object(one, number) for number, one in enumerate(listed)] if isinstance(listed, list) else []
    chosen = [one for one in items if one and all(as_text(look(one, key)) == value for key, value in wanted.where.items())]
    return [{**one, "url": address} for one in chosen if (address := fill(wanted.url, one, record))]


def _as_object(item: Any, number: int) -> dict[str, Any]:
    """The item with names for its parts; nothing of what is neither object nor text."""
    if isinstance(item, dict):
        return item
    text = as_text(item)
    return {"value": text, "number": number} if text else {}
