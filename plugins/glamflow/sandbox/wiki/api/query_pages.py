"""`prop=` modules of `action=query`: each adds its key to the pages that exist."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json, Keyed
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.filestore import current_version, file_url, versions
from glamflow.sandbox.wiki.pages import latest, title_of
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import CATEGORY, FILE, Title

Page = sqlite3.Row


def info(request: Request, page: Page, shown: Json) -> None:
    newest = latest(request.state, page)
    shown.update(
        contentmodel=newest["model"], pagelanguage="en", pagelanguagehtmlcode="en", pagelanguagedir="ltr", touched=page["touched"],
        lastrevid=page["latest"], length=newest["size"],
    )  # fmt: skip
    shown |= {flag: True for flag, here in (("redirect", page["redirect"]), ("new", newest["parent"] == 0)) if here}
    props = request.several("inprop")
    if "protection" in props:
        levels = [{"type": kind, "level": page["protected"], "expiry": "infinity"} for kind in ("edit", "move") if page["protected"]]
        shown.update(protection=levels, restrictiontypes=["edit", "move", "upload"] if page["ns"] == FILE else ["edit", "move"])
    if "url" in props:
        address = f"{request.state.base}/wiki/{title_of(page).path}"
        shown.update(fullurl=address, editurl=f"{address}?action=edit", canonicalurl=address)


def revisions(request: Request, page: Page, shown: Json, *, single: bool) -> str | None:
    """Newest first; more than one only for a single page. Returns the continuation."""
    if not single and any(request.flag(name) for name in ("rvlimit", "rvstartid", "rvendid", "rvdir", "rvstart", "rvend")):
        raise ApiError(
            "invalidparammix",
            "titles, pageids or a generator was used to supply multiple pages, but the rvlimit, rvstartid, rvendid, rvdir=newer, "
            "rvuser, rvexcludeuser, rvstart, and rvend parameters may only be used on a single page.",
        )
    limit = request.number("rvlimit", 1 if not _ranged(request) else 10, highest=5000)
    newer = request.text("rvdir") == "newer"
    start = request.text("rvcontinue").rpartition("|")[2] or request.text("rvstartid")
    bound = int(start) if start.isdigit() else (0 if newer else 2**62)
    rows = request.state.rows(
        "SELECT * FROM revision WHERE page_id = ? AND id >= ? ORDER BY id LIMIT ?" if newer
        else "SELECT * FROM revision WHERE page_id = ? AND id <= ? ORDER BY id DESC LIMIT ?", page["id"], bound, limit + 1,
    )  # fmt: skip
    shown["revisions"] = [_revision(request, row) for row in rows[:limit]]
    if len(rows) <= limit or not (_ranged(request) or request.flag("rvlimit")):
        return None
    stamp = "".join(c for c in rows[limit]["timestamp"] if c.isdigit())
    return f"{stamp}|{rows[limit]['id']}"


def _ranged(request: Request) -> bool:
    return request.flag("rvstartid") or request.flag("rvendid") or request.flag("rvcontinue")


def _revision(request: Request, row: sqlite3.Row) -> Json:
    props = set(request.several("rvprop", "ids|timestamp|flags|comment|user"))
    shown: Json = {}
    if "ids" in props:
        shown |= {"revid": row["id"], "parentid": row["parent"]}
    if "flags" in props:
        shown["minor"] = bool(row["minor"])
    if "user" in props:
        shown["user"] = row["user"]
    if "userid" in props:
        found = request.state.row("SELECT id FROM user WHERE name = ?", row["user"])
        shown["userid"] = found["id"] if found else 0
    for prop in ("timestamp", "size", "sha1", "comment"):
        if prop in props:
            shown[prop] = row[prop]
    if "parsedcomment" in props:
        shown["parsedcomment"] = row["comment"]
    if "tags" in props:
        shown["tags"] = json.loads(row["tags"])
    if "roles" in props:
        shown["roles"] = ["main", "mediainfo"] if row["entity"] and row["model"] == "wikitext" else ["main"]
    if request.flag("rvslots"):
        shown["slots"] = {role: slot for role, slot in _slots(row, props).items() if _wanted(request, role)}
    elif "content" in props:
        shown = Keyed("content", _main_text(row), **shown, contentformat="text/x-wiki", contentmodel=row["model"])
    return shown


def _wanted(request: Request, role: str) -> bool:
    slots = request.several("rvslots")
    return "*" in slots or role in slots


def _main_text(row: sqlite3.Row) -> str:
    return str(row["text"] if row["model"] == "wikitext" else row["entity"])


def _slots(row: sqlite3.Row, props: set[str]) -> dict[str, Json]:
    def slot(text: str, model: str, form: str) -> Json:
        made: Json = {}
        if "slotsize" in props:
            made["size"] = len(text.encode())
        if "slotsha1" in props:
            made["sha1"] = row["sha1"]
        if "content" in props or "contentmodel" in props:
            made["contentmodel"] = model
        if "content" in props:
            return Keyed("content", text, **made, contentformat=form)
        return made

    if row["model"] != "wikitext":
        return {"main": slot(row["entity"], row["model"], "application/json")}
    slots = {"main": slot(row["text"], "wikitext", "text/x-wiki")}
    if row["entity"]:
        slots["mediainfo"] = slot(row["entity"], "wikibase-mediainfo", "application/json")
    return slots


def imageinfo(request: Request, page: Page | None, shown: Json) -> None:
    current = current_version(request.state, page["id"]) if page is not None else None
    shown["imagerepository"] = "local" if current is not None else ""
    if page is None or current is None:
        return
    limit = request.number("iilimit", 1, highest=500)
    props = set(request.several("iiprop", "timestamp|user"))
    rows = versions(request.state, page["id"])[:limit]
    shown["imageinfo"] = [version_info(request.state, title_of(page), row, props, request.number("iiurlwidth", 0)) for row in rows]


def version_info(state: State, title: Title, row: sqlite3.Row, props: set[str], thumb_width: int = 0) -> Json:
    """One file version in the form of imageinfo."""
    found: Json = {}
    user = state.row("SELECT id FROM user WHERE name = ?", row["user"]) if "userid" in props else None
    url = file_url(state.base, title)
    page = f"{state.base}/wiki/{title.path}"
    simple: dict[str, dict[str, Any]] = {
        "timestamp": {"timestamp": row["timestamp"]}, "user": {"user": row["user"]}, "userid": {"userid": user["id"] if user else 0},
        "size": {"size": row["size"], "width": row["width"], "height": row["height"]},
        "parsedcomment": {"parsedcomment": row["comment"]}, "comment": {"comment": row["comment"]},
        "html": {"html": ""}, "canonicaltitle": {"canonicaltitle": str(title)},
        "url": {"url": url, "descriptionurl": page, "descriptionshorturl": f"{state.base}/w/index.php?curid={row['page_id']}"},
        "sha1": {"sha1": row["sha1"]}, "metadata": {"metadata": []}, "commonmetadata": {"commonmetadata": []},
        "extmetadata": {"extmetadata": {"ObjectName": {"value": title.name.rpartition(".")[0], "source": "mediawiki-metadata"}}},
        "mime": {"mime": row["mime"]}, "mediatype": {"mediatype": row["media_type"]}, "bitdepth": {"bitdepth": row["bits"]},
        "archivename": {"archivename": row["archive_name"]} if row["archive_name"] else {},
    }  # fmt: skip
    for prop, values in simple.items():
        if prop in props:
            found |= values
    if thumb_width and "url" in props and row["width"]:
        width = min(thumb_width, row["width"])
        found |= {
            "thumburl": f"{url.replace('/w/images/', '/w/images/thumb/')}/{width}px-thumb", "thumbwidth": width,
            "thumbheight": round(row["height"] * width / row["width"]), "responsiveUrls": {},
        }  # fmt: skip
    return found


def _linked(request: Request, page: Page, kind: str) -> list[sqlite3.Row]:
    return request.state.rows("SELECT ns, target FROM link WHERE page_id = ? AND kind = ? ORDER BY ns, target", page["id"], kind)


def categories(request: Request, page: Page, shown: Json) -> None:
    rows = _linked(request, page, "category")
    show = request.several("clshow")
    kept = []
    for row in rows:
        hidden = is_hidden(request.state, row["target"])
        if (hidden and "!hidden" in show) or (not hidden and "hidden" in show):
            continue
        one: Json = {"ns": CATEGORY, "title": str(Title(CATEGORY, row["target"]))}
        if "hidden" in request.several("clprop"):
            one["hidden"] = hidden
        kept.append(one)
    if kept:
        shown["categories"] = kept


def is_hidden(state: State, category: str) -> bool:
    """A category whose page holds `__HIDDENCAT__` or `{{Hiddencat}}`."""
    row = state.row(
        "SELECT r.text FROM page p JOIN revision r ON r.id = p.latest WHERE p.ns = ? AND p.title = ? AND p.deleted = 0", CATEGORY, category
    )
    return row is not None and ("__HIDDENCAT__" in row["text"] or "{{hiddencat" in row["text"].lower())


def templates(request: Request, page: Page, shown: Json) -> None:
    wanted = {int(ns) for ns in request.several("tlnamespace") if ns.isdigit()}
    rows = [row for row in _linked(request, page, "template") if not wanted or row["ns"] in wanted]
    if rows:
        shown["templates"] = [{"ns": row["ns"], "title": str(Title(row["ns"], row["target"]))} for row in rows]


def links(request: Request, page: Page, shown: Json) -> None:
    rows = _linked(request, page, "page")
    if rows:
        shown["links"] = [{"ns": row["ns"], "title": str(Title(row["ns"], row["target"]))} for row in rows]


def extlinks(request: Request, page: Page, shown: Json) -> None:
    rows = _linked(request, page, "url")
    if rows:
        shown["extlinks"] = [Keyed("url", row["target"]) for row in rows]


def pageprops(request: Request, page: Page, shown: Json) -> None:
    props: Json = {}
    if page["ns"] == CATEGORY and is_hidden(request.state, page["title"]):
        props["hiddencat"] = ""
    text = latest(request.state, page)["text"].lower()
    if "{{disambig" in text:
        props["disambiguation"] = ""
    item = request.state.row("SELECT entity_id FROM sitelink WHERE site = 'commonswiki' AND title = ?", str(title_of(page)))
    if item:
        props["wikibase_item"] = item["entity_id"]
    if props:
        shown["pageprops"] = props


def globalusage(request: Request, page: Page, shown: Json) -> None:
    shown["globalusage"] = []


def categoryinfo(request: Request, page: Page, shown: Json) -> None:
    if page["ns"] != CATEGORY:
        return
    rows = request.state.rows(
        "SELECT p.ns FROM link l JOIN page p ON p.id = l.page_id WHERE l.kind = 'category' AND l.target = ? AND p.deleted = 0", page["title"]
    )
    spaces = [row["ns"] for row in rows]
    files, subcats = spaces.count(FILE), spaces.count(CATEGORY)
    shown["categoryinfo"] = {
        "size": len(spaces), "pages": len(spaces) - files - subcats, "files": files, "subcats": subcats,
        "hidden": is_hidden(request.state, page["title"]),
    }  # fmt: skip


def duplicatefiles(request: Request, page: Page, shown: Json) -> None:
    current = current_version(request.state, page["id"])
    if current is None:
        return
    rows = request.state.rows(
        "SELECT p.title, v.user, v.timestamp FROM file_version v JOIN page p ON p.id = v.page_id"
        " WHERE v.sha1 = ? AND v.current = 1 AND p.deleted = 0 AND p.id != ?", current["sha1"], page["id"],
    )  # fmt: skip
    if rows:
        shown["duplicatefiles"] = [
            {"name": row["title"].replace(" ", "_"), "timestamp": row["timestamp"], "user": row["user"]} for row in rows
        ]


def transcludedin(request: Request, page: Page, shown: Json) -> None:
    rows = request.state.rows(
        "SELECT p.id, p.ns, p.title FROM link l JOIN page p ON p.id = l.page_id WHERE l.kind = 'template' AND l.ns = ? AND l.target = ?"
        " AND p.deleted = 0 ORDER BY p.id LIMIT 500", page["ns"], page["title"],
    )  # fmt: skip
    if rows:
        shown["transcludedin"] = [{"pageid": row["id"], "ns": row["ns"], "title": str(Title(row["ns"], row["title"]))} for row in rows]


PROPS = {
    "info": info, "categories": categories, "templates": templates, "links": links, "extlinks": extlinks, "pageprops": pageprops,
    "globalusage": globalusage, "categoryinfo": categoryinfo, "duplicatefiles": duplicatefiles, "transcludedin": transcludedin,
}  # fmt: skip
ALL_PROPS = (*PROPS, "revisions", "imageinfo", "stashimageinfo")
