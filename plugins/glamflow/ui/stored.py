"""What lies finished in the store: a partner's report, a run's quality report, thumbnails."""

from __future__ import annotations

import mimetypes
import re

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from glamflow.orchestration.pages import run_of_token
from glamflow.store import layout
from glamflow.transforms.errors import Permanent
from glamflow.ui.auth import User, require_partner
from glamflow.ui.books import open_store

router = APIRouter()
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAMES = {"index.html": "html", "report.csv": "csv", "report.json": "json", "community.csv": "community.csv", "community.json": "community.json"}


@router.get("/partners/{slug}/report", response_model=None)
def report(user: User, slug: str) -> Response:
    """The newest report."""
    return beside_report(user, slug, "index.html")


@router.get("/partners/{slug}/{name}", response_model=None)
def beside_report(user: User, slug: str, name: str) -> Response:
    """The files that the report links to beside itself."""
    if name not in _NAMES:
        raise HTTPException(404, "There is no such page.")
    return _object(layout.report(require_partner(user, slug), "latest", _NAMES[name]), name, missing="No report yet.")


@router.get("/partners/{slug}/quality/{token}/{path:path}", response_model=None)
def quality(user: User, slug: str, token: str, path: str) -> Response:
    """Great Expectations' own pages about one run."""
    try:
        run = run_of_token(token)
    except ValueError as error:
        raise HTTPException(404, "There is no such run.") from error
    return _object(f"{layout.data_docs(require_partner(user, slug), run)}/{path}", path, missing="This run changed nothing.")


@router.get("/partners/{slug}/thumbnail/{sha256}", response_model=None)
def thumbnail(user: User, slug: str, sha256: str) -> Response:
    if not _SHA256.fullmatch(sha256):
        raise HTTPException(404, "There is no such picture.")
    return _object(layout.media_thumbnail(require_partner(user, slug), sha256), "x.jpg", missing="There is no such picture.")


def _object(key: str, name: str, *, missing: str) -> Response:
    try:
        content = open_store().get(key)
    except (KeyError, Permanent) as error:
        raise HTTPException(404, missing) from error
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, media_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
