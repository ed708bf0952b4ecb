"""Fifty files with known traits, collected only where `GLAMFLOW_CORPUS` names the folder that holds them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from glamflow.media.inspect import inspect

FOLDER = Path(os.environ.get("GLAMFLOW_CORPUS", "")) / "media"

if os.environ.get("GLAMFLOW_CORPUS"):
    EXPECTATIONS = json.loads((FOLDER / "expectations.json").read_text(encoding="utf-8"))

    @pytest.mark.parametrize("expected", EXPECTATIONS, ids=[row["file"] for row in EXPECTATIONS])
    def test_a_file_is_judged_as_its_expectations_say(expected: dict[str, Any]) -> None:
        found = inspect(FOLDER / expected["file"])
        assert (found.verdict == "ok") is expected["ok_to_upload"]
        assert (found.reason is None) is expected["ok_to_upload"]
        assert (found.mime, found.sha1, found.size) == (expected["mime"], expected["sha1"], expected["bytes"])
        for name in ("width", "height", "frames", "pages"):
            if name in expected:
                assert getattr(found, name) == expected[name], name
        if found.verdict == "ok" and "exif_orientation" in expected:
            assert (found.orientation or 1) == expected["exif_orientation"]
        if found.verdict == "ok" and "gps_lat" in expected:
            assert found.gps == pytest.approx((expected["gps_lat"], expected["gps_lon"]))
