"""The sandbox as containers run it: reached under another name than it listens on, filled once."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from glamflow.sandbox import fill
from glamflow.sandbox.wiki import SandboxWiki


def test_the_wiki_is_filled_once_per_state(tmp_path: Path) -> None:
    with SandboxWiki(tmp_path / "wiki") as wiki, httpx.Client(base_url=wiki.base_url) as client:
        words = ["--wiki", wiki.base_url, "--mark", str(tmp_path / "filled")]
        assert fill.main(words) == 0
        pages = client.get("/w/api.php", params={"action": "query", "list": "allimages", "format": "json"}).json()["query"]["allimages"]
        assert pages
        assert fill.main(["--wiki", "http://127.0.0.1:9", *words[2:]]) == 0, "the second time nobody is asked"


def test_a_wiki_that_refuses_the_filling_is_told_and_not_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with SandboxWiki(tmp_path / "wiki") as wiki:
        assert fill.main(["--wiki", f"{wiki.base_url}/nowhere", "--mark", str(tmp_path / "filled")]) == 1
    assert "could not be filled" in capsys.readouterr().err
    assert not (tmp_path / "filled").exists()


def test_the_wiki_names_itself_by_its_public_address(tmp_path: Path) -> None:
    with SandboxWiki(tmp_path / "wiki", public="http://sandbox-wiki:8090/") as wiki:
        port = wiki.socket.getsockname()[1]
        general = httpx.get(f"http://127.0.0.1:{port}/w/api.php?action=query&meta=siteinfo&format=json").json()["query"]["general"]
    assert general["base"].startswith("http://sandbox-wiki:8090/")
