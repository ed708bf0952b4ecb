"""Who is looking, and what may they see? Airflow mounts plugin apps outside its own login, so ours asks itself.

The session is read by the auth manager's own means (cookie or bearer token, expiry and revocation included), and a
partner's pages are open to whoever may read its ingest DAG. Airflow names used here (CI imports them, see
tests/dags): `core_api.security.get_user`, `get_auth_manager`, `DagDetails`.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

User = Annotated[Any, Depends(get_user)]
"""A signed-in user; 401 without a valid session."""


def may_read(user: Any, slug: str) -> bool:
    """May this user read the partner, that is its ingest DAG?"""
    details = DagDetails(id=f"{slug}__ingest")
    return bool(get_auth_manager().is_authorized_dag(method="GET", details=details, user=user))


def require_partner(user: User, slug: str) -> str:
    """The slug, or 404: whether a partner exists is not told to whoever may not read it."""
    if not may_read(user, slug):
        raise HTTPException(404, "There is no such partner, or you may not see it.")
    return slug


async def to_login(request: Request, error: Exception) -> Response:
    """A browser without a session goes to the login and comes back; anything else gets the plain status."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    if status == 401 and "text/html" in request.headers.get("accept", ""):
        login = get_auth_manager().get_url_login()
        mark = "&" if "?" in login else "?"
        return RedirectResponse(f"{login}{mark}next={quote(str(request.url), safe='')}", status_code=303)
    return Response(f"{status} {detail}", status_code=status, media_type="text/plain; charset=utf-8")
