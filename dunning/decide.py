"""The heart: what a case does next. A pure function of the case and the moment; nothing here changes a case.

`decide` answers what to do now or until when to wait. `advance` is what the three shells call: it also applies what
needs no world (lapses, skips, the start of a step), so that they only ever see Perform, Wait or Ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import assert_never

from dunning import arrangements, charging, ladder, lapses, telling
from dunning.answers import action_key
from dunning.case import Case
from dunning.conditions import Conditions
from dunning.effects import (
    BookFee,
    BookWriteOff,
    CloseCase,
    Decision,
    Effect,
    Ended,
    EscalateTask,
    ExtendCalendar,
    HandOffDebt,
    LookUpAccount,
    OpenTask,
    Outcome,
    Perform,
    RestoreService,
    SendNotice,
    SettleCharge,
    SuspendService,
    Wait,
)
from dunning.looking import looking_into
from dunning.money import exponent
from dunning.policy import Fee, HandOff, Notify, Suspend, Task, WriteOff
from dunning.records import Channel
from dunning.span import Span

ASK_AGAIN = timedelta(minutes=15)  # how often a provider is asked for an outcome that is not known (C5)
LOOKED = timedelta(minutes=5)  # how long what was read of the other cases counts as read now (F1)
AHEAD = timedelta(days=60)  # how long before its end a pinned calendar is made anew
SIDE_NOTICE: tuple[Channel, ...] = ("email", "sms", "letter")


@dataclass(frozen=True, slots=True)
class Move:
    """Something the case itself does at a moment: skip a step, ask for an approval, or start a step."""

    step: int
    do: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A thing to do and its moment; of things at one moment the lower rank goes first."""

    at: datetime
    rank: int
    what: Effect | Move


def advance(case: Case, now: datetime) -> tuple[Case, Decision]:
    """The case brought up to `now`, and what to do: perform an effect, wait, or nothing for ever."""
    case = lapses.wake(case, now)
    while True:
        decision = decide(case, now)
        if not isinstance(decision, Move):
            return case, decision
        case = moved(case, decision)


def decide(case: Case, now: datetime) -> Decision | Move:
    """What the case does at `now`, which is not before anything it was told."""
    urgent = _urgent(case)
    if urgent is not None:
        return Perform(urgent)
    due = min(_due(case, now), key=lambda d: (d.at, d.rank), default=None)
    if due is not None and due.at <= now:
        return due.what if isinstance(due.what, Move) else Perform(due.what)
    if case.closed:
        return Wait(due.at, "an attempt is in flight") if due else Ended(case.closed)
    lapse = lapses.next_lapse(case)
    moments = ([due.at] if due else []) + ([lapse[0]] if lapse else [])
    return Wait(min(moments, default=None), waits_for(case))


def waits_for(case: Case) -> str:
    """Why nothing happens now, in a few words."""
    if case.closed:
        return str(case.closed)
    if case.holds:
        return "held: " + ", ".join(hold.reason for hold in case.holds)
    if not case.demands:
        return "too little is demandable"
    index = case.current
    return "the end" if index is None else f"step {case.policy.steps[index].name}"


def _urgent(case: Case) -> Effect | None:
    """What is due whatever the calendar says: closing (F3), and effects that a fact or a request called for."""
    if case.closed is None:
        if case.settled and case.closing is None:
            return _settling(case)
        if case.closing is not None:
            return _closing(case, case.closing)
    return case.todo[0] if case.todo else None


def _settling(case: Case) -> Effect:
    """The rest is written off, the service restored, the case closed (F3)."""
    if case.balance > 0:
        return BookWriteOff(
            case.key("write-off", len(case.ledger), "rest"), case.balance, "policy", "within the tolerance"
        )
    paid = case.paid > 0 or any(entry.kind == "payment" for entry in case.ledger)
    return _closing(case, "paid" if paid else "credited")


def _closing(case: Case, outcome: Outcome) -> Effect:
    suspended = case.suspension is not None and case.suspension.stands
    if suspended and outcome in {"paid", "credited", "withdrawn"}:
        return RestoreService(case.key("restore", case.line_count))
    return CloseCase(case.key("close", case.line_count), outcome)


def _due(case: Case, now: datetime) -> list[Due]:
    """Everything that has a moment of its own."""
    due: list[Due] = []
    flight = case.in_flight
    if flight is not None and flight.state == "unknown":
        at = case.now if flight.asked_at is None else flight.asked_at + ASK_AGAIN
        due.append(Due(at, 0, SettleCharge(flight.key, flight.number, flight.method, flight.amount)))
    if case.closed:
        return due
    due += [_escalation(case, number) for number in range(len(case.tasks))]
    if flight is not None and flight.state == "unknown":
        return due  # its end may settle the whole debt: nothing is demanded or tried before it is known (C5)
    due += _instalment(case)
    if not case.holds and case.demands:
        due += _unheld(case, now)
    return due + _calendar(case, due)


