"""A sandbox wiki, our client on it (`tests/support/wiki_desk.py`), and pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from wiki_desk import Desk

from glamflow.sandbox.wiki import SandboxWiki


@pytest.fixture
def wiki(tmp_path: Path) -> Iterator[SandboxWiki]:
    with SandboxWiki(tmp_path / "wiki") as running:
        with running.seeding() as seed:
            seed.user("PipelineBot", groups=("bot",), password="secret")
        yield running


@pytest.fixture
def desk(wiki: SandboxWiki, tmp_path: Path) -> Desk:
    return Desk(wiki, tmp_path)


@pytest.fixture
def picture() -> Callable[[int], bytes]:
    """Bytes of a picture, others for every number; about 20 kB."""

    def make(number: int = 0) -> bytes:
        out = io.BytesIO()
        image = Image.effect_noise((160, 120), 60).convert("RGB")
        image.putpixel((0, 0), (number % 256, number // 256, 7))
        image.save(out, "JPEG", quality=92)
        return out.getvalue()

    return make
