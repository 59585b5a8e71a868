"""Requests that the rules do not allow now: which, and which rule forbids it."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from dunning import agreeing, tasks
from dunning.case import Case
from dunning.charging import by_hand
from dunning.errors import MoneyError, Reason, Refused
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


def refusal(case: Case, request: AnyRequest, at: datetime) -> Refused | None:
    """Why the case refuses this request now, or None."""
    try:
        found = _reason(case, request, at)
    except MoneyError as error:
        found = ("F2", str(error))
    return Refused(request.name, found[1], found[0]) if found else None


def _reason(case: Case, request: AnyRequest, at: datetime) -> Reason | None:  # noqa: C901, PLR0911, PLR0912 - one row for each
    if isinstance(request, Recall):
        return None if case.closed == "handed-off" else ("S3", "only a case that was handed off can be recalled")
    if isinstance(request, Open):
        return None
    if isinstance(request, Dispose) and request.resume and case.closed and tasks.task_of(case, request.task):
        return None  # a question that came after the end, such as a payment in another currency
    if case.closed or case.closing:
        return ("S4", f"the case is closed as {case.closed or case.closing}")
    match request:
        case Promise():
            return agreeing.no_promise(case, request, at)
        case Plan():
            return agreeing.no_plan(case, request, at)
        case Hold():
            return _no_hold(case, request, at)
        case Release():
            known = any(hold.id == request.id and hold.made_by == "person" for hold in case.holds)
            return None if known else ("H1", f"no hold {request.id} stands that a person made")
        case ResolveDispute():
            known = any(dispute.id == request.id for dispute in case.disputes)
            return None if known else ("D3", f"no dispute {request.id} is open")
        case Dispose():
            return _no_disposal(case, request)
        case Approve():
            waiting = tasks.task_of(case, "approval", request.step)
            return None if waiting else ("H4", f"no approval is asked for step {request.step}")
        case Skip():
            return _not_open(case, request.step)
        case Attempt():
            return by_hand.no_attempt(case, request)
        case HandOff():
            return _no_hand_off(case)
        case PolicyChange() | WriteOff() | Withdraw():
            return None
        case _:
            assert_never(request)


def _no_hold(case: Case, request: Hold, at: datetime) -> Reason | None:
    if any(hold.id == request.id for hold in case.holds):
        return ("H1", f"a hold {request.id} stands already")
    past = request.until is not None and request.until < case.calendar.day(at)
    return ("H1", f"its last day {request.until} is past") if past else None


def _no_disposal(case: Case, request: Dispose) -> Reason | None:
    task = tasks.task_of(case, request.task)
    if task is None:
        known = ", ".join(task.id for task in case.tasks) or "none"
        return ("H3", f"no task {request.task} is open; open: {known}")
    answer = {"dispute": "resolve_dispute", "approval": "approve"}.get(task.kind)
    if request.resume and answer:
        return ("H3", f"a task {task.kind} is answered by {answer}")
    if request.hand_off:
        return _no_hand_off(case)
    return _not_open(case, request.go_to) if request.go_to else None


def _no_hand_off(case: Case) -> Reason | None:
    if any(hold.made_by == "customer" for hold in case.holds):
        return ("H2", "a customer stop stands")
    return None if case.demandable > 0 else ("F4", "nothing is demandable")


def _not_open(case: Case, name: str) -> Reason | None:
    names = [step.name for step in case.policy.steps]
    if name not in names:
        return ("H3", f"no step {name}; the policy's steps: {', '.join(names)}")
    return None if case.steps[names.index(name)].status == "open" else ("T4", f"step {name} is past")
