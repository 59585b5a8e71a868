"""A case: one overdue invoice, as an immutable value made of facts. Everything else is derived from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dunning.answers import Account
from dunning.calendar import Calendar
from dunning.effects import Effect, Outcome
from dunning.journal import Line
from dunning.money import decimal_string
from dunning.policy import Policy
from dunning.state import (
    AttemptState,
    Debt,
    DisputeState,
    HoldState,
    MethodState,
    NoticeState,
    Party,
    Pending,
    PlanState,
    Posting,
    PromiseState,
    Resend,
    StepState,
    Suspension,
    TaskState,
    Track,
)


@dataclass(frozen=True)
class Case:
    """The policy, the facts so far, the steps done, the holds that stand. `now` is the newest moment it was told."""

    invoice: Debt
    party: Party
    policy: Policy
    calendar: Calendar
    opened_at: datetime
    now: datetime
    track: Track
    steps: tuple[StepState, ...]
    methods: tuple[MethodState, ...] = ()
    ledger: tuple[Posting, ...] = ()
    orphans: tuple[Posting, ...] = ()
    pending: tuple[Pending, ...] = ()
    disputes: tuple[DisputeState, ...] = ()
    holds: tuple[HoldState, ...] = ()
    stops: tuple[str, ...] = ()
    paused: tuple[tuple[datetime, datetime | None], ...] = ()
    promise: PromiseState | None = None
    promises: int = 0
    broken_promises: int = 0
    plan: PlanState | None = None
    tasks: tuple[TaskState, ...] = ()
    tasks_opened: int = 0
    doing: int | None = None
    notices: tuple[NoticeState, ...] = ()
    resends: tuple[Resend, ...] = ()
    attempts: tuple[AttemptState, ...] = ()
    consent: bool = True
    suspension: Suspension | None = None
    resume_on: date | None = None
    side_notice_from: date | None = None
    end_from: date | None = None
    end_done: bool = False
    todo: tuple[Effect, ...] = ()
    closing: Outcome | None = None
    closed: Outcome | None = None
    closed_at: datetime | None = None
    agency: str | None = None
    served_by_hand: tuple[tuple[str, date], ...] = ()
    told: frozenset[str] = frozenset()
    account: Account | None = None
    account_at: datetime | None = None
    lines: tuple[Line, ...] = field(default=())
    line_count: int = 0

    def __post_init__(self) -> None:
        """What `once` worked out stays beside the case, and goes on with those that come of it."""
        object.__setattr__(self, "_known", {})

    def evolve(self, **changes: Any) -> Case:
        """The same case with these fields changed."""
        new: Case = object.__new__(Case)
        object.__setattr__(new, "__dict__", {**self.__dict__, **changes})
        return new

    def note(self, kind: str, value: str, rule: str, why: str, **more: Any) -> Case:
        """The same case with one more line on its journal (F6)."""
        line = Line(self.line_count + 1, self.now, kind, value, rule, why, **more)
        return self.evolve(lines=(*self.lines, line), line_count=self.line_count + 1)

    def resumes_on(self, day: date) -> Case:
        """The same case, whose ladder moves on this day at the earliest (H1, D3, P5)."""
        return self.evolve(resume_on=day if self.resume_on is None else max(day, self.resume_on))

    def written(self) -> Case:
        """The same case after its lines were written down."""
        return self.evolve(lines=()) if self.lines else self

    def once(self, name: str | int, inputs: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """What is derived from these parts, worked out once while they stay the same: mostly the very same objects."""
        known: dict[str | int, Any] = self.__dict__["_known"]
        before = known.get(name)
        if before is not None and before[0] == inputs:
            return before[1]
        made = make()
        known[name] = (inputs, made)
        return made

    @property
    def balance(self) -> int:
        """`amount + fees + interest - payments - credits` (F2)."""
        known: dict[str, tuple[tuple[Posting, ...], Debt, int]] = self.__dict__["_known"]
        before = known.get("balance")
        if before is not None and before[0] is self.ledger and before[1] is self.invoice:
            return before[2]
        balance = self.invoice.amount + sum([entry.amount for entry in self.ledger])
        known["balance"] = (self.ledger, self.invoice, balance)
        return balance

    @property
    def disputed(self) -> int:
        """What is disputed and not answered."""
        return sum([dispute.amount for dispute in self.disputes]) if self.disputes else 0

    @property
    def demandable(self) -> int:
        """`balance - disputed` (F2)."""
        return self.balance - self.disputed

    @property
    def paid(self) -> int:
        """Payments less reversals."""
        return -sum(entry.amount for entry in self.ledger if entry.kind in {"payment", "reversal"})

    @property
    def settled(self) -> bool:
        """Nothing is left but the tolerance (F3)."""
        return self.balance <= self.policy.tolerance.minor(self.invoice.currency)

    @property
    def demands(self) -> bool:
        """There is something to demand, and enough of it (F4)."""
        demandable = self.demandable
        return demandable > 0 and demandable >= self.policy.minimum.minor(self.invoice.currency)

    @property
    def in_flight(self) -> AttemptState | None:
        """The attempt whose outcome is not known; there is never more than one (C5)."""
        last = self.attempts[-1] if self.attempts else None
        return last if last and last.state in {"unknown", "underway"} else None

    @property
    def current(self) -> int | None:
        """The index of the next step, None when all are done or skipped (T4)."""
        for index, step in enumerate(self.steps):
            if step.status == "open":
                return index
        return None

    @property
    def today(self) -> date:
        """The local day (T1)."""
        known: dict[str, tuple[datetime, Calendar, date]] = self.__dict__["_known"]
        before = known.get("today")
        if before is not None and before[0] is self.now and before[1] is self.calendar:
            return before[2]
        today = self.calendar.day(self.now)
        known["today"] = (self.now, self.calendar, today)
        return today

    def amount(self, minor: int) -> str:
        """An amount as a decimal string."""
        return decimal_string(minor, self.invoice.currency)

    def key(self, *parts: object) -> str:
        """The name of an act, for ever."""
        return "/".join((f"case:{self.invoice.id}", *map(str, parts)))

    def with_step(self, index: int, state: StepState, **changes: Any) -> Case:
        """The same case with another state of one step."""
        return self.evolve(steps=(*self.steps[:index], state, *self.steps[index + 1 :]), **changes)
