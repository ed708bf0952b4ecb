"""Connection type “Wikimedia wiki”: host is the address of the wiki, login and password a bot password.

The Test button logs in, says who it is there and whether uploads are allowed, and edits nothing.
"""

from __future__ import annotations

from typing import Any

import httpx
from airflow.sdk import BaseHook

from glamflow.hooks.facts import connection_facts, facts_of
from glamflow.settings import ConnectionFacts


class WikimediaHook(BaseHook):
    """Facts of a wiki's connection, and its test."""

    conn_name_attr = "wiki_conn_id"
    default_conn_name = "glamflow_wiki"
    conn_type = "wikimedia"
    hook_name = "Wikimedia wiki"

    def __init__(self, wiki_conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.wiki_conn_id = wiki_conn_id

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        return {
            "hidden_fields": ["schema"],
            "relabeling": {"host": "Wiki address", "login": "Bot user name", "password": "Bot password"},
            "placeholders": {
                "host": "https://commons.wikimedia.org",
                "login": "ExampleBot@glamflow",
                "extra": '{"script_path": "/w"}',
            },
        }

    def get_conn(self) -> ConnectionFacts:
        return connection_facts(self.wiki_conn_id)

    def test_connection(self) -> tuple[bool, str]:
        facts = facts_of(self.wiki_conn_id, self.get_connection(self.wiki_conn_id))
        url = f"{facts.base_url}{facts.extra.get('script_path', '/w')}/api.php"
        try:
            with httpx.Client(timeout=15, headers={"User-Agent": "glamflow"}, follow_redirects=False) as client:
                return _log_in(client, url, facts)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return False, f"{url} cannot be reached: {error or type(error).__name__}."
        except (ValueError, KeyError, TypeError):
            return False, f"{url} does not answer as a MediaWiki API."


def _log_in(client: httpx.Client, url: str, facts: ConnectionFacts) -> tuple[bool, str]:
    common = {"format": "json", "formatversion": "2"}
    tokens = client.get(url, params=common | {"action": "query", "meta": "tokens", "type": "login"}).json()
    token = tokens["query"]["tokens"]["logintoken"]
    form = {"action": "login", "lgname": facts.login, "lgpassword": facts.password, "lgtoken": token}
    login = client.post(url, data=common | form).json()["login"]
    if login["result"] != "Success":
        reason = login.get("reason", login["result"])
        text = reason.get("text", "") if isinstance(reason, dict) else reason
        return False, f"The wiki refused the login of “{facts.login}”: {text}"
    who = client.get(url, params=common | {"action": "query", "meta": "userinfo", "uiprop": "groups|rights"}).json()
    user = who["query"]["userinfo"]
    may = "may upload" if "upload" in user.get("rights", ()) else "may NOT upload"
    groups = ", ".join(g for g in user.get("groups", ()) if g not in ("*", "user")) or "no special groups"
    return True, f"Logged in as {user['name']} ({groups}); it {may}."
