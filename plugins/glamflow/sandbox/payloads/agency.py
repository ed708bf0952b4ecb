"""JSON of the agency's publications API: one object per language version of a chart or document."""

from __future__ import annotations

from typing import Any

from glamflow.sandbox.collection.facts import Work


def render_agency(work: Work, *, media_base: str, record_page: str, modified: str) -> dict[str, Any]:
    """One item of `/agency/api/v1/publications`."""
    if work.deleted:
        return {"id": work.id, "deleted": True, "modified": modified}
    title_language = work.language or next(iter(work.titles), "en")
    return {
        "id": work.id,
        "deleted": False,
        "modified": modified,
        "collection": work.set,
        "symbol": work.symbol,
        "document_number": work.number,
        "version_group": work.group,
        "language": work.language,
        "type": work.type.get("en", ""),
        "title": work.titles.get(title_language, ""),
        "title_en": work.titles.get("en", ""),
        "abstract": next(iter(work.descriptions.values()), ""),
        "keywords": list(work.subjects.get("en", ())),
        "published": work.date.text if work.date else "",
        "authors": [{"name": m.name, "role": m.role_en or "author", "type": m.kind} for m in work.makers],
        "publisher": work.published,
        "place": work.place.name if work.place else "",
        "licence": next((v for v in work.rights if v.startswith("http")), ""),
        "licence_text": next((v for v in work.rights if not v.startswith("http")), ""),
        "third_party_content": work.third_party,
        "available": work.available,
        "internal_note": work.internal,
        "url": record_page.format(id=work.id),
        "files": [
            {"id": m.id, "url": f"{media_base}/{m.file}", "mime_type": m.mime, "kind": m.role, "label": work.language}
            for m in work.media
        ],
    }
