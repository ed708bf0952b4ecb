"""Earlier uploads of the same thing by somebody else: found by what they say, compared by what they show, decided by a person.

| found by | asked with | held |
|---|---|---|
| the address of the record among its external links | the one request a file of `surroundings.py` | always |
| the inventory number in its wikitext, within the institution's categories | the same request | always |
| being the image (P18) of the object's Wikidata item | one request for 50 items | unless it plainly shows something else |

Pictures are fetched only for what was found, and laid beside ours for the person who decides. Nothing is merged, linked or dropped
by likeness. What a person released once is not held again for the same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glamflow.media.compare import Likeness
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.steps.near import NOT_COMPARED, likeness
from glamflow.steps.surroundings import Surroundings
from glamflow.steps.wiki_pictures import fetch_wiki_pictures
from glamflow.store import layout
from glamflow.transforms.record import Model
from glamflow.transforms.wikibase.ids import P
from glamflow.wiki.protocol import CommonsClient, Entity

OBSERVED = "ALREADY_THERE"
LINKED, NUMBERED, IMAGE = "links to the record", "names the inventory number", "is the picture of its Wikidata item"
SHOWS = {Likeness.SAME: "shows the same picture", Likeness.ALIKE: "shows a picture much like it", Likeness.OTHER: "shows another picture"}


class Found(Model, frozen=True, kw_only=True):
    """A page that may be an earlier upload. `picture`: SHA-256 of its thumbnail, "" if there is none to compare."""

    title: str
    why: str
    picture: str = ""
    likeness: str = ""

    @property
    def detail(self) -> str:
        """A sentence for the person who decides."""
        shown = SHOWS.get(Likeness(self.likeness), "") if self.likeness else "has no picture that can be compared"
        return f"File:{self.title} {self.why} and {shown}"


def earlier_uploads(
    deps: Deps, config: Partner, commons: CommonsClient, items: Iterable[Material], around: Surroundings, objects: Mapping[str, str]
) -> dict[int, Found]:
    """File → the earlier upload for which it waits."""
    listed = list(items)
    images = _images(deps, config, {objects[item.record.key] for item in listed if item.record.key in objects})
    asked = {item.file.id: _candidates(item, around, images.get(objects.get(item.record.key, ""), ())) for item in listed}
    titles = sorted({found.title for candidates in asked.values() for found in candidates})
    ours = deps.ledger.titles_taken(config.publish.wiki, titles) if titles else {}
    open_ = {id: [f for f in candidates if f.title not in ours] for id, candidates in asked.items()}
    open_ = {id: _not_released(deps, config.slug, id, candidates) for id, candidates in open_.items() if candidates}
    wanted = sorted({found.title for candidates in open_.values() for found in candidates})
    pictures = fetch_wiki_pictures(deps, config, commons, wanted) if wanted else {}
    chosen = {}
    for item in listed:
        compared = [_compared(deps, item, found, pictures) for found in open_.get(item.file.id, ())]
        held = [found for found in compared if found.why != IMAGE or found.likeness != Likeness.OTHER]
        if held:
            chosen[item.file.id] = min(held, key=lambda found: found.likeness != Likeness.SAME)
    return chosen


def note_earlier(deps: Deps, partner: str, wiki: str, file_id: int, record_key: str, found: Mapping[str, Any]) -> None:
    """For the review page, which shows both pictures, and for the next plan, which must know what was asked already."""
    deps.ledger.observe(
        partner=partner, kind=OBSERVED, file_id=file_id, record_key=record_key, wiki=wiki, title=str(found["title"]), detail=dict(found)
    )


def _candidates(item: Material, around: Surroundings, images: Iterable[str]) -> list[Found]:
    near = around.neighbours[item.file.id]
    named = [(near.linked, LINKED), (near.mentioned, NUMBERED), (images, IMAGE)]
    found: dict[str, Found] = {}
    for titles, why in named:
        for title in titles:
            found.setdefault(title, Found(title=title, why=why))
    return list(found.values())


def _images(deps: Deps, config: Partner, ids: set[str]) -> dict[str, tuple[str, ...]]:
    """Item → titles of its pictures."""
    entities = deps.wikidata(config).entities(sorted(ids)) if ids else {}
    return {id: tuple(_titles(entity)) for id, entity in entities.items()}


def _titles(entity: Entity) -> Iterable[str]:
    for claim in entity.statements.get(P.IMAGE, ()):
        value = claim["mainsnak"].get("datavalue", {}).get("value", "")
        if isinstance(value, str) and value:
            yield value.replace("_", " ")


def _not_released(deps: Deps, partner: str, file_id: int, candidates: list[Found]) -> list[Found]:
    """The file is in a plan again: somebody looked at the pages for which it was held before, and let it go."""
    released = set()
    for seen in deps.ledger.observations(partner, kind=OBSERVED, file_id=file_id):
        released.add(seen.title)
        if seen.settled_at is None:
            deps.ledger.settle_observation(seen.id, who="released by a person")
    return [found for found in candidates if found.title not in released]


def _compared(deps: Deps, item: Material, found: Found, pictures: Mapping[str, str]) -> Found:
    picture = pictures.get(found.title, "")
    if not picture or item.medium.role in NOT_COMPARED:
        return Found(title=found.title, why=found.why, picture=picture)
    try:
        ours, theirs = (deps.store.get(layout.media_thumbnail(item.file.partner, sha256)) for sha256 in (item.file.sha256, picture))
    except KeyError:
        return Found(title=found.title, why=found.why, picture=picture)
    return Found(title=found.title, why=found.why, picture=picture, likeness=likeness(ours, theirs))
