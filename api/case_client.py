"""The running cases, as the case service speaks to them: start, signal, ask, look. Temporal stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from dunning.errors import DunningError
from dunning.journal import Line


class Unanswered(DunningError):
    """A request got no answer in time. It may still be applied; the same id again changes nothing twice."""


class Unreadable(DunningError):
    """The case does not know such a request: its worker is of another build than the API. Nothing was changed."""


class TemporalUnreachable(DunningError):
    """The server that keeps the cases' time cannot be reached."""


@dataclass(frozen=True, slots=True)
class CaseStart:
    """What a run is started with. `ahead` is how far the case's clock is ahead of the server's, `authenticated` who was
    let in and has it started.
    """

    invoice_id: str
    customer_id: str
    due_on: date
    ahead: timedelta = timedelta()
    authenticated: str | None = None


@dataclass(frozen=True, slots=True)
class TaskQueue:
    """One queue of work: how many poll it, how much waits in it, and for how long the oldest of that has."""

    name: str
    kind: str
    pollers: int
    waiting: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of a case that failed, which waits for nothing any more."""

    invoice_id: str
    run: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Machinery:
    """What keeps the cases' time: the server's version, its queues, and the newest runs that failed."""

    server: str
    queues: tuple[TaskQueue, ...]
    failed: tuple[FailedRun, ...]


class CaseClient(Protocol):
    """Each call names a case by its invoice. Raises `TemporalUnreachable` where the server is down."""

    async def start(self, start: CaseStart) -> None:
        """Start the case; one that runs already goes on."""

    async def signal(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        """Tell a fact; False if no case of this invoice runs."""

    async def signal_with_start(self, start: CaseStart, name: str, body: dict[str, Any]) -> None:
        """Tell a fact to a case that runs, or that opens for it where it stood (P5)."""

    async def ask(self, invoice_id: str, name: str, body: dict[str, Any], ask_id: str) -> bool:
        """Ask a request; False if no case of this invoice runs. Raises `Refused`, `Unanswered` or `Unreadable`."""

    async def ask_with_start(self, start: CaseStart, name: str, body: dict[str, Any], ask_id: str) -> None:
        """Ask a request of a case that runs, or that opens for it where it stood (S3). Raises as `ask`."""

    async def case(self, invoice_id: str) -> dict[str, Any] | None:
        """The case as `dunning.views.view` shows it; None if it does not run, or nobody answers in time."""

    async def forecast(self, invoice_id: str) -> tuple[Line, ...] | None:
        """What is to come (O4); None as for `case`."""

    async def state(self, invoice_id: str) -> str | None:
        """The whole case as `dunning.snapshot` writes it, for tools of ours; None as for `case`."""

    async def failure(self, invoice_id: str) -> str | None:
        """Why the case does not open, as far as its newest run tells: our own words, or the kind of the error.

        None where it runs, has ended well, or is not known.
        """

    async def is_up(self) -> bool:
        """Whether the server answers."""

    async def machinery(self) -> Machinery | None:
        """Who works, what waits and what failed; None if the server does not answer."""
