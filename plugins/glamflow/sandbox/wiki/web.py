"""Pages for browsers: reading only, rendered here, no request leaves the host."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from glamflow.sandbox.wiki import views
from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.entities import empty_entity, load_entity, show_entity
from glamflow.sandbox.wiki.filestore import blob_path, current_version, thumbnail
from glamflow.sandbox.wiki.pages import find_page, latest, page_by_id, title_of
from glamflow.sandbox.wiki.render.wikitext import Page
from glamflow.sandbox.wiki.render.words import READERS, RIGHT_TO_LEFT
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import FILE, Title, parse_title

POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
SECURITY = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="180" viewBox="0 0 240 180"><rect width="240" height="180" fill="#f1efea"/>'
    '<path d="M85 45h50l20 20v70H85z" fill="#fff" stroke="#9a958a" stroke-width="2"/></svg>'
)
LANGUAGE_COOKIE = "sandboxwikiLanguage"
_SPECIAL: dict[str, Callable[[Page, HttpRequest], dict[str, Any]]] = {
    "RecentChanges": views.recent_changes, "Search": views.search_page, "Contributions": views.contributions,
}  # fmt: skip


class Web:
    """The wiki as people see it."""

    def __init__(self, db: Database, base: str) -> None:
        self.db = db
        self.base = base
        self.templates = Environment(
            loader=PackageLoader("glamflow.sandbox.wiki", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self.templates.globals["wiki_path"] = lambda title: "/wiki/" + quote(str(title).replace(" ", "_"), safe=":/()',!*")
        self.templates.filters["thousands"] = lambda number: f"{number:,}".replace(",", " ")

    def page(self, http: HttpRequest) -> Response:
        """Any page of the wiki."""
        raw = http.path_params["title"]
        language = http.query_params.get("uselang") or http.cookies.get(LANGUAGE_COOKIE, "en")
        with self.db.read() as sql:
            response = self._page(Page(state=State(sql=sql, db=self.db, base=self.base), language=language), raw, http)
        if "uselang" in http.query_params:
            response.set_cookie(LANGUAGE_COOKIE, re.sub(r"[^a-z-]", "", language), samesite="lax", path="/")
        return response

    def _page(self, page: Page, raw: str, http: HttpRequest) -> Response:
        if raw.startswith("Special:FilePath/"):
            return self._file_path(page.state, raw.removeprefix("Special:FilePath/"), http)
        if raw.startswith("Special:EntityData/"):
            return self._entity_data(page.state, raw.removeprefix("Special:EntityData/").removesuffix(".json"))
        if raw.startswith("Special:"):
            name, _, argument = raw.removeprefix("Special:").partition("/")
            http.scope["argument"] = argument
            view = _SPECIAL.get(name)
            if view is not None:
                return self._html(page, f"{name.lower()}.html", view(page, http))
            return self._html(page, "missing.html", {"title": raw, "gone": None}, status=404)
        title = parse_title(raw)
        if title is None:
            return self._html(page, "missing.html", {"title": raw, "gone": None}, status=404)
        return self._titled(page, title, http)

    def _titled(self, page: Page, title: Title, http: HttpRequest) -> Response:
        row = find_page(page.state, title)
        action = http.query_params.get("action", "view")
        if row is None:
            return self._html(page, "missing.html", views.missing(page, title), status=404)
        if action == "raw":
            return PlainTextResponse(latest(page.state, row)["text"], headers=SECURITY)
        if action == "history":
            return self._html(page, "history.html", views.history(page, row))
        if row["redirect"] and http.query_params.get("redirect") != "no":
            target = parse_title(row["redirect"])
            if target is not None and find_page(page.state, target) is not None:
                return RedirectResponse("/wiki/" + quote(target.path, safe=":/"), headers=SECURITY)
        name, values = views.view(page, row)
        return self._html(page, name, values)

    def _html(self, page: Page, name: str, values: dict[str, Any], status: int = 200) -> Response:
        words = {"w": page.word, "language": page.language, "rtl": page.language in RIGHT_TO_LEFT, "readers": READERS}
        problems = list(dict.fromkeys(page.problems))
        html = self.templates.get_template(name).render(**words, problems=problems, **values)
        return HTMLResponse(html, status_code=status, headers=SECURITY)

    def index(self, http: HttpRequest) -> Response:
        """`/w/index.php?title=…` or `?curid=…`."""
        with self.db.read() as sql:
            state = State(sql=sql, db=self.db, base=self.base)
            row = page_by_id(state, int(http.query_params["curid"])) if http.query_params.get("curid", "").isdigit() else None
            title = title_of(row).path if row is not None else http.query_params.get("title", "Main_Page")
        action = http.query_params.get("action")
        return RedirectResponse("/wiki/" + quote(title, safe=":/") + (f"?action={quote(action)}" if action else ""), headers=SECURITY)

    def main(self, http: HttpRequest) -> Response:
        return RedirectResponse("/wiki/Main_Page", headers=SECURITY)

    def entity(self, http: HttpRequest) -> Response:
        """`/entity/Q1`: the concept's page."""
        key = http.path_params["id"]
        with self.db.read() as sql:
            _, row = load_entity(State(sql=sql, db=self.db, base=self.base), key.upper())
            target = title_of(row).path if row is not None else f"Item:{key}"
        return RedirectResponse("/wiki/" + quote(target, safe=":/"), headers=SECURITY)

    def _entity_data(self, state: State, key: str) -> Response:
        entity, row = load_entity(state, key.upper())
        if row is None:
            return JSONResponse({"entities": {key: {"id": key, "missing": ""}}}, status_code=404, headers=SECURITY)
        shown = show_entity(
            state, entity or empty_entity("mediainfo", key), row, languages=set(),
            props={"info", "labels", "descriptions", "aliases", "claims", "sitelinks", "datatype"},
        )  # fmt: skip
        return Response(json.dumps({"entities": {key: shown}}, ensure_ascii=False, indent=1), media_type="application/json", headers=SECURITY)

    def _file_path(self, state: State, name: str, http: HttpRequest) -> Response:
        title = parse_title("File:" + name)
        return self._file(state, title, http.query_params.get("width", ""), http.query_params.get("version", ""))

    def _file(self, state: State, title: Title | None, width: str, version: str = "") -> Response:
        row = find_page(state, title) if title is not None else None
        found = current_version(state, row["id"]) if row is not None else None
        if row is not None and version.isdigit():
            found = state.row("SELECT * FROM file_version WHERE id = ? AND page_id = ?", version, row["id"])
        if found is None:
            return PlainTextResponse("no such file", status_code=404, headers=SECURITY)
        headers = {**SECURITY, "Content-Security-Policy": FILE_POLICY}
        if not width.isdigit() or found["mime"] == "image/svg+xml":
            return FileResponse(blob_path(state.db, found["sha1"]), media_type=found["mime"], headers=headers)
        small = thumbnail(state.db, found["sha1"], int(width))
        if small is None:
            return Response(_PLACEHOLDER, media_type="image/svg+xml", headers=headers)
        with small.open("rb") as stream:
            kind = "image/png" if stream.read(4) == b"\x89PNG" else "image/jpeg"
        return FileResponse(small, media_type=kind, headers=headers)

    def image(self, http: HttpRequest) -> Response:
        """`/w/images/x/xy/Name`, and `/w/images/thumb/x/xy/Name/300px-…`."""
        name, width = http.path_params["name"], http.path_params.get("thumb", "").partition("px-")[0]
        with self.db.read() as sql:
            state = State(sql=sql, db=self.db, base=self.base)
            return self._file(state, parse_title("File:" + name, FILE), width)

    def style(self, http: HttpRequest) -> Response:
        css = files("glamflow.sandbox.wiki").joinpath("templates", "style.css").read_text(encoding="utf-8")
        return Response(css, media_type="text/css", headers=SECURITY)

    def nothing(self, http: HttpRequest) -> Response:
        return Response(status_code=204)


def pages_routes(db: Database, base: str) -> list[Route]:
    """Routes of the pages and files."""
    web = Web(db, base)
    return [
        Route("/", web.main),
        Route("/wiki/", web.main),
        Route("/wiki/{title:path}", web.page),
        Route("/w/index.php", web.index),
        Route("/entity/{id}", web.entity),
        Route("/w/images/thumb/{a}/{b}/{name}/{thumb}", web.image),
        Route("/w/images/{a}/{b}/{name}", web.image),
        Route("/sandbox/style.css", web.style),
        Route("/favicon.ico", web.nothing),
    ]


