"""The sandbox wiki is good enough for an unchanged pywikibot: login, three ways to upload, structured data, an edit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from glamflow.sandbox.wiki import SandboxWiki

PROGRAM = Path(__file__).with_name("pywikibot_session.py")


def test_an_unchanged_pywikibot_uploads_describes_and_edits(tmp_path: Path) -> None:
    picture = tmp_path / "noise.png"
    Image.effect_noise((80, 60), 50).save(picture)
    (tmp_path / "pywikibot").mkdir()
    environment = {**os.environ, "PYWIKIBOT_NO_USER_CONFIG": "2", "PYWIKIBOT_DIR": str(tmp_path / "pywikibot")}
    with SandboxWiki(tmp_path / "wiki") as wiki:
        with wiki.seeding() as seed:
            seed.user("PipelineBot", groups=("bot",), password="secret")
        done = subprocess.run(
            [sys.executable, str(PROGRAM), wiki.base_url, str(picture)],
            env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        facts = json.loads(done.stdout.partition("FACTS")[2])
        counts = wiki.write_counts()
    assert facts["login"] == "Success"
    assert facts["bot"]
    assert (facts["direct"], facts["chunked"], facts["asynchronous"]) == (True, True, True)
    assert facts["exists"] == [True, True, True, False]
    assert facts["same_bytes"] == ["File:Chunks.png", "File:Later.png", "File:Straight.png"]
    assert (facts["first"], facts["again"]) == (False, True)
    assert (facts["caption"], facts["depicts"]) == ("A straight picture", "Q146")
    assert facts["categories"] == ["Category:Added"]
    assert counts == {"upload": 3, "wbeditentity": 1, "edit": 1, "total": 5}
