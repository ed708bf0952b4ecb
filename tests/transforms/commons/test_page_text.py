"""Pages of the wiki are read back, and only the parameters that change are changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from glamflow.transforms.commons.page_text import page_state, read_parameters, write_parameters

PAGE = """== {{int:filedesc}} ==
{{Artwork
|artist = {{Creator:X|after}}
 |title={{sv|1=Vas}}
|notes =
}}
Text of somebody. {{Assessment|1}}

== {{int:license-header}} ==
{{PD-Art|PD-old-100-expired}}

[[Category:A]]"""


def test_a_page_that_we_made_is_read_back_as_we_made_it(
    golden: str, load: Callable[[str], Any], page_of: Callable[..., Any]
) -> None:
    page = page_of(*load(golden))
    assert read_parameters(page.wikitext) == (page.template, page.parameters)
    statements: dict[str, list[dict[str, Any]]] = {}
    for claim in page.statements:
        statements.setdefault(claim["mainsnak"]["property"], []).append(claim)
    state = page_state(page.wikitext, captions=page.captions, statements=statements)
    assert state.params == page.parameters
    assert sorted(map(str, state.statements)) == sorted(map(str, page.statements))


def test_setting_a_parameter_leaves_all_else_as_it_was() -> None:
    assert write_parameters(PAGE, {"title": "{{sv|1=Urna}}"}) == PAGE.replace("{{sv|1=Vas}}", "{{sv|1=Urna}}")
    assert write_parameters(PAGE, {}) == PAGE


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"date": "1868"}, {"artist": "{{Creator:X|after}}", "title": "{{sv|1=Vas}}", "date": "1868"}),
        ({"notes": "n"}, {"artist": "{{Creator:X|after}}", "title": "{{sv|1=Vas}}", "notes": "n"}),
        ({"title": ""}, {"artist": "{{Creator:X|after}}"}),
    ],
)
def test_parameters_are_added_filled_and_taken_out(changes: dict[str, str], expected: dict[str, str]) -> None:
    written = write_parameters(PAGE, changes)
    assert read_parameters(written) == ("Artwork", expected)
    assert written.endswith(PAGE[PAGE.index("Text of somebody") :])
    assert write_parameters(written, changes) == written


def test_a_page_without_information_template_is_not_rewritten() -> None:
    assert read_parameters("{{Museum wrapper|title=x}}") == ("", {})
    assert write_parameters("{{Museum wrapper|title=x}}", {"title": "y"}) == "{{Museum wrapper|title=x}}"
