"""Pictures drawn here, and a store in a folder."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from glamflow.net import Session
from glamflow.store.filesystem import FolderStore


def draw(width: int = 640, height: int = 480, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """A scene with edges, gradients and shapes, different for each seed."""
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    for y in range(0, height, 4):
        pen.rectangle((0, y, width, y + 4), fill=(60 + y * 120 // height, 80 + seed * 37 % 90, 200 - y * 150 // height))
    for number in range(14):
        x, y = (seed * 7919 + number * 104729) % width, (seed * 611953 + number * 15485863) % height
        size = 20 + (number * 37 + seed * 11) % (width // 4)
        pen.ellipse(
            (x, y, x + size, y + size), fill=((number * 53) % 256, (seed * 31 + number * 17) % 256, 90), outline="black"
        )
        pen.line((x, 0, width - x, height), fill=(240, 230, (number * 29) % 256), width=3)
    return image.convert(mode)


def encode(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def drawing() -> Callable[..., Image.Image]:
    return draw


@pytest.fixture
def encoded() -> Callable[..., bytes]:
    return encode


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def session(waits: list[float]) -> Iterator[Session]:
    with Session(contact="operator@example.org", timeout=5.0, sleep=waits.append) as one:
        yield one
