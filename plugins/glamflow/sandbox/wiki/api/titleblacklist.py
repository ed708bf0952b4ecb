"""`action=titleblacklist`: may a title be created?"""

from __future__ import annotations

from glamflow.sandbox.wiki.answers import ApiError, Json
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.permissions import check_title_blacklist


def titleblacklist(request: Request) -> Json:
    title = request.title("tbtitle")
    try:
        check_title_blacklist(title)
    except ApiError as refusal:
        return {"titleblacklist": {"result": "blacklisted", "reason": refusal.info, "message": refusal.code, "line": str(title)}}
    return {"titleblacklist": {"result": "ok"}}
