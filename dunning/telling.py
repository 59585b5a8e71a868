"""Facts: how each one changes the case. None is refused, each is applied once (P1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dunning import arrangements, charging, holds, ladder
from dunning.case import Case
from dunning.effects import OpenTask, ReportToAgency, RestoreService
from dunning.errors import MoneyError
from dunning.messages import (
    Bounced,
    ConsentWithdrawn,
    Contact,
    Credit,
    CustomerRelease,
    CustomerStop,
    Delivered,
    Dispute,
    Escalate,
    Fact,
    InvoiceChanged,
    MethodAdded,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
)
from dunning.money import minor
from dunning.span import Span
from dunning.state import DisputeState, HoldState, MethodState, Pending, Posting, Resend, TaskState

PATIENCE = Span(5, "workdays")


def told(case: Case, fact: Fact, at: datetime) -> Case:
    """The case after a fact that reached us at `at`."""
    currency = getattr(fact, "currency", None)
    if currency is not None and currency != case.invoice.currency:
        return _other_currency(case, fact, currency)
    try:
        return _apply(case, fact, at)
    except MoneyError as error:
        return asks(case, "message", "collections", PATIENCE, f"{fact.name}: {error}").note(
            "unreadable", fact.name, "F2", str(error)
        )


def _apply(case: Case, fact: Fact, at: datetime) -> Case:  # noqa: C901, PLR0911, PLR0912 - one row for each kind of fact
    match fact:
        case PaymentReceived():
            return _received(case, fact, at)
        case PaymentReversed():
            return _reversed(case, fact, at)
        case Credit():
            return credited(
                case, fact.id, minor(fact.amount, case.invoice.currency), at, "P6", "a credit lowers the balance"
            )
        case PaymentPending():
            coming = Pending(fact.id, minor(fact.amount, case.invoice.currency), fact.until)
            case = case.evolve(pending=(*(p for p in case.pending if p.id != fact.id), coming))
            return holds.follow_pending(
                case.note("pending", fact.id, "P4", f"expected by {fact.until}", amount=coming.amount), at
            )
        case PaymentFailed():
            return _failed(case, fact, at)
        case InvoiceChanged():
            return _changed(case, fact, at)
        case MethodAdded():
            case = charging.added(case, MethodState(fact.id, fact.network)).note(
                "method", fact.id, "C2", "a method was added", method=fact.id
            )
            return case
        case ConsentWithdrawn():
            return case.evolve(consent=False).note("consent", "withdrawn", "C6", "no more attempts by the ladder")
        case Contact():
            return case.note("contact", "changed", "N2", "the customer's contact data changed")
        case Delivered():
            return _delivered(case, fact)
        case Bounced():
            return _bounced(case, fact)
        case Dispute():
            return _disputed(case, fact, at)
        case Escalate():
            return _escalated(case, fact, at)
        case CustomerStop():
            return _stopped(case, fact, at)
        case CustomerRelease():
            for hold in [h for h in case.holds if h.made_by == "customer"]:
                case = holds.lift_on_day(case, hold, at, "a person lifted the customer's stop")
            return case
    msg = f"no rule for {fact.name}"
    raise AssertionError(msg)


def asks(case: Case, kind: str, queue: str, within: Span, about: str) -> Case:
    """The case with a question to a person that is to be opened at once; unanswered, it is escalated (H6)."""
    number, today = case.tasks_opened + 1, case.today
    task = TaskState(f"{kind}-{number}", kind, queue, today, within, case.calendar.add(today, within), about)
    effect = OpenTask(case.key("task", task.id), task.id, kind, queue, task.last_on, about)
    return case.evolve(tasks=(*case.tasks, task), tasks_opened=number, todo=(*case.todo, effect))


def _other_currency(case: Case, fact: Fact, currency: str) -> Case:
    why = f"{fact.name} in {currency}, the case is in {case.invoice.currency}: not applied"
    return asks(case.note("unapplied", fact.name, "F2", why), "currency", "collections", PATIENCE, why)


def booked(case: Case, entry: Posting) -> Case:
    """The case with one more entry of its ledger."""
    return case.evolve(ledger=(*case.ledger, entry))


def _received(case: Case, fact: PaymentReceived, at: datetime) -> Case:
    amount = minor(fact.amount, case.invoice.currency)
    case = booked(case, Posting("payment", fact.id, -amount, at, as_of=fact.as_of))
    for orphan in [o for o in case.orphans if o.of == fact.id]:
        case = case.evolve(orphans=tuple(o for o in case.orphans if o is not orphan))
        case = booked(case, replace(orphan, amount=min(orphan.amount, _left_of(case, fact.id))))
    case = case.evolve(pending=tuple(p for p in case.pending if p.id != fact.id))
    if case.attempts and case.attempts[-1].key == fact.id:
        case = case.evolve(attempts=(*case.attempts[:-1], replace(case.attempts[-1], state="approved")))
    recovered = case.closed in {"written-off", "handed-off", "exhausted"}
    line = (
        ("recovery", "P7", "a payment after the end")
        if recovered
        else ("payment", "P1", "a payment lowers the balance")
    )
    case = case.note(line[0], fact.id, line[1], line[2], amount=amount)
    return after_money(case, at)


def after_money(case: Case, at: datetime) -> Case:
    """What follows when the balance fell: arrangements kept, holds followed, a closed case's agency told (P7)."""
    if case.closed:
        return _after_the_end(case)
    case = arrangements.fulfilled(case, at)
    return case if case.settled else holds.follow_pending(case, at)


