"""Readiness: sample a source, judge each record as a run would, and say what could go to Commons today.

Asks only the source and some of its files; nothing is stored in the ledger, no wiki is spoken to.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from glamflow.harvest.sample import Sample, draw
from glamflow.media.types import HEAD, sniff
from glamflow.net.session import Session
from glamflow.partner import Partner
from glamflow.reports import readiness as figures
from glamflow.reports.readiness import Judged, Medium, Readiness
from glamflow.steps.check import judge_record
from glamflow.steps.deps import Deps
from glamflow.transforms.errors import GlamflowError
from glamflow.transforms.mapping import map_record
from glamflow.transforms.outcome import Mapped, SourceInfo


def assess(deps: Deps, config: Partner, *, limit: int, seed: int = 0, media: int = 20) -> Readiness:
    """The report over `limit` records drawn by lot and `media` files of them."""
    with deps.harvester(config) as harvester:
        sample = draw(harvester, limit=limit, seed=seed)
    judged = _judge(deps, config, sample)
    seen = _look_at_media(deps, config, judged, count=media, seed=seed)
    return Readiness(
        partner=config.slug, name=config.name, language=config.language, on=deps.today().isoformat(), sampled=len(sample.records),
        records=sample.total, basis=sample.basis, seed=seed, unreadable=sample.unreadable + sum(one.record is None for one in judged),
        shares=figures.shares(judged), estimate=figures.estimate(judged), rights=figures.rights_lines(judged),
        languages=figures.languages(judged), media=figures.media_figures(seen), changes=figures.changes(judged),
    )  # fmt: skip


def _judge(deps: Deps, config: Partner, sample: Sample) -> list[Judged]:
    """Map and check as the run does, on the same day and by the same rules."""
    judged = []
    today = deps.today()
    for one in sample.records:
        raw = one.record
        source = SourceInfo(partner=config.slug, key=raw.key, format=config.mapping.crosswalk, sets=raw.sets, datestamp=raw.datestamp)
        outcome = map_record(raw.payload, source, config.mapping, vocabulary=config.vocabulary)
        if isinstance(outcome, Mapped):
            checked = judge_record(config, outcome, today)
            judged.append(Judged(weight=one.weight, record=checked.record, checks=checked.checks))
        else:
            judged.append(Judged(weight=one.weight, record=None))
    return judged


def _look_at_media(deps: Deps, config: Partner, judged: Sequence[Judged], *, count: int, seed: int) -> list[Medium]:
    """The first bytes and the stated size of some files."""
    urls = sorted({medium.url for one in judged if one.record for medium in one.record.media if medium.url})
    chosen = random.Random(seed).sample(urls, min(count, len(urls)))
    if not chosen:
        return []
    with deps.media_session(config) as session:
        return [_look(session, url) for url in chosen]


def _look(session: Session, url: str) -> Medium:
    try:
        with session.open(url, headers={"Range": f"bytes=0-{HEAD - 1}"}) as answer:
            if answer.status not in (200, 206):
                return Medium(url=url, problem=f"HTTP {answer.status}")
            head = b""
            for chunk in answer.chunks():
                head += chunk
                if len(head) >= HEAD:
                    break
            stated = answer.headers.get("content-range", "").rpartition("/")[2] or answer.headers.get("content-length", "")
    except GlamflowError as error:
        return Medium(url=url, problem=error.what)
    return Medium(url=url, mime=sniff(head[:HEAD]), size=int(stated) if stated.isdecimal() else None)
