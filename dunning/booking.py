"""Money that comes, goes back or is given away, each entry once, and what follows from it (P1 to P7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dunning import arrangements, holds, reopening, tasks
from dunning.case import Case
from dunning.effects import ReportToAgency
from dunning.messages import PaymentFailed, PaymentPending, PaymentReceived, PaymentReversed
from dunning.money import minor
from dunning.rulebook.decline import Codes
from dunning.state import Pending, Posting


def booked(case: Case, entry: Posting) -> Case:
    """The case with one more entry of its ledger."""
    return case.evolve(ledger=(*case.ledger, entry))


def knows(case: Case, payment_id: str) -> bool:
    """Whether this payment is booked already, by whomever (P1)."""
    return any(entry.kind == "payment" and entry.id == payment_id for entry in case.ledger)


def received(case: Case, fact: PaymentReceived, at: datetime) -> Case:
    """The case after a payment (P1 to P3, P7)."""
    if knows(case, fact.id):
        return case.note("unapplied", fact.name, "P1", f"{fact.id} is booked already")
    amount = minor(fact.amount, case.invoice.currency)
    case = booked(case, Posting("payment", fact.id, -amount, at, as_of=fact.as_of))
    case = netted(case, fact.id, fact.as_of)
    case = case.evolve(pending=tuple(coming for coming in case.pending if coming.id != fact.id))
    if case.attempts and case.attempts[-1].key == fact.id:
        case = case.evolve(attempts=(*case.attempts[:-1], replace(case.attempts[-1], state="approved")))
    if case.closed in {"written-off", "handed-off", "exhausted"}:
        case = case.note("recovery", fact.id, "P7", "a payment after the end", amount=amount)
    else:
        case = case.note("payment", fact.id, "P1", "a payment lowers the balance", amount=amount)
    return after_money(case, at)


def netted(case: Case, payment_id: str, as_of: datetime | None = None) -> Case:
    """What was taken back of this payment before it was known; news from before the payment's own is none (P5)."""
    early = [orphan for orphan in case.orphans if orphan.of == payment_id]
    if not early:
        return case
    case = case.evolve(orphans=tuple(orphan for orphan in case.orphans if orphan.of != payment_id))
    for orphan in early:
        amount = 0 if _older(orphan.as_of, as_of) else min(orphan.amount, _left_of(case, payment_id))
        case = booked(case, replace(orphan, amount=amount))
        if amount:
            case = case.note("reversal", payment_id, "P5", "it was taken back before it came", amount=amount)
        else:
            case = case.note("unapplied", PaymentReversed.name, "P5", f"older than {payment_id}, or beyond it")
    return case


