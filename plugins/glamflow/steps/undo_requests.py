"""What an undo leaves to people: uploads, new versions and moves of a plan, with the words to ask for it on the wiki.

An uploader may ask for speedy deletion of its own file within a week (https://commons.wikimedia.org/wiki/Commons:CSD, G7); after that
the community discusses it. Nothing is asked by us: a person reads the words, and puts them on the page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from glamflow.ledger.rows import Plan
from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.undone import Undone
from glamflow.transforms.actions import Create, Move, NewVersion, PlanAction, kind_of

SPEEDY = dt.timedelta(days=7)


def listed(deps: Deps, config: Partner, plan: Plan, actions: Iterable[PlanAction], note: str) -> Iterator[Undone]:
    """One line for each upload of the plan that still stands as the ledger knows it."""
    uploads = [action for action in actions if isinstance(action, Create | NewVersion | Move)]
    pubs = deps.ledger.publications([int(action.file) for action in uploads], config.publish.wiki)
    reason = f"{note or 'uploaded by mistake'}; asked for by the uploader ({config.name}, batch {plan.id})"
    for action in uploads:
        pub = pubs.get(int(action.file))
        if pub is None or pub.state == "deleted":
            continue
        if isinstance(action, Create):
            detail, request = "deletion has to be asked for", _deletion(reason, young=deps.now() - pub.created_at < SPEEDY, plan=plan)
        elif isinstance(action, Move):
            detail, request = f"it was called {action.title} before", f"{{{{Rename|1={action.title}|2=1|3={_plain(reason)}}}}}"
        else:
            detail, request = "the earlier version can be put back in the file's history on its page", ""
        yield Undone(file=pub.file_id, title=pub.title, kind=kind_of(action), state="listed", detail=detail, request=request)


def _deletion(reason: str, *, young: bool, plan: Plan) -> str:
    words = _plain(reason)
    return f"{{{{speedydelete|1={words}}}}}" if young else f"{{{{delete|reason={words}|subpage=Files of batch {plan.id}}}}}"


def _plain(text: str) -> str:
    """Nothing in it that a template would take for its own."""
    return text.replace("|", "/").replace("{", "(").replace("}", ")").replace("=", ":")
