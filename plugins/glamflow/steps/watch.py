"""Watch: one look at what people tell an account and at the tags on its files, for all partners that publish with it.

- Hourly while something is published with the account, else once a day; one request says for 50 pages whether anything happened,
  and only those where it did are read.
- A message or a stop page stops the account until a named person acknowledges it (`lookout.py`); a tag freezes its file and the
  open plans of the same rights rule (`tagged.py`); a page that is gone is noted as sync notes it.
- What is new ends the run as an error once, so that whoever watches over Airflow learns of it; what was told before is counted.
- Nothing is written to the wiki. The account never answers anybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cache

from glamflow.ledger.guards import BY_WIKI
from glamflow.ledger.rows import Observation, Publication
from glamflow.ledger.states import FileState, PlanState
from glamflow.partner import Partner, load_partner, parse_partner
from glamflow.steps.deps import Deps
from glamflow.steps.lookout import STOP, TALK, halt, stop_page, unheard
from glamflow.steps.observing import last_known
from glamflow.steps.outcome import StepReport
from glamflow.steps.sync import observe_page
from glamflow.steps.tagged import TAGGED, heed_tags, release_plans
from glamflow.transforms.errors import ConfigInvalid, StaleState, WritesStopped
from glamflow.wiki.protocol import CommonsClient, PageHead

BATCH = 50
DAILY = dt.timedelta(hours=23, minutes=30)  # a little less than a day, so that an hourly clock does not skip one
STILL_PUBLISHING = dt.timedelta(hours=24)
UNDER_WAY = (PlanState.APPROVED, PlanState.PUBLISHING)


def watch_account(deps: Deps, wiki: str, run_id: str, *, always: bool = False) -> StepReport:
    """Look now if it is time (or `always`); `WritesStopped` names everything that is new."""
    report, partners = StepReport(step="watch"), partners_on(deps, wiki)
    if not partners:
        return report
    commons = deps.commons(partners[0])
    account = commons.account().name
    if not (always or _due(deps, wiki, account, partners)):
        report.add("not_due")
        return report
    news = [*_messages(deps, partners, wiki, account, commons, report)]
    for config in partners:
        news += _pages(deps, config, commons, account, report)
    deps.ledger.note_watch(wiki, account, looked=True)
    if news:
        raise WritesStopped(
            " ".join(f"{text}." for text in news),
            hint='Answer on the wiki, then: glamflow watch ack (--tag "File:…" for a tag).',
        )
    return report


def acknowledge(deps: Deps, wiki: str, *, who: str, note: str) -> list[str]:
    """A named person read what was told to the account and answered it: it may write again. Returns what was released."""
    partners = partners_on(deps, wiki)
    if not partners:
        raise ConfigInvalid(
            "watch", f"no partner file publishes to “{wiki}”", fix="Give the id of the wiki's connection."
        )
    commons = deps.commons(partners[0])
    account = commons.account().name
    signals = commons.signals(stop_page(deps, partners[0], account))
    if not signals.running and signals.stop is not None:
        raise StaleState(
            f"{signals.stop.page} still says that the account must stop.", hint="Only the word run lets it go on."
        )
    deps.ledger.acknowledge_talk(
        wiki, account, talk_revision=signals.talk.revision if signals.talk else 0, who=who, note=note
    )
    for config in partners:
        for kind in (TALK, STOP):
            _settle(deps, config.slug, kind, who)
    scope = f"account:{account}"
    stopped = [
        brake
        for brake in deps.ledger.brakes()
        if brake.scope == scope and brake.stopped and brake.who.startswith(BY_WIKI)
    ]
    for _ in stopped:
        deps.ledger.set_brake(scope, stopped=False, who=who, why=note)
    return [brake.scope for brake in stopped]


def acknowledge_tag(deps: Deps, title: str, *, who: str, note: str) -> list[str]:
    """A named person answered for a tagged file: plans of its rule go on. Returns their ids."""
    name = title.removeprefix("File:").replace("_", " ")
    freed, known = list[str](), False
    for slug in deps.ledger.reads.partners():
        seen = [one for one in deps.ledger.observations(slug, kind=TAGGED, unsettled=True) if one.title == name]
        for one in seen:
            deps.ledger.settle_observation(one.id, who=who)
        known = known or bool(seen)
        freed += release_plans(deps, slug, who=who, why=note) if seen else []
    if not known:
        raise StaleState(f"No unanswered tag on File:{name} is known.", hint="glamflow watch show lists them.")
    return freed


def wikis(deps: Deps) -> list[str]:
    """Connections that partners publish to."""
    return sorted({config.publish.wiki for slug in _slugs(deps) if (config := _config(deps, slug)) is not None})


def unanswered(deps: Deps) -> list[Observation]:
    """Messages, stop pages and tags that no named person has answered, oldest first."""
    seen = [
        one
        for slug in deps.ledger.reads.partners()
        for kind in (TALK, STOP, TAGGED)
        for one in deps.ledger.observations(slug, kind=kind, unsettled=True)
    ]
    return sorted(seen, key=lambda one: one.id)


def partners_on(deps: Deps, wiki: str) -> list[Partner]:
    """Partners whose files go to this connection; a file that cannot be read now counts as it was last used."""
    return [
        config
        for slug in sorted(_slugs(deps))
        if (config := _config(deps, slug)) is not None and config.publish.wiki == wiki
    ]


def _slugs(deps: Deps) -> set[str]:
    return {path.stem for path in deps.settings.partners.glob("*.yaml")} | set(deps.ledger.reads.partners())


def _config(deps: Deps, slug: str) -> Partner | None:
    try:
        return load_partner(deps.settings.partners / f"{slug}.yaml")
    except ConfigInvalid:
        version = deps.ledger.latest_partner_version(slug)
    try:
        return parse_partner(deps.ledger.partner_text(version)) if version else None
    except ConfigInvalid:
        return None


def _due(deps: Deps, wiki: str, account: str, partners: list[Partner]) -> bool:
    row, now = deps.ledger.watch_row(wiki, account), deps.now()
    if row is None or row.looked_at is None or now - row.looked_at >= DAILY:
        return True
    return any(_is_publishing(deps, config, now) for config in partners)


def _is_publishing(deps: Deps, config: Partner, now: dt.datetime) -> bool:
    newest = deps.ledger.published_at(config.slug)
    return bool(deps.ledger.plans(config.slug, states=UNDER_WAY, limit=1)) or (
        newest is not None and now - newest < STILL_PUBLISHING
    )


def _messages(
    deps: Deps, partners: list[Partner], wiki: str, account: str, commons: CommonsClient, report: StepReport
) -> Iterator[str]:
    told = unheard(deps, wiki, account, commons.signals(stop_page(deps, partners[0], account)))
    if told is None:
        return
    kind, spoken = told
    report.add(kind.lower())
    known = [
        seen
        for seen in deps.ledger.observations(partners[0].slug, kind=kind, unsettled=True)
        if seen.revision == spoken.revision
    ]
    error = halt(deps, [config.slug for config in partners], wiki, account, kind, spoken)
    if not known:
        yield error.what.rstrip(".")


def _pages(deps: Deps, config: Partner, commons: CommonsClient, account: str, report: StepReport) -> Iterator[str]:
    after = 0
    name: Callable[[], str] = cache(lambda: account)
    while pubs := deps.ledger.standing_pages(config.slug, config.publish.wiki, after=after, limit=BATCH):
        after = pubs[-1].id
        report.add("pages", len(pubs))
        heads = commons.heads([pub.page_id for pub in pubs if pub.page_id])
        frozen = {file.id for file in deps.ledger.files([pub.file_id for pub in pubs]) if file.state is FileState.HELD}
        moved = [pub for pub in pubs if pub.file_id in frozen or _moved(pub, heads.get(pub.page_id or 0, PageHead()))]
        pages = commons.pages_by_id([pub.page_id for pub in moved if pub.page_id]) if moved else {}
        for pub in moved:
            page = pages[pub.page_id or 0]
            if not page.exists:
                observe_page(deps, config, pub, page, None, report, commons=commons, account=name)
                yield f"File:{pub.title} was deleted"
            elif new := heed_tags(deps, config, pub, page, commons=commons):
                report.add(TAGGED.lower())
                yield new


def _moved(pub: Publication, head: PageHead) -> bool:
    """Somebody edited it since sync last looked, or it is gone."""
    return head.revision is None or head.revision > last_known(pub)


def _settle(deps: Deps, slug: str, kind: str, who: str) -> None:
    for seen in deps.ledger.observations(slug, kind=kind, unsettled=True):
        deps.ledger.settle_observation(seen.id, who=who)
