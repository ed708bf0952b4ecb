"""Takedown: what a person says must not be published, or not any more. Record id, file title, SHA-1, or an address of any of them.

| what | done |
|---|---|
| do-not-upload | the record, its files and their bytes, for every partner; looked at by selection, plans and each action, so neither a new harvest nor a remap brings them back |
| files on their way | held as decided by a person |
| open plans that hold one of them | dropped; the next run plans the rest anew. A plan under way goes on without them |
| staged bytes, previews | removed from the store |
| a live page | never deleted by us: the answer tells people what to do, with the text for a request |

A release needs the link of the undeletion, or a decision with the name of who decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from glamflow.ledger.rows import Ban, StoredFile
from glamflow.ledger.states import OPEN_PLAN_STATES, FileState, PlanState
from glamflow.steps.deps import Deps
from glamflow.steps.lookout import page_link
from glamflow.steps.objects import read_outcomes
from glamflow.store import layout
from glamflow.transforms.errors import ConfigInvalid, StaleState
from glamflow.transforms.outcome import Mapped, Reason
from glamflow.transforms.record import Model

KIND = "TAKEDOWN"
ON_THE_WAY = (FileState.LISTED, FileState.STAGED, FileState.PLANNED, FileState.REJECTED, FileState.HELD)
REQUEST = "{{{{delete|reason={why}|subpage=File:{title}|day={day}|month={month}|year={year}}}}}"


class LivePage(Model, frozen=True, kw_only=True):
    """A page that stands on a wiki, and what people can do about it."""

    title: str
    url: str
    todo: str
    request: str  # ready text for a deletion request


class Taken(Model, frozen=True, kw_only=True):
    """What a takedown did."""

    named: str
    records: tuple[str, ...] = ()
    files: tuple[int, ...] = ()
    bans: tuple[int, ...] = ()
    plans_dropped: tuple[str, ...] = ()
    purged: tuple[str, ...] = ()
    live: tuple[LivePage, ...] = ()


def take_down(deps: Deps, named: str, *, who: str, why: str, link: str = "", partner: str = "") -> Taken:
    """Forbid it now, everywhere. Doing it again changes nothing; a record that is not known yet may be named with its partner."""
    files, records = resolve(deps, named, partner)
    if not files and not records:
        if not partner or "://" in named:
            raise StaleState(
                f"Nothing is known of “{named}”.",
                hint="Name the partner (--partner) to forbid a record before it is harvested.",
            )
        records = [(partner, named)]
    reason = str(Reason.DO_NOT_UPLOAD)
    bans = [
        deps.ledger.forbid(kind="record", value=key, partner=slug, reason=reason, who=who, detail=why, link=link)
        for slug, key in records
    ]
    for file in files:
        bans.append(
            deps.ledger.forbid(
                kind="file", value=str(file.id), partner=file.partner, reason=reason, who=who, detail=why, link=link
            )
        )
        if file.sha1:
            bans.append(deps.ledger.forbid(kind="sha1", value=file.sha1, reason=reason, who=who, detail=why, link=link))
    dropped = tuple(_drop_plans(deps, files, who))
    moving = [file.id for file in deps.ledger.files([file.id for file in files]) if file.state in ON_THE_WAY]
    if moving:
        deps.ledger.decide_files(moving, FileState.HELD, who=_plain(who), reason=reason, detail=why[:500])
    live = tuple(_live(deps, files, why))
    for slug, key in dict.fromkeys([*records, *((file.partner, file.record_key) for file in files)]):
        told = {"why": why, "link": link, "pages": [page.url for page in live], "todo": [page.todo for page in live]}
        deps.ledger.observe(partner=slug, kind=KIND, record_key=key, who=who, reason=reason, detail=told)
    return Taken(
        named=named, records=tuple(key for _, key in records), files=tuple(file.id for file in files), bans=tuple(dict.fromkeys(bans)),
        plans_dropped=dropped, purged=tuple(_purge(deps, files)), live=live,
    )  # fmt: skip


def release(
    deps: Deps, named: str, *, who: str, link: str = "", decision: str = "", partner: str = ""
) -> tuple[int, ...]:
    """Allow it again, with the link of the undeletion or the words of a decision. Held files start anew; ids of the lifted entries."""
    if "://" not in link and not decision.strip():
        raise ConfigInvalid(
            "takedown",
            "a release needs the link of the undeletion or a named decision",
            fix="Give --link or --decision.",
        )
    files, records = resolve(deps, named, partner)
    bans = _bans_on(deps, files, records or ([(partner, named)] if partner else []))
    if not bans:
        raise StaleState(f"Nothing forbids “{named}”.")
    shown = link or f"decided by {who}: {decision}"
    for ban in bans:
        deps.ledger.release_ban(ban.id, who=who, link=shown)
    ours = [
        file.id
        for file in files
        if file.state is FileState.HELD and file.reason == Reason.DO_NOT_UPLOAD and file.decided_by == "person"
    ]
    if ours:
        deps.ledger.decide_files(ours, FileState.LISTED, who=_plain(who), reason="", detail=shown[:500])
    return tuple(ban.id for ban in bans)


def resolve(deps: Deps, named: str, partner: str = "") -> tuple[list[StoredFile], list[tuple[str, str]]]:
    """Files, and (partner, record key) where a whole record is named. Addresses: of a file page, a medium, or a record."""
    plain = _title_of(named) if "://" in named else named
    found = deps.ledger.why(plain, partner=partner) if plain else None
    if found is None or not found.found:
        found = next(
            (one for key in _keys_behind(deps, named, partner) if (one := deps.ledger.why(key, partner=partner)).found),
            None,
        )
    if found is None:
        return [], []
    whole = [row for row in found.records if row.key == found.asked]
    files = [file for file in found.files if not whole or file.record_id in {row.id for row in whole}]
    return files, [(row.partner, row.key) for row in whole]


def _title_of(url: str) -> str:
    """The file title in the address of a wiki page, "" in any other."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("title", [""])[0] or unquote(parts.path).rpartition("/wiki/")[2]
    return named if named.startswith("File:") else ""


