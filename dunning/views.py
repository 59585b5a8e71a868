"""What a person is shown of a case: its stage, what comes next, and the state it is in. Derived, never decided by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dunning.agreements import plans
from dunning.case import Case
from dunning.decide import advance, waits_for
from dunning.effects import Ended, Wait
from dunning.ledger import parts
from dunning.money import decimal_string
from dunning.overdue import chased_days, overdue_days
from dunning.ports import Projection


def stage(case: Case) -> str:
    """Where a case stands, in one word or two."""
    if case.closed is not None:
        return case.closed
    if case.holds:
        return {"person": "held", "customer": "stopped", "promise": "promised"}.get(
            case.holds[0].made_by, case.holds[0].made_by
        )
    if not case.demands:
        return "below-minimum"
    if case.current is None:
        return "ending"
    if any(waiting.asked and not waiting.approved for waiting in case.steps if waiting.status != "skipped"):
        return "approval"
    return "dunning" if any(step.status == "done" for step in case.steps) else "new"


def projection(case: Case, wait: Wait | None) -> Projection:
    """What lists and reports keep of a case that waits so, None when it acts on at once. What comes next is a step by
    its name, or what comes beside the ladder: an `attempt`, a `notice`, the provider's `answer`, a task's `escalation`.
    """
    index, owed = case.current, parts.parts_of(case)
    step = None if case.closed or index is None else case.rules.steps[index].name
    if wait is not None and wait.step is not None:
        step = wait.step  # one that comes back goes before the ladder's next (T8)
    beside = None if wait is None or case.closed or wait.next in {"step", "lapse"} else wait.next
    done = [step.name for step, state in zip(case.policy.steps, case.steps, strict=True) if state.status == "done"]
    return Projection(
        stage=stage(case), policy=case.policy.name, balance=case.balance, demandable=case.demandable,
        next_step=beside or step, next_at=wait.until if wait else None if case.closed else case.now,
        holds=tuple(hold.reason for hold in case.holds), outcome=case.closed, broken_promises=case.broken_promises,
        last_step=done[-1] if done else None,
        principal=owed.principal, costs=owed.costs, interest=owed.interest, promised=_promised(case),
        lines=case.line_count,
    )  # fmt: skip


def _promised(case: Case) -> tuple[tuple[date, int], ...]:
    """What is awaited by which day: the rest of a promise, or the open parts of a plan (A1, A3)."""
    if case.closed:
        return ()
    if case.promise is not None:
        left = case.promise.amount - max(0, case.paid - case.promise.paid_before)
        return ((case.promise.on, left),) if left > 0 else ()
    return () if case.plan is None else tuple((part.on, left) for _, part, left in plans.open_parts(case))


def _next_wait(case: Case) -> Wait:
    """What the case waits for if nothing is told: its moment is now where it acts on, None where nothing comes."""
    _, decision = advance(case, case.now)
    if isinstance(decision, Wait):
        return decision
    return Wait(None if isinstance(decision, Ended) else case.now, waits_for(case))


def details(case: Case, wait: Wait) -> str:
    """The case in a few lines for the Temporal UI; no personal data (O3)."""
    until = wait.until
    money = f"{case.amount(case.balance)} {case.invoice.currency} open, {case.amount(case.demandable)} demandable"
    moment = f"{case.calendar.local(until):%Y-%m-%d %H:%M}" if until else "nothing is planned"
    rows = [
        f"**{stage(case)}** under policy `{case.policy.name}`",
        money,
        f"next: {waits_for(case, wait.step)}, {moment}",
    ]
    rows += [f"hold: {hold.made_by}" + (f" until {hold.until}" if hold.until else "") for hold in case.holds]
    rows += [f"task: {task.kind} in {task.queue}, by {task.last_on}" for task in case.tasks]
    return "\n\n".join(rows)


def view(case: Case) -> dict[str, Any]:
    """The case as JSON for the `case` query: days and moments in ISO 8601, amounts as decimal strings."""
    wait = _next_wait(case)
    currency, owed = case.invoice.currency, parts.parts_of(case)

    def money(amount: int) -> dict[str, str]:
        return {"amount": decimal_string(amount, currency), "currency": currency}

    def moment(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "invoice_id": case.invoice.id,
        "customer_id": case.party.id,
        "policy": case.policy.name,
        "stage": stage(case),
        "outcome": case.closed,
        "opened_at": moment(case.opened_at),
        "closed_at": moment(case.closed_at),
        "now": moment(case.now),
        "timezone": case.calendar.zone,
        "next_at": moment(wait.until),
        "waits_for": waits_for(case, wait.step),
        "due_on": case.invoice.due_on.isoformat(),
        "overdue_days": overdue_days(case),
        "chased_days": chased_days(case),
        "money": {
            "invoice": money(case.invoice.amount),
            "balance": money(case.balance),
            "disputed": money(case.disputed),
            "demandable": money(case.demandable),
            "paid": money(case.paid),
            "principal": money(owed.principal),
            "costs": money(owed.costs),
            "interest": money(owed.interest),
        },
        "steps": [
            {
                "name": step.name,
                "status": state.status,
                "done_on": state.left_on.isoformat() if state.left_on else None,
                "approved": state.approved,
                "times": state.times,
            }
            for step, state in zip(case.policy.steps, case.steps, strict=True)
        ],
        "holds": [
            {
                "id": hold.id,
                "reason": hold.reason,
                "since": moment(hold.since),
                "until": hold.until.isoformat() if hold.until else None,
                "made_by": hold.made_by,
            }
            for hold in case.holds
        ],
        "tasks": [
            {
                "id": task.id,
                "kind": task.kind,
                "queue": task.queue,
                "about": task.about,
                "last_on": task.last_on.isoformat(),
                "escalations": task.escalations,
            }
            for task in case.tasks
        ],
        "promise": case.promise
        and {"id": case.promise.id, "amount": money(case.promise.amount), "on": case.promise.on.isoformat()},
        "plan": case.plan
        and {
            "id": case.plan.id,
            "instalments": [
                {"on": part.on.isoformat(), "amount": money(part.amount), "open": money(left)}
                for part, left in zip(case.plan.instalments, plans.open_amounts(case, case.plan), strict=True)
            ],
        },
        "disputes": [{"id": dispute.id, "amount": money(dispute.amount)} for dispute in case.disputes],
        "attempts": [
            {
                "number": a.number,
                "method": a.method,
                "amount": money(a.amount),
                "at": moment(a.at),
                "by": a.who,
                "state": a.state,
                "code": a.code,
            }
            for a in case.attempts
        ],
        "methods": [
            {"id": m.id, "network": m.network, "status": m.status, "not_before": moment(m.not_before)}
            for m in case.methods
        ],
        "suspended": case.suspension is not None and case.suspension.stands,
        "broken_promises": case.broken_promises,
    }
