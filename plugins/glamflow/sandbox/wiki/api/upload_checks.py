"""Checks of an upload: the name, the bytes, and MediaWiki's warnings in their exact shapes.

Strings with underscores: `badfilename`, `exists`, `page-exists`, `exists-normalized`, `was-deleted`, `duplicate-archive`, `thumb`,
`thumb-name`, `bad-prefix`. A list of names: `duplicate`. An object with a timestamp: `nochange`; a list of these:
`duplicateversions`.
"""

from __future__ import annotations

import re
import unicodedata

from glamflow.sandbox.wiki.answers import ApiError, Json
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.filestore import (
    EXTENSIONS_OF,
    FileInfo,
    current_version,
    deleted_title,
    live_titles,
    verify,
    versions,
)
from glamflow.sandbox.wiki.pages import find_page
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import EXTENSIONS, FILE, Title, UploadName, clean_upload_name, normal_extension

BAD_PREFIXES = ("CIMG", "DSC_", "DSCF", "DSCN", "DUW", "GEDC", "IMG", "JD", "MGP", "PICT", "Imagen", "FOTO", "SANY")
_THUMB = re.compile(r"^\d+px-(.+)$")
_NAME_ERRORS = {
    "filename-tooshort": "The filename is too short.",
    "filename-toolong": "Filenames may not be longer than 240 bytes.",
    "illegal-filename": "The filename is not allowed.",
    "filetype-missing": 'The file has no extension (like ".jpg").',
}
_DETAILS = {
    "filetype-badmime": 'Files of the MIME type "{0}" are not allowed to be uploaded.',
    "filetype-mime-mismatch": 'File extension ".{0}" does not match the detected MIME type of the file ({1}).',
    "uploadscripted": "This file contains HTML or script code that may be erroneously interpreted by a web browser.",
    "uploadinvalidxml": "The XML in the uploaded file could not be parsed.",
}


def server_name(wished: str, info: FileInfo | None) -> UploadName:
    """The name that the server would use."""
    known = EXTENSIONS_OF.get(info.mime, ("",)) if info else ("",)
    return clean_upload_name(wished, known[0])


def name_error(name: UploadName, wished: str) -> ApiError | None:
    """The refusal of a name. All but a forbidden type leave the file in the stash."""
    if not name.error:
        return None
    if name.error == "filetype-banned":
        info = f'".{name.banned[0]}" is not a permitted file type. Permitted file types are {", ".join(EXTENSIONS)}.'
        extra: Json = {"filetype": name.extension, "allowed": list(EXTENSIONS), "blacklisted": list(name.banned)}
        return ApiError("filetype-banned", info, extra=extra)
    error = ApiError(name.error, _NAME_ERRORS[name.error], extra={"invalidparameter": "filename"})
    if name.error == "illegal-filename":
        error.extra = {"filename": wished, "invalidparameter": "filename"}
    return error


def check_bytes(info: FileInfo, extension: str) -> None:
    """Refuse bytes that are empty, dangerous, or not of the type that the name says."""
    if info.size == 0:
        raise ApiError("empty-file", "The file you submitted was empty.")
    details = verify(info, extension)
    if details:
        raise ApiError("verification-error", _DETAILS[details[0]].format(*details[1:]), extra={"details": list(details)})


def title_warnings(request: Request, title: Title, wished: str) -> Json:
    """Warnings that need the name only: they come already at the first chunk."""
    state = request.state
    warnings: Json = {}
    comparable = unicodedata.normalize("NFC", wished).replace(" ", "_")
    if comparable[:1].upper() + comparable[1:] != title.db_key:
        warnings["badfilename"] = title.db_key
    warnings |= _exists_warning(state, title)
    page = find_page(state, title)
    has_file = page is not None and current_version(state, page["id"]) is not None
    if not has_file and _was_deleted(state, title):
        warnings["was-deleted"] = title.db_key
    return warnings


def _exists_warning(state: State, title: Title) -> Json:
    page = find_page(state, title)
    if page is not None:
        return {"exists" if current_version(state, page["id"]) is not None else "page-exists": title.db_key}
    normal = normal_extension(title.name)
    stem = title.name.rpartition(".")[0]
    siblings = state.rows(
        "SELECT p.title FROM page p JOIN file_version v ON v.page_id = p.id AND v.current = 1 WHERE p.ns = ? AND p.deleted = 0"
        " AND substr(p.title, 1, length(?) + 1) = ? || '.' ORDER BY p.id", FILE, stem, stem,
    )  # fmt: skip
    for sibling in siblings:
        if normal_extension(sibling["title"]) == normal:
            return {"exists-normalized": sibling["title"].replace(" ", "_")}
    thumb = _THUMB.match(title.name)
    if thumb:
        whole = find_page(state, Title(FILE, thumb.group(1)[:1].upper() + thumb.group(1)[1:]))
        return {"thumb" if whole is not None else "thumb-name": title.db_key}
    return {"bad-prefix": title.db_key} if title.name.startswith(BAD_PREFIXES) or title.db_key.startswith(BAD_PREFIXES) else {}


def _was_deleted(state: State, title: Title) -> bool:
    return state.row(
        "SELECT 1 FROM page p JOIN file_version v ON v.page_id = p.id WHERE p.ns = ? AND p.title = ? AND p.deleted = 1", title.ns, title.name
    ) is not None  # fmt: skip


def content_warnings(request: Request, title: Title, info: FileInfo) -> Json:
    """Warnings that need the bytes: known files, deleted files, older versions."""
    state = request.state
    warnings: Json = {}
    page = find_page(state, title)
    if page is not None:
        rows = versions(state, page["id"])
        if rows and rows[0]["sha1"] == info.sha1:
            warnings["nochange"] = {"timestamp": rows[0]["timestamp"]}
        older = [{"timestamp": row["timestamp"]} for row in rows[1:] if row["sha1"] == info.sha1]
        if older:
            warnings["duplicateversions"] = older
    others = [name.replace(" ", "_") for name in live_titles(state, info.sha1) if name != title.name]
    if others:
        warnings["duplicate"] = others
    gone = deleted_title(state, info.sha1)
    if gone is not None and not others and "nochange" not in warnings:
        warnings["duplicate-archive"] = gone.replace(" ", "_")
    return warnings
