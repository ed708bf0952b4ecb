"""`action=upload`: whole files, the stash, chunks, publishing from the stash, asynchronous answers.

Order of the checks (recorded): source parameters → status of a job → file name given → logged in → bytes and name → block,
protection, title list, filters → warnings → store. Warnings are no error: the answer holds a `filekey`, nothing is stored
under the name. The page text counts for a new page only.
"""

from __future__ import annotations

import json
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json, missing_param
from glamflow.sandbox.wiki.api import stash
from glamflow.sandbox.wiki.api.context import Request
from glamflow.sandbox.wiki.api.permissions import (
    check_block,
    check_filters,
    check_protection,
    check_tags,
    check_title_blacklist,
)
from glamflow.sandbox.wiki.api.query_pages import version_info
from glamflow.sandbox.wiki.api.upload_checks import (
    check_bytes,
    content_warnings,
    name_error,
    server_name,
    title_warnings,
)
from glamflow.sandbox.wiki.filestore import FileInfo, add_version, current_version, inspect, keep_blob
from glamflow.sandbox.wiki.pages import add_revision, create_page, find_page, log
from glamflow.sandbox.wiki.state import dump
from glamflow.sandbox.wiki.titles import Title

POLLS = 1
_INFO_PROPS = {
    "timestamp", "user", "userid", "size", "parsedcomment", "comment", "html", "canonicaltitle", "url", "sha1", "metadata",
    "commonmetadata", "extmetadata", "mime", "mediatype", "bitdepth",
}  # fmt: skip


def upload(request: Request) -> Json:
    """One request of an upload."""
    request.subject = request.text("filename")
    filekey = request.text("filekey") or request.text("sessionkey")
    if request.flag("checkstatus") and filekey:
        return _status(request, filekey)
    _one_source(request, filekey)
    if not request.text("filename"):
        raise ApiError("nofilename", 'The "filename" parameter must be set.')
    if request.user.anonymous:
        raise ApiError("mustbeloggedin", "You must be logged in to upload this file.")
    check_block(request)
    if "chunk" in request.files:
        return _chunk(request, filekey)
    if "file" in request.files:
        return _whole(request)
    request.step = "publish"
    info = stash.take_finished(request, filekey)
    return _asynchronous(request, filekey, info) if request.flag("async") else _store(request, info, filekey)


def _one_source(request: Request, filekey: str) -> None:
    for name in ("file", "chunk"):
        if name in request.params and name not in request.files:
            raise ApiError(
                "badupload",
                f'File upload parameter "{name}" is not a file upload; be sure to use multipart/form-data for your POST and include a '
                "filename in the Content-Disposition header.",
            )
    if "file" in request.files and filekey:
        raise ApiError("invalidparammix", 'The parameters "file" and "filekey" can not be used together.')
    if not request.files and not filekey:
        error = missing_param("file")
        error.info = 'One of the parameters "filekey", "file" and "url" is required.'
        raise error


def _whole(request: Request) -> Json:
    part = request.files["file"]
    request.step = "stash" if request.flag("stash") else "direct"
    if request.flag("async") and not request.flag("stash"):
        raise ApiError("cannot-async-upload-file", "The parameters async and file cannot be combined.")
    if part.size == 0:
        raise ApiError("empty-file", "The file you submitted was empty.")
    info = inspect(part.path)
    keep_blob(request.state.db, part.path, info.sha1)
    return _store(request, info, "")


