"""The life-line of a record: every step from the source to the wiki and what people did since, oldest first, with links."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from glamflow.ledger.history import Happening, History
from glamflow.transforms.sentences import explain
from glamflow.ui.pages import Moment
from glamflow.ui.wikis import wiki_change, wiki_page
from glamflow.ui.words import CHOICE_WORDS, FILE_WORDS, PLAN_WORDS, RECORD_WORDS

_STAGES = {"record": "Record", "file": "File", "plan": "Plan", "approval": "Decision", "publication": "On the wiki"}
_WORDS = {"record": RECORD_WORDS, "file": FILE_WORDS, "plan": PLAN_WORDS}


def life_of(history: History) -> list[Moment]:
    """Versions at the source, events inside, edits sent, things seen outside: one line."""
    names = {str(file.id): file.media_id for file in history.files} if len(history.files) > 1 else {}
    moments = [*_source(history), *(_inside(line, history, names) for line in history.story), *_decided(history), *_seen(history)]
    return sorted((moment for moment in moments if moment), key=lambda moment: moment.at)


def _source(history: History) -> Iterator[Moment]:
    for version in history.versions:
        what = "removed at the source" if version.deleted else "harvested" if version.version == 1 else "harvested again, changed"
        stamp = f"the source dates it {version.datestamp}" if version.datestamp else ""
        yield Moment(at=version.created_at, stage="Source", what=what, detail=stamp)


def _inside(line: Happening, history: History, names: dict[str, str]) -> Moment | None:
    kind, _, subject = line.subject.partition(" ")
    if kind == "approval" or (kind == "record" and line.what == "harvested"):
        return None  # told by the approval itself and by the version
    why = explain(line.reason).what if line.reason else ""
    if kind not in _STAGES:
        return _edit(line, kind, subject, history, why)
    state = line.what.rpartition("→ ")[2]
    link = f"/plan/{quote(subject, safe='')}" if kind == "plan" else ""
    words = _WORDS.get(kind, {}).get(state, state)
    about = names.get(subject, "") if kind in ("file", "publication") else ""
    detail = " · ".join(part for part in (about, why, line.detail) if part)
    return Moment(at=line.at, stage=_STAGES[kind], what=words, detail=detail, who=_who(line.actor), link=link)


def _edit(line: Happening, wiki: str, target: str, history: History, why: str) -> Moment:
    revision = line.what.rpartition("revision ")[2] if "revision " in line.what else ""
    link = wiki_change(wiki, int(revision)) if revision.isdigit() else ""
    detail = " · ".join(part for part in (target, why, line.detail) if part)
    return Moment(at=line.at, stage="Edit", what=line.what, detail=detail, who=_who(line.actor), link=link, outside=True)


def _decided(history: History) -> Iterator[Moment]:
    for approval in history.approvals:
        choice = CHOICE_WORDS.get(approval.choice, approval.choice)
        link = f"/plan/{quote(approval.plan_id, safe='')}"
        yield Moment(at=approval.at, stage="Decision", what=f"“{choice}”", detail=approval.note, who=_who(approval.who), link=link)


def _seen(history: History) -> Iterator[Moment]:
    for seen in history.observations:
        said = [f"{key}: {value}" for key, value in (seen.detail or {}).items() if _is_for_people(key, value)]
        link = wiki_change(seen.wiki, seen.revision) or wiki_page(seen.wiki, seen.title)
        what = seen.kind.replace("_", " ").lower()
        yield Moment(at=seen.at, stage="Community" if seen.who else "Seen", what=what, detail=" · ".join(said)[:400], who=seen.who, link=link, outside=True)  # fmt: skip


def _who(actor: str) -> str:
    """A person's name, or that Airflow did it."""
    kind, _, name = actor.partition(":")
    return name if kind == "person" else "by itself" if kind == "airflow" else actor


_SHOWN_AS_PICTURES = frozenset({"picture", "other"})
"""Keys of pictures and files in observations, which the page shows beside the file; as words they say nothing."""


def _is_for_people(key: str, value: object) -> bool:
    return key not in _SHOWN_AS_PICTURES and isinstance(value, (str, int)) and value != ""
