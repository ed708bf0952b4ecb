"""Preflight: what must stand on the wiki before a plan, ready text for what does not, and what only people may write."""

from __future__ import annotations

import msgspec
import pytest
from crash_world import PARTNER, RUN
from small_world import BOT, SmallWorld

from glamflow.partner import Partner
from glamflow.steps import levels
from glamflow.steps import plan as planning
from glamflow.steps.checklist import Line, examine, page_of
from glamflow.steps.preflight import category_problem, red_links
from glamflow.transforms.commons.context import PageDraft
from glamflow.transforms.commons.never_written import never_written
from glamflow.transforms.errors import WritesStopped

replace = msgspec.structs.replace


def pages(small: SmallWorld, **texts: str) -> None:
    with small.wiki.seeding() as seed:
        for title, text in texts.items():
            seed.page(title, text)


def prepared(small: SmallWorld) -> Partner:
    """A partner whose standing pages are all there."""
    pages(
        small,
        **{f"User:{BOT}": "{{Bot|Operator}}", f"User:{BOT}/stop": "run", "Commons:Batch": "x", "Commons:Project": "x"},
    )
    return replace(
        small.config, publish=replace(small.config.publish, batch_page="Commons:Batch", project_page="Commons:Project")
    )


def wrong(lines: list[Line]) -> dict[str, str]:
    return {line.page or line.what: line.problem for line in lines if not line.ok}


def test_the_checklist_names_what_is_missing_with_ready_text(small: SmallWorld) -> None:
    config = replace(
        small.config,
        commons=replace(small.config.commons, institution="Nowhere Museum", cooperation_template="Nowhere project"),
    )
    lines = examine(small.deps, config)
    found = wrong(lines)
    assert found["Institution:Nowhere Museum"] == "missing, or a redirect"
    assert found["Template:Nowhere project"] == "missing, or a redirect"
    assert found[f"User:{BOT}/stop"] == "missing"
    ready = {line.page: line.ready for line in lines}
    assert ready["Institution:Nowhere Museum"].startswith("{{Institution\n| name =")
    assert ready[f"User:{BOT}/stop"] == "run"
    assert f"[[User:{BOT}/stop]]" in ready[f"User:{BOT}"]
    assert f"{small.config.publish.edits_per_minute:g} edits a minute" in ready[f"User:{BOT}"]


def test_licences_of_the_files_that_wait_are_looked_up(small: SmallWorld) -> None:
    small.deps.ledger.close_plan(small.deps.ledger.plans(PARTNER)[0].id)
    asked = {line.page for line in examine(small.deps, small.config) if line.what == "licence template"}
    assert asked
    assert all(page.startswith("Template:") for page in asked)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Files of a place.", ""),
        ("#REDIRECT [[Category:B]]", " (it redirects to another one)"),
        ("{{Category redirect|B}}", " (it redirects to another one)"),
        ("{{category_redirect|B}}", " (it redirects to another one)"),
        ("{{Disambig}}", " (a disambiguation)"),
        ("{{Category redirect handling}}", ""),
    ],
)
def test_a_category_that_leads_elsewhere_takes_no_files(text: str, problem: str) -> None:
    assert category_problem({"Category:A": text}, "Category:A") == problem
    assert category_problem({}, "Category:A") == " (missing)"


def test_a_page_with_a_red_link_an_unknown_parameter_or_a_ticket_does_not_leave(small: SmallWorld) -> None:
    def draft(title: str, text: str, *categories: str) -> PageDraft:
        return PageDraft(title=title, wikitext=text, categories=categories)

    pages(
        small,
        **{"Category:Moved": "{{Category redirect|Good}}", "Category:Good": "x", "Template:PermissionTicket": "x"},
    )
    found = red_links(small.commons, [
        draft("good.jpg", "{{Information|description=a}}", "Good"), draft("category.jpg", "{{Information|description=a}}", "Moved"),
        draft("parameter.jpg", "{{Information|colour=red}}", "Good"), draft("template.jpg", "{{Nowhere}}", "Good"),
        draft("ticket.jpg", "{{Information|description=a}}{{PermissionTicket|id=1}}", "Good"),
    ])  # fmt: skip
    assert set(found) == {"category.jpg", "parameter.jpg", "template.jpg", "ticket.jpg"}
    assert "redirects to another one" in found["category.jpg"]
    assert "colour" in found["parameter.jpg"]
    assert "Template:Nowhere" in found["template.jpg"]
    assert "only people may write" in found["ticket.jpg"]


@pytest.mark.parametrize(
    "text",
    [
        "{{PermissionTicket|id=2026}}", "{{VRT permission}}", "{{OTRS pending}}", "{{Permission pending}}", "{{LicenseReview|a|b}}",
        "{{FlickreviewR|status=passed}}", "[https://ticket.wikimedia.org/otrs/index.pl?TicketID=1 x]", "[[ticket:2026112510000]]",
    ],
)  # fmt: skip
def test_tickets_and_results_of_reviews_are_recognised(text: str) -> None:
    assert never_written(f"{{{{Information|permission={text}}}}}")


def test_ordinary_pages_are_not_taken_for_them() -> None:
    assert (
        never_written(
            "{{Information|description={{en|1=A ticket office}}|permission=see the museum}}\n{{Cc-by-4.0}}{{PD-old-70}}"
        )
        == ()
    )


def test_no_plan_is_made_for_a_real_wiki_that_is_not_prepared(
    small: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "is_sandbox", lambda *_, **__: False)
    with small.deps.ledger.database.write() as connection:
        connection.exec_driver_sql("UPDATE plan SET state = 'selecting'")
    with pytest.raises(
        WritesStopped, match=rf"not prepared.*bot page: .*stop page: missing.*glamflow preflight {PARTNER}"
    ):
        planning.plan_publication(small.deps, PARTNER, RUN)
    config = prepared(small)
    monkeypatch.setattr(type(small.deps), "partner_of_run", lambda *_: config)
    assert planning.plan_publication(small.deps, PARTNER, RUN)["digest"]


def test_a_bot_page_without_its_template_and_an_unhidden_category_are_told(small: SmallWorld) -> None:
    pages(small, **{f"User:{BOT}": "Hello", "Category:Media of us": "Files."})
    config = replace(small.config, commons=replace(small.config.commons, category_contributed="Media of us"))
    found = wrong(examine(small.deps, config))
    assert found[f"User:{BOT}"].startswith("does not hold {{Bot}}")
    assert found["Category:Media of us"] == "not hidden"
    pages(small, **{"Category:Media of us": "{{Hiddencat}}"})
    assert "Category:Media of us" not in wrong(examine(small.deps, config))


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("Commons:Bots/Requests/X", "Commons:Bots/Requests/X"),
        ("https://commons.example/wiki/Commons:Bots/Requests/My_Bot", "Commons:Bots/Requests/My Bot"),
        ("https://elsewhere.example/wiki/X", ""),
        ("", ""),
    ],
)
def test_pages_may_be_named_by_title_or_by_address(value: str, title: str) -> None:
    assert page_of(value, "https://commons.example") == title
