"""Filling the wiki from Python, past the API and past the request log: users, pages, files, items, and what a community does.

All functions work inside one transaction: `with seeding(db, base) as seed: seed.user(…)`.
"""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from glamflow.sandbox.wiki import accounts, faults, pages
from glamflow.sandbox.wiki.answers import Json
from glamflow.sandbox.wiki.api.statements import apply_claims
from glamflow.sandbox.wiki.api.terms import apply_aliases, apply_sitelinks, apply_terms
from glamflow.sandbox.wiki.database import Database
from glamflow.sandbox.wiki.entities import (
    datatype_of,
    empty_entity,
    entity_at,
    entity_page,
    exists,
    new_entity_page,
    next_id,
    save_entity,
)
from glamflow.sandbox.wiki.filestore import add_version, current_version, inspect, keep_blob
from glamflow.sandbox.wiki.state import State
from glamflow.sandbox.wiki.titles import FILE, Title, parse_title

SYSTEM = "Sandbox administrator"
BASE_DATA = "base.json"


class Seed:
    """Writes to the wiki as anybody."""

    def __init__(self, state: State) -> None:
        self.state = state

    def user(self, name: str, *, groups: Sequence[str] = (), password: str = "", app: str = "glamflow") -> int:
        """An account; with a password it can log in as `name@app`."""
        user_id = accounts.add_user(self.state, name, groups=tuple(groups))
        if password:
            accounts.set_bot_password(self.state, name, app=app, password=password)
        return user_id

    def block(self, name: str, reason: str = "") -> None:
        """Block an account; an empty reason lifts it."""
        self.state.sql.execute("UPDATE user SET blocked = ? WHERE name = ?", (reason, name))

    def message(self, name: str, text: str, *, author: str = "Volunteer") -> None:
        """Write on somebody's talk page, so that they have new messages."""
        page = pages.find_page(self.state, Title(3, name))
        old = pages.latest(self.state, page)["text"] + "\n\n" if page is not None else ""
        self.page(f"User talk:{name}", old + text, user=author)
        self.state.sql.execute("UPDATE user SET has_messages = 1 WHERE name = ?", (name,))

    def page(self, title: str, text: str, *, user: str = SYSTEM, comment: str = "") -> int:
        """Create or change a page; the same text again is no revision."""
        named = _title(title)
        found = pages.find_page(self.state, named)
        if found is not None and pages.latest(self.state, found)["text"] == text:
            return int(found["id"])
        page_id = int(found["id"]) if found is not None else pages.create_page(self.state, named)
        pages.add_revision(self.state, page_id, user=user, comment=comment, text=text)
        return page_id

    def file(self, title: str, path: Path, text: str, *, user: str = SYSTEM, comment: str = "") -> int:
        """A file page with its bytes, or a new version of one that is there."""
        named = _title(title, FILE)
        with tempfile.NamedTemporaryFile(dir=self.state.db.chunks, delete=False) as copied, path.open("rb") as source:
            shutil.copyfileobj(source, copied)
        info = inspect(Path(copied.name))
        keep_blob(self.state.db, Path(copied.name), info.sha1)
        found = pages.find_page(self.state, named)
        current = current_version(self.state, found["id"]) if found is not None else None
        if found is not None and current is not None and current["sha1"] == info.sha1:
            return int(found["id"])
        page_id = int(found["id"]) if found is not None else pages.create_page(self.state, named)
        add_version(self.state, page_id, named, info, user=user, comment=comment)
        revision_id = pages.add_revision(self.state, page_id, user=user, comment=comment, text=None if found is not None else text)
        pages.log(
            self.state, "upload", "overwrite" if current is not None else "upload", named, page_id=page_id, user=user, comment=comment,
            revision_id=revision_id, params={"img_sha1": info.sha1},
        )  # fmt: skip
        return page_id

    def delete(self, title: str, *, user: str = SYSTEM, reason: str = "") -> None:
        page = pages.find_page(self.state, _title(title))
        if page is not None:
            pages.delete_page(self.state, page, user=user, reason=reason)

    def move(self, title: str, to: str, *, user: str = SYSTEM, reason: str = "", redirect: bool = True) -> None:
        page = pages.find_page(self.state, _title(title))
        if page is None:
            raise LookupError(f"no page {title}")
        pages.move_page(self.state, page, _title(to), user=user, reason=reason, redirect=redirect)

    def edit(self, title: str, replace: Mapping[str, str] | None = None, *, append: str = "", user: str, comment: str = "") -> int:
        """A person's edit of a page: replacements, then an addition at the end (or `prepend` by replacing)."""
        page = pages.find_page(self.state, _title(title))
        if page is None:
            raise LookupError(f"no page {title}")
        text = str(pages.latest(self.state, page)["text"])
        for old, new in (replace or {}).items():
            text = text.replace(old, new)
        return pages.add_revision(self.state, page["id"], user=user, comment=comment, text=text + append)

    def tag_for_deletion(self, title: str, reason: str, *, user: str = "Volunteer") -> int:
        """Put a deletion tag on top of a page."""
        page = pages.find_page(self.state, _title(title))
        text = str(pages.latest(self.state, page)["text"]) if page is not None else ""
        return self.page(title, "{{delete|reason=" + reason + "}}\n" + text, user=user, comment="Nominating for deletion")

    def protect(self, title: str, level: str = "sysop") -> None:
        """Protect a page, or a title that does not exist yet."""
        named = _title(title)
        if pages.find_page(self.state, named) is None:
            self.state.sql.execute("INSERT OR IGNORE INTO protected_title VALUES (?, ?)", (named.ns, named.name))
        self.state.sql.execute("UPDATE page SET protected = ? WHERE ns = ? AND title = ? AND deleted = 0", (level, named.ns, named.name))

    def tag(self, name: str) -> None:
        """Define a change tag."""
        self.state.sql.execute("INSERT OR IGNORE INTO change_tag VALUES (?)", (name,))

    def property(self, property_id: str, datatype: str, labels: Mapping[str, str]) -> None:
        """A property with its datatype and labels."""
        if not exists(self.state, property_id):
            entity = empty_entity("property", property_id, datatype)
            apply_terms(entity, "labels", {code: {"language": code, "value": text} for code, text in labels.items()})
            save_entity(self.state, new_entity_page(self.state, property_id, "property", datatype), entity, user=SYSTEM, comment="seed")

    def item(
        self, item_id: str = "", labels: Mapping[str, str] | None = None, *, descriptions: Mapping[str, str] | None = None,
        aliases: Mapping[str, Sequence[str]] | None = None, claims: Sequence[Json] = (), sitelinks: Mapping[str, str] | None = None,
        user: str = SYSTEM,
    ) -> str:  # fmt: skip
        """An item; one that is there gets what is new. `claims` in API form (`claim()` makes simple ones)."""
        key = item_id or next_id(self.state, "item")
        page = entity_page(self.state, key)
        entity = entity_at(self.state, page["latest"]) if page is not None else None
        changed = copy.deepcopy(entity) if entity else empty_entity("item", key)
        page_id = int(page["id"]) if page is not None else new_entity_page(self.state, key, "item")
        for part, terms in (("labels", labels), ("descriptions", descriptions)):
            apply_terms(changed, part, {code: {"language": code, "value": text} for code, text in (terms or {}).items()})
        apply_aliases(changed, {code: [{"language": code, "value": one} for one in many] for code, many in (aliases or {}).items()})
        apply_sitelinks(changed, {site: {"site": site, "title": title} for site, title in (sitelinks or {}).items()})
        if claims:
            apply_claims(self.state, changed, list(claims))
        if changed != entity:
            save_entity(self.state, page_id, changed, user=user, comment="seed" if entity is None else "")
        return key

    def entity(self, entity_id: str, data: Json, *, user: str, comment: str = "") -> int:
        """A person's edit of structured data, in the form of `wbeditentity` data."""
        page = entity_page(self.state, entity_id)
        if page is None:
            raise LookupError(f"no entity {entity_id}")
        entity = copy.deepcopy(entity_at(self.state, page["latest"]) or empty_entity("mediainfo", entity_id))
        for part in ("labels", "descriptions"):
            apply_terms(entity, part, data.get(part, {}))
        apply_claims(self.state, entity, data.get("claims", []))
        return save_entity(self.state, page["id"], entity, user=user, comment=comment)

    def claim(self, property_id: str, value: Any, *, qualifiers: Mapping[str, Any] | None = None) -> Json:
        """A statement in API form: a Q-id, a string, a year (int) or a ready datavalue."""
        made: Json = {"mainsnak": self._snak(property_id, value), "type": "statement", "rank": "normal"}
        if qualifiers:
            made["qualifiers"] = {name: [self._snak(name, one)] for name, one in qualifiers.items()}
        return made

    def _snak(self, property_id: str, value: Any) -> Json:
        if value is None:
            return {"snaktype": "somevalue", "property": property_id}
        kind = datatype_of(self.state, property_id)
        if isinstance(value, dict):
            datavalue: Json = value
        elif kind == "wikibase-item":
            datavalue = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": str(value)}}
        elif kind == "time":
            time: Json = {"time": f"{int(value):+05d}-00-00T00:00:00Z", "timezone": 0, "before": 0, "after": 0, "precision": 9}
            datavalue = {"type": "time", "value": {**time, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}}
        else:
            datavalue = {"type": "string", "value": str(value)}
        return {"snaktype": "value", "property": property_id, "datavalue": datavalue}

    def fault(self, kind: str, **how: Any) -> int:
        """Script a fault (see `faults`)."""
        return faults.add_fault(self.state, kind, **how)

    def setting(self, name: str, value: str) -> None:
        """`readonly` (a reason), `lag` (seconds), `abusefilter_disallow` (phrases, one a line)."""
        self.state.set_setting(name, value)

    def base(self) -> None:
        """What every sandbox has: properties, common items, templates, the main page. What is there already stays as it is."""
        raw = json.loads(files(__package__).joinpath("data", BASE_DATA).read_text(encoding="utf-8"))
        for property_id, (datatype, labels) in raw["properties"].items():
            self.property(property_id, datatype, labels)
        for item_id, labels in raw["items"].items():
            if not exists(self.state, item_id):
                self.item(item_id, labels)
        for title, text in raw["pages"].items():
            if pages.find_page(self.state, _title(title)) is None:
                self.page(title, text)
        for tag in raw["tags"]:
            self.tag(tag)
        self.user(SYSTEM, groups=("sysop",))


def _title(text: str, default: int = 0) -> Title:
    title = parse_title(text, default)
    if title is None:
        raise ValueError(f"no title: {text!r}")
    return title


@contextmanager
def seeding(db: Database, base: str = "http://127.0.0.1") -> Iterator[Seed]:
    """One seeding transaction."""
    with db.write() as sql:
        yield Seed(State(sql=sql, db=db, base=base))
