"""Who may do what: blocks, protection, filters, tags. The answers are the plain ones; Wikibase modules wrap them."""

from __future__ import annotations

import hashlib
import re
import sqlite3

from glamflow.sandbox.wiki.answers import ApiError
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.query_meta import block_info
from glamflow.sandbox.wiki.titles import Title

DISALLOW_MARK, WARN_MARK = "ABUSEFILTER-DISALLOW", "ABUSEFILTER-WARN"
TITLE_BLACKLIST = (re.compile(r"BLACKLISTED"), re.compile(r"[A-Z ]{60,}"))
_DISALLOWED = (
    "This action has been automatically identified as harmful, and therefore disallowed. A brief description of the abuse rule "
    "which your action matched is: {}"
)
_WARNED = (
    "'''Warning:''' This action has been automatically identified as harmful. If you believe this action to be constructive, you "
    "may submit it again to confirm it. A brief description of the abuse rule which your action matched is: {}"
)


def check_block(request: Request) -> None:
    if request.user.blocked:
        raise ApiError(
            "blocked", f"Your username or IP address has been blocked. The reason given is {request.user.blocked}.",
            extra={"blockinfo": block_info(request.user.blocked)},
        )  # fmt: skip


def check_protection(request: Request, page: sqlite3.Row | None, title: Title) -> None:
    protected = page["protected"] if page is not None else ""
    if page is None and request.state.row("SELECT 1 FROM protected_title WHERE ns = ? AND title = ?", title.ns, title.name):
        protected = "sysop"
    if protected and "editprotected" not in request.user.rights:
        raise ApiError("protectedpage", "This page has been protected to prevent editing or other actions.")


def check_right(request: Request, right: str) -> None:
    if right not in request.user.rights:
        raise ApiError("permissiondenied", "You don't have permission to carry out this action.")


def check_tags(request: Request) -> tuple[str, ...]:
    """Tags of the request; only tags that exist may be used."""
    tags = tuple(request.several("tags"))
    unknown = [tag for tag in tags if request.state.row("SELECT 1 FROM change_tag WHERE name = ?", tag) is None]
    if unknown:
        info = f'The tag "{unknown[0]}" is not allowed to be manually applied.'
        raise ApiError("badtags", info, extra={"disallowedtags": unknown})
    return tags


def check_filters(request: Request, *content: str) -> None:
    """Abuse filters of the sandbox: a mark in the content, or a filter that was set for a phrase.

    A warning filter refuses once and takes the same request the second time.
    """
    whole = "\n".join(content)
    phrases = [DISALLOW_MARK, *filter(None, request.state.setting("abusefilter_disallow").split("\n"))]
    for phrase in phrases:
        if phrase in whole:
            raise filter_error("abusefilter-disallowed", "1", f"Sandbox filter: disallow ({phrase})", ["disallow"])
    if WARN_MARK in whole:
        key = f"warned/{request.session.id}/{request.action}/{hash_of(whole)}"
        if not request.state.setting(key):
            request.state.set_setting(key, "1")
            raise filter_error("abusefilter-warning", "2", "Sandbox filter: warn", ["warn"])


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def filter_error(code: str, number: str, description: str, actions: list[str]) -> ApiError:
    text = (_DISALLOWED if code == "abusefilter-disallowed" else _WARNED).format(description)
    return ApiError(code, text, extra={"abusefilter": {"id": number, "description": description, "actions": actions}}, keep=True)


def check_title_blacklist(title: Title) -> None:
    for pattern in TITLE_BLACKLIST:
        if pattern.search(title.name):
            raise ApiError(
                "titleblacklist-forbidden-upload",
                f'The filename "{title}" has been banned from creation. It matches the following disallowed titles list entry: '
                f'"File:.*{pattern.pattern}.* <errmsg=titleblacklist-forbidden-upload>"',
                extra={"invalidparameter": "filename"},
            )  # fmt: skip
