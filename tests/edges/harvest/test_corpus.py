"""Answers of real repositories, good and broken, collected only where `GLAMFLOW_CORPUS` names the folder that holds them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glamflow.harvest.envelope import Envelope, read_envelope
from glamflow.transforms.errors import SourceRefused, SourceUnavailable

FOLDER = Path(os.environ.get("GLAMFLOW_CORPUS", "")) / "oai-responses"
UNREADABLE = {
    "broken-503.html", "broken-empty-body.xml", "broken-truncated.xml", "html-instead-of-identify.html",
    "sickle-ListRecordsBroken.xml",
}  # fmt: skip
MENDED = {"broken-control-character.xml", "broken-html-entity.xml", "broken-latin1-declared-utf8.xml"}


def read(path: Path) -> Envelope:
    return read_envelope(path.read_bytes(), url="corpus", headers_only="ListIdentifiers" in path.name)


if os.environ.get("GLAMFLOW_CORPUS"):

    @pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
    def test_an_answer_is_read_or_refused_with_a_reason(path: Path) -> None:
        if path.name in UNREADABLE:
            with pytest.raises(SourceUnavailable):
                read(path)
        elif path.name.startswith("hostile"):
            with pytest.raises(SourceRefused, match="document type"):
                read(path)
        else:
            envelope = read(path)
            assert envelope.verb or envelope.errors
            assert bool(envelope.warnings) is (path.name in MENDED)
            assert len(envelope.quarantined) == (1 if path.name == "sickle-ListRecords4.xml" else 0)
