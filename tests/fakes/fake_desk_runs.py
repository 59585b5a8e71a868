"""Cases that run in memory: the rules, the real activities on the real store, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from activities.catalogue import errand
from activities.roster import roster
from adapters.agency import SandboxAgency
from adapters.correspondence import Correspondent
from adapters.creditor import Creditor
from adapters.mailbox import MailboxCourier
from adapters.messages.composer import Composer
from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import RememberedBook
from adapters.service import SandboxService
from adapters.storage import Store
from api.clock import Journey
from api.runs import Start, Unanswered, Unreachable
from dunning import carry
from dunning.answers import Stale
from dunning.case import Case
from dunning.decide import advance
from dunning.effects import CloseCase, Ended, ExtendCalendar, Perform, Wait
from dunning.errors import PolicyError
from dunning.journal import Line
from dunning.messages import REQUESTS
from dunning.opening import answer, ask, open_case, refusal, tell
from dunning.ports import Act, Acted, Told, Written
from dunning.simulation.forecast import forecast
from dunning.view import projection, view


@dataclass
class FakeClock:
    """A clock that stands until a test moves it."""

    at: datetime

    async def now(self) -> datetime:
        return self.at

    async def ahead(self) -> timedelta:
        return timedelta()


def sandbox_roster(store: Store) -> dict[str, list[Callable[..., Any]]]:
    """Every activity on this store, among companies that are made up; all channels lead to the mailbox."""
    creditor, book = Creditor(), RememberedBook()
    courier = MailboxCourier(store.mailbox, creditor.email)
    return roster(
        store=store.receivables,
        gateway=SandboxGateway(book),
        correspondence=Correspondent(Composer(creditor), {"email": courier, "sms": courier, "letter": courier}),
        control=SandboxService(book),
        agency=SandboxAgency(book),
    )


@dataclass
class Running:
    case: Case
    seen: int
    wakes_at: datetime | None = None


@dataclass
class FakeRuns:
    """`down` is a server that cannot be reached, `silent` one without a worker, `broken` fails as never before."""

    store: Store
    clock: FakeClock
    running: dict[str, Running] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    down: bool = False
    silent: bool = False
    broken: bool = False

    def __post_init__(self) -> None:
        queues = sandbox_roster(self.store)
        self._activities: dict[str, Callable[..., Any]] = {
            one.__name__: one for all_ in queues.values() for one in all_
        }

    # What the desk asks.

    async def start(self, start: Start) -> None:
        self._reach()
        if start.invoice_id not in self.running:
            await self._open(start.invoice_id)
            await self._settle(start.invoice_id)

    async def signal(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        self._reach()
        if invoice_id not in self.running:
            return False
        one = self.running[invoice_id]
        one.case = tell(one.case, name, body, self.clock.at)
        await self._keep(one, ((name, body),))
        await self._settle(invoice_id)
        return True

    async def signal_with_start(self, start: Start, name: str, body: dict[str, Any]) -> None:
        self._reach()
        if start.invoice_id not in self.running:
            await self._open(start.invoice_id)
        await self.signal(start.invoice_id, name, body)

    async def ask(self, invoice_id: str, name: str, body: dict[str, Any], ask_id: str) -> bool:
        self._reach()
        if invoice_id not in self.running:
            return False
        if self.silent:
            raise Unanswered(f"{name}: no worker answered in time; it may still be applied")
        if ask_id in self.asked:
            return True
        one, request = self.running[invoice_id], REQUESTS[name].model_validate(body)
        refused = refusal(one.case, request, self.clock.at)
        one.case = ask(one.case, request, self.clock.at)
        await self._keep(one, ((name, body),))
        await self._settle(invoice_id)
        if refused is not None:
            raise refused
        self.asked.append(ask_id)
        return True

    async def ask_with_start(self, start: Start, name: str, body: dict[str, Any], ask_id: str) -> None:
        await self._open(start.invoice_id)
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

    async def is_up(self) -> bool:
        return not self.down

    def _reach(self) -> None:
        if self.broken:
            raise PolicyError("policies", [])
        if self.down:
            raise Unreachable("temporal: unavailable")

    # How cases run.

    async def _open(self, invoice_id: str) -> None:
        opening = await self.store.receivables.opening(invoice_id, None, None, (), self.clock.at)
        case = carry.load(opening.state) if opening.state else None
        if case is None:
            case = open_case(
                opening.invoice, opening.customer, opening.methods, opening.policy, opening.calendar,
                self.clock.at, opening.why,
            )  # fmt: skip
        for name, body in opening.told:
            case = tell(case, name, body, self.clock.at) if name not in REQUESTS else case
        self.running[invoice_id] = Running(case, opening.seen)

    async def _settle(self, invoice_id: str) -> None:
        one = self.running[invoice_id]
        while True:
            one.case, decision = advance(one.case, max(self.clock.at, one.case.now))
            if isinstance(decision, Perform):
                await self._perform(one, decision.effect)
                continue
            one.wakes_at = decision.until if isinstance(decision, Wait) else None
            if one.case.lines:
                await self._keep(one, ())
            if isinstance(decision, Ended):
                del self.running[invoice_id]
            return

    async def _perform(self, one: Running, effect: Any) -> None:
        if one.case.lines:
            await self._keep(one, ())
        at = max(self.clock.at, one.case.now)
        act = Act(one.case.invoice.id, effect, at, one.case.calendar.day(at), one.seen)
        more = (one.case.policy,) if isinstance(effect, ExtendCalendar) else ()
        acted: Acted = await self._activities[errand(effect).name](act, *more)
        one.seen = acted.seen
        if isinstance(acted.answer, Stale):
            for name, body in acted.answer.facts:
                one.case = tell(one.case, name, body, at) if name not in REQUESTS else one.case
            return
        one.case = answer(one.case, effect, acted.answer, at)
        if isinstance(effect, CloseCase):
            await self._keep(one, ())

    async def _keep(self, one: Running, told: tuple[Told, ...]) -> None:
        _, decision = advance(one.case, one.case.now)
        state = carry.dump(one.case.written()) if one.case.closed else None
        written = Written(one.case.lines, projection(one.case, decision if isinstance(decision, Wait) else None), state)
        one.seen, missed = await self.store.receivables.record(
            one.case.invoice.id, told, written, one.seen, one.case.now
        )
        one.case = one.case.written()
        for name, body in missed:
            one.case = tell(one.case, name, body, one.case.now) if name not in REQUESTS else one.case


@dataclass
class FakeTimeMachine:
    """Moves the clock from waking to waking of the cases."""

    runs: FakeRuns

    async def now(self) -> datetime:
        return self.runs.clock.at

    async def advance(self, delta: timedelta) -> Journey:
        return await self._to(self.runs.clock.at + delta)

    async def to_next_event(self) -> Journey:
        wakes = [one.wakes_at for one in self.runs.running.values() if one.wakes_at]
        return await self._to(min(wakes, default=self.runs.clock.at))

    async def _to(self, end: datetime) -> Journey:
        moved, before = len(self.runs.running), await self._lines()
        while (due := self._next(end)) is not None:
            wakes_at, invoice_id = due
            self.runs.clock.at = max(self.runs.clock.at, wakes_at)
            await self.runs._settle(invoice_id)  # noqa: SLF001 - the fake's own other half
        self.runs.clock.at = end
        after = await self._lines()
        acts = {kind: after[kind] - before.get(kind, 0) for kind in sorted(after) if after[kind] > before.get(kind, 0)}
        return Journey(end, moved, acts)

    def _next(self, end: datetime) -> tuple[datetime, str] | None:
        due = [(one.wakes_at, name) for name, one in self.runs.running.items() if one.wakes_at and one.wakes_at <= end]
        return min(due, default=None)

    async def _lines(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for name in list(self.runs.running):
            page = await self.runs.store.cases.journal(name, limit=1_000)
            for line in page.rows:
                if line.kind in {"notice", "charge", "fee", "task", "closed"}:
                    counted[line.kind] = counted.get(line.kind, 0) + 1
        return counted