def _unheld(case: Case, now: datetime) -> list[Due]:
    due: list[Due] = []
    attempt_at = None if case.in_flight else charging.attempt_due(case)
    if attempt_at is not None:
        charge = charging.next_charge(case, amount=case.demandable, by="ladder", at=attempt_at)
        if charge is not None:
            due.append(Due(attempt_at, 1, charge))
    due += _resends(case)
    if case.track.link_due_from is not None and case.doing is None:
        due.append(_link(case, case.track.link_due_from))
    suspension = case.suspension
    if suspension is not None and suspension.brings_back_from is not None:
        at = ladder.contact_allowed(case, case.calendar.start(suspension.brings_back_from), spaced=False)
        due.append(Due(at, 2, SuspendService(case.key("suspend-again", case.line_count))))
    rung = _rung(case, now)
    return [*due, rung] if rung else due


def _escalation(case: Case, number: int) -> Due:
    """A task is escalated at the start of the day after its last day, and again every such time (H6)."""
    task = case.tasks[number]
    times = task.escalations + 1
    span = Span(task.within.count * (times + 1), task.within.unit)
    effect = EscalateTask(
        case.key("escalate", task.id, times),
        task.id,
        task.kind,
        task.queue,
        times,
        case.calendar.add(task.opened_on, span),
    )
    return Due(case.calendar.start(task.last_on + timedelta(days=1)), 5, effect)


def _instalment(case: Case) -> list[Due]:
    """A due instalment is charged on its day if it can be, else its debtor is reminded once (A3)."""
    found = arrangements.due_instalment(case)
    if found is None or any(hold.made_by != "plan" for hold in case.holds):
        return []
    index, part, left = found
    start = case.calendar.start(part.on)
    charge = charging.next_charge(case, amount=left, by="plan", at=max(start, case.now))
    if case.policy.charging and case.consent and charge and not part.tried and not case.in_flight:
        return [Due(max(start, case.now), 1, charge)]
    if part.reminded or case.in_flight:
        return []
    at = ladder.contact_allowed(case, start, spaced=True)
    return [Due(_deferred_side(case, at), 2, _side_notice(case, f"instalment-{index + 1}", "instalment", left))]


def _link(case: Case, since: datetime) -> Due:
    """The customer must act himself: a notice with a link (C2)."""
    at = _deferred_side(case, ladder.contact_allowed(case, since, spaced=True))
    return Due(at, 2, _side_notice(case, "pay-link", "pay-link", case.demandable))


def _deferred_side(case: Case, at: datetime) -> datetime:
    return at if case.side_notice_from is None else max(at, case.calendar.opening(case.side_notice_from))


def _side_notice(case: Case, notice: str, message: str, demands: int) -> SendNotice:
    key = case.key(notice, len(case.attempts))
    return SendNotice(key, notice, message, SIDE_NOTICE, True, demands, cap=case.policy.spacing.per_customer)  # noqa: FBT003 - by position for speed


def _resends(case: Case) -> list[Due]:
    """The next channel after a bounce, a task where there is none, and copies: the same notice, so not spaced (N2, N3)."""
    if not case.resends:
        return []
    again = case.resends[0]
    at = ladder.contact_allowed(case, again.not_before, spaced=False)
    mark = "copy" if again.copy else f"again-{len(case.notices)}"
    index = case.policy.index(again.notice)
    effect = SendNotice(
        case.key(again.notice, mark), again.notice, again.message, again.by, not again.copy, case.demandable,
        deadline_on=_deadline(case, index), copy=again.copy, again=not again.copy,
    )  # fmt: skip
    return [Due(at, 2, effect)]


def _deadline(case: Case, index: int) -> date | None:
    notice = case.policy.steps[index].notice
    return case.calendar.add(case.today, notice.deadline) if notice and notice.deadline else None


def _calendar(case: Case, due: list[Due]) -> list[Due]:
    """The pinned calendar is made anew before it runs out."""
    if case.calendar.until - case.today > AHEAD:
        return []
    until = case.today + timedelta(days=730)
    return [Due(case.now, 0, ExtendCalendar(case.key("calendar", case.today), until))]


def _rung(case: Case, now: datetime) -> Due | None:
    """The next step of the ladder, or the end."""
    index = case.current
    if index is None:
        return _end(case)
    state, step = case.steps[index], case.policy.steps[index]
    if case.doing == index:
        return _action(case, index)
    ready = ladder.ready_at(case, index)
    if ready is None:
        return _never_served(case, index)
    gate = ladder.contact_allowed(case, ready, spaced=False)
    if gate > now and (step.when or step.approval):
        return Due(gate, 4, Move(index, "look"))
    if step.when is not None:
        if _names_account(step.when) and not _looked(case):
            return Due(gate, 4, LookUpAccount(case.key("account", step.name, case.line_count)))
        failing = step.when.failing(looking_into(case))
        if failing:
            return Due(gate, 4, Move(index, "skip", ", ".join(f"{field} is {value}" for field, value in failing)))
    if step.approval and not state.approved:
        return None if state.asked else Due(gate, 4, Move(index, "ask"))
    at = ladder.contact_allowed(case, ready, spaced=True) if step.notice else gate
    return Due(at, 4, Move(index, "start"))