def _chunk(request: Request, filekey: str) -> Json:
    """Chunks check the name only; the bytes are looked at when all are there."""
    request.step = "chunk"
    wished = request.text("filename")
    filesize = request.number("filesize", 0, highest=stash.MAX_FILE)
    offset = request.number("offset", 0)
    name = server_name(wished, None)
    error = name_error(name, wished)
    if error is not None and name.error != "filetype-missing":
        raise error
    check_filters(request, wished)
    part = request.files["chunk"]
    warnings = title_warnings(request, name.title, wished) if name.title else {}
    if warnings and not request.flag("ignorewarnings"):
        return _chunk_warning(request, filekey, part_info(request), warnings)
    key, received, last = stash.add_chunk(request, part, key=filekey, offset=offset, filesize=filesize, filename=wished)
    noted: Json = {"warnings": warnings} if warnings else {}
    if not last:
        return {"upload": {**noted, "result": "Continue", "offset": received, "filekey": key}}
    fresh, info = stash.assemble(request, key, wished)
    if request.flag("async"):
        _job(request, key, "assembling", {"result": "Success", "filekey": fresh, "imageinfo": _stash_info(request, info, fresh)})
        return {"upload": {**noted, "result": "Poll", "stage": "queued", "filekey": key}}
    return {"upload": {**noted, "result": "Success", "filekey": fresh, "imageinfo": _stash_info(request, info, fresh)}}


def part_info(request: Request) -> FileInfo:
    """Facts of the bytes that came with this request alone; their blob is kept."""
    part = request.files["chunk"]
    info = inspect(part.path)
    keep_blob(request.state.db, part.path, info.sha1)
    return info


def _chunk_warning(request: Request, filekey: str, info: FileInfo, warnings: Json) -> Json:
    """The key of this answer is no chunk session: going on with it fails."""
    key = stash.put_finished(request, info, request.text("filename"))
    return {"upload": {"result": "Warning", "warnings": warnings, "filekey": key, "sessionkey": key}}


def _store(request: Request, info: FileInfo, filekey: str) -> Json:
    """Check everything, then stash or publish a file whose bytes are complete."""
    wished = request.text("filename")
    name = server_name(wished, info)
    error = name_error(name, wished)
    if error is not None and name.error == "filetype-banned":
        raise error
    if error is None:
        check_bytes(info, name.extension)
    if error is not None or name.title is None:
        raise _recoverable(request, info, error or ApiError("illegal-filename", "The filename is not allowed."))
    title = name.title
    if request.flag("stash") and not filekey:
        check_filters(request, wished)
    else:
        _check_publishing(request, info, title)
    warnings = title_warnings(request, title, wished) | content_warnings(request, title, info)
    if warnings and not request.flag("ignorewarnings"):
        key = stash.put_finished(request, info, wished)
        return {"upload": {"result": "Warning", "warnings": warnings, "filekey": key, "sessionkey": key}}
    noted: Json = {"warnings": warnings} if warnings else {}
    if request.flag("stash"):
        key = stash.put_finished(request, info, wished)
        return {"upload": {"result": "Success", "filekey": key, "sessionkey": key, **noted, "imageinfo": _stash_info(request, info, key)}}
    row = publish(request, info, title, tags=check_tags(request))
    if filekey:
        stash.forget(request, filekey)
    return {"upload": {"result": "Success", "filename": title.db_key, **noted, "imageinfo": row}}


def _check_publishing(request: Request, info: FileInfo, title: Title) -> None:
    """Refusals of the publish step; each leaves the file in the stash under a new key."""
    check_tags(request)
    try:
        check_protection(request, find_page(request.state, title), title)
        check_title_blacklist(title)
        check_filters(request, str(title), request.text("text"), request.text("comment"))
    except ApiError as refusal:
        if refusal.code == "protectedpage":
            refusal.extra["invalidparameter"] = "filename"
        raise _recoverable(request, info, refusal) from None


def _recoverable(request: Request, info: FileInfo, error: ApiError) -> ApiError:
    key = stash.put_finished(request, info, request.text("filename"))
    rest = {k: v for k, v in error.extra.items() if k == "invalidparameter"}
    first = {k: v for k, v in error.extra.items() if k != "invalidparameter"}
    error.extra = {**first, "filekey": key, "sessionkey": key, **rest}
    error.keep = True
    return error