def _after_the_end(case: Case) -> Case:
    if case.closed == "handed-off":
        report = ReportToAgency(case.key("report", case.line_count), case.agency or "default", case.balance)
        case = case.evolve(todo=(*case.todo, report))
        if case.settled:
            return case.evolve(closed=None, closing=None)
    return case


def _left_of(case: Case, payment_id: str) -> int:
    """What was not yet taken back of a payment (P5)."""
    return -sum(
        e.amount
        for e in case.ledger
        if (e.kind == "payment" and e.id == payment_id) or (e.kind == "reversal" and e.of == payment_id)
    )


def _reversed(case: Case, fact: PaymentReversed, at: datetime) -> Case:
    amount = minor(fact.amount, case.invoice.currency)
    entry = Posting("reversal", fact.id, amount, at, of=fact.payment_id, as_of=fact.as_of)
    known = [e for e in (*case.ledger, *case.orphans) if fact.payment_id in {e.id, e.of}]
    newest = max((e.as_of for e in known if e.as_of), default=None)
    if fact.as_of and newest and fact.as_of < newest:
        return case.note("unapplied", fact.name, "P5", f"older than what is known of {fact.payment_id}")
    if not any(e.kind == "payment" and e.id == fact.payment_id for e in case.ledger):
        return case.evolve(orphans=(*case.orphans, entry)).note(
            "kept", fact.name, "P5", f"{fact.payment_id} is not known yet", amount=amount
        )
    amount = min(amount, _left_of(case, fact.payment_id))
    case = booked(case, replace(entry, amount=amount))
    case = case.note("reversal", fact.payment_id, "P5", "a payment was taken back", amount=amount)
    return _after_reversal(case, at)


def _after_reversal(case: Case, at: datetime) -> Case:
    next_day = case.calendar.day(at) + timedelta(days=1)
    if case.closed is None:
        case = case.evolve(resume_on=max(next_day, case.resume_on or next_day))
        return holds.follow_pending(case, at)
    if case.closed == "handed-off":
        return _after_the_end(case)
    return (
        reopened(case, at, "P5", "a payment was taken back")
        if case.closed in {"paid", "credited"} and not case.settled
        else case
    )


def reopened(case: Case, at: datetime, rule: str, why: str) -> Case:
    """The case open again where it stood, its next step not before the next day (P5, S3)."""
    next_day = case.calendar.day(at) + timedelta(days=1)
    case = case.evolve(
        closed=None,
        closing=None,
        closed_at=None,
        resume_on=next_day,
        paused=holds.end_pause(case, at),
        doing=None,
        end_done=False,
    )
    case = case.note("reopened", "", rule, why)
    return arrangements.brings_back(case, "closing", next_day)


def _failed(case: Case, fact: PaymentFailed, at: datetime) -> Case:
    case = case.evolve(pending=tuple(p for p in case.pending if p.id != fact.id))
    if case.attempts and case.attempts[-1].key == fact.id and case.attempts[-1].state in {"unknown", "underway"}:
        case = case.evolve(attempts=(*case.attempts[:-1], replace(case.attempts[-1], state="declined")))
    return holds.follow_pending(case.note("failed", fact.id, "P4", "a pending payment will not come"), at)


