"""A case: one overdue invoice, as an immutable value made of facts. Everything else is derived from it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Final, TypedDict, Unpack

from pydantic import Field, PlainSerializer

from dunning.answers import Account
from dunning.calendar import Calendar
from dunning.changes import Change
from dunning.derived import KEPT, OUTDATED_BY, derived_from, keeps, kept_from, outdated
from dunning.effects import Effect, Outcome
from dunning.journal import Line
from dunning.money import decimal_string
from dunning.parts import (
    Absence,
    Asking,
    AttemptState,
    CallBack,
    Debt,
    DisputeState,
    HoldState,
    MethodState,
    MoneyMoved,
    NoticeState,
    Outage,
    Party,
    Pending,
    PlanState,
    Posting,
    PromiseState,
    Resend,
    Said,
    StepState,
    Suspension,
    TaskState,
    TooLittle,
    Track,
)
from dunning.policy import Policy, Rules
from dunning.policy.steps import StepAct
from dunning.value import altered, value

# Kinds of entries that pay or credit the invoice itself (F7).
BROUGHT_DOWN: Final = frozenset({"payment", "reversal", "lifted", "set_off", "credit", "discount"})
PAID: Final = frozenset(
    {"payment", "reversal", "lifted", "set_off"}
)  # money of the customer's, whichever way it came (P8)


def _is_none(one: object) -> bool:
    return one is None


def _is_empty(some: tuple[object, ...]) -> bool:
    return not some


@keeps
@value
class Case:
    """The policy, the facts so far, the steps done, the holds that stand. `now` is the newest moment it was told.

    `takeovers` counts the policies that took over from the first. `acts` counts what was called for and what was
    answered: it numbers the acts that have no name of their own. `unanswered` is what people were asked when the case
    closed; once it has opened again, they are asked again on `ask_again_on` (P5). `lapsed` are the promises that count
    as broken, `asked` the requests that were applied lately, each by the name of its asking. `askers` are those of acts
    that somebody asked for and that are not done yet.
    """

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
    lapsed: tuple[PromiseState, ...] = ()
    plan: PlanState | None = None
    credit_kept: int = 0
    credit_asked: bool = False
    tasks: tuple[TaskState, ...] = ()
    tasks_opened: int = 0
    unanswered: tuple[TaskState, ...] = ()
    ask_again_on: date | None = None
    too_little: TooLittle | None = None
    moved: MoneyMoved | None = None
    doing: int | None = None
    notices: tuple[NoticeState, ...] = ()
    resends: tuple[Resend, ...] = ()
    attempts: tuple[AttemptState, ...] = ()
    consent: bool = True
    suspension: Suspension | None = None
    resume_on: date | None = None
    side_notice_from: date | None = None
    outage: Annotated[Outage | None, Field(exclude_if=_is_none)] = None  # in the text only while it lasts
    absences: Annotated[tuple[Absence, ...], Field(exclude_if=_is_empty)] = ()  # of each channel one
    thanks: Annotated[tuple[Said, ...], Field(exclude_if=_is_empty)] = ()  # of each message one
    calls: Annotated[tuple[date, ...], Field(exclude_if=_is_empty)] = ()  # the days on which one reached the debtor
    call_backs: Annotated[tuple[CallBack, ...], Field(exclude_if=_is_empty)] = ()
    end_from: date | None = None
    end_done: bool = False
    todo: tuple[Effect, ...] = ()
    closing: Outcome | None = None
    closed: Outcome | None = None
    closed_at: datetime | None = None
    agency: str | None = None
    served_by_hand: tuple[tuple[str, date], ...] = ()
    told: Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])] = (
        frozenset()
    )  # in one order as text
    asked: tuple[tuple[str, datetime], ...] = ()
    askers: Annotated[tuple[Asking, ...], Field(exclude_if=_is_empty)] = ()
    account: Account | None = None
    account_at: datetime | None = None
    takeovers: int = 0
    acts: int = 0
    lines: tuple[Line, ...] = ()
    line_count: int = 0
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Work out what is kept."""
        for answer, make in KEPT.items():
            self.__dict__[answer] = make(self)

    def evolve(self, **changes: Unpack[CaseChanges]) -> Case:
        """The same case with these fields changed. Raises `TypeError` for a name that is none of its fields."""
        forgotten, anew = outdated(*changes)
        new = _new(Case)
        parts = new.__dict__ = self.__dict__ | changes
        for answer in forgotten:
            parts.pop(answer, None)
        for answer, make in anew:
            parts[answer] = make(new)
        return new

    def note(  # noqa: PLR0913 - the fields of a line
        self, kind: str, value: str, rule: str, why: str, *,
        step: str | None = None, demands: int | None = None, by: str | None = None, method: str | None = None,
        amount: int | None = None, queue: str | None = None, escalated: bool = False, authenticated: str | None = None,
        about: str | None = None, code: str | None = None, invoices: tuple[str, ...] = (), lead: str | None = None,
    ) -> Case:  # fmt: skip
        """The same case with one more line on its journal, of the fields of `Line` (F6)."""
        number = self.line_count + 1
        line = Line(
            number, self.now, kind, value, rule, why, step, demands, by, method, amount, queue,
            escalated, authenticated, about, code, invoices, lead,
        )  # fmt: skip
        lines = (*self.lines, line)
        new = _new(Case)
        new.__dict__ = self.__dict__ | {"lines": lines, "line_count": number}  # nothing is worked out from lines
        return new

    def at(self, now: datetime) -> Case:
        """The same case at another moment."""
        new = _new(Case)
        new.__dict__ = self.__dict__ | {"now": now, "today": self.calendar.day(now)}  # all that is worked out from it
        return new

    def signed(self, since: int, by: str | None, authenticated: str | None) -> Case:
        """The same case whose lines after number `since` say who is behind them, where they do not say it already."""
        if (by is None and authenticated is None) or self.line_count == since:
            return self
        lines = tuple(_signed(line, by, authenticated) if line.number > since else line for line in self.lines)
        new = _new(Case)
        new.__dict__ = self.__dict__ | {"lines": lines}  # nothing is worked out from lines
        return new

    def with_change(self, *changes: Change) -> Case:
        """The same case with what it changes in the books, to be written down with its lines."""
        return self.evolve(changes=(*self.changes, *changes))

    def resumes_on(self, day: date) -> Case:
        """The same case, whose ladder moves on this day at the earliest (H1, D3, P5)."""
        return self.evolve(resume_on=day if self.resume_on is None else max(day, self.resume_on))

    def acted(self, todo: tuple[Effect, ...]) -> Case:
        """The same case with one more act behind it, and this left of what was called for."""
        new = _new(Case)
        new.__dict__ = self.__dict__ | {"acts": self.acts + 1, "todo": todo}  # nothing is worked out from them
        return new

    def written(self) -> Case:
        """The same case after its lines and changes were written down."""
        if not self.lines and not self.changes:
            return self
        new = _new(Case)
        new.__dict__ = self.__dict__ | {"lines": (), "changes": ()}
        return new

    def with_step(self, index: int, state: StepState, **changes: Unpack[OtherChanges]) -> Case:
        """The same case with another state of one step."""
        return self.evolve(steps=(*self.steps[:index], state, *self.steps[index + 1 :]), **changes)

    @kept_from("policy", "invoice")
    def rules(self) -> Rules:
        """What the policy says to this debt, laid out for who reads it often."""
        return self.policy.rules(self.invoice.currency)

    def amount(self, minor: int) -> str:
        """An amount as a decimal string."""
        return decimal_string(minor, self.invoice.currency)

    def key(self, *parts: object) -> str:
        """The name of an act, for ever, and of no other act of any case.

        An id may hold slashes and starts with none: doubled, they are never those between two parts.
        """
        return "/".join([self._prefix, *[str(part).replace("/", "//") for part in parts]])

    @kept_from("invoice")
    def _prefix(self) -> str:
        return f"case:{self.invoice.id.replace('/', '//')}"

    def step_key(self, step: str, action: int, time: int = 1) -> str:
        """The name of an action of a step, each `time` that it comes back its own (T8); under another policy the same
        name may mean another step.
        """
        again = f"/times/{time}" if time > 1 else ""
        return f"{self._steps_prefix}/{step.replace('/', '//')}{again}/{action}"

    @kept_from("invoice", "takeovers")
    def _steps_prefix(self) -> str:
        return self.key("policy", self.takeovers, "step") if self.takeovers else self.key("step")

    @kept_from("doing", "steps", "policy")
    def next_act(self) -> tuple[int, StepAct] | None:
        """What the step that is under way does next, with its number among the step's actions; None between steps."""
        index = self.doing
        return None if index is None else self.rules.steps[index].act_after(self.steps[index].done_actions)

    @kept_from("doing", "steps", "policy", "takeovers", "invoice")
    def action_key(self) -> str | None:
        """The name of what the step that is under way does next, None between steps."""
        index, act = self.doing, self.next_act
        if index is None or act is None:
            return None
        return self.step_key(self.rules.steps[index].name, act[0], self.steps[index].times + 1)

    def next_key(self, *parts: object) -> str:
        """The name of the next act that nothing else tells from those before it: its number among all acts."""
        return self.key(*parts, self.acts + 1)

    def with_todo(self, effect: Effect) -> Case:
        """The same case with one more effect that was called for and is due at once."""
        return self.acted((*self.todo, effect))

    @kept_from("invoice", "ledger")
    def balance(self) -> int:
        """`amount + fees + interest - payments - credits` (F2)."""
        return self.invoice.amount + sum([entry.amount for entry in self.ledger])

    @kept_from("disputes")
    def disputed(self) -> int:
        """What is disputed and not answered."""
        return sum([dispute.amount for dispute in self.disputes])

    @kept_from("invoice", "ledger", "disputes")
    def demandable(self) -> int:
        """`balance - disputed` (F2)."""
        return self.balance - self.disputed

    @derived_from("ledger")
    def paid(self) -> int:
        """Payments less what was taken back of them, and credit from elsewhere (P8)."""
        return -sum([entry.amount for entry in self.ledger if entry.kind in PAID])

    @kept_from("invoice", "ledger", "policy")
    def settled(self) -> bool:
        """Nothing is left but the tolerance (F3)."""
        return self.balance <= self.rules.tolerance

    @kept_from("invoice", "ledger", "disputes", "policy")
    def demands(self) -> bool:
        """There is something to demand, and enough of it (F4)."""
        demandable = self.demandable
        return demandable > 0 and demandable >= self.rules.minimum

    @kept_from("invoice", "ledger", "policy")
    def costs_alone(self) -> bool:
        """Payments and credits reach the invoice's own amount: what is left was added, and does not climb (F7)."""
        if self.rules.costs_alone == "climb" or self.balance <= 0:
            return False
        return self.covered >= self.invoice.amount

    @derived_from("ledger")
    def covered(self) -> int:
        """What payments, credits and a discount have brought of the invoice's own amount."""
        return -sum([entry.amount for entry in self.ledger if entry.kind in BROUGHT_DOWN])

    @kept_from("holds", "pending", "promise", "plan", "unanswered", "too_little", "call_backs")
    def may_lapse(self) -> bool:
        """Something stands that time alone may end, or put before a person."""
        asked = self.unanswered or self.too_little or self.call_backs
        return bool(self.holds or self.pending or self.promise or self.plan or asked)

    @kept_from("attempts")
    def in_flight(self) -> AttemptState | None:
        """The attempt whose outcome is not known; there is never more than one (C5)."""
        last = self.attempts[-1] if self.attempts else None
        return last if last and last.state in {"unknown", "underway"} else None

    @kept_from("steps")
    def current(self) -> int | None:
        """The index of the next step, None when all are done or skipped (T4)."""
        for index, step in enumerate(self.steps):
            if step.status == "open":
                return index
        return None

    @kept_from("steps", "policy")
    def coming_back(self) -> int | None:
        """The index of the step that comes back until the following one is ready, None where none does (T8)."""
        if not self.rules.repeats:
            return None
        for index in range(len(self.steps) - 1, -1, -1):
            if self.steps[index].again_from is not None:
                return index
        return None

    @kept_from("now", "calendar")
    def today(self) -> date:
        """The local day (T1)."""
        return self.calendar.day(self.now)


