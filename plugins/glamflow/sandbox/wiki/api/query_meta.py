"""`meta=` modules of `action=query`: siteinfo, userinfo, wikibase and what clients ask at the start."""

from __future__ import annotations

from typing import Any

from glamflow.sandbox.wiki.accounts import RATE_LIMITS
from glamflow.sandbox.wiki.answers import Json, Keyed, Literal
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.datavalues import VALUE_TYPES
from glamflow.sandbox.wiki.entities import CONCEPT_BASE, SITE_ID
from glamflow.sandbox.wiki.titles import ALIASES, EXTENSIONS, NAMESPACES

SITE_NAME = "Sandbox Commons"
VERSION = "MediaWiki 1.43.11"
LANGUAGES = {
    "ar": "العربية", "da": "dansk", "de": "Deutsch", "en": "English", "es": "español", "fi": "suomi", "fr": "français",
    "he": "עברית", "it": "italiano", "ja": "日本語", "nb": "norsk bokmål", "nl": "Nederlands", "nn": "norsk nynorsk",
    "pl": "polski", "pt": "português", "ru": "русский", "se": "davvisámegiella", "sv": "svenska", "tr": "Türkçe",
    "uk": "українська", "zh": "中文",
}  # fmt: skip


def siteinfo(request: Request) -> Json:
    """The parts of `siprop`, asked for in any order."""
    parts: Json = {}
    for prop in request.several("siprop", "general"):
        made = _part(request, prop)
        if made is None:
            request.warn("siteinfo", f'Unrecognized value for parameter "siprop": {prop}.')
        else:
            parts[prop] = made
    return parts


def _part(request: Request, prop: str) -> Any:
    if prop == "general":
        return _general(request)
    if prop == "namespaces":
        return {str(number): _namespace(number, name) for number, name in NAMESPACES.items()}
    if prop == "namespacealiases":
        return [Keyed("alias", alias.capitalize(), id=number) for alias, number in ALIASES.items()]
    if prop == "fileextensions":
        return [{"ext": extension} for extension in EXTENSIONS]
    if prop == "extensions":
        return [{"type": "wikibase", "name": name} for name in ("WikibaseRepository", "WikibaseClient", "WikibaseMediaInfo")]
    if prop == "languages":
        return [Keyed("name", name, code=code, bcp47=code) for code, name in LANGUAGES.items()]
    if prop == "usergroups":
        return [{"name": "bot", "rights": ["bot"]}, {"name": "sysop", "rights": ["delete", "undelete"]}]
    if prop == "restrictions":
        return {
            "types": ["create", "edit", "move", "upload"], "levels": ["", "autoconfirmed", "sysop"],
            "cascadinglevels": ["sysop"], "semiprotectedlevels": ["autoconfirmed"],
        }  # fmt: skip
    if prop in {"magicwords", "interwikimap", "specialpagealiases", "dbrepllag", "skins", "functionhooks", "extensiontags"}:
        return []
    if prop == "statistics":
        counts = request.state.row("SELECT count(*) AS pages, (SELECT count(*) FROM revision) AS edits FROM page WHERE deleted = 0")
        return dict(counts) if counts else {}
    if prop == "rightsinfo":
        return {"url": "https://creativecommons.org/publicdomain/zero/1.0/", "text": "CC0"}
    return {"fields": {}, "licensemessages": {}, "comment": {}, "format": {}} if prop == "uploaddialog" else None


def _namespace(number: int, name: str) -> Json:
    info: Json = Keyed("name", name, id=number, case="first-letter", content=number in {0, 6}, subpages=number > 0 and number not in {6, 14})
    if number != 0:
        info["canonical"] = name
    model = {120: "wikibase-item", 122: "wikibase-property"}.get(number)
    return Keyed("name", name, **info, defaultcontentmodel=model) if model else info


