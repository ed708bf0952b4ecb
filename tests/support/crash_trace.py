"""Names every boundary that a publishing run passes: writes to ledger, journal and store, and requests that write to the wiki."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from glamflow.audit.journal import Journal
from glamflow.steps.deps import Deps
from glamflow.steps.desk import Desk
from glamflow.transforms.actions import kind_of
from glamflow.wiki.session import WikiSession

LEDGER_WRITES = (
    "save_partner_version", "start_run", "create_plan", "claim", "renew", "release", "stage", "choose_title", "set_actions", "approve",
    "begin_publishing", "reserve", "unreserve", "write_slot", "note_stash", "publish_done", "mark_publication", "settle_action", "verify_done",
    "hold_files", "close_plan", "finish_run",
)  # fmt: skip
STEP_OF = {"edit": "text", "wbeditentity": "entity"}
Passed = Callable[[str], None]


class Trace:
    """Where a run is: the kind of the action at hand, and the step of each journal row."""

    def __init__(self, tell: Passed) -> None:
        self._tell, self._kind, self._steps = tell, "", dict[int, str]()

    def passed(self, name: str) -> None:
        self._tell(f"{self._kind}: {name}" if self._kind else name)
        if name == "ledger settle_action":  # the last thing that is done for an action
            self._kind = ""

    def watch(self, deps: Deps) -> None:
        """Tell of every write to ledger, journal and store, and of every POST that writes."""
        for name in LEDGER_WRITES:
            setattr(deps.ledger, name, _after(getattr(deps.ledger, name), lambda _, more, __, name=name: self.passed(f"ledger {name}{half(more)}")))
        _patch(Journal, "intent", self._intent)
        _patch(Journal, "outcome", lambda args, more, _: self.passed(f"outcome {self._steps.get(args[1], 'settled')}"))
        _patch(WikiSession, "_send", lambda args, more, _: self._sent(args[1]))
        _patch(type(deps.store), "put", lambda args, more, _: self.passed(f"store {part(str(args[1]))}"))
        self._follow_actions()

    def _follow_actions(self) -> None:
        carry_out: Any = Desk.carry_out

        def followed(at: Any, action: Any, **more: Any) -> Any:
            self._kind = kind_of(action)
            return carry_out(at, action, **more)

        desk: Any = Desk
        desk.carry_out = followed

    def _intent(self, args: Any, more: Any, id: Any) -> None:
        step = str(more["step"]).partition(" ")[0]
        self._steps[id] = step
        self.passed(f"intent {step}")

    def _sent(self, params: Any) -> None:
        action = params.get("action")
        if action == "upload" and not params.get("checkstatus"):
            self.passed("post chunk" if "stash" in params else "post publish" if "filekey" in params else "post upload")
        elif action in ("edit", "wbeditentity", "move"):
            self.passed(f"post {STEP_OF.get(action, action)}")


def half(more: Any) -> str:
    """A page is recorded twice where more is to follow: first without moving its file on."""
    return "" if more.get("move_file", True) else " half"


def part(key: str) -> str:
    """The folder of a store key that says what lies there: seals are named after their partner."""
    folder = key.split("/")[1]
    return folder if folder in ("published", "plans", "media") else "seal"


def _patch(owner: type, name: str, tell: Callable[[Any, Any, Any], None]) -> None:
    setattr(owner, name, _after(getattr(owner, name), tell))


def _after(function: Any, tell: Callable[..., None]) -> Any:
    @functools.wraps(function)
    def wrapped(*args: Any, **more: Any) -> Any:
        result = function(*args, **more)
        tell(args, more, result)
        return result

    return wrapped
