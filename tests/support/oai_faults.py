"""When a scripted OAI-PMH server misbehaves: conditions on a request, and how often they count."""

from __future__ import annotations

from typing import Any

ALL = list(range(10))  # the records of the feed under test


def is_list(request: Any) -> bool:
    return bool(request.params.get("verb") == "ListRecords")


def token(request: Any) -> str:
    return str(request.params.get("resumptionToken", ""))


def once(condition: Any, answer: Any) -> Any:
    """Answer so the first time the condition holds, then let pass."""
    left = [1]

    def before(request: Any) -> Any:
        if condition(request) and left:
            left.pop()
            return answer
        return None

    return before


def always(condition: Any, answer: Any) -> Any:
    return lambda request: answer if condition(request) else None
