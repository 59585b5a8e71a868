"""The actions of a step as effects: the notice, the fee, the task, the suspension, the hand-off, the write-off."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import assert_never

from dunning import ladder
from dunning.case import Case
from dunning.due import RUNNING, Due
from dunning.effects import BookFee, BookWriteOff, Effect, HandOffDebt, OpenTask, SendNotice, SuspendService
from dunning.money import exponent
from dunning.policy import Action, Fee, HandOff, Notify, Suspend, Task, WriteOff
from dunning.rung import action_key


def next_action(case: Case, index: int) -> Due:
    """The next action of the step that is under way."""
    state, step = case.steps[index], case.policy.steps[index]
    action = step.do[state.done_actions]
    key = action_key(case) or ""
    return Due(_moment(case, action, state.deferred_to), RUNNING, partial(_effect, case, index, action, key))


def _moment(case: Case, action: Action, deferred_to: date | None) -> datetime:
    """At once; a notice that was put off, or that a channel could not take before the evening, in contact hours."""
    if deferred_to is not None:
        return ladder.contact_allowed(case, case.calendar.start(deferred_to), spaced=True)
    if isinstance(action, Notify):
        return ladder.contact_allowed(case, case.now, spaced=True)
    return case.now if case.resume_on is None else max(case.now, case.calendar.start(case.resume_on))


def _effect(case: Case, index: int, action: Action, key: str) -> Effect:
    step = case.policy.steps[index]
    match action:
        case Notify():
            return SendNotice(
                key, step.name, action.message, action.by, action.first, case.demandable,
                deadline_on=deadline_on(case, index), cap=case.policy.spacing.per_customer,
            )  # fmt: skip
        case Fee():
            return _fee(case, index, action, key)
        case Task():
            task = f"{action.task}-{case.tasks_opened + 1}"
            last_on = case.calendar.add(case.today, action.within)
            return OpenTask(key, task, action.task, action.queue, last_on, step.name)
        case Suspend():
            return SuspendService(key)
        case HandOff():
            return HandOffDebt(key, action.agency, case.balance)
        case WriteOff():
            return BookWriteOff(key, case.balance, "policy", f"step {step.name}")
        case _:
            assert_never(action)


def _fee(case: Case, index: int, action: Fee, key: str) -> BookFee:
    """A fee is booked when its notice can leave, so it keeps the customer's contact limit with it (T7)."""
    step = case.policy.steps[index]
    cap, notice = case.policy.spacing.per_customer, step.notice
    if cap is None or notice is None:
        return BookFee(key, step.name, fee_of(case, action))
    return BookFee(key, step.name, fee_of(case, action), notice.by, notice.first, cap)


def fee_of(case: Case, fee: Fee) -> int:
    """A fee in minor units, rounded half up to one; a percentage is of the invoice's amount."""
    if fee.amount is not None:
        exact = fee.amount.scaleb(exponent(case.invoice.currency))  # 15.50 of a currency without cents is 16
    else:
        exact = Decimal(case.invoice.amount) * (fee.percent or 0) / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def deadline_on(case: Case, index: int) -> date | None:
    """The last day that a step's notice leaves the debtor if it is served today (N4)."""
    notice = case.policy.steps[index].notice
    return case.calendar.add(case.today, notice.deadline) if notice and notice.deadline else None