def _keys_behind(deps: Deps, url: str, partner: str) -> Iterator[str]:
    """Media ids and record keys whose address this is, from ledger and mapped records."""
    if "://" not in url:
        return
    yield from deps.ledger.reads.media_at(url, partner=partner)
    for slug in [partner] if partner else deps.ledger.reads.partners():
        for batch in deps.ledger.batches_of_partner(slug):
            for outcome in read_outcomes(deps, batch.mapped_key) if batch.mapped_key else ():
                if isinstance(outcome, Mapped) and outcome.record.source_url == url:
                    yield outcome.record.key


def _drop_plans(deps: Deps, files: Iterable[StoredFile], who: str) -> Iterator[str]:
    wanted = {file.id for file in files}
    for slug in {file.partner for file in files}:
        for plan in deps.ledger.plans(
            slug, states=[state for state in OPEN_PLAN_STATES if state is not PlanState.PUBLISHING]
        ):
            if wanted & {file.id for file in deps.ledger.plan_files(plan.id, open_only=True)}:
                deps.ledger.close_plan(plan.id, PlanState.DROPPED, detail="a file of it must not be published", who=who)
                yield plan.id


def _purge(deps: Deps, files: Iterable[StoredFile]) -> Iterator[str]:
    """Remove the bytes, what they were made from, and every preview."""
    for file in files:
        made_from = str(((file.inspection or {}).get("derived") or {}).get("from_sha256", ""))
        for sha256 in filter(None, (file.sha256, made_from)):
            for key in (layout.media, layout.media_inspection, layout.media_thumbnail, layout.media_derivation):
                if deps.store.head(key(file.partner, sha256)) is not None:
                    deps.store.delete(key(file.partner, sha256))
                    yield key(file.partner, sha256)


def _live(deps: Deps, files: Iterable[StoredFile], why: str) -> Iterator[LivePage]:
    today = deps.today()
    for file in files:
        for pub in deps.ledger.pages_of_file(file.id):
            if pub.page_id is None or pub.state == "deleted":
                continue
            text = REQUEST.format(
                why=why.replace("|", "/").replace("}}", ""),
                title=pub.title,
                day=today.day,
                month=f"{today:%B}",
                year=today.year,
            )
            todo = "A person decides: talk to the community, and if it must go put this request on top of the page. The bot deletes nothing."
            yield LivePage(
                title=pub.title,
                url=page_link(deps.connections(pub.wiki).base_url, f"File:{pub.title}"),
                todo=todo,
                request=text,
            )


def _bans_on(deps: Deps, files: list[StoredFile], records: list[tuple[str, str]]) -> list[Ban]:
    found: dict[int, Ban] = {}
    for slug, key in records:
        found |= {ban.id: ban for ban in deps.ledger.bans(partner=slug, record_key=key)}
    for file in files:
        found |= {ban.id: ban for ban in deps.ledger.bans(partner=file.partner, sha1=file.sha1, file_id=file.id)}
    return list(found.values())


def _plain(who: str) -> str:
    return who.removeprefix("person:")