def publish(request: Request, info: FileInfo, title: Title, *, tags: tuple[str, ...] = ()) -> Json:
    """Make the file version and the page (text counts for new pages only); returns its imageinfo."""
    state, user = request.state, request.user.name
    comment = request.text("comment")
    page = find_page(state, title)
    current = current_version(state, page["id"]) if page is not None else None
    if current is not None and current["sha1"] == info.sha1:
        raise ApiError(
            "fileexists-no-change", f"The upload is an exact duplicate of the current version of [[:{title}]].",
            extra={"stasherrors": [{"message": "uploadstash-exception", "params": ["UploadStashBadPathException", "Path doesn't exist."],
                                    "code": "uploadstash-exception", "type": "error"}]},
        )  # fmt: skip
    page_id = page["id"] if page is not None else create_page(state, title)
    add_version(state, page_id, title, info, user=user, comment=comment)
    text = None if page is not None else (request.text("text") if request.flag("text") else comment)
    revision_id = add_revision(state, page_id, user=user, comment=comment, text=text, bot="bot" in request.user.rights, tags=tags)
    stored = current_version(state, page_id)
    log(
        state, "upload", "overwrite" if current is not None else "upload", title, page_id=page_id, user=user, comment=comment,
        revision_id=revision_id, params={"img_sha1": info.sha1, "img_timestamp": stored["timestamp"] if stored else ""},
    )  # fmt: skip
    request.applied = True
    return version_info(state, title, stored, _INFO_PROPS) if stored else {}


def _stash_info(request: Request, info: FileInfo, key: str) -> Json:
    url = f"{request.state.base}/wiki/Special:UploadStash/file/{key}"
    now = request.state.clock()
    return {
        "timestamp": now, "size": info.size, "width": info.width, "height": info.height,
        "canonicaltitle": f"File:{''.join(c for c in now if c.isdigit())}!{key.split('.')[1]}", "url": url, "descriptionurl": url,
        "sha1": info.sha1, "metadata": [], "commonmetadata": [], "extmetadata": {}, "mime": info.mime,
        "bitdepth": info.bits, "html": "",
    }  # fmt: skip


def _asynchronous(request: Request, filekey: str, info: FileInfo) -> Json:
    """The job is done at once; what `checkstatus` tells comes later."""
    wished = request.text("filename")
    name = server_name(wished, info)
    if name.title is None:
        return _store(request, info, filekey)
    warnings = title_warnings(request, name.title, wished) | content_warnings(request, name.title, info)
    if warnings and not request.flag("ignorewarnings"):
        return _store(request, info, filekey)
    answer: Json
    try:
        answer = _store(request, info, filekey)["upload"]
    except ApiError as refusal:
        answer = {"error": {"code": refusal.code, "info": refusal.info, "extra": _without_key(refusal.extra)}}
    _job(request, filekey, "publish", answer)
    return {"upload": {"result": "Poll", "stage": "queued", "filename": name.title.db_key}}


def _without_key(extra: Json) -> Json:
    return {key: value for key, value in extra.items() if key not in {"filekey", "sessionkey"}}


def _job(request: Request, key: str, stage: str, answer: Json) -> None:
    request.state.sql.execute(
        "INSERT OR REPLACE INTO upload_job VALUES (?, ?, ?, ?, ?)", (key, request.user.id, stage, POLLS + 1, dump(answer))
    )


def _status(request: Request, filekey: str) -> Json:
    request.step = "checkstatus"
    row = request.state.row("SELECT * FROM upload_job WHERE filekey = ? AND user_id = ?", filekey, request.user.id)
    if row is None:
        raise ApiError("missingresult", "No result in status data.")
    if row["polls"] > 0:
        request.state.sql.execute("UPDATE upload_job SET polls = polls - 1 WHERE filekey = ? AND user_id = ?", (filekey, request.user.id))
        return {"upload": {"result": "Poll", "stage": "queued" if row["polls"] > POLLS else row["stage"]}}
    answer: dict[str, Any] = json.loads(row["answer"])
    if "error" in answer:
        raise ApiError(answer["error"]["code"], answer["error"]["info"], extra=answer["error"]["extra"])
    return {"upload": {"result": answer.pop("result"), "stage": row["stage"], **answer}}
