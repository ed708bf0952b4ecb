"""Every exception that glamflow raises, and the one question that callers ask of it: try again, or not?

    GlamflowError
    ├── Transient            the same call may succeed later; `retry_after` seconds where the other side said so
    │   ├── SourceUnavailable    a feed or media server does not answer, or answers 5xx / 429
    │   │   └── ConnectionLost       it began to answer and broke off
    │   ├── RateLimited          the other side asked us to slow down
    │   ├── Maxlag               a wiki's replicas lag
    │   ├── EditConflict         somebody edited between our read and our write
    │   ├── StoreUnavailable     the object store does not answer, or its disk is full
    │   └── LedgerUnavailable    the ledger's database does not answer, stays locked, or its disk is full
    └── Permanent            the same call will fail again until a person changes something
        ├── ConfigInvalid        a partner file or a setting is wrong (file, line, what to do)
        ├── BadCredentials       a login was refused
        ├── WritesStopped        a brake is on
        ├── StaleEpoch           another worker took this work over: stop, write nothing more
        ├── StaleState           a guarded transition met a state that it does not allow
        └── SourceRefused        a feed says that the question itself is wrong
            ├── AddressRefused       an address out of a feed leads where we do not go
            └── WindowFaulty         the list of one window cannot be followed to its end; other windows can go on

A bad *record* is never an exception: it is a `Rejected` value (`transforms/outcome.py`).
Constructors take fields and build the message: what happened, where, how to mend it.
"""

from __future__ import annotations


class GlamflowError(Exception):
    """Base of all errors of glamflow. `str(error)` is fit to be shown to an operator as it is."""

    hint: str = ""

    def __init__(self, what: str, *, hint: str = "") -> None:
        self.what = what
        self.hint = hint
        super().__init__(f"{what} {hint}".strip())

    def __reduce__(self) -> tuple[object, ...]:
        # Airflow pickles exceptions between processes: keep the finished message instead of calling
        # subclass constructors with the wrong arguments.
        return (_rebuild, (type(self), self.args, self.__dict__.copy()))


def _rebuild(kind: type[GlamflowError], args: tuple[object, ...], state: dict[str, object]) -> GlamflowError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class Transient(GlamflowError):
    """May succeed later. `retry_after` is in seconds, None where the other side named no delay."""

    def __init__(self, what: str, *, hint: str = "", retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(what, hint=hint)


class SourceUnavailable(Transient):
    """A feed, API or media server could not be reached or answered with a temporary fault."""

    def __init__(self, url: str, problem: str, *, retry_after: float | None = None) -> None:
        self.url = url
        super().__init__(
            f"The source at {url} cannot be used now: {problem}.",
            hint="Check the address in the partner file and whether the server is up; the run goes on where it stopped.",
            retry_after=retry_after,
        )


class ConnectionLost(SourceUnavailable):
    """The connection broke while the other side was answering: a bad line, worth more repeats than a server that says no."""


class RateLimited(Transient):
    """The other side asked for fewer requests."""


class Maxlag(Transient):
    """A wiki's database replicas lag; `retry_after` holds the wait that the wiki asks for."""


class EditConflict(Transient):
    """Somebody edited between our read and our write: read again and decide again."""


class StoreUnavailable(Transient):
    """The object store or its disk cannot be written or read now."""


class LedgerUnavailable(Transient):
    """The ledger's database cannot be used now; the address is shown without its password."""

    def __init__(self, address: str, problem: str) -> None:
        self.address = address
        super().__init__(
            f"The ledger at {address} cannot be used now: {problem}.",
            hint="Check that the database is up and its disk has room (GLAMFLOW_LEDGER names it); nothing was half written.",
        )


class Permanent(GlamflowError):
    """Fails again until a person changes something."""


class ConfigInvalid(Permanent):
    """A partner file or setting is wrong. The message starts with `file:line:` and says how to mend it."""

    def __init__(self, file: str, problem: str, *, line: int | None = None, key: str = "", fix: str = "") -> None:
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.fix = fix
        place = f"{file}:{line}" if line else file
        at = f" at “{key}”" if key else ""
        super().__init__(f"{place}: {problem}{at}.", hint=fix)


class BadCredentials(Permanent):
    """A server refused the login; the account and the server are named, the secret never is."""

    def __init__(self, server: str, account: str, answer: str) -> None:
        self.server = server
        self.account = account
        super().__init__(
            f"{server} refused the login of “{account}”: {answer}.",
            hint="Set the right bot password in the Airflow connection (or AIRFLOW_CONN_… variable) of this wiki.",
        )


class WritesStopped(Permanent):
    """A brake forbids writes; the message names the brake and who can release it."""


class StaleEpoch(Permanent):
    """The claim was taken over by another worker: this one must stop and write nothing more."""

    def __init__(self, kind: str, subject: str, epoch: int, current: int) -> None:
        self.epoch = epoch
        self.current = current
        super().__init__(
            f"This worker's claim on {kind} {subject} (epoch {epoch}) was taken over (now {current}); its write is refused.",
            hint="Nothing is lost: the newer worker goes on.",
        )


class StaleState(Permanent):
    """A guarded transition found fewer rows in an allowed state than it was asked to move."""


class SourceRefused(Permanent):
    """The source understood the request and refused it (OAI `badArgument`, `cannotDisseminateFormat`, HTTP 4xx)."""


class AddressRefused(SourceRefused):
    """An address is malformed, not http(s), or leads to a host that is neither public nor trusted by the operator."""

    def __init__(self, url: str, problem: str) -> None:
        self.url = url
        self.problem = problem
        super().__init__(
            f"The address {url!r} is refused: {problem}.",
            hint="If it is right, name its host in the partner file (source.url or media.allow_hosts).",
        )


class WindowFaulty(SourceRefused):
    """The pages of one window do not lead to an end that can be believed; the harvest is incomplete, not empty."""

    def __init__(self, window: str, problem: str) -> None:
        self.window = window
        self.problem = problem
        super().__init__(
            f"Window “{window}” could not be harvested completely: {problem}.",
            hint="Its pages so far are kept; the window is tried again by the next run.",
        )
