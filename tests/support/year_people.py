"""What people and other bots do on the wiki during the year: each word of the table of events as an edit by somebody."""

from __future__ import annotations

import copy
import io
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image
from year_world import BOT, PARTNER, WIKI, YearWorld

from glamflow.sandbox.wiki import pages
from glamflow.sandbox.wiki.titles import Title
from glamflow.steps.watch import acknowledge
from glamflow.transforms.commons.page_text import read_parameters, write_parameters


class People:
    """Edits pages as anybody, and remembers what must stay: slot → value, as `YearTable.slots` names them."""

    def __init__(self, world: YearWorld) -> None:
        self._world = world
        self.left: dict[tuple[str, str], Any] = {}

    def act(self, record: str, who: str, event: str, value: str) -> None:
        word, _, what = event.partition(" ")
        if word == "talk":
            with self._world.wiki.seeding() as seed:
                seed.message(BOT, value, author=who)
            return
        method = getattr(self, f"_{word.replace('+', '_add').replace('-', '_remove')}")
        method(record, who, what, value)

    def answered(self) -> None:
        """The operator read the talk page, and says so."""
        with self._world.wiki.seeding() as seed:
            seed.state.sql.execute("UPDATE user SET has_messages = 0 WHERE name = ?", (BOT,))
        acknowledge(self._world.deps, WIKI, who="person:operator", note="answered")

    def _title(self, record: str) -> str:
        with self._world.wiki.db.read() as sql:
            row = sql.execute("SELECT title FROM page WHERE id = ?", (self._world.pub(record).page_id,)).fetchone()
        return f"File:{row['title']}"

    def _text(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.edit(title, append=f"\n\n{value}", user=who)
        self.left[record, "text"] = value

    def _white(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.edit(title, {"|date = ": "| date   =  ", "{{Artwork\n": "{{Artwork\n\n"}, user=who)
        self.left[record, "text"] = "| date   =  "

    def _write(self, record: str, who: str, changes: dict[str, str]) -> None:
        title, text = self._title(record), write_parameters(self._world.page(record).text, changes)
        with self._world.wiki.seeding() as seed:
            seed.page(title, text, user=who)

    def _parameter(self, record: str, who: str, what: str, value: str) -> None:
        self._write(record, who, {what: value})
        self.left[record, f"parameter {what}"] = value

    def _translate(self, record: str, who: str, what: str, value: str) -> None:
        self._write(record, who, {what: self._world.parameters(record).get(what, "") + "\n" + value})
        self.left[record, "text"] = value

    def _category_add(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.edit(title, append=f"\n[[Category:{value}]]", user=who)
        self.left[record, "text"] = f"[[Category:{value}]]"

    def _category_remove(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.edit(title, {f"[[Category:{value}]]\n": ""}, user=who)
        self.left[record, "not in text"] = f"[[Category:{value}]]"

    def _licence(self, record: str, who: str, what: str, value: str) -> None:
        text = self._world.page(record).text
        old = next(line for line in text.splitlines() if line.startswith("{{PD-Art"))
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.edit(title, {old: value}, user=who)
        self.left[record, "text"] = value

    def _template(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.edit(title, {"{{Artwork\n": "{{" + value + "\n"}, user=who)
        self.left[record, "text"] = "{{" + value

    def _blank(self, record: str, who: str, what: str, value: str) -> None:
        self.left[record, "blanked"] = self._world.page(record).text
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.page(title, "", user=who)

    def _unblank(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.page(title, self.left.pop((record, "blanked")), user=who)

    def _caption(self, record: str, who: str, what: str, value: str) -> None:
        label = {"language": what, "value": value} if value else {"language": what, "remove": ""}
        self._data(record, who, {"labels": {what: label}})
        self.left[record, f"caption {what}"] = value

    def _statement_add(self, record: str, who: str, what: str, value: str) -> None:
        with self._world.wiki.seeding() as seed:
            claim = seed.claim(what, value)
        self._data(record, who, {"claims": [claim]})
        self._keep_claims(record, what)

    def _statement_remove(self, record: str, who: str, what: str, value: str) -> None:
        self._data(record, who, {"claims": [{"id": claim["id"], "remove": ""} for claim in self._claims(record, what)]})
        self.left[record, what] = []

    def _qualifier(self, record: str, who: str, what: str, value: str) -> None:
        self._touch(record, who, what, {"qualifiers": {"P1932": [_string("P1932", value)]}})

    def _reference(self, record: str, who: str, what: str, value: str) -> None:
        (claim,) = self._claims(record, what)
        self._touch(record, who, what, {"references": [*claim.get("references", []), {"snaks": {"P854": [_string("P854", value)]}}]})

    def _rank(self, record: str, who: str, what: str, value: str) -> None:
        self._touch(record, who, what, {"rank": value})

    def _value(self, record: str, who: str, what: str, value: str) -> None:
        with self._world.wiki.seeding() as seed:
            snak = seed.claim(what, int(value))["mainsnak"]
        self._touch(record, who, what, {"mainsnak": snak})

    def _touch(self, record: str, who: str, what: str, change: dict[str, Any]) -> None:
        (claim,) = self._claims(record, what)
        self._data(record, who, {"claims": [claim | change]})
        self._keep_claims(record, what)

    def _data(self, record: str, who: str, data: dict[str, Any]) -> None:
        entity = self._world.pub(record).entity
        with self._world.wiki.seeding() as seed:
            seed.entity(entity, data, user=who)

    def _claims(self, record: str, what: str) -> list[dict[str, Any]]:
        return copy.deepcopy(self._world.entity(record).statements.get(what, []))

    def _keep_claims(self, record: str, what: str) -> None:
        self.left[record, what] = self._claims(record, what)

    def _move(self, record: str, who: str, what: str, value: str) -> None:
        for to in value.split(">"):
            title = self._title(record)
            with self._world.wiki.seeding() as seed:
                seed.move(title, f"File:{to}", user=who, redirect=what != "silently")
            self.left[record, "title"] = to

    def _delete(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.delete(title, user=who, reason=value)

    def _undelete(self, record: str, who: str, what: str, value: str) -> None:
        title = Title(6, self._world.pub(record).title)
        with self._world.wiki.seeding() as seed:
            assert pages.undelete_page(seed.state, title, user=who, reason=value)

    def _overwrite(self, record: str, who: str, what: str, value: str) -> None:
        title, out = self._title(record), io.BytesIO()
        Image.new("RGB", (640, 480), "navy").save(out, "PNG")
        with tempfile.NamedTemporaryFile(suffix=".png") as file, self._world.wiki.seeding() as seed:
            file.write(out.getvalue())
            file.flush()
            seed.file(title, Path(file.name), "", user=who, comment="colours corrected")
        self.left[record, "bytes"] = self._world.page(record).sha1

    def _tag(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.tag_for_deletion(title, value, user=who)

    def _untag(self, record: str, who: str, what: str, value: str) -> None:
        title, text = self._title(record), self._world.page(record).text
        with self._world.wiki.seeding() as seed:
            seed.page(title, text.partition("\n")[2], user=who, comment="kept")

    def _protect(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.protect(title)

    def _unprotect(self, record: str, who: str, what: str, value: str) -> None:
        title = self._title(record)
        with self._world.wiki.seeding() as seed:
            seed.protect(title, "")

    def _release(self, record: str, who: str, what: str, value: str) -> None:
        for ban in self._world.deps.ledger.bans(partner=PARTNER, sha1=self._world.pub(record).sha1):
            self._world.deps.ledger.release_ban(ban.id, who=who, link=value)

    def _undo(self, record: str, who: str, what: str, value: str) -> None:
        """Our last edits of text and of data, undone: what they changed is as it was before them."""
        versions = self._world.commons.versions(self._world.pub(record).page_id or 0, since=0)
        now, pairs = versions[-1], list(pairwise(versions))
        text = next((old.text, new.text) for old, new in reversed(pairs) if new.user == BOT and new.text != old.text)
        old, new = (read_parameters(part or "")[1] for part in text)
        for name in {*old, *new}:
            if old.get(name) != new.get(name):
                self.left[record, f"parameter {name}"] = old.get(name, "")
        self._write(record, who, {name: old.get(name, "") for name in {*old, *new} if old.get(name) != new.get(name)})
        before, after = next((a, b) for a, b in reversed(pairs) if b.user == BOT and (b.labels, b.statements) != (a.labels, a.statements))
        was, ours = ({claim["id"]: claim for claim in side.statements or ()} for side in (before, after))
        there = {claim["id"] for claim in now.statements or ()}
        claims: list[dict[str, Any]] = [{"id": id, "remove": ""} for id in ours if id not in was and id in there]
        claims += [claim for id, claim in was.items() if id not in ours]
        labels = {code: {"language": code, "value": text} for code, text in (before.labels or {}).items() if (after.labels or {}).get(code) != text}
        self._data(record, who, {"claims": claims, "labels": labels})
        self.left |= {(record, f"caption {code}"): label["value"] for code, label in labels.items()}
        for name in {claim["mainsnak"]["property"] for claim in was.values() if claim["id"] not in ours}:
            self._keep_claims(record, name)


def _string(name: str, value: str) -> dict[str, Any]:
    return {"snaktype": "value", "property": name, "datavalue": {"type": "string", "value": value}}
