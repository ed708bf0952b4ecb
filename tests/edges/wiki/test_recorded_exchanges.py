"""Recorded answers of a real MediaWiki, replayed over the wire to our client; the reactions stand in `exchanges.tsv`.

The recordings lie outside the repository: `GLAMFLOW_MEDIAWIKI_EXCHANGES` names their folder, without it nothing is collected.
The table was gone through by hand: `retry` nothing was written and may be sent again, `unknown` look first, `refused` a person or
another way, `warning` decided by its names (after `!`), `asked again` and `refused question` for reads, `not ours` with why.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from replayed_wiki import RecordedWiki, exchanges, reaction

from glamflow.steps.upload import PASSABLE, WARNING_REASONS, refusal
from glamflow.transforms.outcome import Reason

TABLE = Path(__file__).with_name("exchanges.tsv")
SETTLED_BY_A_LOOK = {"nochange"}
FOLDER = os.environ.get("GLAMFLOW_MEDIAWIKI_EXCHANGES", "")
RECORDED = exchanges(Path(FOLDER)) if FOLDER else {}


def table() -> dict[str, tuple[str, str]]:
    """Exchange → (reaction, why it is not ours)."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["exchange"]: (row["reaction"], row["why not"] or "") for row in csv.DictReader(lines, delimiter="\t")}


@pytest.fixture(scope="module")
def recorded_wiki() -> Iterator[RecordedWiki]:
    wiki = RecordedWiki()
    yield wiki
    wiki.close()


if FOLDER:

    @pytest.mark.parametrize("name", sorted(RECORDED))
    def test_the_client_reacts_as_the_table_says(recorded_wiki: RecordedWiki, name: str) -> None:
        expected, why_not = table()[name]
        if expected == "not ours":
            assert why_not
        else:
            assert reaction(recorded_wiki, RECORDED[name]) == expected


def test_every_warning_of_the_table_has_a_decision() -> None:
    seen = {word[1:] for reaction, _ in table().values() for word in reaction.split() if word.startswith("!")}
    assert {"exists", "duplicate", "was-deleted", "badfilename"} <= seen
    assert seen <= set(WARNING_REASONS) | PASSABLE | SETTLED_BY_A_LOOK


REASONS = {
    Reason.TITLE_REFUSED: {"illegal-filename", "filename-toolong", "filename-tooshort", "titleblacklist-forbidden-upload"},
    Reason.TYPE_NOT_ACCEPTED: {"verification-error", "filetype-banned", "stashfailed"},
    Reason.MEDIA_TOO_LARGE: {"badupload"},
    Reason.MEDIA_EMPTY: {"empty-file"},
    Reason.CONFLICT_WITH_COMMUNITY: {"editconflict"},
}
"""What people are told of the refusals of the table; of all others that the wiki refused, with its words."""


def test_every_refusal_of_the_table_has_its_reason_for_people() -> None:
    codes = {reaction.split()[1] for reaction, _ in table().values() if reaction.startswith("refused ")} - {"question"}
    assert {reason: {code for code in codes if refusal(code) is reason} for reason in REASONS} == REASONS
    assert {refusal(code) for code in codes - set().union(*REASONS.values())} == {Reason.REFUSED_BY_WIKI}


def test_whatever_is_not_ours_says_why() -> None:
    assert all(bool(why) == (reaction == "not ours") for reaction, why in table().values())
