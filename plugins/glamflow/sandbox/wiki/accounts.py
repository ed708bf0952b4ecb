"""Users, bot passwords, sessions and rights.

Only digests of passwords are kept. The anonymous token is `+\\`, as everywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from dataclasses import dataclass, field

from glamflow.sandbox.wiki.state import State, dump

ANONYMOUS = "+\\"

_USER_RIGHTS = (
    "read", "edit", "createpage", "createtalk", "item-term", "property-term", "item-merge", "item-redirect", "mediainfo-term",
    "move", "movefile", "upload", "reupload", "reupload-shared", "minoredit", "applychangetags", "changetags",
    "upload_by_url", "autoconfirmed", "editsemiprotected", "property-create",
)  # fmt: skip
_GROUP_RIGHTS = {
    "bot": ("bot", "autopatrol", "suppressredirect", "apihighlimits", "noratelimit", "nominornewtalk"),
    "sysop": ("delete", "undelete", "protect", "editprotected", "block", "deletedhistory", "apihighlimits"),
}
RATE_LIMITS = {
    "edit": {"user": {"hits": 90, "seconds": 60}},
    "upload": {"user": {"hits": 380, "seconds": 4320}},
    "move": {"user": {"hits": 8, "seconds": 60}},
    "purge": {"user": {"hits": 30, "seconds": 60}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who makes the request; id 0 is nobody."""

    id: int = 0
    name: str = "127.0.0.1"
    groups: tuple[str, ...] = ()
    blocked: str = ""
    has_messages: bool = False
    edit_count: int = 0
    rights: frozenset[str] = field(default_factory=frozenset)

    @property
    def anonymous(self) -> bool:
        return self.id == 0

    @property
    def all_groups(self) -> list[str]:
        return ["*"] if self.anonymous else [*self.groups, "*", "user", "autoconfirmed"]

    @property
    def limit(self) -> int:
        """How many titles or ids fit in one request."""
        return 500 if "apihighlimits" in self.rights else 50


def user_from_row(row: sqlite3.Row | None) -> User:
    if row is None:
        return User(rights=frozenset({"read", "createaccount"}))
    groups = tuple(json.loads(row["groups"]))
    rights = frozenset(_USER_RIGHTS).union(*(_GROUP_RIGHTS.get(group, ()) for group in groups))
    return User(
        id=row["id"], name=row["name"], groups=groups, blocked=row["blocked"], has_messages=bool(row["has_messages"]),
        edit_count=row["edit_count"], rights=rights,
    )  # fmt: skip


def find_user(state: State, name: str) -> sqlite3.Row | None:
    return state.row("SELECT * FROM user WHERE name = ?", name[:1].upper() + name[1:].replace("_", " "))


def add_user(state: State, name: str, *, groups: tuple[str, ...] = ()) -> int:
    """Make the account, or set the groups of one that is there."""
    state.sql.execute("INSERT OR IGNORE INTO user (name) VALUES (?)", (name,))
    state.sql.execute("UPDATE user SET groups = ? WHERE name = ?", (dump(list(groups)), name))
    found = find_user(state, name)
    return int(found["id"]) if found else 0


def _digest(password: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 1000).hex()


def set_bot_password(state: State, name: str, *, app: str, password: str) -> None:
    """Let `name@app` log in with that password."""
    user = find_user(state, name)
    if user is None:
        raise LookupError(f"no user {name}")
    state.sql.execute(
        "INSERT OR REPLACE INTO bot_password VALUES (?, ?, ?)", (user["id"], app, _digest(password, f"{user['id']}/{app}"))
    )


def check_bot_password(state: State, login: str, password: str) -> sqlite3.Row | None:
    """The user, if `login` is `Name@app` with the right password or `Name` with `app@password`."""
    name, at, app = login.rpartition("@")
    if not at:
        name, (app, _, password) = login, password.partition("@")
    user = find_user(state, name)
    if user is None:
        return None
    row = state.row("SELECT digest FROM bot_password WHERE user_id = ? AND app = ?", user["id"], app)
    if row is None or not hmac.compare_digest(row["digest"], _digest(password, f"{user['id']}/{app}")):
        return None
    return user


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the cookie stands for. `id` is empty for a request without cookie."""

    id: str = ""
    user: User = field(default_factory=lambda: user_from_row(None))
    login_token: str = ""
    csrf_token: str = ANONYMOUS


def load_session(state: State, cookie: str) -> Session:
    row = state.row("SELECT * FROM session WHERE id = ?", cookie) if cookie else None
    if row is None:
        return Session()
    user = state.row("SELECT * FROM user WHERE id = ?", row["user_id"]) if row["user_id"] else None
    csrf = row["csrf_token"] if user else ANONYMOUS
    return Session(id=row["id"], user=user_from_row(user), login_token=row["login_token"], csrf_token=csrf)


def start_session(state: State, user_id: int | None = None) -> Session:
    """A new session; the old cookie of a browser that logs in is worth nothing afterwards."""
    key = secrets.token_hex(16)
    state.sql.execute(
        "INSERT INTO session VALUES (?, ?, ?, ?)", (key, user_id, secrets.token_hex(20) + "+\\", secrets.token_hex(20) + "+\\")
    )
    return load_session(state, key)


def end_session(state: State, key: str) -> None:
    state.sql.execute("DELETE FROM session WHERE id = ?", (key,))
