"""How the API answers: errors as values with a code, and the two format versions.

Handlers build answers with real booleans (`True` = the flag is there, `False` = it is left out). Version 1 writes a flag as
an empty string. Text that version 1 puts under `*` is wrapped in `Keyed` or `Html`.
Errors have HTTP status 200; the code is repeated in the header `MediaWiki-API-Error`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal. `keep` says that what was written until now (a stashed file, a remembered warning) stays."""

    def __init__(
        self, code: str, info: str, *, extra: Json | None = None, keep: bool = False, header: str = "", module: str = ""
    ) -> None:
        super().__init__(f"{code}: {info}")
        self.code = code
        self.info = info
        self.extra = extra or {}
        self.keep = keep
        self.header = header or code
        self.module = module
        self.retry_after: int | None = None
        self.lag: float | None = None


class Keyed(dict[str, Any]):
    """A map whose one text key is called `*` in version 1: `Keyed("content", text, contentmodel=…)`."""

    def __init__(self, key: str, text: Any, **others: Any) -> None:
        super().__init__(others)
        self.key = key
        self.text = text


class Html(str):
    """HTML of a message: a map with `*` in version 1, plain text in version 2."""


class Literal:
    """A boolean that version 1 also writes as true/false."""

    def __init__(self, value: bool) -> None:
        self.value = value


def render(value: Any, version: int) -> Any:
    """Plain JSON in the given format version."""
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Html):
        return {"*": str(value)} if version == 1 else str(value)
    if isinstance(value, Keyed):
        plain = dict(value)
        plain["*" if version == 1 else value.key] = value.text
        return render(plain, version)
    if isinstance(value, Mapping):
        items = ((key, item) for key, item in value.items() if item is not False or version == 2)
        return {str(key): "" if item is True and version == 1 else render(item, version) for key, item in items}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [render(item, version) for item in value]
    return value


def docref(base: str) -> str:
    """The pointer to the API's help that follows every error."""
    return f"See {base}/w/api.php for API usage."


def render_error(error: ApiError, *, version: int, errorformat: str, base: str, module: str) -> Json:
    """Body of an error answer."""
    extra = render(error.extra, version)
    where = "*" if version == 1 else "docref"
    if errorformat == "bc":
        return {"error": {"code": error.code, "info": error.info, **extra, where: docref(base)}}
    text = "*" if version == 1 else ("html" if errorformat == "html" else "text")
    one: Json = {"code": error.code, text: error.info}
    if extra:
        one["data"] = extra
    return {"errors": [{**one, "module": error.module or module}], where: docref(base)}


def add_warnings(body: Json, warnings: Mapping[str, Sequence[str]], version: int, *, patched: str = "") -> Json:
    """Warnings go first, under the module that they are about; `patched` names a module that merged a stale edit."""
    if not warnings and not patched:
        return body
    key = "*" if version == 1 else "warnings"
    shown: Json = {module: {key: "\n".join(texts)} for module, texts in warnings.items()}
    if patched:
        text = Html("Your edit was patched into the latest version.")
        one = {"name": "wikibase-conflict-patched", "parameters": [], "html": text, "type": "warning"}
        shown[patched] = render({"messages": [one]}, version)
    return {"warnings": shown, **body}


def missing_param(name: str) -> ApiError:
    return ApiError("missingparam", f'The "{name}" parameter must be set.')


def wikibase_error(code: str, info: str, *messages: tuple[str, Sequence[Any], str], header: str = "") -> ApiError:
    """Error of a Wikibase module: the reasons stand in `messages` with a name each."""
    shown = [{"name": name, "parameters": list(parameters), "html": Html(html)} for name, parameters, html in messages]
    return ApiError(code, info, extra={"messages": shown}, header=header, module="main")
