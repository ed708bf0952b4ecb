"""A session with the sandbox wiki over HTTP, and the pieces of entities that tests send."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
from PIL import Image

from glamflow.sandbox.wiki import SandboxWiki

Answer = tuple[dict[str, Any], str]
TEXT = "== {{int:filedesc}} ==\n{{Information|description={{en|1=Test}}}}\n\n[[Category:Test uploads]]"


def picture(seed: int, *, size: tuple[int, int] = (90, 70), kind: str = "JPEG") -> bytes:
    """Bytes of a picture that no other seed has."""
    out = io.BytesIO()
    image = Image.effect_noise(size, 40).convert("RGB")
    image.putpixel((0, 0), (seed % 256, seed // 256, 0))
    image.save(out, kind, quality=95)
    return out.getvalue()


OPEN: list[httpx.Client] = []


class Client:
    """A session; remembers the token."""

    def __init__(self, wiki: SandboxWiki, login: str = "", password: str = "") -> None:
        self.http = httpx.Client(timeout=30)
        OPEN.append(self.http)
        self.wiki = wiki
        self.token = "+\\"
        if login:
            token = self.ask(action="query", meta="tokens", type="login")[0]["query"]["tokens"]["logintoken"]
            self.ask(action="login", lgname=login, lgpassword=password, lgtoken=token)
            self.token = self.ask(action="query", meta="tokens")[0]["query"]["tokens"]["csrftoken"]

    def ask(self, part: tuple[str, bytes] | None = None, /, **params: Any) -> Answer:
        """One POST; `part` is (field, bytes)."""
        data = {"format": "json", **{key: str(value) for key, value in params.items()}}
        files = {part[0]: ("part.bin", part[1])} if part else None
        response = self.http.post(self.wiki.api_url, data=data, files=files)
        assert response.status_code == 200
        return response.json(), response.headers.get("MediaWiki-API-Error", "")

    def do(self, part: tuple[str, bytes] | None = None, /, **params: Any) -> Answer:
        """A write with the token."""
        return self.ask(part, token=self.token, **params)

    def upload(self, filename: str, content: bytes, **params: Any) -> Answer:
        return self.do(("file", content), action="upload", filename=filename, text=TEXT, **params)

    def chunk(self, filename: str, content: bytes, offset: int, length: int, **params: Any) -> Answer:
        size = params.pop("filesize", len(content))
        part = ("chunk", content[offset : offset + length])
        return self.do(part, action="upload", stash=1, filename=filename, filesize=size, offset=offset, **params)

    def edit_entity(self, entity_id: str, data: Any, **params: Any) -> Answer:
        return self.do(action="wbeditentity", id=entity_id, data=data if isinstance(data, str) else json.dumps(data), **params)

    def page_id(self, title: str) -> str:
        return str(next(iter(self.ask(action="query", titles=title)[0]["query"]["pages"])))


def label(language: str, value: str) -> dict[str, Any]:
    return {"labels": {language: {"language": language, "value": value}}}


def snak(property_id: str, value: Any, kind: str) -> dict[str, Any]:
    return {"snaktype": "value", "property": property_id, "datavalue": {"value": value, "type": kind}}


def claim(property_id: str, value: Any, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"type": "statement", "rank": "normal", "mainsnak": snak(property_id, value, kind), **more}


def item(property_id: str, item_id: str, **more: Any) -> dict[str, Any]:
    value = {"entity-type": "item", "id": item_id, "numeric-id": int(item_id[1:])}
    return claim(property_id, value, "wikibase-entityid", **more)