for _field in fields(Case):
    OUTDATED_BY.setdefault(_field.name, [])
_new: Final = object.__new__


def _signed(line: Line, by: str | None, authenticated: str | None) -> Line:
    return altered(line, by=line.by or by, authenticated=line.authenticated or authenticated)


class OtherChanges(TypedDict, total=False):
    """What may change beside the steps: the fields of a case, by the types that it gives them."""

    invoice: Debt
    party: Party
    policy: Policy
    calendar: Calendar
    opened_at: datetime
    now: datetime
    track: Track
    methods: tuple[MethodState, ...]
    ledger: tuple[Posting, ...]
    orphans: tuple[Posting, ...]
    pending: tuple[Pending, ...]
    disputes: tuple[DisputeState, ...]
    holds: tuple[HoldState, ...]
    stops: tuple[str, ...]
    paused: tuple[tuple[datetime, datetime | None], ...]
    promise: PromiseState | None
    promises: int
    broken_promises: int
    lapsed: tuple[PromiseState, ...]
    plan: PlanState | None
    credit_kept: int
    credit_asked: bool
    tasks: tuple[TaskState, ...]
    tasks_opened: int
    unanswered: tuple[TaskState, ...]
    ask_again_on: date | None
    too_little: TooLittle | None
    moved: MoneyMoved | None
    doing: int | None
    notices: tuple[NoticeState, ...]
    resends: tuple[Resend, ...]
    attempts: tuple[AttemptState, ...]
    consent: bool
    suspension: Suspension | None
    resume_on: date | None
    side_notice_from: date | None
    outage: Outage | None
    absences: tuple[Absence, ...]
    thanks: tuple[Said, ...]
    calls: tuple[date, ...]
    call_backs: tuple[CallBack, ...]
    end_from: date | None
    end_done: bool
    todo: tuple[Effect, ...]
    closing: Outcome | None
    closed: Outcome | None
    closed_at: datetime | None
    agency: str | None
    served_by_hand: tuple[tuple[str, date], ...]
    told: frozenset[str]
    asked: tuple[tuple[str, datetime], ...]
    askers: tuple[Asking, ...]
    account: Account | None
    account_at: datetime | None
    takeovers: int
    acts: int
    lines: tuple[Line, ...]
    line_count: int
    changes: tuple[Change, ...]


class CaseChanges(OtherChanges, total=False):
    """Whatever may change of a case."""

    steps: tuple[StepState, ...]
