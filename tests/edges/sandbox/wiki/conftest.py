"""A sandbox wiki with a bot account, and a small client for it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from glamflow.sandbox.wiki import SandboxWiki

Api = Callable[..., dict[str, Any]]


@pytest.fixture
def wiki(tmp_path: Path) -> Iterator[SandboxWiki]:
    with SandboxWiki(tmp_path / "wiki") as running:
        with running.seeding() as seed:
            seed.user("PipelineBot", groups=("bot",), password="secret")
        yield running


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20, follow_redirects=True) as client:
        yield client


@pytest.fixture
def api(wiki: SandboxWiki, http: httpx.Client) -> Api:
    """POST to the API as the logged-in bot; the token is added."""
    tokens: dict[str, str] = {}

    def ask(*, file: bytes | None = None, **params: Any) -> dict[str, Any]:
        data = {"format": "json", "token": tokens.get("csrf", ""), **{key: str(value) for key, value in params.items()}}
        files = {"file": ("x.bin", file)} if file is not None else None
        answer: dict[str, Any] = http.post(wiki.api_url, data=data, files=files).json()
        return answer

    token = ask(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
    ask(action="login", lgname="PipelineBot@glamflow", lgpassword="secret", lgtoken=token)
    tokens["csrf"] = ask(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
    return ask


@pytest.fixture
def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((120, 90), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