def _general(request: Request) -> Json:
    base = request.state.base
    newest = request.state.row("SELECT max(id) AS n FROM page")
    sizes = [{"width": w, "height": h} for w, h in ((320, 240), (640, 480), (800, 600), (1024, 768), (1280, 1024))]
    version_two = request.text("formatversion") in {"2", "latest"}
    thumbs = [120, 150, 180, 200, 250, 300]
    return {
        "mainpage": "Main Page", "base": f"{base}/wiki/Main_Page", "sitename": SITE_NAME, "logo": f"{base}/sandbox/logo.svg",
        "generator": VERSION, "phpversion": "8.2.36", "phpsapi": "fpm-fcgi", "dbtype": "sqlite", "dbversion": "3",
        "langconversion": True, "linkconversion": True, "titleconversion": True, "linkprefixcharset": "", "linkprefix": "",
        "linktrail": "/^([a-z]+)(.*)$/sD", "legaltitlechars": " %!\"$&'()*,\\-.\\/0-9:;=?@A-Z\\\\^_`a-z~\\x80-\\xFF+",
        "invalidusernamechars": "@:>=", "fixarabicunicode": True, "fixmalayalamunicode": True, "case": "first-letter",
        "lang": "en", "fallback": [], "fallback8bitEncoding": "windows-1252", "writeapi": True, "maxarticlesize": 2097152,
        "timezone": "UTC", "timeoffset": 0, "articlepath": "/wiki/$1", "scriptpath": "/w", "script": "/w/index.php",
        "variantarticlepath": Literal(False), "server": base, "servername": base.partition("://")[2], "wikiid": SITE_ID,
        "time": request.state.clock(), "uploadsenabled": True, "maxuploadsize": 5368709120, "minuploadchunksize": 1024,
        "galleryoptions": {"imagesPerRow": 0, "imageWidth": 120, "imageHeight": 120, "captionLength": "", "mode": "traditional"},
        "thumblimits": {str(i): t for i, t in enumerate(thumbs)} if version_two else thumbs,
        "imagelimits": {str(i): s for i, s in enumerate(sizes)} if version_two else sizes,
        "favicon": f"{base}/favicon.ico", "centralidlookupprovider": "local", "allcentralidlookupproviders": ["local"],
        "interwikimagic": True, "magiclinks": {"ISBN": False, "PMID": False, "RFC": False} if version_two else [],
        "categorycollation": "uppercase", "nofollowlinks": True, "nofollownsexceptions": [],
        "nofollowdomainexceptions": ["mediawiki.org"],
        "wikibase-propertytypes": {name: {"valuetype": kind} for name, kind in VALUE_TYPES.items()},
        "wikibase-conceptbaseuri": CONCEPT_BASE, "wikibase-geoshapestoragebaseurl": f"{base}/wiki/",
        "wikibase-tabulardatastoragebaseurl": f"{base}/wiki/", "max-page-id": newest["n"] or 0 if newest else 0,
    }  # fmt: skip


def userinfo(request: Request) -> Json:
    """Who is logged in."""
    user, props = request.user, request.several("uiprop")
    info: Json = {"id": user.id, "name": user.name}
    if user.anonymous:
        info["anon"] = True
    if "blockinfo" in props and user.blocked:
        info |= block_info(user.blocked)
    if "hasmsg" in props:
        info["messages"] = user.has_messages
    if "groups" in props:
        info["groups"] = user.all_groups
    if "rights" in props:
        info["rights"] = sorted(user.rights)
    if "options" in props:
        info["options"] = {"language": "en", "skin": "vector-2022"}
    if "editcount" in props:
        info["editcount"] = user.edit_count
    if "ratelimits" in props:
        info["ratelimits"] = {} if "noratelimit" in user.rights else RATE_LIMITS
    return info


def block_info(reason: str) -> Json:
    return {
        "blockid": 1, "blockedby": "Admin", "blockedbyid": 1, "blockreason": reason, "blockedtimestamp": "2026-01-01T00:00:00Z",
        "blockexpiry": "infinite", "blockowntalk": True, "blockedtimestampformatted": "00:00, 1 January 2026",
        "blockexpiryformatted": "infinite", "blockexpiryrelative": "infinite",
    }  # fmt: skip


def wikibase(request: Request) -> Json:
    return {"repo": {"url": {"base": request.state.base, "scriptpath": "/w", "articlepath": "/wiki/$1"}}, "siteid": SITE_ID}


def wbcontentlanguages(request: Request) -> Json:
    return {code: {"code": code} for code in [*LANGUAGES, "mul", "und"]}


def allmessages(request: Request) -> list[Json]:
    """No interface messages are kept here."""
    return [{"name": name, "normalizedname": name, "missing": True} for name in request.several("ammessages")]
