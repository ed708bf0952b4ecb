"""Everything at once: a source that drops connections, is busy in bursts, sends broken records and forgets tokens."""

from __future__ import annotations

import random
from typing import Any

import pytest

from glamflow.transforms.errors import Transient


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bad_source_is_harvested_completely_with_exactly_its_broken_records_aside(
    repository: Any, source: Any, item: Any, oai_error: Any, seed: int
) -> None:
    dice = random.Random(seed)
    repository.items = [item(number % 300) for number in range(300)]
    repository.page = 20
    broken = {f"oai:museum.example:{number}" for number in dice.sample(range(300), 6)}
    burst = [0]
    tokens_lost = [2]

    def before(request: Any) -> Any:
        if dice.random() < 0.3:
            return repository.reply(drop=True)
        if burst[0] > 0 or dice.random() < 0.05:
            burst[0] = 2 if burst[0] == 0 else burst[0] - 1
            return repository.reply("", 503, {"Retry-After": "1"})
        if request.params.get("resumptionToken", "").endswith("|200") and tokens_lost[0]:
            tokens_lost[0] -= 1
            return repository.reply(oai_error("badResumptionToken"))
        return None

    def after(request: Any, body: str) -> str:
        for key in broken:
            number = key.rpartition(":")[2]
            body = body.replace(f"thing {number}</dc:title>", f"thing {number}<dc:title>")
        return body

    repository.before, repository.after = before, after
    harvester = source()
    window = harvester.windows(None, None)[0]
    seen: dict[str, Any] = {}
    aside: dict[str, Any] = {}
    resume, ended = "", False
    for _ in range(20):
        try:
            for page in harvester.pages(window, resume=resume):
                seen |= {record.key: record for record in page.records}
                aside |= {one.key: one for one in page.quarantined}
                resume = page.resume
            ended = True
            break
        except Transient:
            continue
    assert ended
    assert set(aside) == broken
    assert set(seen) == {one.key for one in repository.items} - broken
    assert all(b"<dc:title>" in one.payload and one.reason for one in aside.values())
