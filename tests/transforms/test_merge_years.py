"""Years of changes on both sides, one merge after another: people's last word stands, the source's last word stands elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from glamflow.transforms.merge import (
    FROZEN,
    AddClaim,
    AmendOurs,
    PageState,
    RetractOurs,
    SetCaption,
    SetParam,
    apply,
    three_way,
)
from glamflow.transforms.wikibase import values
from glamflow.transforms.wikibase.ids import P
from glamflow.transforms.wikibase.references import record_references
from glamflow.transforms.wikibase.statement import identity, property_of, statement, with_id

PROPERTIES = (P.INCEPTION, P.CREATOR, P.DEPICTS, P.INVENTORY_NUMBER, P.COPYRIGHT_LICENSE)
NAMES, CODES, TEXTS = ("title", "date"), ("sv", "fr"), ("", "1", "2", "{{sv|1=a}}", "{{sv|1=b}}{{en|1=c}}")

TRANSLATED = "{{de|1=Volunteer}}"


def ours(property: str, value: str, *qualifiers: str, day: int) -> dict[str, Any]:
    made = statement(
        property, values.string(value), qualifiers=[(P.STATED_AS, values.string(q)) for q in qualifiers],
        references=record_references("https://museum.example/1", dt.date(2026, 1, day)),
    )  # fmt: skip
    return with_id("M1", made)


our_claims = st.builds(
    lambda p, v, q, day: ours(p, v, *q, day=day), st.sampled_from(PROPERTIES), st.sampled_from("ab"), st.lists(st.sampled_from("xy"), max_size=1),
    st.integers(1, 9),
)  # fmt: skip
sources = st.builds(
    PageState, params=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS[1:])), captions=st.dictionaries(st.sampled_from(CODES), st.sampled_from("12")),
    statements=st.lists(our_claims, max_size=4).map(lambda claims: tuple({identity(c): c for c in claims}.values())),
)  # fmt: skip
people = st.one_of(
    st.tuples(st.just("param"), st.sampled_from(NAMES), st.sampled_from(["", "3"])),
    st.tuples(st.just("translate"), st.sampled_from(NAMES), st.just(TRANSLATED)),
    st.tuples(st.just("caption"), st.sampled_from(CODES), st.sampled_from(["", "3"])),
    st.tuples(st.sampled_from(["remove", "rank", "qualify", "refer"]), st.integers(0, 5), st.just("")),
    st.tuples(st.just("add"), st.sampled_from(PROPERTIES), st.just("c")),
)
years = st.lists(st.tuples(st.lists(people, max_size=2), sources), min_size=1, max_size=5)


def edited(page: PageState, edit: tuple[str, Any, str], number: int) -> PageState:
    """The page after somebody's edit."""
    kind, where, value = edit
    claims = list(page.statements)
    if kind == "param":
        return replace(page, params={k: v for k, v in (page.params | {where: value}).items() if v})
    if kind == "translate":
        return replace(page, params=page.params | {where: page.params.get(where, "") + value})
    if kind == "caption":
        return replace(page, captions={k: v for k, v in (page.captions | {where: value}).items() if v})
    if kind == "add":
        claims.append(statement(where, values.string(value)) | {"id": f"M1$person-{number}"})
    elif claims:
        place = where % len(claims)
        one = claims.pop(place)
        changed: dict[str, dict[str, Any]] = {
            "rank": {"rank": "deprecated"}, "refer": {"references": [{"snaks": {}}]},
            "qualify": {"qualifiers": {P.STATED_AS: [statement(P.STATED_AS, values.string("by hand"))["mainsnak"]]}},
        }  # fmt: skip
        if kind != "remove":
            claims.insert(place, one | changed[kind])
    return replace(page, statements=tuple(claims))


def remembered(base: PageState, actions: tuple[Any, ...]) -> PageState:
    """What we last wrote, after these actions: as `steps/change.py` keeps it."""
    params, captions = dict(base.params), dict(base.captions)
    claims = {claim["id"]: claim for claim in base.statements}
    for action in actions:
        match action:
            case SetParam(name=name, value=value, said=said):
                params[name] = value if said is None else said
            case SetCaption(language=language, value=value):
                captions[language] = value
            case AddClaim(statement=claim) | AmendOurs(statement=claim):
                claims[claim["id"]] = claim
            case RetractOurs(statement=claim):
                claims.pop(claim["id"])
            case _:
                pass
    return PageState(
        params={k: v for k, v in params.items() if v},
        captions={k: v for k, v in captions.items() if v},
        statements=tuple(claims.values()),
    )


@given(sources, years)
def test_people_keep_what_they_made_and_the_source_reaches_the_rest(
    first: PageState, later: list[tuple[list[Any], PageState]]
) -> None:
    base, page = first, first
    theirs: dict[tuple[str, str], str] = {}
    claims_of_people: dict[str, dict[str, Any]] = {}
    removed: set[str] = set()
    moved: set[str] = set()  # properties of which people touched a statement
    for year, (edits, source) in enumerate(later):
        for number, edit in enumerate(edits):
            before, page = page, edited(page, edit, 10 * year + number)
            if edit[0] in ("param", "translate", "caption"):
                theirs["caption" if edit[0] == "caption" else "param", edit[1]] = edit[2]
            old, new = ({claim["id"]: claim for claim in side.statements} for side in (before, page))
            claims_of_people |= {id: claim for id, claim in new.items() if old.get(id) != claim}
            claims_of_people = {id: claim for id, claim in claims_of_people.items() if id in new}
            removed |= {id for id in old if id not in new}
            moved |= {property_of(claim) for id, claim in (old | new).items() if old.get(id) != new.get(id)}
        theirs = {
            (kind, name): text
            for (kind, name), text in theirs.items()
            if value(page, kind, name) != value(base, kind, name)
        }
        actions = three_way(base, page, source)
        page, base = apply(page, actions), remembered(base, actions)
        assert all(claim in page.statements for claim in claims_of_people.values())
        assert not removed & {claim["id"] for claim in page.statements}
        for (kind, name), text in theirs.items():
            now = value(page, kind, name)
            assert text in now if text == TRANSLATED else text == now
        for kind, name in [*(("param", name) for name in NAMES), *(("caption", code) for code in CODES)]:
            assert (kind, name) in theirs or value(page, kind, name) == value(source, kind, name)
        for property in set(PROPERTIES) - moved - FROZEN:
            assert said(page, property) == said(source, property)


def value(page: PageState, kind: str, name: str) -> str:
    return (page.params if kind == "param" else page.captions).get(name, "")


def said(page: PageState, property: str) -> set[str]:
    return {identity(claim) for claim in page.statements if property_of(claim) == property}
