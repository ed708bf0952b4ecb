"""IIIF Presentation 2 and 3 manifests → draft.

Rules
- Each canvas is a medium: the first painting of an image, sound or video, fetched in full size through its image service where
  there is one. A canvas is the id; of a choice the default counts.
- `rights` (3) and `license` (2) of the manifest speak of the object, those of a canvas or image of the medium; `requiredStatement` and
  `attribution` are kept verbatim as statements of the object.
- A metadata pair under a label such as "Rights" or "Lizenz" is a statement of the object, too: it may deny what `rights` grants.
- A required statement under a label that names the holder ("Held by") is the institution.
- `metadata` pairs are read where their label is a known word ("Artist", "Konstnär", …); everything else stays inside.
Words: `data/iiif.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from glamflow.transforms.fields.media import iiif_service, is_page_label, media_id, role_and_page
from glamflow.transforms.fields.text import clean_line, clean_text
from glamflow.transforms.formats.draft import Draft
from glamflow.transforms.parsers import PARSERS
from glamflow.transforms.plain_values import flatten
from glamflow.transforms.record import MediaRef, MediaRole, RightsLevel, RightsStatement, Speaker, Text

Json = Mapping[str, Any]


@cache
def _labels() -> dict[str, tuple[str, str]]:
    data = json.loads((files("glamflow.transforms.formats") / "data" / "iiif.json").read_text("utf-8"))
    return {word: (entry["field"], entry["parse"]) for entry in data for word in entry["labels"]}


def is_iiif(value: Json) -> bool:
    """Whether an object is a manifest (or collection) at all."""
    kind = str(value.get("type") or value.get("@type") or "")
    return kind.endswith(("Manifest", "Collection")) or bool(value.get("sequences"))


def read_iiif(manifest: Json, draft: Draft) -> None:
    """Fill the draft from a manifest; a collection gives its label and no media."""
    for field, target in (
        ("label", draft.titles),
        ("summary", draft.descriptions),
        ("description", draft.descriptions),
    ):
        for text, language in texts(manifest.get(field)):
            draft.text(target, text, language)
    for pair in _objects(manifest.get("metadata")):
        _read_pair(pair, draft)
    for key in ("rights", "license"):
        for value in _strings(manifest.get(key)):
            draft.statement(value)
    statement = manifest.get("requiredStatement")
    if isinstance(statement, Mapping):
        _read_required(statement, draft)
    for text, language in texts(manifest.get("attribution")):
        draft.statement(text, language=language)
    for key in ("homepage", "related", "rendering"):
        for item in flatten(manifest.get(key)):
            url = _id(item) if isinstance(item, Mapping) else item
            is_page = not isinstance(item, Mapping) or "html" in str(item.get("format", "html"))
            if isinstance(url, str) and url.startswith("http") and is_page:
                draft.put("source_url", url)
    for provider in _objects(manifest.get("provider")):
        draft.put("institution", next((text for text, _ in texts(provider.get("label"))), ""))
    for position, canvas in enumerate(_canvases(manifest), start=1):
        _read_canvas(canvas, draft, position)


def _read_required(statement: Json, draft: Draft) -> None:
    """The statement that must be shown; under a label such as "Held by" it names the institution and says nothing of rights."""
    field, _ = _known(statement)
    for text, language in texts(statement.get("value")):
        if field == "institution":
            draft.put("institution", clean_line(text).value)
        else:
            draft.statement(text, language=language)


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """(text, language) pairs of a version 3 language map, or a version 2 string, {"@value"} or list of them."""
    for item in flatten(value):
        if isinstance(item, str):
            yield item, ""
        elif isinstance(item, Mapping) and isinstance(item.get("@value", item.get("value")), str):
            yield str(item.get("@value", item.get("value"))), str(item.get("@language", item.get("language", "")) or "")
        elif isinstance(item, Mapping):
            for language, inner in item.items():
                for text in flatten(inner):
                    if isinstance(text, str) and not str(language).startswith("@"):
                        yield text, "" if language == "none" else str(language)


def _objects(value: Any) -> Iterator[Json]:
    return (item for item in flatten(value) if isinstance(item, Mapping))


def _strings(value: Any) -> Iterator[str]:
    for item in flatten(value):
        text = _id(item) if isinstance(item, Mapping) else item
        if isinstance(text, str):
            yield text


def _id(item: Json) -> str:
    value = item.get("id") or item.get("@id") or ""
    return value if isinstance(value, str) else ""


def _read_pair(pair: Json, draft: Draft) -> None:
    field, parse = _known(pair)
    for value, language in texts(pair.get("value")):
        if not field:
            label = next((text.strip().lower().rstrip(":") for text, _ in texts(pair.get("label"))), "metadata")
            draft.keep(f"iiif.{label}", clean_line(value).value)
            continue
        PARSERS[parse].read(draft, field, clean_text(value).value, language)


def _known(pair: Json) -> tuple[str, str]:
    """The field and parser that a label stands for, "" for a label that is not known."""
    labels = (text.strip().lower().rstrip(":") for text, _ in texts(pair.get("label")))
    return next((_labels()[label] for label in labels if label in _labels()), ("", ""))


def _canvases(manifest: Json) -> Iterator[Json]:
    yield from (c for c in _objects(manifest.get("items")) if c.get("type") == "Canvas")
    for sequence in _objects(manifest.get("sequences")):
        yield from _objects(sequence.get("canvases"))


def _paintings(canvas: Json) -> Iterator[Json]:
    for page in _objects(canvas.get("items")):
        for annotation in _objects(page.get("items")):
            if annotation.get("motivation") == "painting":
                yield from _objects(annotation.get("body"))
    for annotation in _objects(canvas.get("images")):
        yield from _objects(annotation.get("resource"))


def _default(body: Json) -> Json:
    """Of a choice the default (version 2) or the first (version 3)."""
    if body.get("type") == "Choice":
        return next(_objects(body.get("items")), body)
    return next(_objects(body.get("default")), body) if body.get("@type") == "oa:Choice" else body


def _read_canvas(canvas: Json, draft: Draft, position: int) -> None:
    body = next((found for found in map(_default, _paintings(canvas)) if _id(found).startswith("http")), None)
    if body is None:
        return
    service = next((_id(s) for s in _objects(body.get("service")) if _is_image_service(s)), "")
    shown = list(texts(canvas.get("label")))
    words = [text for text, _ in shown]
    role, page = role_and_page(words)
    page = page or next((w.strip("[] ") for w in words if is_page_label(w)), "")
    rights = [
        RightsStatement(value=value, level=RightsLevel.MEDIUM, speaker=Speaker.HOLDER)
        for thing in (canvas, body)
        for key in ("rights", "license")
        for value in _strings(thing.get(key))
    ]
    url = _full_size(service, body) if service else _id(body)
    draft.medium(
        MediaRef(
            id=media_id("", service.rstrip("/") + "/full/max/0/default.jpg" if service else _id(body)),
            url=url,
            role=MediaRole.PAGE if page and role is MediaRole.UNKNOWN else role,
            position=position,
            page=page,
            labels=tuple(Text(value=text, language=draft.tag(language)) for text, language in shown if text),
            mime=body["format"] if isinstance(body.get("format"), str) else "",
            width=_number(body.get("width")),
            height=_number(body.get("height")),
            iiif_service=service or iiif_service(_id(body)),
            rights=tuple(dict.fromkeys(rights)),
        )
    )


def _is_image_service(service: Json) -> bool:
    words = f"{service.get('@context', '')} {service.get('type', '')} {service.get('@type', '')} {service.get('profile', '')}"
    return "image" in words.lower()


def _full_size(service: str, body: Json) -> str:
    """The address of the whole image: "max" is known to versions 2.1 and 3, "full" to older ones."""
    old = "/full/full/" in _id(body) or any("image/2" in str(s.get("@context", "")) or "image/2" in str(s.get("profile", "")) or "image-api/1" in str(s.get("profile", ""))
              for s in _objects(body.get("service")))  # fmt: skip
    return f"{service.rstrip('/')}/full/{'full' if old else 'max'}/0/default.jpg"


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else None
