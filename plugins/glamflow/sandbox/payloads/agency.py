"""JSON of the agency's publications API: one object per language version of a chart or document."""

from __future__ import annotations

from typing import Any

from glamflow.sandbox.collection.facts import Work


def render_agency(work: Work, *, media_base: str, record_page: str, modified: str) -> dict[str, Any]:
    """One item of `/agency/api/v1/publications`."""
    if work.deleted:
        return {"id": work.id, "deleted": True, "modified": modified}
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
        "titles": [{"value": text, "language": code} for code, text in work.titles.items()],
        "abstract": [{"value": text, "language": code} for code, text in work.descriptions.items()],
        "keywords": list(work.subjects.get("en", ())),
        "published": work.date.text if work.date else "",
        "authors": [{"name": m.name, "role": m.role_en or "author", "kind": m.kind} for m in work.makers],
        "publisher": work.published,
        "place": work.place.name if work.place else "",
        "rights": list(work.rights),
        "third_party_content": work.third_party,
        "available": work.available,
        "internal_note": work.internal,
        "url": record_page.format(id=work.id),
        "files": [
            {
                "id": m.id, "url": f"{media_base}/{m.file}", "mime_type": m.mime, "role": m.role,
                "language": work.language, "photographer": m.photographer,
            }
            for m in work.media
        ],
    }  # fmt: skip
