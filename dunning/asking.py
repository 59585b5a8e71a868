"""Requests: what each changes when the case does not refuse it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from dunning import agreeing, disputes, holds, ladder, reopening, tasks
from dunning.case import Case
from dunning.charging import by_hand
from dunning.effects import BookWriteOff, HandOffDebt, LoadPolicy, ReportToAgency
from dunning.messages import (
    AnyRequest,
    Approve,
    Attempt,
    Dispose,
    HandOff,
    Hold,
    Open,
    Plan,
    PolicyChange,
    Promise,
    Recall,
    Release,
    ResolveDispute,
    Skip,
    Withdraw,
    WriteOff,
)
from dunning.state import HoldState, TaskState


def asked(case: Case, request: AnyRequest, at: datetime) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    """The case after a request that was not refused."""
    match request:
        case Promise():
            terms = case.policy.promise
            return agreeing.promised(case, request, at, terms) if terms else case
        case Plan():
            limits = case.policy.plan
            return agreeing.planned(case, request, at, limits) if limits else case
        case Hold():
            hold = HoldState(request.id, request.reason, at, request.until)
            return holds.held(case, hold, "H1", f"held by {request.by or 'a person'}")
        case Release():
            for standing in [hold for hold in case.holds if hold.id == request.id]:
                case = holds.lift_on_day(case, standing, at, "released")
            return case
        case ResolveDispute():
            return disputes.resolved(case, request, at)
        case Dispose():
            return _disposed(case, request, at)
        case Approve():
            return _approved(case, request)
        case Skip():
            index = case.policy.index(request.step)
            return ladder.skip(case, index, "H5", f"skipped by {request.by or 'a person'}")
        case Attempt():
            return by_hand.attempted(case, request)
        case HandOff():
            return _hands_off(case, request.agency)
        case Recall():
            return _recalled(case, at)
        case WriteOff():
            return _writes_off(case, request.by, request.reason)
        case Withdraw():
            return case.evolve(closing="withdrawn").note("withdraw", "", "S4", "the demand was withdrawn")
        case PolicyChange():
            return case.evolve(todo=(*case.todo, LoadPolicy(case.key("policy", case.line_count), request.policy)))
        case Open():
            return case if case.closed else case.note("open", "", "O1", "opened again: the open case answers")
        case _:
            assert_never(request)


def _disposed(case: Case, request: Dispose, at: datetime) -> Case:
    task = tasks.task_of(case, request.task)
    if task is None:
        return case
    case = case.evolve(tasks=tuple(other for other in case.tasks if other is not task))
    case = case.note("dispose", task.id, "H3", f"answered by {request.by or 'a person'}")
    if request.write_off:
        return _writes_off(case, request.write_off.by, request.write_off.reason)
    if request.hand_off:
        return _hands_off(case, "default")
    hold = holds.made_by(case, "escalation") if task.kind == "escalation" else None
    if hold:
        case = holds.lift_on_day(case, hold, at, "a person disposed of the task")
    if request.go_to:
        next_day = case.calendar.day(at) + timedelta(days=1)
        return ladder.force(case.resumes_on(next_day), case.policy.index(request.go_to), next_day)
    return _resumed(case, task)


def _resumed(case: Case, task: TaskState) -> Case:
    if task.kind == "end":
        return case.evolve(end_from=case.today, end_done=False)
    if task.kind == "unreachable":
        # Whoever closes this task has reached the debtor himself: the notice counts as served today (N4).
        return case.evolve(served_by_hand=(*case.served_by_hand, (task.about, case.today)))
    return case


def _approved(case: Case, request: Approve) -> Case:
    index = case.policy.index(request.step)
    case = tasks.without(case, "approval", request.step)
    if request.no:
        return ladder.skip(case, index, "H4", f"turned down by {request.by}")
    case = case.with_step(index, replace(case.steps[index], approved=True))
    return case.note("approve", request.step, "H4", f"approved by {request.by}", step=request.step, by=request.by)


def _hands_off(case: Case, agency: str) -> Case:
    effect = HandOffDebt(case.key("hand-off", case.line_count), agency, case.balance)
    return case.evolve(todo=(*case.todo, effect))


def _writes_off(case: Case, by: str, reason: str) -> Case:
    effect = BookWriteOff(case.key("write-off", case.line_count), case.balance, by, reason)
    return case.evolve(todo=(*case.todo, effect))


def _recalled(case: Case, at: datetime) -> Case:
    report = ReportToAgency(case.key("recall", case.line_count), case.agency or "default", case.balance, recalled=True)
    case = reopening.reopened(case, at, "S3", "recalled from the agency")
    return case.evolve(todo=(*case.todo, report), end_from=case.today if case.current is None else None)
