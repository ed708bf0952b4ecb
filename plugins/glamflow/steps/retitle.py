"""A published file of ours whose title holds an inventory number that the source corrected: moved after approval.

- Only our own upload, under the very title that we gave it; what people called it stays.
- It takes the right `movefile`. Without it, or where the new title is taken, the update goes on, and the wish is noted with the words
  with which a person can ask for the move (`TITLE_OUTDATED`).
"""

from __future__ import annotations

from glamflow.ledger.rows import Publication
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.material import Material
from glamflow.steps.written import WrittenPage
from glamflow.transforms.actions import Move
from glamflow.transforms.commons.retitle import retitled
from glamflow.transforms.commons.title import raw_identifier
from glamflow.transforms.wikibase.ids import P
from glamflow.wiki.protocol import CommonsClient, FilePage

RIGHT, OBSERVED = "movefile", "TITLE_OUTDATED"


def move_of(
    deps: Deps, config: Partner, commons: CommonsClient, item: Material, pub: Publication, page: FilePage, written: WrittenPage, summary: str
) -> Move | None:
    """The move that the title needs, if it may be done."""
    number = item.record.inventory_number
    told = [claim["mainsnak"].get("datavalue", {}).get("value") for claim in written.statements if claim["mainsnak"]["property"] == P.INVENTORY_NUMBER]
    if written.foreign or page.title != written.title or len(told) != 1 or not number or told[0] == number:
        return None
    to = retitled(page.title, old=str(told[0]), new=number)
    if not to:
        return None
    account = commons.account()
    if page.first_uploader != account.name:
        return None
    taken = commons.pages([to])[to].exists or to in deps.ledger.titles_taken(config.publish.wiki, [to])
    if RIGHT not in account.rights or taken:
        why = "the name is taken" if taken else f"the account lacks the right “{RIGHT}”"
        request = f"{{{{Rename|1={to}|2=3|3=the inventory number is {number}}}}}"
        deps.ledger.observe(
            partner=config.slug, kind=OBSERVED, file_id=pub.file_id, record_key=item.record.key, wiki=config.publish.wiki, title=page.title,
            detail={"wanted": to, "why": why, "request": request},
        )  # fmt: skip
        return None
    return Move(
        file=str(item.file.id), record=item.record.key, title=page.title, identifier=raw_identifier(item.record), source_url=item.record.source_url,
        page_id=pub.page_id or 0, to=to, summary=summary,
    )  # fmt: skip
