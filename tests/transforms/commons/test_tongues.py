"""A value in several languages moves language by language: no sentence costs another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glamflow.transforms.commons.languages import in_language
from glamflow.transforms.commons.page_text import read_parameters, write_parameters
from glamflow.transforms.commons.tongues import Merged, merge, split

CODES = ("sv", "en", "fr", "de", "se", "nb", "ar")
values = st.dictionaries(
    st.sampled_from(CODES), st.sampled_from(["a", "b c", "d&#61;e", "<nowiki>}}</nowiki>", "{{w|f}}"]), max_size=4
)


def whole(texts: dict[str, str]) -> str:
    return "".join(in_language(text, code) for code, text in texts.items())


def test_a_translation_of_a_person_stays_beside_the_new_sentence() -> None:
    merged = merge("{{sv|1=Vas}}", "{{sv|1=Vas}}\n{{fr|1=Vase}}", "{{sv|1=Urna}}{{en|1=Urn}}")
    assert merged == Merged("{{sv|1=Urna}}\n{{fr|1=Vase}}{{en|1=Urn}}", "{{sv|1=Urna}}{{en|1=Urn}}", {})


def test_a_sentence_that_a_person_improved_is_a_conflict_of_its_language_alone() -> None:
    merged = merge("{{sv|1=Vas}}{{en|1=Vase}}", "{{sv|1=Golvvas}}{{en|1=Vase}}", "{{sv|1=Urna}}{{en|1=Urn}}")
    assert merged == Merged("{{sv|1=Golvvas}}{{en|1=Urn}}", "{{sv|1=Vas}}{{en|1=Urn}}", {"sv": ("Golvvas", "Urna")})


def test_a_source_that_takes_its_text_back_leaves_the_translation_of_a_person() -> None:
    assert merge("{{sv|1=Vas}}", "{{sv|1=Vas}}{{fr|1=Vase}}", "") == Merged("{{fr|1=Vase}}", "", {})


@pytest.mark.parametrize(
    "value",
    [
        "Vas",
        "{{sv|1=a}}{{sv|1=b}}",
        "{{sv|1=a}} or so",
        "{{sv|1=a|2=b}}",
        "{{Unknown|1=a}}",
        "{{lang|1=sv}}",
        "<!-- {{sv|1=a}} -->",
    ],
)
def test_a_value_that_is_not_plainly_in_languages_is_not_taken_apart(value: str) -> None:
    assert split(value) is None
    assert merge(value, "{{sv|1=x}}", "{{sv|1=y}}") is None


@given(values, values, values, st.sampled_from(["", " by hand ", "<br />", "\n<!-- who? -->\n"]))
def test_each_language_moves_alone_and_only_once(
    was: dict[str, str], there: dict[str, str], wanted: dict[str, str], between: str
) -> None:
    page = between.join([whole({code: text}) for code, text in there.items()])
    merged = merge(whole(was), page, whole(wanted))
    if merged is None:
        assert not there
        return
    after = split(merged.value, strict=False) or {}
    for code in {*was, *there, *wanted}:
        old, now, new = was.get(code, ""), there.get(code, ""), wanted.get(code, "")
        assert after.get(code, "") == (new if now == old else now)
        assert (code in merged.conflicts) == (new not in (now, old) and now != old)
    again = merge(whole(was), merged.value, whole(wanted))
    assert again is None or again.value == merged.value
    later = merge(merged.said, merged.value, whole(wanted))
    assert later is None or later.value == merged.value, "the new base holds nothing of other people's"


names = st.sampled_from(["title", "date", "notes", "other fields"])
texts = st.sampled_from(
    ["x", "{{en|1=a}}{{sv|1=b}}", "{{other date|circa|1=1868}}", "<nowiki>|date=1</nowiki>", "<!-- | date = 2 -->", "[[a|b]]", "a\n* b", "{{{1|}}}", "=", "<ref name=x>y</ref>"]
)  # fmt: skip
spaces = st.sampled_from(["", " ", "\n", "  \n\t"])
parameters = st.lists(st.tuples(spaces, names | st.just(""), spaces, texts | st.just(""), spaces), max_size=6)


@given(
    parameters,
    names,
    texts | st.just(""),
    st.sampled_from(["Artwork", "artwork", "Template:Artwork ", "Artwork<!-- c -->\n"]),
)
def test_what_is_written_is_read_back_and_nothing_else_moves(
    given_: list[tuple[str, str, str, str, str]], name: str, value: str, template: str
) -> None:
    inner = "".join(f"|{a}{n}{b}={c}{v}{b}" if n else f"|{v}" for a, n, b, v, c in given_)
    page = f"head {{{{other|title=1}}}}\n<div>{{{{{template}{inner}}}}}</div>\ntail {{{{Artwork|title=second}}}} "
    before = read_parameters(page)[1]
    written = write_parameters(page, {name: value})
    after = read_parameters(written)[1]
    assert after.get(name, "") == value
    assert {k: v for k, v in after.items() if k != name} == {k: v for k, v in before.items() if k != name}
    assert write_parameters(written, {name: value}) == written
    assert written.startswith("head {{other|title=1}}\n<div>{{")
    assert written.endswith("}}</div>\ntail {{Artwork|title=second}} ")
