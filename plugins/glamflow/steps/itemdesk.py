"""The pen with which a lane writes items: the lane's own, or one of another wiki with its own account, rate, brakes and stop page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from glamflow.ledger.rows import Claim
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.itemwork import ItemWriter, item_wiki
from glamflow.steps.lookout import Lookout
from glamflow.steps.writing import Pen
from glamflow.wiki.protocol import WikidataClient


def item_writer(
    deps: Deps, config: Partner, claim: Claim, plan: str, pen: Pen, account: str, sleep: Callable[[float], None]
) -> ItemWriter:
    """Asks nothing of the item repository unless the partner has an approved task there."""
    client: Callable[[], WikidataClient] = cache(lambda: deps.wikidata(config))
    if not config.items.bot_request or item_wiki(config) == config.publish.wiki:
        return ItemWriter(deps, config, client, pen, account=account, sleep=sleep)
    who = client().account()
    lookout = Lookout(deps, config, client(), who.name, wiki=item_wiki(config))
    own = Pen(
        deps,
        config,
        claim,
        plan=plan,
        account=who.name,
        sleep=sleep,
        limits=who.rate_limits,
        lookout=lookout,
        wiki=item_wiki(config),
    )
    return ItemWriter(deps, config, client, own, account=who.name, sleep=sleep)