def credited(case: Case, credit_id: str, amount: int, at: datetime, rule: str, why: str) -> Case:
    """The case with a credit on its ledger (P6)."""
    case = booked(case, Posting("credit", credit_id, -amount, at)).note("credit", credit_id, rule, why, amount=amount)
    return after_money(case, at)


def _changed(case: Case, fact: InvoiceChanged, at: datetime) -> Case:
    due_on = fact.due_on or case.invoice.due_on
    amount = case.invoice.amount if fact.amount is None else minor(fact.amount, case.invoice.currency)
    why = f"due {due_on}, amount {case.amount(amount)}"
    case = case.evolve(invoice=replace(case.invoice, due_on=due_on, amount=amount)).note(
        "invoice", "changed", "T2", why
    )
    if fact.due_on is not None:
        case = ladder.readied(case)
    return after_money(case, at)


def _delivered(case: Case, fact: Delivered) -> Case:
    notices = tuple(
        replace(n, delivered_on=case.today)
        if n.notice == fact.notice and n.channel == fact.channel and not n.delivered_on
        else n
        for n in case.notices
    )
    return case.evolve(notices=notices).note("delivered", fact.notice, "N4", f"by {fact.channel}", by=fact.channel)


def _bounced(case: Case, fact: Bounced) -> Case:
    hits = [
        i for i, n in enumerate(case.notices) if n.notice == fact.notice and n.channel == fact.channel and not n.bounced
    ]
    if not hits:
        return case.note("bounced", fact.notice, "N2", "no such notice is known", by=fact.channel)
    at = hits[-1]
    notice = replace(case.notices[at], bounced=True)
    case = case.evolve(notices=(*case.notices[:at], notice, *case.notices[at + 1 :]))
    case = case.note("bounced", fact.notice, "N2", f"by {fact.channel}", by=fact.channel)
    return _sends_again(case, notice.notice, notice.message, fact.channel)


def _sends_again(case: Case, name: str, message: str, channel: str) -> Case:
    step = case.policy.step_named(name) if any(s.name == name for s in case.policy.steps) else None
    if step is None or step.notice is None or _overtaken(case, name):
        return case
    if any(not n.bounced for n in case.notices if n.notice == name):
        return case
    by = step.notice.by
    rest = by[by.index(channel) + 1 :] if step.notice.first and channel in by else ()
    return case.evolve(resends=(*case.resends, Resend(name, message, tuple(rest), case.now)))


def _overtaken(case: Case, name: str) -> bool:
    return any(state.status == "done" for state in case.steps[case.policy.index(name) + 1 :])


def _disputed(case: Case, fact: Dispute, at: datetime) -> Case:
    balance = case.balance
    amount = balance - case.disputed if fact.amount is None else minor(fact.amount, case.invoice.currency)
    amount = max(0, min(amount, balance - case.disputed))
    case = case.evolve(disputes=(*case.disputes, DisputeState(fact.id, amount))).note(
        "dispute", fact.id, "D1", "the debtor objects", amount=amount
    )
    if case.closed:
        return case
    if case.disputed >= balance > 0 and not holds.made_by(case, "dispute"):
        case = holds.held(case, HoldState("dispute", "dispute", at, made_by="dispute"), "D1", "disputed in full")
    within = case.policy.dispute.answer_within
    return asks(case, "dispute", "disputes", within, fact.id) if within else case


def _escalated(case: Case, fact: Escalate, at: datetime) -> Case:
    if case.closed or holds.made_by(case, "escalation"):
        return case.note("escalate", fact.queue, "H3", "already with a person, or closed", queue=fact.queue)
    case = holds.held(case, HoldState("escalation", "escalation", at, made_by="escalation"), "H3", "escalated by hand")
    return asks(case, "escalation", fact.queue, PATIENCE, "escalated by hand")


def _stopped(case: Case, fact: CustomerStop, at: datetime) -> Case:
    if case.closed or any(h.made_by == "customer" and h.reason == fact.reason for h in case.holds):
        return case
    hold = HoldState(f"stop-{fact.reason}", fact.reason, at, made_by="customer")
    return holds.held(case, hold, "H2", "every case of the customer stops")


def gives_back(case: Case, reason: str) -> Case:
    """The case whose service is to be restored now, for this reason (S1)."""
    suspension = case.suspension
    if suspension is None or not suspension.stands:
        return case
    effect = RestoreService(case.key("restore", case.line_count))
    return case.evolve(suspension=replace(suspension, stands=False, given_back_for=reason), todo=(*case.todo, effect))
