"""One logged-in session with a wiki: exactly one HTTP request per call for writes, small bounded repeats for reads.

Login is by bot password or OAuth 1.0a owner-only (extra of the connection: `oauth` = [consumer key, consumer secret,
access token, access secret]). Requests go out through pywikibot's HTTP layer (`pywikibot.comms.http.fetch`), below its
retry loop: see `family.py` for why.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from pywikibot.comms import http
from pywikibot.exceptions import Error as PywikibotError

from glamflow.transforms.errors import BadCredentials, SourceUnavailable
from glamflow.wiki.answers import SESSION, Answer
from glamflow.wiki.family import api_url, make_family

READ_TRIES = 5
MAX_ANSWER_BYTES = 64 * 1024 * 1024
Files = Mapping[str, tuple[str, bytes, str]]


class WikiSession:
    """A session with the wiki at `url`. `sleep` is the clock's; `user_agent` names the operator."""

    def __init__(
        self, url: str, *, login: str, password: str, user_agent: str, script_path: str = "/w",
        oauth: tuple[str, str, str, str] | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.url = url
        self.account = login.partition("@")[0]
        self._login, self._password, self._oauth = login, password, oauth
        self._agent = user_agent
        self._sleep = sleep
        self._family = make_family(url, script_path=script_path)
        self._api = api_url(self._family)
        self._token = ""
        self._is_bot = False

    def read(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a read; repeats after temporary faults, `SourceUnavailable` when they go on."""
        self._ensure_login()  # logged-in reads have the wider limits, and `account` is about us
        problem, wait = "", None
        for attempt in range(READ_TRIES):
            if attempt:
                self._sleep(min(60.0, wait or 2.0**attempt))
            answer = self._send(params)
            if answer.data is not None and not answer.codes:
                return answer.data
            problem, wait = answer.problem or ": ".join((*answer.codes[:1], str(answer.error.get("info", ""))[:200])), answer.retry_after
            if answer.codes and answer.codes[0] in SESSION:
                self.renew()
            elif answer.codes and answer.codes[0] not in ("maxlag", "ratelimited", "readonly") and not answer.codes[0].startswith("internal_api"):
                raise SourceUnavailable(self.url, f"the wiki refused a question ({problem})")
        raise SourceUnavailable(self.url, problem, retry_after=wait)

    def write(self, params: Mapping[str, Any], *, files: Files | None = None) -> Answer:
        """One POST with token and assertion, never repeated here whatever comes back."""
        self._ensure_login()
        checks = {"assert": "bot" if self._is_bot else "user", "maxlag": "5"}
        # The token goes last: a request cut short must not be taken for a whole one.
        return self._send({**params, **checks, "token": self._token}, files=files)

    def renew(self) -> None:
        """Log in again and fetch a new token, after `badtoken` or a lost session."""
        self._token = ""
        self._ensure_login()

    def _ensure_login(self) -> None:
        if self._token:
            return
        if not self._oauth:
            self._log_in()
        answer = self._ask({"action": "query", "meta": "tokens|userinfo", "type": "csrf", "uiprop": "groups|rights"})
        user = answer.get("query", {}).get("userinfo", {})
        if "anon" in user or not user.get("id"):
            raise BadCredentials(self.url, self._login, "the session is anonymous")
        self.account = str(user.get("name", self.account))
        self._is_bot = "bot" in user.get("rights", ()) or "bot" in user.get("groups", ())
        self._token = str(answer["query"]["tokens"]["csrftoken"])

    def _log_in(self) -> None:
        token = self._ask({"action": "query", "meta": "tokens", "type": "login"})["query"]["tokens"]["logintoken"]
        secret = {"action": "login", "lgname": self._login, "lgpassword": self._password, "lgtoken": token}
        outcome = self._ask(secret).get("login", {})
        if outcome.get("result") != "Success":
            reason = str(outcome.get("reason") or outcome.get("result") or "no answer")
            raise BadCredentials(self.url, self._login, reason[:200])

    def _ask(self, params: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._send(params)
        if answer.data is None:
            raise SourceUnavailable(self.url, answer.problem, retry_after=answer.retry_after)
        if answer.codes:
            if answer.codes[0].startswith("mwoauth"):
                raise BadCredentials(self.url, self._login or "OAuth consumer", answer.codes[0])
            raise SourceUnavailable(self.url, f"{answer.codes[0]}: {answer.error.get('info', '')}"[:300], retry_after=answer.retry_after)
        return answer.data

    def _send(self, params: Mapping[str, Any], *, files: Files | None = None) -> Answer:
        data = {key: str(value) for key, value in params.items() if value is not None}
        data |= {"format": "json", "formatversion": "2"}
        try:
            response = http.fetch(
                self._api, method="POST", data=data, files=files, default_error_handling=False, stream=True,
                headers={"user-agent": self._agent}, auth=self._oauth, allow_redirects=False,
            )  # fmt: skip
        except (PywikibotError, requests.RequestException, OSError) as error:
            return _no_answer(error)
        if isinstance(response, Exception):
            return _no_answer(response)
        return _decode(response)


def _decode(response: requests.Response) -> Answer:
    wait = _seconds(response.headers.get("Retry-After", ""))
    try:
        with response:
            body = response.raw.read(MAX_ANSWER_BYTES + 1, decode_content=True)
    except Exception as error:  # urllib3 raises its own tree for a cut body; each means that the answer is lost
        return Answer(problem=f"the answer broke off ({type(error).__name__})", status=response.status_code)
    if len(body) > MAX_ANSWER_BYTES:
        return Answer(problem="the answer is larger than 64 MiB", status=response.status_code)
    try:
        data = json.loads(body)
    except ValueError:
        kind = "HTML" if b"<" in body[:200] else "no JSON"
        return Answer(problem=f"HTTP {response.status_code}, the answer is {kind}", status=response.status_code, retry_after=wait)
    if not isinstance(data, dict):
        return Answer(problem="the answer is no object", status=response.status_code, retry_after=wait)
    return Answer(data=data, status=response.status_code, retry_after=wait)


def _no_answer(error: Exception) -> Answer:
    # Only a connection that was never made proves that nothing was sent.
    never_sent = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(error)
    return Answer(problem=f"no answer ({type(error).__name__})", sent=not never_sent)


def _seconds(value: str) -> float | None:
    try:
        return min(max(float(value), 0.0), 3600.0)
    except ValueError:
        return None
