"""What the wiki lacks before a first plan."""

from __future__ import annotations

from typing import Annotated

import typer

from glamflow.cli.output import emit, say
from glamflow.partner import Partner

READY = {
    "Category": "{{hiddencat}}\n[[Category:Media contributed by partners]]",
    "Template": "<noinclude>Made for the collections of this partner.</noinclude>",
    "Institution": "{{Institution\n| name = \n| wikidata = \n| homepage = \n}}",
    "Creator": "{{Creator\n| Wikidata = \n}}",
}


def preflight(slug: Annotated[str, typer.Argument(help="The partner's slug.")]) -> int:
    """Ask the wiki for every page that the partner's files will name; ready wikitext for what is missing.

    Example: glamflow preflight lumen-museum
    """
    from glamflow.steps.deps import build_deps

    deps = build_deps()
    config = deps.partner_from_file(slug)
    client = deps.commons(config)
    account = client.account()
    wanted = needed_pages(config, account.name)
    there = client.existing(wanted)
    missing = [title for title in wanted if title not in there]
    for title in wanted:
        emit({"page": title, "exists": title in there})
    for title in missing:
        say(f"\nMissing: {title}\n{READY.get(title.partition(':')[0], '')}")
    lacking = [right for right in ("upload", "edit", "createpage") if right not in account.rights]
    say(f"\n{account.name}: {'bot flag' if account.is_bot else 'no bot flag'}{', lacks ' + ', '.join(lacking) if lacking else ''}.")
    say(f"{len(wanted)} pages asked for, {len(missing)} missing.")
    return 1 if missing or lacking else 0


def needed_pages(config: Partner, account: str) -> list[str]:
    """Full titles that the partner file leads to."""
    commons, words = config.commons, config.vocabulary
    entries = [*words.creators.values(), *words.subjects.values(), *words.places.values(), *words.types.values()]
    pages = [f"User:{account}"]
    pages += [f"Institution:{commons.institution}"] if commons.institution else []
    pages += [f"Template:{name}" for name in (commons.cooperation_template, commons.source_template) if name]
    pages += [f"Category:{name}" for name in (commons.category_contributed, *commons.categories_content, *(e.category for e in entries)) if name]
    pages += [f"Creator:{entry.creator}" for entry in entries if entry.creator]
    pages += [page for page in (config.publish.batch_page, config.publish.project_page) if page]
    return list(dict.fromkeys(pages))
