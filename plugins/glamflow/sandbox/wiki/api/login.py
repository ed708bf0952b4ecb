"""`action=login` (bot passwords), `logout`, and the tokens.

A failed login is an answer with `result`, not an error.
"""

from __future__ import annotations

import hmac

from glamflow.sandbox.wiki.accounts import check_bot_password, end_session, start_session
from glamflow.sandbox.wiki.answers import Json
from glamflow.sandbox.wiki.api.context import Request


def login(request: Request) -> Json:
    """Log in by `Name@app` and bot password."""
    state = request.state
    if "lgtoken" not in request.params:
        session = request.session if request.session.id else start_session(state)
        request.new_cookie = session.id
        request.warn("login", 'Fetching a token via "action=login" is deprecated. Use "action=query&meta=tokens&type=login" instead.')
        return {"login": {"result": "NeedToken", "token": session.login_token}}
    if not request.session.id or not hmac.compare_digest(request.text("lgtoken"), request.session.login_token):
        return {"login": {"result": "WrongToken"}}
    user = check_bot_password(state, request.text("lgname"), request.text("lgpassword"))
    if user is None:
        return {"login": {"result": "Failed", "reason": "Incorrect username or password entered. Please try again."}}
    end_session(state, request.session.id)
    request.new_cookie = start_session(state, user["id"]).id
    return {"login": {"result": "Success", "lguserid": user["id"], "lgusername": user["name"]}}


def logout(request: Request) -> Json:
    """End the session."""
    end_session(request.state, request.session.id)
    request.new_cookie = ""
    return {}


def tokens(request: Request) -> Json:
    """`meta=tokens`; the first request of a session gets its cookie here."""
    wanted = request.several("type", "csrf")
    session = request.session
    if "login" in wanted and not session.id:
        session = start_session(request.state)
        request.new_cookie = session.id
    known = {
        "csrf": session.csrf_token, "login": session.login_token, "patrol": session.csrf_token, "rollback": session.csrf_token,
        "watch": session.csrf_token, "userrights": session.csrf_token, "createaccount": session.login_token,
    }  # fmt: skip
    for name in wanted:
        if name not in known:
            request.warn("tokens", f'Unrecognized value for parameter "type": {name}')
    return {f"{name}token": known[name] for name in wanted if name in known}
