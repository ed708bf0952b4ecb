"""The partner's side of a better scan: other bytes under the address of a published file, and records that changed."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from crash_world import PARTNER
from msgspec.structs import replace
from PIL import Image
from small_world import SmallWorld

from glamflow.ledger.rows import StoredFile
from glamflow.media.fetch import Fetched, MediaFault
from glamflow.steps import material as materials
from glamflow.steps import plan, stage
from glamflow.steps.material import Material
from glamflow.store import layout
from glamflow.transforms.outcome import Reason


class Scanner:
    """Offers new bytes for files of the small world, and what their records say from now on."""

    def __init__(self, small: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        self._small = small
        self._offered: dict[str, bytes] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        load = materials.load_material

        def changed(deps: Any, files: Any) -> Any:
            for item in load(deps, files):
                yield self._apply(item)

        monkeypatch.setattr(plan, "load_material", changed)
        monkeypatch.setattr(stage, "fetch_changed", self._fetch)

    def _apply(self, item: Material) -> Material:
        facts = dict(self._facts.get(item.record.key, {}))
        decision = facts.pop("decision", item.decision)
        return Material(
            file=item.file,
            record=replace(item.record, **facts),
            medium=item.medium,
            decision=decision,
            retrieved=item.retrieved,
        )

    def _fetch(self, _deps: Any, _config: Any, file: StoredFile, *_: Any) -> Fetched | MediaFault:
        store, url = self._small.deps.store, file.url
        content = self._offered.get(url)
        if content is None:
            return MediaFault(reason=Reason.MEDIA_UNREACHABLE, detail="", transient=False)
        sha256 = hashlib.sha256(content).hexdigest()
        store.put(layout.media(PARTNER, sha256), content)
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        key = layout.media(PARTNER, sha256)
        return Fetched(key=key, sha1=sha1, sha256=sha256, size=len(content), final_url=url, name="scan.jpg", headers={})

    def picture(self, number: int = 0) -> Image.Image:
        """What the file shows now."""
        file = self._small.files[number]
        return Image.open(io.BytesIO(self._small.deps.store.get(layout.media(PARTNER, file.sha256)))).convert("RGB")

    def offer(self, picture: Image.Image, number: int = 0, **facts: Any) -> str:
        """The source has this under the file's address now, and the record says so; its SHA-1."""
        file = self._small.files[number]
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=92)
        self._offered[file.url] = out.getvalue()
        self._facts[file.record_key] = facts
        with self._small.deps.ledger.database.write() as connection:
            connection.exec_driver_sql("UPDATE file SET changed_at_source = 1 WHERE id = ?", (file.id,))
            connection.exec_driver_sql(
                "UPDATE file SET state = 'held', reason = 'REJECTED_BY_PERSON' WHERE state IN ('listed', 'staged')"
            )
        return hashlib.sha1(out.getvalue(), usedforsecurity=False).hexdigest()

    def enlarged(self, by: float = 1.5, number: int = 0) -> Image.Image:
        old = self.picture(number)
        return old.resize((round(old.width * by), round(old.height * by)), Image.Resampling.LANCZOS)

    def select(self, run: str) -> None:
        for lane in stage.select_files(self._small.deps, PARTNER, run, {"max_files": 1}):
            stage.stage_lane(self._small.deps, lane)

    def bring(self, run: str = "publish/2") -> dict[str, int]:
        """Select, plan, approve, publish, verify."""
        self.select(run)
        return self._small.publish(run).counts