def _never_served(case: Case, index: int) -> Due | None:
    """A step waits until the notice it requires was served; where that was skipped, it never will be (N4)."""
    required = case.policy.index(case.policy.steps[index].requires or "")
    if case.steps[required].status != "skipped":
        return None
    return Due(case.now, 4, Move(index, "skip", f"{case.policy.steps[required].name}, which it requires, was skipped"))


def _names_account(when: Conditions) -> bool:
    return any(field.startswith("account.") for field in when.fields)


def _looked(case: Case) -> bool:
    return case.account_at is not None and case.now - case.account_at <= LOOKED


def moved(case: Case, move: Move) -> Case:
    """The case after a move of its own."""
    if move.do == "end":
        return telling.asks(
            case.evolve(end_done=True), "end", "collections", telling.PATIENCE, "the ladder is at its end"
        )
    state, step = case.steps[move.step], case.policy.steps[move.step]
    match move.do:
        case "skip":
            return ladder.skip(case, move.step, "F5" if step.when else "N4", move.why)
        case "ask":
            case = case.with_step(move.step, replace(state, asked=True, ready_on=_ready_on(case, move.step)))
            return telling.asks(case, "approval", "approvals", telling.PATIENCE, step.name)
        case "start":
            return case.evolve(doing=move.step).with_step(
                move.step, replace(state, ready_on=_ready_on(case, move.step))
            )
    msg = f"no such move: {move.do}"
    raise AssertionError(msg)


def _ready_on(case: Case, index: int) -> date | None:
    state = case.steps[index]
    ready = ladder.ready_at(case, index)
    return state.ready_on or (case.calendar.day(ready) if ready else case.today)


def _action(case: Case, index: int) -> Due:
    """The next action of the running step."""
    state, step = case.steps[index], case.policy.steps[index]
    action = step.do[state.done_actions]
    at = case.now
    if state.deferred_to is not None:
        at = ladder.contact_allowed(case, case.calendar.start(state.deferred_to), spaced=True)
    elif isinstance(action, Notify):
        at = case.calendar.contact_from(at)  # a channel may have been down until after hours (T3)
    key = action_key(case)
    assert key is not None
    return Due(at, 3, _effect(case, index, action, key))


def _effect(case: Case, index: int, action: Notify | Fee | Task | Suspend | HandOff | WriteOff, key: str) -> Effect:
    step = case.policy.steps[index]
    match action:
        case Notify():
            return SendNotice(
                key, step.name, action.message, action.by, action.first, case.demandable,
                deadline_on=_deadline(case, index), cap=case.policy.spacing.per_customer,
            )  # fmt: skip
        case Fee():
            return BookFee(key, step.name, fee_of(case, action))
        case Task():
            task = f"{action.task}-{case.tasks_opened + 1}"
            return OpenTask(
                key, task, action.task, action.queue, case.calendar.add(case.today, action.within), step.name
            )
        case Suspend():
            return SuspendService(key)
        case HandOff():
            return HandOffDebt(key, action.agency, case.balance)
        case WriteOff():
            return BookWriteOff(key, case.balance, "policy", f"step {step.name}")
        case _:
            assert_never(action)


def fee_of(case: Case, fee: Fee) -> int:
    """A fee in minor units, rounded half up to one; a percentage is of the invoice's amount."""
    if fee.amount is not None:
        exact = fee.amount.scaleb(exponent(case.invoice.currency))  # 15.50 of a currency without cents is 16
    else:
        exact = Decimal(case.invoice.amount) * (fee.percent or 0) / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _end(case: Case) -> Due | None:
    """The case ends some time after its last step (S2)."""
    if case.end_done:
        return None
    start = case.calendar.start(ladder.end_on(case))
    if case.resume_on is not None:
        start = max(start, case.calendar.start(case.resume_on))
    return Due(max(start, case.now), 4, _ending(case))


def _ending(case: Case) -> Effect | Move:
    match case.policy.end.then:
        case "close":
            return CloseCase(case.key("close", case.line_count), "exhausted")
        case "write_off":
            return BookWriteOff(case.key("write-off", case.line_count), case.balance, "policy", "the end of the ladder")
        case "hand_off":
            return HandOffDebt(case.key("hand-off", case.line_count), "default", case.balance)
        case "task":
            return Move(-1, "end")
