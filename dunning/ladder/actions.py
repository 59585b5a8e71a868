"""The actions of a step as effects: the notice with its fee, the task, the suspension, the hand-off, the write-off."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import assert_never

from dunning import tasks
from dunning.case import Case
from dunning.due import RUNNING, Due, Move
from dunning.effects import BookWriteOff, Effect, HandOffDebt, OpenTask, SendNotice, SuspendService
from dunning.fees import NoticeFee
from dunning.ladder import costs_alone, dates
from dunning.money import exponent
from dunning.policy import Fee, HandOffAction, Notify, Suspend, Task, WriteOffAction
from dunning.policy.steps import StepAct


def next_action(case: Case) -> Due | None:
    """What the step that is under way does next, None between steps."""
    index = case.doing
    act = None if index is None else case.next_act
    if index is None or act is None:
        return None
    alone = costs_alone.why_passed(case, case.rules.steps[index], act[1]) if case.costs_alone else None
    if alone is not None:
        return Due(case.now, RUNNING, Move(index, "pass", alone, "F7"))
    return Due(_moment(case, act[1]), RUNNING, effect)


def _moment(case: Case, act: StepAct) -> datetime:
    """At once; a notice that a channel could not take before the evening, in contact hours."""
    if isinstance(act, Notify):
        return dates.contact_allowed(case, case.now, spaced=True)
    return case.now if case.resume_on is None else max(case.now, case.calendar.start(case.resume_on))


def effect(case: Case) -> Effect:
    """The next action of the step that is under way, as the case is now."""
    index, key = case.doing or 0, case.action_key or ""
    step = case.rules.steps[index]
    number, act = case.next_act or step.acts[0]
    match act:
        case Notify():
            if asks_about_credit(case):
                return _about_credit(case, key, step.name)
            fees = _fees(case, index, number) if step.fees else ()
            by = act.by if case.calendar.reaches(case.now) else ()
            return SendNotice(
                key, step.name, act.message, by, act.first,
                case.demandable + sum([fee.amount for fee in fees if fee.demanded]),
                deadline_on=deadline_on(case, index), cap=case.rules.per_customer, fees=fees,
                consolidate=case.rules.consolidates,
                to=act.to,
            )  # fmt: skip
        case Task():
            task = f"{act.task}-{case.tasks_opened + 1}"
            last_on = case.calendar.add(case.today, act.within)
            return OpenTask(key, task, act.task, act.queue, last_on, step.name)
        case Suspend():
            return SuspendService(key)
        case HandOffAction():
            return HandOffDebt(key, act.agency, case.balance)
        case WriteOffAction():
            if case.costs_alone:
                return costs_alone.written_off(case, key)
            return BookWriteOff(key, case.balance, "policy", f"step {step.name}")
        case _:
            assert_never(act)


def asks_about_credit(case: Case) -> bool:
    """Whether a person is asked instead of the first notice: the creditor keeps a credit of the customer (P8)."""
    return case.credit_kept > 0 and not case.credit_asked and all(one.purpose != "step" for one in case.notices)


def _about_credit(case: Case, key: str, step: str) -> OpenTask:
    last_on = case.calendar.add(case.today, tasks.PATIENCE)
    id_ = f"credit-{case.tasks_opened + 1}"
    return OpenTask(key, id_, "credit", "finance", last_on, step, "credit", case.credit_kept)


def _fees(case: Case, index: int, notice: int) -> tuple[NoticeFee, ...]:
    """The fees of a step's notice, which demands those that stand before it (N1)."""
    step, time = case.rules.steps[index], case.steps[index].times + 1
    return tuple(
        NoticeFee(case.step_key(step.name, number, time), fee_of(case, fee), demanded=number < notice)
        for number, fee in step.fees
        if not why_no_fee(case, fee)
    )


def why_no_fee(case: Case, fee: Fee) -> tuple[str, str] | None:
    """Why a notice leaves without this fee, and the rule that says so (F7, F8); None if it carries it."""
    if case.costs_alone:
        return costs_alone.ONLY_COSTS, "F7"
    return None if fee_of(case, fee) else (f"it comes to nothing in {case.invoice.currency}", "F8")


def fee_of(case: Case, fee: Fee) -> int:
    """A fee in minor units, rounded half up to one; a percentage is of the invoice's amount (F8).

    Nothing where the policy names fees by currency and not this one.
    """
    currency = case.invoice.currency
    if fee.percent is not None:
        exact = Decimal(case.invoice.amount) * fee.percent / 100
    else:
        amount = (fee.named or {}).get(currency, Decimal(0)) if fee.amount is None else fee.amount
        exact = amount.scaleb(exponent(currency))  # 15.50 of a currency without cents is 16
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def deadline_on(case: Case, index: int) -> date | None:
    """The last day that a step's notice leaves the debtor if it is served today; where it was served before, that of
    then, as long as it is ahead (N4, T8).
    """
    notice = case.rules.steps[index].notice
    if notice is None or notice.deadline is None:
        return None
    before = dates.served_deadline(case, index) if case.steps[index].times else None
    if before is None:
        return case.calendar.add(case.today, notice.deadline)
    return before if before >= case.today else None
