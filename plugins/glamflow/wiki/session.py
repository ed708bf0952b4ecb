"""One logged-in session with a wiki: exactly one HTTP request per call for writes, small bounded repeats for reads.

Login is by bot password or OAuth 1.0a owner-only (extra of the connection: `oauth` = [consumer key, consumer secret,
access token, access secret]). Requests go out through pywikibot's HTTP layer (`pywikibot.comms.http.fetch`), below its
retry loop: see `family.py` for why.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from pywikibot.comms import http
from pywikibot.exceptions import Error as PywikibotError
from requests.cookies import RequestsCookieJar

from glamflow.transforms.errors import BadCredentials, SourceUnavailable
from glamflow.wiki.answers import LATER, SESSION, Answer
from glamflow.wiki.dialect import Dialect
from glamflow.wiki.family import api_url, make_family
from glamflow.wiki.protocol import Done, OnWrite

READ_TRIES = 5
# pywikibot keeps one cookie jar for the whole process: two accounts, or two wikis on one host, would log each other out.
http.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
MAX_ANSWER_BYTES = 64 * 1024 * 1024
Files = Mapping[str, tuple[str, bytes, str]]


class WikiSession:
    """A session with the wiki at `url`. `sleep` is the clock's; `user_agent` names the operator."""

    def __init__(
        self, url: str, *, login: str, password: str, user_agent: str, script_path: str = "/w",
        oauth: tuple[str, str, str, str] | None = None, sleep: Callable[[float], None] = time.sleep, dialect: Dialect | None = None,
    ) -> None:  # fmt: skip
        self.url = url
        self.dialect = dialect or Dialect()
        self.account = login.partition("@")[0]
        self._login, self._password, self._oauth = login, password, oauth
        self._agent = user_agent
        self._sleep = sleep
        self._family = make_family(url, script_path=script_path)
        self._api = api_url(self._family)
        self._cookies = RequestsCookieJar()
        self._token = ""
        self._is_bot = False

    def read(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a read; repeats after temporary faults, `SourceUnavailable` when they go on."""
        answer = self.ask(params)
        if answer.codes:
            raise refused_question(self.url, answer)
        return answer.data or {}

    def ask(self, params: Mapping[str, Any]) -> Answer:
        """As `read`, for callers to whom an error of the wiki is an answer."""
        answer = self._ask_patiently({**params, "assert": "user"})  # logged-in reads have the wider limits
        self._refuse_stranger(answer)
        return answer

    def status(self, params: Mapping[str, Any]) -> Answer:
        """A question that needs the token but writes nothing (`checkstatus`): repeated like a read, errors are its answer."""
        return self._ask_patiently(params, signed=True)

    def write(
        self, step: str, params: Mapping[str, Any], *, on_write: OnWrite, files: Files | None = None
    ) -> tuple[Answer, Done]:
        """One POST with token and assertion under one `on_write`, never repeated here whatever comes back.

        The login comes first, so that nothing but the request itself stands between intent and answer. The caller hands
        the outcome to what is returned beside the answer.
        """
        self._ensure_login()
        done = on_write(step)
        checks = {"assert": "bot" if self._is_bot else "user", "maxlag": "5"}
        # The token goes last: a request cut short must not be taken for a whole one.
        return self._send({**params, **checks, "token": self._token}, files=files), done

    def renew(self) -> None:
        """Log in again and fetch a new token, after `badtoken` or a lost session."""
        self._token = ""
        self._ensure_login()

    def _ask_patiently(self, params: Mapping[str, Any], *, signed: bool = False, login: bool = True) -> Answer:
        answer = Answer(problem="not asked")
        for attempt in range(READ_TRIES):
            if attempt:
                self._sleep(min(60.0, answer.retry_after or 2.0**attempt))
            if login:
                self._ensure_login()
            answer = self._send({**params, "token": self._token} if signed else params)
            if answer.data is not None and not any(_passes(code) for code in answer.codes):
                return answer
            if login and answer.codes and answer.codes[0] in SESSION:
                self._token = ""
        raise SourceUnavailable(self.url, _problem(answer), retry_after=answer.retry_after)

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
        reason = str(outcome.get("reason") or outcome.get("result") or "no answer")
        if outcome.get("result") in ("NeedToken", "WrongToken"):  # the session of the login token got lost on the way
            raise SourceUnavailable(self.url, f"the login was cut short ({reason[:100]})")
        if outcome.get("result") != "Success":
            raise BadCredentials(self.url, self._login, reason[:200])

    def _ask(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """One step of logging in."""
        answer = self._ask_patiently(params, login=False)
        self._refuse_stranger(answer)
        if answer.codes:
            raise SourceUnavailable(self.url, f"the wiki refused the login ({_problem(answer)})"[:300])
        return answer.data or {}

    def _refuse_stranger(self, answer: Answer) -> None:
        if answer.codes and answer.codes[0].startswith("mwoauth"):
            raise BadCredentials(self.url, self._login or "OAuth consumer", _problem(answer)[:200])

    def _send(self, params: Mapping[str, Any], *, files: Files | None = None) -> Answer:
        data = {key: str(value) for key, value in params.items() if value is not None}
        data |= {"format": "json", "formatversion": "2"}
        try:
            response = http.fetch(
                self._api, method="POST", data=data, files=files, default_error_handling=False, stream=True,
                headers={"user-agent": self._agent}, auth=self._oauth, allow_redirects=False,
                cookies=self._cookies,
            )  # fmt: skip
        except (PywikibotError, requests.RequestException, OSError) as error:
            return _no_answer(error)
        if isinstance(response, Exception):
            return _no_answer(response)
        self._cookies.update(response.cookies)
        return _decode(response)


def refused_question(url: str, answer: Answer) -> SourceUnavailable:
    """The error for a question that the wiki does not answer."""
    return SourceUnavailable(url, f"the wiki refused a question ({_problem(answer)})")


def _passes(code: str) -> bool:
    """An error of a question that may be gone when it is asked again."""
    return code in LATER or code in SESSION or code.startswith("internal_api_error")


def _problem(answer: Answer) -> str:
    return answer.problem or ": ".join((*answer.codes[:1], str(answer.error.get("info", ""))[:200]))


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
        return Answer(
            problem=f"HTTP {response.status_code}, the answer is {kind}", status=response.status_code, retry_after=wait
        )
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
