"""`list=` modules of `action=query`: each returns its rows and, when there are more, a continuation value."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from glamflow.sandbox.wiki.answers import ApiError, Json
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.query_pages import version_info
from glamflow.sandbox.wiki.titles import CATEGORY, FILE, NAMESPACES, Title, parse_title

Rows = tuple[list[Json], str | None]


def _base36_to_hex(value: str) -> str:
    try:
        return f"{int(value, 36):040x}"
    except ValueError:
        return "0" * 40


def _sha1(request: Request, prefix: str) -> str:
    raw = request.text(f"{prefix}sha1").lower()
    return raw or (_base36_to_hex(request.text(f"{prefix}sha1base36")) if request.flag(f"{prefix}sha1base36") else "")


def _cut(request: Request, prefix: str, rows: list[sqlite3.Row], show: Callable[[sqlite3.Row], Json], key: str, limit: int) -> Rows:
    """The first `limit` rows; the continuation is a field of the next one."""
    more = str(rows[limit][key]) if len(rows) > limit else None
    return [show(row) for row in rows[:limit]], more


def _limit(request: Request, prefix: str) -> int:
    top = 5000 if "apihighlimits" in request.user.rights else 500
    return max(1, min(top, request.number(f"{prefix}limit", 10, highest=top)))


def allimages(request: Request) -> Rows:
    """Live files by name, or the ones with a given SHA-1."""
    limit, sha1 = _limit(request, "ai"), _sha1(request, "ai")
    start = request.text("aicontinue") or request.text("aifrom")
    prefix = request.text("aiprefix").replace("_", " ")
    rows = request.state.rows(
        "SELECT v.*, p.title, replace(p.title, ' ', '_') AS name FROM file_version v JOIN page p ON p.id = v.page_id"
        " WHERE v.current = 1 AND p.deleted = 0 AND p.ns = ? AND (? = '' OR v.sha1 = ?) AND p.title >= ?"
        " AND substr(p.title, 1, length(?)) = ? ORDER BY p.title LIMIT ?",
        FILE, sha1, sha1, start.replace("_", " "), prefix, prefix, limit + 1,
    )  # fmt: skip
    props = {"timestamp", "url"} if not request.flag("aiprop") else set(request.several("aiprop"))

    def show(row: sqlite3.Row) -> Json:
        title = Title(FILE, row["title"])
        return {"name": row["name"], **version_info(request.state, title, row, props), "ns": FILE, "title": str(title)}

    return _cut(request, "ai", rows, show, "name", limit)


def filearchive(request: Request) -> Rows:
    """Deleted files by SHA-1 or name."""
    limit, sha1 = _limit(request, "fa"), _sha1(request, "fa")
    rows = request.state.rows(
        "SELECT v.*, p.title, replace(p.title, ' ', '_') AS name FROM file_version v JOIN page p ON p.id = v.page_id"
        " WHERE p.deleted = 1 AND p.ns = ? AND (? = '' OR v.sha1 = ?) AND v.id >= ? ORDER BY v.id LIMIT ?",
        FILE, sha1, sha1, int(request.text("facontinue") or 0), limit + 1,
    )  # fmt: skip
    props = set(request.several("faprop"))

    def show(row: sqlite3.Row) -> Json:
        one: Json = {"id": row["id"], "name": row["name"], "ns": FILE, "title": str(Title(FILE, row["title"]))}
        return one | {prop: row[prop] for prop in ("sha1", "timestamp", "user", "size", "mime") if prop in props}

    return _cut(request, "fa", rows, show, "id", limit)


def exturlusage(request: Request) -> Rows:
    """Pages that link to an address (`*` at its end stands for anything)."""
    limit, query = _limit(request, "eu"), request.text("euquery").rstrip("*")
    bare = query.partition("://")[2] or query
    spaces = {int(ns) for ns in request.several("eunamespace") if ns.isdigit()}
    offset = int(request.text("eucontinue") or request.text("euoffset") or 0)
    rows = request.state.rows(
        "SELECT p.id, p.ns, p.title, l.target FROM link l JOIN page p ON p.id = l.page_id WHERE l.kind = 'url' AND p.deleted = 0"
        " AND (substr(l.target, 1, length(?)) = ? OR substr(l.target, 1, length(?)) = ?) ORDER BY p.id, l.target",
        "http://" + bare, "http://" + bare, "https://" + bare, "https://" + bare,
    )  # fmt: skip
    kept = [row for row in rows if not spaces or row["ns"] in spaces]
    shown = [
        {"pageid": row["id"], "ns": row["ns"], "title": str(Title(row["ns"], row["title"])), "url": row["target"]}
        for row in kept[offset : offset + limit]
    ]
    return shown, str(offset + limit) if len(kept) > offset + limit else None


def _stamp(row: sqlite3.Row) -> str:
    return "".join(c for c in row["timestamp"] if c.isdigit())


_CHANGES = (
    "SELECT r.*, p.ns, p.title, COALESCE(b.size, 0) AS before FROM revision r JOIN page p ON p.id = r.page_id"
    " LEFT JOIN revision b ON b.id = r.parent WHERE p.deleted = 0 AND (? = '' OR r.user = ?)"
)


def _changes(request: Request, prefix: str, user: str, limit: int) -> tuple[list[sqlite3.Row], str | None]:
    start = request.text(f"{prefix}continue").rpartition("|")[2]
    if request.text(f"{prefix}dir", "older") == "older":
        query, bound = " AND r.id <= ? ORDER BY r.id DESC LIMIT ?", 2**62
    else:
        query, bound = " AND r.id >= ? ORDER BY r.id LIMIT ?", 0
    rows = request.state.rows(_CHANGES + query, user, user, int(start) if start.isdigit() else bound, limit + 1)
    more = f"{_stamp(rows[limit])}|{rows[limit]['id']}" if len(rows) > limit else None
    return rows[:limit], more


def _user_id(request: Request, name: str) -> int:
    row = request.state.row("SELECT id FROM user WHERE name = ?", name)
    return int(row["id"]) if row else 0


def usercontribs(request: Request) -> Rows:
    """Edits of one user, newest first."""
    user = request.text("ucuser").replace("_", " ")
    rows, more = _changes(request, "uc", user, _limit(request, "uc"))
    props = set(request.several("ucprop", "ids|title|timestamp|comment|size|flags"))

    def show(row: sqlite3.Row) -> Json:
        one: Json = {"userid": _user_id(request, row["user"]), "user": row["user"]}
        if "ids" in props:
            one |= {"pageid": row["page_id"], "revid": row["id"], "parentid": row["parent"]}
        if "title" in props:
            one |= {"ns": row["ns"], "title": str(Title(row["ns"], row["title"]))}
        one |= {prop: row[prop] for prop in ("timestamp", "comment", "size") if prop in props}
        if "flags" in props:
            one |= {"new": row["parent"] == 0, "minor": bool(row["minor"]), "top": False}
        return one | ({"tags": json.loads(row["tags"])} if "tags" in props else {})

    return [show(row) for row in rows], more


def recentchanges(request: Request) -> Rows:
    """All edits, newest first."""
    rows, more = _changes(request, "rc", request.text("rcuser"), _limit(request, "rc"))
    props = set(request.several("rcprop", "title|timestamp|ids"))

    def show(row: sqlite3.Row) -> Json:
        one: Json = {"type": "new" if row["parent"] == 0 else "edit"}
        if "title" in props:
            one |= {"ns": row["ns"], "title": str(Title(row["ns"], row["title"]))}
        if "ids" in props:
            one |= {"pageid": row["page_id"], "revid": row["id"], "old_revid": row["parent"], "rcid": row["id"]}
        one |= {prop: row[prop] for prop in ("user", "timestamp", "comment") if prop in props}
        if "sizes" in props:
            one |= {"oldlen": row["before"], "newlen": row["size"]}
        if "flags" in props:
            one |= {"bot": bool(row["bot"]), "new": row["parent"] == 0, "minor": bool(row["minor"])}
        return one | ({"tags": json.loads(row["tags"])} if "tags" in props else {})

    return [show(row) for row in rows], more


def logevents(request: Request) -> Rows:
    """Uploads, moves, deletions."""
    limit = _limit(request, "le")
    start = request.text("lecontinue").rpartition("|")[2]
    title = parse_title(request.text("letitle")) if request.flag("letitle") else None
    kind, user = request.text("letype"), request.text("leuser")
    rows = request.state.rows(
        "SELECT * FROM log_event WHERE (? = '' OR type = ?) AND (? = '' OR user = ?) AND (? IS NULL OR (ns = ? AND title = ?))"
        " AND id <= ? ORDER BY id DESC LIMIT ?",
        kind, kind, user, user, title.name if title else None, title.ns if title else 0, title.name if title else "",
        int(start) if start.isdigit() else 2**62, limit + 1,
    )  # fmt: skip
    more = f"{_stamp(rows[limit])}|{rows[limit]['id']}" if len(rows) > limit else None

    def show(row: sqlite3.Row) -> Json:
        live = request.state.row("SELECT id FROM page WHERE id = ? AND deleted = 0", row["page_id"])
        return {
            "logid": row["id"], "ns": row["ns"], "title": str(Title(row["ns"], row["title"])), "pageid": row["page_id"] if live else 0,
            "logpage": row["page_id"], "revid": row["revision"], "params": json.loads(row["params"]), "type": row["type"],
            "action": row["action"], "user": row["user"], "timestamp": row["timestamp"], "comment": row["comment"],
        }  # fmt: skip

    return [show(row) for row in rows[:limit]], more


def _by_link(request: Request, prefix: str, kind: str, target: Title) -> Rows:
    limit = _limit(request, prefix)
    start = request.text(f"{prefix}continue").rpartition("|")[2]
    rows = request.state.rows(
        "SELECT p.id, p.ns, p.title FROM link l JOIN page p ON p.id = l.page_id WHERE l.kind = ? AND l.ns = ? AND l.target = ?"
        " AND p.deleted = 0 AND p.id >= ? ORDER BY p.id LIMIT ?",
        kind, target.ns, target.name, int(start) if start.isdigit() else 0, limit + 1,
    )  # fmt: skip
    spaces = {int(ns) for ns in request.several(f"{prefix}namespace") if ns.isdigit()}
    shown = [
        {"pageid": row["id"], "ns": row["ns"], "title": str(Title(row["ns"], row["title"]))}
        for row in rows[:limit] if not spaces or row["ns"] in spaces
    ]  # fmt: skip
    return shown, f"page|{rows[limit]['id']}" if len(rows) > limit else None


def _target(request: Request, name: str, default: int = 0) -> Title:
    title = parse_title(request.text(name), default)
    if title is None:
        raise ApiError("invalidtitle", f'Bad title "{request.text(name)}".')
    return title


def categorymembers(request: Request) -> Rows:
    target = _target(request, "cmtitle")
    if target.ns != CATEGORY:
        raise ApiError("invalidcategory", "The category name you entered is not valid.")
    return _by_link(request, "cm", "category", target)


def embeddedin(request: Request) -> Rows:
    return _by_link(request, "ei", "template", _target(request, "eititle"))


def backlinks(request: Request) -> Rows:
    return _by_link(request, "bl", "page", _target(request, "bltitle"))


def imageusage(request: Request) -> Rows:
    return _by_link(request, "iu", "page", _target(request, "iutitle", FILE))


def allpages(request: Request) -> Rows:
    """Live pages of one namespace by title."""
    limit, ns = _limit(request, "ap"), request.number("apnamespace", 0)
    prefix = request.text("apprefix").replace("_", " ")
    start = (request.text("apcontinue") or request.text("apfrom")).replace("_", " ")
    rows = request.state.rows(
        "SELECT id, ns, title FROM page WHERE deleted = 0 AND ns = ? AND title >= ? AND substr(title, 1, length(?)) = ?"
        " ORDER BY title LIMIT ?", ns if ns in NAMESPACES else 0, start, prefix, prefix, limit + 1,
    )  # fmt: skip

    def show(row: sqlite3.Row) -> Json:
        return {"pageid": row["id"], "ns": row["ns"], "title": str(Title(row["ns"], row["title"]))}

    return _cut(request, "ap", rows, show, "title", limit)


def mystashedfiles(request: Request) -> Rows:
    """Own files in the stash."""
    rows = request.state.rows("SELECT * FROM stash WHERE user_id = ? ORDER BY created, filekey", request.user.id)
    props = set(request.several("msfprop"))

    def show(row: sqlite3.Row) -> Json:
        one: Json = {"filekey": row["filekey"], "status": row["status"]}
        info = json.loads(row["info"])
        if "size" in props:
            one |= {key: info.get(key, 0) for key in ("size", "width", "height", "bits")}
        if "type" in props:
            one |= {"mimetype": info.get("mime", ""), "mediatype": info.get("media_type", "")}
        return one

    return [show(row) for row in rows], None


def users(request: Request) -> Rows:
    """Accounts by name."""
    shown: list[Json] = []
    for name in request.several("ususers"):
        row = request.state.row("SELECT * FROM user WHERE name = ?", name.replace("_", " "))
        if row is None:
            shown.append({"name": name, "missing": True})
        else:
            shown.append({"userid": row["id"], "name": row["name"], "groups": [*json.loads(row["groups"]), "*", "user"], "editcount": row["edit_count"]})
    return shown, None


LISTS: dict[str, tuple[str, Callable[[Request], Rows]]] = {
    "allimages": ("ai", allimages), "filearchive": ("fa", filearchive), "exturlusage": ("eu", exturlusage),
    "usercontribs": ("uc", usercontribs), "recentchanges": ("rc", recentchanges), "logevents": ("le", logevents),
    "categorymembers": ("cm", categorymembers), "embeddedin": ("ei", embeddedin), "backlinks": ("bl", backlinks),
    "imageusage": ("iu", imageusage), "allpages": ("ap", allpages), "mystashedfiles": ("msf", mystashedfiles), "users": ("us", users),
}  # fmt: skip
