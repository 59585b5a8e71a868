"""Requests: when each is refused, with the rule that forbids it, and what it changes when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dunning import charging, holds, ladder, telling
from dunning.case import Case
from dunning.effects import BookWriteOff, HandOffDebt, LoadPolicy, ReportToAgency
from dunning.errors import MoneyError, Refused
from dunning.messages import (
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
    Request,
    ResolveDispute,
    Skip,
    Withdraw,
    WriteOff,
)
from dunning.money import minor
from dunning.state import HoldState, Instalment, PlanState, PromiseState, TaskState


def asked(case: Case, request: Request, at: datetime) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    """The case after a request that `refusal` does not refuse."""
    match request:
        case Promise():
            return _promised(case, request, at)
        case Plan():
            return _planned(case, request, at)
        case Hold():
            hold = HoldState(request.id, request.reason, at, request.until)
            return holds.held(case, hold, "H1", f"held by {request.by or 'a person'}")
        case Release():
            hold = next(h for h in case.holds if h.id == request.id)
            return holds.lift_on_day(case, hold, at, "released")
        case ResolveDispute():
            return _resolved(case, request, at)
        case Dispose():
            return _disposed(case, request, at)
        case Approve():
            return _approved(case, request)
        case Skip():
            index = case.policy.index(request.step)
            case = _without_task(case, "approval", request.step)
            return ladder.skip(case, index, "H5", f"skipped by {request.by or 'a person'}")
        case Attempt():
            charge = charging.next_charge(
                case, amount=case.demandable, by=request.by, method=request.method, at=case.now
            )
            assert charge is not None
            return case.evolve(todo=(*case.todo, charge))
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
            return case.note("open", "", "O1", "opened again: the open case answers") if case.closed is None else case
    msg = f"no rule for {request.name}"
    raise AssertionError(msg)


def refusal(case: Case, request: Request, at: datetime) -> Refused | None:
    """Why the case refuses this request now, or None."""
    try:
        found = _refusal(case, request, at)
    except MoneyError as error:
        found = ("F2", str(error))
    return Refused(request.name, found[1], found[0]) if found else None


Why = tuple[str, str] | None


def _refusal(case: Case, request: Request, at: datetime) -> Why:  # noqa: C901, PLR0911, PLR0912 - one row for each kind
    if isinstance(request, Recall):
        return None if case.closed == "handed-off" else ("S3", "only a case that was handed off can be recalled")
    if isinstance(request, Open):
        return None
    if case.closed or case.closing:
        return ("S4", f"the case is closed as {case.closed or case.closing}")
    match request:
        case Promise():
            return _no_promise(case, request, at)
        case Plan():
            return _no_plan(case, request, at)
        case Hold():
            if any(h.id == request.id for h in case.holds):
                return ("H1", f"a hold {request.id} stands already")
            past = request.until is not None and request.until < case.calendar.day(at)
            return ("H1", f"its last day {request.until} is past") if past else None
        case Release():
            known = any(h.id == request.id and h.made_by == "person" for h in case.holds)
            return None if known else ("H1", f"no hold {request.id} stands that a person made")
        case ResolveDispute():
            return (
                None if any(d.id == request.id for d in case.disputes) else ("D3", f"no dispute {request.id} is open")
            )
        case Dispose():
            return _no_disposal(case, request)
        case Approve():
            waiting = _task(case, "approval", request.step)
            return None if waiting else ("H4", f"no approval is asked for step {request.step}")
        case Skip():
            return _not_open(case, request.step)
        case Attempt():
            return _no_attempt(case, request)
        case HandOff():
            if any(h.made_by == "customer" for h in case.holds):
                return ("H2", "a customer stop stands")
            return None if case.demandable > 0 else ("F4", "nothing is demandable")
        case PolicyChange() | WriteOff() | Withdraw():
            return None
    msg = f"no rule for {request.name}"
    raise AssertionError(msg)


def _no_promise(case: Case, request: Promise, at: datetime) -> Why:
    terms, today = case.policy.promise, case.calendar.day(at)
    if terms is None:
        return ("O5", "the policy takes no promises")
    if case.promise or case.plan:
        return ("A1", f"a {'promise' if case.promise else 'plan'} stands already")
    if case.promises >= terms.times:
        return ("A1", f"{case.promises} promises were made, {terms.times} are allowed")
    if holds.made_by(case, "dispute"):
        return ("A1", "the invoice is disputed in full")
    if request.on < today:
        return ("A1", f"{request.on} is past")
    last = case.calendar.add(today, terms.at_most)
    if request.on > last:
        return ("A1", f"{request.on} is later than {last}, the last day allowed")
    amount = case.demandable if request.amount is None else minor(request.amount, case.invoice.currency)
    if not 0 < amount <= case.demandable:
        return ("A1", f"{case.amount(amount)} is promised, {case.amount(case.demandable)} is demandable")
    return None


def _promised(case: Case, request: Promise, at: datetime) -> Case:
    terms = case.policy.promise
    assert terms is not None
    amount = case.demandable if request.amount is None else minor(request.amount, case.invoice.currency)
    last = case.calendar.add(request.on, terms.grace)
    promise = PromiseState(request.id, amount, request.on, case.calendar.start(last + timedelta(days=1)), case.paid)
    case = case.evolve(promise=promise, promises=case.promises + 1)
    hold = HoldState("promise", "promise", at, made_by="promise")
    case = holds.held(case, hold, "A1", f"{case.amount(amount)} is promised for {request.on}")
    return _by_agreement(case, "promise")


def _by_agreement(case: Case, kind: str) -> Case:
    agreed = case.suspension is not None and kind in case.suspension.restore_on
    return telling.gives_back(case, kind) if agreed else case


def _no_plan(case: Case, request: Plan, at: datetime) -> Why:
    terms, today = case.policy.plan, case.calendar.day(at)
    if terms is None:
        return ("O5", "the policy takes no plans")
    if case.plan:
        return ("A3", "a plan stands already")
    if holds.made_by(case, "dispute"):
        return ("A3", "the invoice is disputed in full")
    if len(request.instalments) > terms.instalments:
        return ("A3", f"{len(request.instalments)} instalments, {terms.instalments} are allowed")
    days = [part.on for part in request.instalments]
    if days != sorted(set(days)):
        return ("A3", "the instalments' days must follow one another")
    last = case.calendar.add(today, terms.longest)
    if days[0] < today or days[-1] > last:
        return ("A3", f"the instalments must lie between {today} and {last}")
    total = sum(minor(part.amount, case.invoice.currency) for part in request.instalments)
    if total != case.demandable:
        return ("A3", f"the instalments add up to {case.amount(total)}, {case.amount(case.demandable)} is demandable")
    return None


def _planned(case: Case, request: Plan, at: datetime) -> Case:
    terms = case.policy.plan
    assert terms is not None
    parts = tuple(
        Instalment(
            part.on,
            minor(part.amount, case.invoice.currency),
            case.calendar.start(case.calendar.add(part.on, terms.grace) + timedelta(days=1)),
        )
        for part in request.instalments
    )
    standing = holds.made_by(case, "promise")
    case = case.evolve(plan=PlanState(request.id, parts, case.paid), promise=None)
    hold = HoldState("plan", "plan", at, made_by="plan")
    if standing:
        case = holds.lift_on_day(case, standing, at, "a plan takes the promise's place")
    case = holds.held(case, hold, "A3", f"{len(parts)} instalments were agreed")
    return _by_agreement(case, "plan")


def _resolved(case: Case, request: ResolveDispute, at: datetime) -> Case:
    dispute = next(d for d in case.disputes if d.id == request.id)
    case = _without_task(
        case.evolve(disputes=tuple(d for d in case.disputes if d is not dispute)), "dispute", request.id
    )
    case = case.note(
        "resolve_dispute", request.id, "D3", "accepted" if request.accepted else "rejected", amount=dispute.amount
    )
    if request.accepted:
        amount = min(dispute.amount, max(case.balance, 0))
        case = telling.credited(case, f"dispute-{request.id}", amount, at, "D3", "the dispute was accepted")
    if case.settled:
        return case
    hold = holds.made_by(case, "dispute")
    if hold and case.disputed < case.balance:
        case = holds.lift_on_day(case, hold, at, "no longer disputed in full")
    if request.rejected:
        next_day = case.calendar.day(at) + timedelta(days=1)
        case = case.evolve(resume_on=max(next_day, case.resume_on or next_day))
    return case


def _task(case: Case, kind: str, about: str | None = None) -> TaskState | None:
    found = [t for t in case.tasks if kind in {t.kind, t.id} and (about is None or t.about == about)]
    return found[-1] if found else None


def _without_task(case: Case, kind: str, about: str) -> Case:
    task = _task(case, kind, about)
    return case.evolve(tasks=tuple(t for t in case.tasks if t is not task)) if task else case


def _no_disposal(case: Case, request: Dispose) -> Why:
    task = _task(case, request.task)
    if task is None:
        open_tasks = ", ".join(t.id for t in case.tasks) or "none"
        return ("H3", f"no task {request.task} is open; open: {open_tasks}")
    if request.resume and task.kind in {"dispute", "approval"}:
        return ("H3", f"a task {task.kind} is answered by {'resolve_dispute' if task.kind == 'dispute' else 'approve'}")
    return _not_open(case, request.go_to) if request.go_to else None


def _not_open(case: Case, name: str) -> Why:
    names = [step.name for step in case.policy.steps]
    if name not in names:
        return ("H3", f"no step {name}; the policy's steps: {', '.join(names)}")
    return None if case.steps[names.index(name)].status == "open" else ("T4", f"step {name} is past")


def _disposed(case: Case, request: Dispose, at: datetime) -> Case:
    task = _task(case, request.task)
    assert task is not None
    case = case.evolve(tasks=tuple(t for t in case.tasks if t is not task))
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
        return ladder.force(case.evolve(resume_on=next_day), case.policy.index(request.go_to), next_day)
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
    case = _without_task(case, "approval", request.step)
    if request.no:
        return ladder.skip(case, index, "H4", f"turned down by {request.by}")
    case = case.with_step(index, replace(case.steps[index], approved=True))
    return case.note("approve", request.step, "H4", f"approved by {request.by}", step=request.step, by=request.by)


def _no_attempt(case: Case, request: Attempt) -> Why:
    if case.in_flight or any(effect.kind == "charge" for effect in case.todo):
        return ("C5", "an attempt is in flight")
    if case.demandable <= 0:
        return ("F4", "nothing is demandable")
    customer = request.by == "customer"
    if case.holds and not customer:
        return ("C6", f"a hold stands: {case.holds[0].reason}")
    if not case.consent and not customer:
        return ("C6", "the customer withdrew consent")
    wanted = [m for m in case.methods if request.method in {None, m.id}]
    if not wanted:
        return ("C2", f"no method {request.method or ''}".strip())
    open_to = {"usable", "waiting"} if customer else {"usable"}
    fit = [m for m in wanted if m.status in open_to]
    return None if fit else ("C2", "no method can be tried: finished, or waiting for the customer")


def _hands_off(case: Case, agency: str) -> Case:
    effect = HandOffDebt(case.key("hand-off", case.line_count), agency, case.balance)
    return case.evolve(todo=(*case.todo, effect))


def _writes_off(case: Case, by: str, reason: str) -> Case:
    effect = BookWriteOff(case.key("write-off", case.line_count), case.balance, by, reason)
    return case.evolve(todo=(*case.todo, effect))


def _recalled(case: Case, at: datetime) -> Case:
    report = ReportToAgency(case.key("recall", case.line_count), case.agency or "default", case.balance, recalled=True)
    case = telling.reopened(case, at, "S3", "recalled from the agency")
    return case.evolve(todo=(*case.todo, report), end_from=case.today if case.current is None else None)