def _older(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def _left_of(case: Case, payment_id: str) -> int:
    """What was not yet taken back of a payment (P5)."""
    return -sum(
        entry.amount
        for entry in case.ledger
        if (entry.kind == "payment" and entry.id == payment_id) or (entry.kind == "reversal" and entry.of == payment_id)
    )


def after_money(case: Case, at: datetime) -> Case:
    """What follows when the balance fell: arrangements kept, money under way looked at, the end of a case kept."""
    if case.closed:
        return _after_the_end(case)
    case = arrangements.fulfilled(case, at)
    return case if case.settled else holds.follow_pending(case, at)


def _after_the_end(case: Case) -> Case:
    if case.closed == "handed-off":
        report = ReportToAgency(case.key("report", case.line_count), case.agency or "default", case.balance)
        case = case.evolve(todo=(*case.todo, report))
        return case.evolve(closed=None, closing=None) if case.settled else case
    case = _recovered(case) if case.closed == "written-off" and case.balance < 0 else case
    return tasks.asks_about_overpayment(case)


def _recovered(case: Case) -> Case:
    """What comes in of a debt that was given up takes back as much of the write-off: it is nobody's credit (P7)."""
    given_up = -sum(entry.amount for entry in case.ledger if entry.kind == "write_off")
    return _given_up(case, min(-case.balance, given_up))


def _given_up(case: Case, amount: int) -> Case:
    """The case whose write-off changed by so much: less of it after a recovery, more when that is taken back."""
    if not amount:
        return case
    case = booked(case, Posting("write_off", f"recovered-{len(case.ledger)}", amount, case.now))
    return case.note("given_up", case.amount(-amount), "P7", "what was given up follows what came in", amount=amount)


def taken_back(case: Case, fact: PaymentReversed, at: datetime) -> Case:
    """The case after a payment was taken back, never more of it than there was (P5)."""
    amount = minor(fact.amount, case.invoice.currency)
    entry = Posting("reversal", fact.id, amount, at, of=fact.payment_id, as_of=fact.as_of)
    known = [one for one in (*case.ledger, *case.orphans) if fact.payment_id in {one.id, one.of}]
    if any(_older(fact.as_of, one.as_of) for one in known):
        return case.note("unapplied", fact.name, "P5", f"older than what is known of {fact.payment_id}")
    if not knows(case, fact.payment_id):
        case = case.evolve(orphans=(*case.orphans, entry))
        return case.note("kept", fact.name, "P5", f"{fact.payment_id} is not known yet", amount=amount)
    amount = min(amount, _left_of(case, fact.payment_id))
    case = booked(case, replace(entry, amount=amount))  # also of nothing: it may be the newest that is known
    if not amount:
        return case.note("unapplied", fact.name, "P5", f"nothing is left of {fact.payment_id}")
    case = case.note("reversal", fact.payment_id, "P5", "a payment was taken back", amount=amount)
    return _after_reversal(_returned(case, fact), fact.payment_id, at)


def _returned(case: Case, fact: PaymentReversed) -> Case:
    """A debit that comes back with a code was declined, only weeks later (C4)."""
    if fact.code is None:
        return case
    codes = Codes(fact.code)
    attempts = (
        replace(one, state="declined", code=fact.code, codes=codes) if one.key == fact.payment_id else one
        for one in case.attempts
    )
    return case.evolve(attempts=tuple(attempts))


def _after_reversal(case: Case, payment_id: str, at: datetime) -> Case:
    if case.closed is None:
        return holds.follow_pending(case.resumes_on(case.calendar.day(at) + timedelta(days=1)), at)
    if case.closed == "handed-off":
        return _after_the_end(case)
    if case.closed == "written-off" and _is_recovery(case, payment_id):
        return _given_up(case, -max(case.balance, 0))
    # A void invoice stays void: money that goes back to the debtor is his.
    if case.settled or case.closed == "withdrawn":
        return tasks.asks_about_overpayment(case)
    return reopening.reopened(case, at, "P5", "a payment was taken back")


def _is_recovery(case: Case, payment_id: str) -> bool:
    """Whether the payment came after the debt was written off (P7)."""
    kinds = [("payment" if entry.id == payment_id else "", entry.kind) for entry in case.ledger]
    written_off = next((at for at, (_, kind) in enumerate(kinds) if kind == "write_off"), len(kinds))
    return ("payment", "payment") in kinds[written_off:]


def credited(case: Case, credit_id: str, amount: int, at: datetime, rule: str, why: str) -> Case:
    """The case with a credit on its ledger (P6)."""
    case = booked(case, Posting("credit", credit_id, -amount, at)).note("credit", credit_id, rule, why, amount=amount)
    return after_money(case, at)


def announced(case: Case, fact: PaymentPending, at: datetime) -> Case:
    """The case that knows of money under way, unless that came, failed or ran out before the news of it (P4)."""
    if knows(case, fact.id) or f"{PaymentFailed.name}:{fact.id}" in case.told or fact.until < case.calendar.day(at):
        return case.note("unapplied", fact.name, "P4", f"{fact.id} is not under way any more")
    coming = Pending(fact.id, minor(fact.amount, case.invoice.currency), fact.until)
    case = case.evolve(pending=(*case.pending, coming))
    case = case.note("pending", fact.id, "P4", f"expected by {fact.until}", amount=coming.amount)
    return holds.follow_pending(case, at)


def failed(case: Case, fact: PaymentFailed, at: datetime) -> Case:
    """The case after money under way turned out not to come (P4).

    A bank debit that is returned is a decline: the provider is asked for it, and the rule book reads what he says (C5).
    """
    case = case.evolve(pending=tuple(coming for coming in case.pending if coming.id != fact.id))
    last = case.attempts[-1] if case.attempts else None
    if last is not None and last.key == fact.id and last.state in {"unknown", "underway"}:
        case = case.evolve(attempts=(*case.attempts[:-1], replace(last, state="unknown", asked_at=None)))
    return holds.follow_pending(case.note("failed", fact.id, "P4", "a pending payment will not come"), at)
