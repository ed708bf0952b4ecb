"""From material to actions: titles, look-ups, items, pages. Everything that is written later is built here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from msgspec import to_builtins
from msgspec.structs import replace

from glamflow.ledger.rows import Claim, StagedMedia
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.earlier import earlier_uploads
from glamflow.steps.enrich import adoptable, enrichment
from glamflow.steps.items import match_objects
from glamflow.steps.material import Material, repeated_titles
from glamflow.steps.near import near_duplicates
from glamflow.steps.preflight import red_links
from glamflow.steps.surroundings import Surroundings, adopted, doubles, judge, look_around
from glamflow.steps.updates import draft_updates
from glamflow.transforms.actions import Create, Enrich, Hold, Link, PlanAction
from glamflow.transforms.commons.context import MediaFacts, PageDraft, Sibling
from glamflow.transforms.commons.page import build_page
from glamflow.transforms.commons.title import raw_identifier, title_for
from glamflow.transforms.digest import digest
from glamflow.transforms.outcome import Reason
from glamflow.wiki.protocol import CommonsClient, FilePage

SUMMARY = "{identifier}: from the collections of {partner}, [[Commons:Batch uploading|batch]] {plan} ([[:toolforge:editgroups-commons/b/CB/{group}|details]])"


def draft_actions(
    deps: Deps, config: Partner, claim: Claim, plan: str, new: list[Material], changed: Iterable[Material] = (),
    copies: Mapping[int, StagedMedia] | None = None,
) -> list[PlanAction]:  # fmt: skip
    """What becomes of each file: Create, Link or Hold for `new` ones; updates, Hold or Skip for `changed` ones, of which the
    source offers other bytes where `copies` (by file id) says so."""
    commons = deps.commons(config)
    changed = list(changed)
    listed = [*new, *changed]
    objects = match_objects(deps, config, listed)
    pubs = deps.ledger.publications([item.file.id for item in listed], config.publish.wiki)
    standing = {id: pub.title for id, pub in pubs.items() if pub.page_id}
    actions = _draft_new(deps, config, commons, claim, plan, new, objects, changed, standing) if new else []
    names = standing | {int(action.file): action.title for action in actions if isinstance(action, Create | Link | Enrich)}
    describe = partial(_describe_again, config, names, listed, objects)
    actions += draft_updates(deps, config, commons, changed, describe=describe, summary=lambda item: _summary(config, plan, item), copies=copies)
    return actions


def _describe_again(config: Partner, titles: dict[int, str], items: list[Material], objects: dict[str, str], item: Material, title: str) -> PageDraft:
    return _page(config, item, title, titles, items, objects)


def _draft_new(
    deps: Deps, config: Partner, commons: CommonsClient, claim: Claim, plan: str, items: list[Material], objects: dict[str, str],
    changed: list[Material], standing: dict[int, str],
) -> list[PlanAction]:  # fmt: skip
    """`changed`: published files of the plan, under the titles of `standing`; they are named on the pages of their new siblings."""
    titles = _titles(deps, config, claim, plan, items)
    around = look_around(deps, config, commons, {titles[item.file.id]: item for item in items})
    same_bytes = doubles(items)
    looked = {item.file.id: _stands(config, titles[item.file.id], item, around) for item in items if item.file.id not in same_bytes}
    there = {id: page for id, page in looked.items() if page}
    against = _objections(deps, items, {id: title for id, title in titles.items() if id not in there}, around, same_bytes)
    earlier = earlier_uploads(deps, config, commons, [i for i in items if i.file.id not in there | against], around, objects)
    titles |= {id: page.title for id, page in there.items()} | standing  # for the galleries of their siblings
    actions: list[PlanAction] = []
    pages: list[tuple[Material, PageDraft]] = []
    for item in items:
        title = titles[item.file.id]
        if item.file.id in against:
            actions.append(replace(_hold(item, title, *against[item.file.id][:2]), near=against[item.file.id][2]))
        elif found := earlier.get(item.file.id):
            actions.append(replace(_hold(item, title, Reason.POSSIBLE_DUPLICATE, found.detail), there=to_builtins(found)))
        elif item.file.id not in there or there[item.file.id].first_uploader != around.account:
            pages.append((item, _page(config, item, title, titles, [*items, *changed], objects)))
        else:
            actions.append(_link(item, there[item.file.id]))
    new = [(item, page) for item, page in pages if item.file.id not in there]
    others = [(item, there[item.file.id], page) for item, page in pages if item.file.id in there]
    entities = commons.entities([f"M{found.page_id}" for _, found, _ in others]) if others else {}
    actions += [enrichment(item, found, entities[f"M{found.page_id}"], page, summary=_summary(config, plan, item)) for item, found, page in others]
    missing = red_links(commons, (page for _, page in new))
    for item, page in new:
        red = missing.get(page.title)
        actions.append(_hold(item, page.title, Reason.PREFLIGHT_RED_LINK, red) if red else _create(config, plan, item, page))
    return actions


def _stands(config: Partner, title: str, item: Material, around: Surroundings) -> FilePage | None:
    """The page that holds these bytes already and may be taken up: our own, or somebody else's where the partner adopts."""
    own = adopted(title, item, around)
    if own is not None or not config.publish.adopt:
        return own
    against = judge(title, item, around)
    return adoptable(item, around) if against and against[0] is Reason.DUPLICATE_ON_COMMONS else None


