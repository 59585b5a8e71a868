"""Cases that run in memory: the rules, the real activities on the real store, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.options import options_of
from activities.registry import activities_by_queue
from adapters.agency import SandboxAgency
from adapters.correspondence import Correspondent
from adapters.creditor import Creditor
from adapters.mailbox import KeepingCourier, MailboxCourier
from adapters.messages.composer import Composer
from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import RememberedBook
from adapters.service import SandboxService
from adapters.storage import Store
from api.case_client import CaseStart, Machinery, TemporalUnreachable, Unanswered
from api.clock import Journey
from dunning import snapshot
from dunning.case import Case
from dunning.effects import Ended, ExtendCalendar, Perform, Wait
from dunning.engine import ask, refusal, tell
from dunning.errors import PolicyError, Refused
from dunning.forecast import forecast
from dunning.journal import Line
from dunning.messages import REQUESTS
from dunning.outlook import with_facts
from dunning.ports import Act, Acted
from dunning.session import CaseSession
from dunning.views import view
from tests.fakes.creditors import NORTHWIND


@dataclass
class FakeClock:
    """A clock that stands until a test moves it."""

    at: datetime

    async def now(self) -> datetime:
        return self.at

    async def ahead(self) -> timedelta:
        return timedelta()


def sandbox_activities(store: Store, creditor: Creditor = NORTHWIND) -> dict[str, list[Callable[..., Any]]]:
    """Every activity on this store, among companies that are made up; all channels lead to the mailbox."""
    book = RememberedBook()
    courier = KeepingCourier(MailboxCourier(), store.mailbox, creditor.email)
    return activities_by_queue(
        store=store.receivables,
        gateway=SandboxGateway(book),
        correspondence=Correspondent(Composer(creditor), {"email": courier, "sms": courier, "letter": courier}),
        control=SandboxService(book),
        agency=SandboxAgency(book),
    )


@dataclass
class Running:
    session: CaseSession
    wakes_at: datetime | None = None

    @property
    def case(self) -> Case:
        return self.session.case


@dataclass
class FakeCaseClient:
    """`down` is a server that cannot be reached, `silent` one without a worker, `broken` fails as never before."""

    store: Store
    clock: FakeClock
    running: dict[str, Running] = field(default_factory=dict)
    answers: dict[tuple[str, str], Refused | None] = field(default_factory=dict)
    seen_machinery: Machinery | None = None
    down: bool = False
    silent: bool = False
    broken: bool = False

    def __post_init__(self) -> None:
        self.write_as(NORTHWIND)

    def write_as(self, creditor: Creditor) -> None:
        """Go on as a worker that was started again with this creditor."""
        queues = sandbox_activities(self.store, creditor)
        self._activities: dict[str, Callable[..., Any]] = {
            one.__name__: one for all_ in queues.values() for one in all_
        }

    # What the case service asks.

    async def start(self, start: CaseStart) -> None:
        self._reach()
        if start.invoice_id not in self.running:
            await self._open(start)
            await self._settle(start.invoice_id)

    async def signal(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        self._reach()
        if invoice_id not in self.running:
            return False
        at = self.clock.at
        self.running[invoice_id].session.take(lambda case: tell(case, name, body, at), (name, body))
        await self._settle(invoice_id)
        return True

    async def signal_with_start(self, start: CaseStart, name: str, body: dict[str, Any]) -> None:
        self._reach()
        if start.invoice_id not in self.running:
            await self._open(start)
        await self.signal(start.invoice_id, name, body)

    async def ask(self, invoice_id: str, name: str, body: dict[str, Any], ask_id: str) -> bool:
        self._reach()
        if invoice_id not in self.running:
            return False
        if self.silent:
            raise Unanswered(f"{name}: no worker answered in time; it may still be applied")
        if (invoice_id, ask_id) not in self.answers:  # the server answers one that it knows from its record
            session, request, at = self.running[invoice_id].session, REQUESTS[name].model_validate(body), self.clock.at
            refused = refusal(session.case, request, at, ask_id)
            told = None if refused else (name, {"at": at.isoformat(), **body})
            session.take(lambda case: ask(case, request, at, ask_id), told)
            self.answers[invoice_id, ask_id] = refused
            await self._settle(invoice_id)
        known = self.answers[invoice_id, ask_id]
        if known is not None:
            raise known
        return True

    async def ask_with_start(self, start: CaseStart, name: str, body: dict[str, Any], ask_id: str) -> None:
        await self._open(start)
        await self.ask(start.invoice_id, name, body, ask_id)

    async def case(self, invoice_id: str) -> dict[str, Any] | None:
        if self.silent or self.down or invoice_id not in self.running:
            return None
        return view(self.running[invoice_id].case)

    async def forecast(self, invoice_id: str) -> tuple[Line, ...] | None:
        if self.silent or self.down or invoice_id not in self.running:
            return None
        case = self.running[invoice_id].case
        return forecast(case, case.now)

    async def state(self, invoice_id: str) -> str | None:
        if self.silent or self.down or invoice_id not in self.running:
            return None
        return snapshot.dump(self.running[invoice_id].case)

    async def failure(self, invoice_id: str) -> str | None:
        return None

    async def machinery(self) -> Machinery | None:
        return None if self.down else self.seen_machinery

    async def is_up(self) -> bool:
        return not self.down

    def _reach(self) -> None:
        if self.broken:
            raise PolicyError("policies", [])
        if self.down:
            raise TemporalUnreachable("temporal: unavailable")

    # How cases run.

    async def _open(self, start: CaseStart) -> None:
        session, at = CaseSession(), self.clock.at
        opening = await self.store.receivables.opening(start.invoice_id, None, None, (), at)
        session.opened(opening, at, start.authenticated)
        self.running[start.invoice_id] = Running(session)

    async def _settle(self, invoice_id: str) -> None:
        """Let a case do what is due, as its workflow would."""
        session = self.running[invoice_id].session
        while True:
            now = max(self.clock.at, session.case.now)
            decision = session.next(now)
            if session.has_to_record:
                one = session.record(now)
                session.recorded(
                    *await self.store.receivables.record(invoice_id, one.told, one.written, one.seen, one.at)
                )
            elif isinstance(decision, Perform):
                session.acted(await self._perform(session, with_facts(session.act(decision.effect, now), session.case)))
            else:
                break
        self.running[invoice_id].wakes_at = decision.until if isinstance(decision, Wait) else None
        if isinstance(decision, Ended):
            del self.running[invoice_id]

    async def _perform(self, session: CaseSession, act: Act) -> Acted:
        more = (session.case.policy,) if isinstance(act.effect, ExtendCalendar) else ()
        activity = self._activities[options_of(act.effect).name]
        acted: Acted = await ActivityEnvironment().run(activity, act, *more)
        return acted


@dataclass
class FakeTimeMachine:
    """Moves the clock from waking to waking of the cases."""

    case_client: FakeCaseClient

    async def now(self) -> datetime:
        return self.case_client.clock.at

    async def advance(self, delta: timedelta) -> Journey:
        return await self._to(self.case_client.clock.at + delta)

    async def to_next_event(self) -> Journey:
        wakes = [one.wakes_at for one in self.case_client.running.values() if one.wakes_at]
        return await self._to(min(wakes, default=self.case_client.clock.at))

    async def _to(self, end: datetime) -> Journey:
        moved, before = len(self.case_client.running), await self._lines()
        while (due := self._next(end)) is not None:
            wakes_at, invoice_id = due
            self.case_client.clock.at = max(self.case_client.clock.at, wakes_at)
            await self.case_client._settle(invoice_id)  # noqa: SLF001 - the fake's own other half
        self.case_client.clock.at = end
        after = await self._lines()
        acts = {kind: after[kind] - before.get(kind, 0) for kind in sorted(after) if after[kind] > before.get(kind, 0)}
        return Journey(end, moved, acts)

    def _next(self, end: datetime) -> tuple[datetime, str] | None:
        due = [
            (one.wakes_at, name)
            for name, one in self.case_client.running.items()
            if one.wakes_at and one.wakes_at <= end
        ]
        return min(due, default=None)

    async def _lines(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for name in list(self.case_client.running):
            page = await self.case_client.store.cases.journal(name, limit=1_000)
            for line in page.rows:
                if line.kind in {"notice", "charge", "fee", "task", "closed"}:
                    counted[line.kind] = counted.get(line.kind, 0) + 1
        return counted
