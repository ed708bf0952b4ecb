"""The checklist before a partner's first plan: every page that its files lead to, the account, and what must stand on the wiki.

Each line says whether it is in order, what is wrong, and gives ready wikitext for a person to create what is missing: the account
never creates these pages itself. On a wiki that is no sandbox a plan is refused while a standing page is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from glamflow.partner import Partner
from glamflow.steps.deps import Deps
from glamflow.steps.levels import level_of, on_sandbox
from glamflow.steps.lookout import stop_page
from glamflow.steps.preflight import usable
from glamflow.transforms.commons.never_written import never_written
from glamflow.transforms.commons.templates import templates_used
from glamflow.transforms.errors import WritesStopped
from glamflow.transforms.record import Model
from glamflow.wiki.protocol import Account, CommonsClient

RIGHTS = ("upload", "edit", "createpage")
LOOK_AT = 1000  # files whose licences are looked up
_HIDDEN = re.compile(r"\{\{\s*hidden ?cat\s*[|}]|__HIDDENCAT__", re.IGNORECASE)
_BOT = re.compile(r"\{\{\s*bot\s*[|}]", re.IGNORECASE)


class Line(Model, frozen=True, kw_only=True):
    """One line of the checklist. `page` "" where it is about the account or the partner file."""

    what: str
    page: str = ""
    problem: str = ""
    ready: str = ""  # wikitext for a person to create or change the page

    @property
    def ok(self) -> bool:
        return not self.problem


def examine(deps: Deps, config: Partner) -> list[Line]:
    """Everything, in the order in which a person would mend it."""
    commons = deps.commons(config)
    account = commons.account()
    return [*_account(config, account, config.publish.level), *_standing(deps, config, commons, account), *_named(deps, config, commons)]


def require_standing_pages(deps: Deps, config: Partner, commons: CommonsClient) -> None:
    """`WritesStopped` before a plan is made for a wiki that is no sandbox while a page is missing that it asks of every bot."""
    if on_sandbox(deps, config):
        return
    account = commons.account()
    wrong = [line for line in (*_account(config, account, level_of(deps, config)), *_standing(deps, config, commons, account)) if not line.ok]
    if wrong:
        told = "; ".join(f"{line.what}: {line.problem}" for line in wrong)
        raise WritesStopped(
            f"The wiki is not prepared for {config.name}: {told}.",
            hint=f"glamflow preflight {config.slug} prints what is missing.",
        )


def _account(config: Partner, account: Account, level: str) -> Iterator[Line]:
    lacking = [right for right in RIGHTS if right not in account.rights]
    yield Line(what=f"rights of {account.name}", problem=f"lacks {' and '.join(lacking)}" if lacking else "")
    full = level == "full"
    late = full and not config.publish.bot_request
    yield Line(
        what="approved bot task (publish.bot_request)", problem="not named; needed for the level full" if late else ""
    )
    yield Line(
        what="agreement (publish.agreement)",
        problem="not named; needed for the level full" if full and not config.publish.agreement else "",
    )


def _standing(deps: Deps, config: Partner, commons: CommonsClient, account: Account) -> Iterator[Line]:
    base, stop = deps.connections(config.publish.wiki).base_url, stop_page(deps, config, account.name)
    user = f"User:{account.name}"
    named = {
        "batch page": config.publish.batch_page,
        "project page": config.publish.project_page,
        "bot task": config.publish.bot_request,
    }
    pages = {what: title for what, value in named.items() if (title := page_of(value, base))}
    texts = commons.texts([user, stop, *pages.values()])
    yield Line(
        what="bot page", page=user, problem=_bot_problem(texts.get(user)), ready=_bot_page(config, account, stop)
    )
    running = texts.get(stop, "").strip().lower() == "run"
    yield Line(
        what="stop page",
        page=stop,
        problem="" if running else "missing" if stop not in texts else "does not say run",
        ready="run",
    )
    for what in ("batch page", "project page"):
        if not named[what]:
            yield Line(
                what=what,
                problem=f"not named in the partner file (publish.{what.replace(' ', '_')})",
                ready=_request(config, what),
            )
    for what, title in pages.items():
        yield Line(what=what, page=title, problem="" if title in texts else "missing", ready=_request(config, what))


def _named(deps: Deps, config: Partner, commons: CommonsClient) -> Iterator[Line]:
    own = (config.commons.cooperation_template, config.commons.source_template)
    for name in own:
        if found := never_written("{{" + name + "}}") if name else ():
            yield Line(
                what="partner template", page=f"Template:{name}", problem=f"only people may write the {found[0]}"
            )
    wanted = dict(_wanted(deps, config))
    for page, problem in usable(commons, wanted).items():
        yield Line(what=wanted[page], page=page, problem=problem.strip(" ()"), ready=_ready(config, page))
    tracking = f"Category:{config.commons.category_contributed}"
    text = commons.texts([tracking]).get(tracking) if config.commons.category_contributed else None
    if text is not None and not _HIDDEN.search(text):
        yield Line(what="tracking category", page=tracking, problem="not hidden", ready=_ready(config, tracking))


def _wanted(deps: Deps, config: Partner) -> Iterator[tuple[str, str]]:
    """Full title → what it is for: by the partner file, and by the licences of the files that wait."""
    commons, words = config.commons, config.vocabulary
    entries = [
        *words.creators.values(),
        *words.subjects.values(),
        *words.places.values(),
        *words.types.values(),
        *words.series.values(),
    ]
    if commons.institution:
        yield f"Institution:{commons.institution}", "institution"
    for name, what in (
        (commons.cooperation_template, "cooperation template"),
        (commons.source_template, "source template"),
    ):
        if name:
            yield f"Template:{name}", what
    if commons.template != "auto":
        yield f"Template:{commons.template}", "information template"
    for name in (commons.category_contributed, commons.category_collection):
        if name:
            yield f"Category:{name}", "tracking category"
    for name in (*commons.categories_content, *(entry.category for entry in entries)):
        if name:
            yield f"Category:{name}", "content category"
    for entry in entries:
        if entry.creator:
            yield f"Creator:{entry.creator}", "creator"
    for file in deps.ledger.select_files(config.slug, limit=LOOK_AT, today=deps.today()):
        for part in ("template", "object_template", "photo_template"):
            for used in templates_used(str((file.rights or {}).get(part, ""))):
                yield f"Template:{used.name}", "licence template"


def page_of(value: str, base: str) -> str:
    """The title of a page on this wiki that a partner file names by title or address; "" for anything elsewhere."""
    if "://" not in value:
        return value.replace("_", " ").strip()
    there, here = urlsplit(value), urlsplit(base)
    return unquote(there.path.partition("/wiki/")[2]).replace("_", " ") if there.netloc == here.netloc else ""


def _bot_problem(text: str | None) -> str:
    if text is None:
        return "missing"
    return "" if _BOT.search(text) else "does not hold {{Bot}} with operator, tasks and rate"


def _bot_page(config: Partner, account: Account, stop: str) -> str:
    return (
        f"{{{{Bot|operator=|site=}}}}\nThis account uploads the collections of {config.name} and keeps their pages in step.\n"
        f"* Operator and contact: {config.contact}\n* Task: [[{config.publish.bot_request or 'Commons:Bots/Requests/…'}]]\n"
        f"* At most {config.publish.edits_per_minute:g} edits a minute.\n* To stop it: put any word but run on [[{stop}]], or write on its talk page."
    )


def _request(config: Partner, what: str) -> str:
    if what == "bot task":
        return "{{subst:Bot request form}}"
    return f"== {config.name} ==\n* Collection: \n* Licence and how it was checked: \n* Number of files: \n* Example files: \n* Categories: "


def _ready(config: Partner, page: str) -> str:
    kind, _, name = page.partition(":")
    wikidata = config.wikidata
    if kind == "Category" and name == config.commons.category_contributed:
        return f"{{{{hiddencat}}}}\nFiles contributed by {config.name}.\n[[Category:Media contributed by partners]]"
    return {
        "Category": "{{Wikidata Infobox}}\n[[Category:…]]",
        "Template": f"<noinclude>For files of the cooperation with {config.name}.</noinclude>",
        "Institution": f"{{{{Institution\n| name = {config.name}\n| wikidata = {wikidata}\n| homepage = \n}}}}",
        "Creator": f"{{{{Creator\n| Name = {name}\n| Wikidata = \n}}}}",
    }.get(kind, "")