def _objections(
    deps: Deps, items: list[Material], titles: dict[int, str], around: Surroundings, same_bytes: dict[int, str]
) -> dict[int, tuple[Reason, str, str]]:
    """Why a file must not be uploaded now: reason, detail and the file that shows the same; by file id of `titles`."""
    twins = near_duplicates(deps, items)
    found: dict[int, tuple[Reason, str, str]] = {}
    for item in items:
        id = item.file.id
        if id not in titles:
            continue
        if against := judge(titles[id], item, around):
            found[id] = (*against, "")
        elif id in same_bytes:
            found[id] = Reason.DUPLICATE_IN_PARTNER, same_bytes[id], ""
        elif twin := twins.get(id):
            found[id] = Reason.POSSIBLE_DUPLICATE, twin.detail, str(twin.file_id)
    return found


def _titles(deps: Deps, config: Partner, claim: Claim, plan: str, items: Iterable[Material]) -> dict[int, str]:
    """A title is chosen once and then stays: the ledger's word counts, not what we would say today."""
    repeated = repeated_titles(deps, config.slug)
    wiki = config.publish.wiki
    chosen: dict[int, str] = {}
    for item in items:
        title = _free_title(deps, config, item, repeated, set(chosen.values()))
        chosen[item.file.id] = deps.ledger.choose_title(claim, item.file.id, wiki, title, plan_id=plan).title
    return chosen


def _free_title(deps: Deps, config: Partner, item: Material, repeated: frozenset[str], taken: set[str]) -> str:
    """The title by rule; with a short mark of the medium if another file of ours has it (a new photograph of the object,
    or two records that share their inventory number)."""
    extension = str((item.file.inspection or {}).get("extension", "")) or item.file.mime.rpartition("/")[2]
    def titled(*, apart: bool) -> str:
        return title_for(
            item.record, item.medium, config.commons, config.commons.short_name, repeated=repeated, extension=extension, apart=apart
        )

    title = titled(apart=False)
    holder = deps.ledger.titles_taken(config.publish.wiki, [title]).get(title, item.file.id)
    return title if holder == item.file.id and title not in taken else titled(apart=True)


def _page(
    config: Partner, item: Material, title: str, titles: dict[int, str], items: Iterable[Material], objects: dict[str, str]
) -> PageDraft:
    siblings = tuple(
        Sibling(media_id=other.medium.id, title=titles[other.file.id], role=other.medium.role, language=_language(other))
        for other in items
        if other.file.id != item.file.id and other.file.id in titles and _belong_together(item, other)
    )
    facts = MediaFacts(
        mime=item.file.mime, width=item.file.width, height=item.file.height, sha1=item.file.sha1, url=item.file.obtained_from
    )
    return build_page(
        item.record, item.medium, item.decision, commons=config.commons, rights=config.rights, wikidata=config.items,
        vocabulary=config.vocabulary, partner_name=config.name, title=title, retrieved=item.retrieved, siblings=siblings,
        media_facts=facts, item=objects.get(item.record.key, ""),
    )  # fmt: skip


def _belong_together(one: Material, other: Material) -> bool:
    group = one.record.version_group
    return one.record.key == other.record.key or bool(group and group == other.record.version_group)


def _language(item: Material) -> str:
    return item.record.content_languages[0] if item.record.version_group and item.record.content_languages else ""


def _create(config: Partner, plan: str, item: Material, page: PageDraft) -> Create:
    return Create(
        file=str(item.file.id), record=item.record.key, title=page.title, identifier=raw_identifier(item.record),
        source_url=item.record.source_url, findings=page.findings, sha1=item.file.sha1, sha256=item.file.sha256,
        size=item.file.size or 0, text=page.wikitext, mime=item.file.mime, captions=page.captions, statements=page.statements,
        params=page.parameters, summary=_summary(config, plan, item), decision=digest(item.decision), rights_reason=item.decision.reason,
        rights_explanation=item.decision.explanation,
    )  # fmt: skip


def _summary(config: Partner, plan: str, item: Material) -> str:
    identifier = raw_identifier(item.record)[:80].replace("[", "(").replace("]", ")")
    return SUMMARY.format(identifier=identifier, partner=config.name, plan=plan, group=digest(plan)[:12])


def _link(item: Material, page: FilePage) -> Link:
    return Link(
        file=str(item.file.id), record=item.record.key, title=page.title, identifier=raw_identifier(item.record),
        source_url=item.record.source_url, page_id=page.page_id or 0, sha1=page.sha1, ours=True,
    )  # fmt: skip


def _hold(item: Material, title: str, reason: Reason, detail: str) -> Hold:
    blank = Hold(file=str(item.file.id), reason=reason, detail=detail)
    return replace(blank, record=item.record.key, title=title, identifier=raw_identifier(item.record), source_url=item.record.source_url)
