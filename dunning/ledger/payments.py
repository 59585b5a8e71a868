"""Money that comes, each payment once, and money that is announced (P1 to P4, P7)."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
from dunning.effects import BookFee
from dunning.holds import pending
from dunning.ledger import allocations, booking, moments, postings, recovery
from dunning.messages import PaymentFailed, PaymentPending, PaymentReceived, identity
from dunning.money import minor
from dunning.parts import Pending, Posting
from dunning.value import altered


def received(case: Case, fact: PaymentReceived, at: datetime) -> Case:
    """The case after a payment (P1 to P3, P7)."""
    if postings.knows(case.ledger, fact.id):
        return case.note("unapplied", fact.name, "P1", f"{fact.id} is booked already")
    amount = minor(allocations.own(fact, case.invoice.id), case.invoice.currency)
    if not amount:
        return case.note("unapplied", fact.name, "P9", f"nothing of {fact.id} is for this invoice")
    payment = Posting("payment", fact.id, -amount, at, as_of=fact.as_of)
    case = booking.netted(booking.booked(moments.money_moves(case, at), payment), payment)
    case = case.evolve(pending=tuple(coming for coming in case.pending if coming.id != fact.id))
    if case.attempts and case.attempts[-1].key == fact.id:
        case = case.evolve(attempts=(*case.attempts[:-1], altered(case.attempts[-1], state="approved")))
    if case.closed in {"written-off", "handed-off", "exhausted"}:
        case = case.note("recovery", fact.id, "P7", "a payment after the end", amount=amount)
    else:
        case = case.note("payment", fact.id, "P1", "a payment lowers the balance", amount=amount)
    return recovery.recovered(case)


def announced(case: Case, fact: PaymentPending, at: datetime) -> Case:
    """The case that knows of money under way, unless that came, failed or ran out before the news of it (P4)."""
    if (
        postings.knows(case.ledger, fact.id)
        or identity(PaymentFailed.name, {"id": fact.id}) in case.told
        or fact.until < case.calendar.day(at)
    ):
        return case.note("unapplied", fact.name, "P4", f"{fact.id} is not under way any more")
    coming = Pending(fact.id, minor(fact.amount, case.invoice.currency), fact.until)
    case = case.evolve(pending=(*(one for one in case.pending if one.id != fact.id), coming))
    case = case.note("pending", fact.id, "P4", f"expected by {fact.until}", amount=coming.amount)
    return pending.follow_pending(case, at)


def failed(case: Case, fact: PaymentFailed, at: datetime) -> Case:
    """The case after money under way turned out not to come (P4).

    A bank debit that is returned is a decline: the provider is asked for it, and the rule book reads the answer (C5).
    """
    case = case.evolve(pending=tuple(coming for coming in case.pending if coming.id != fact.id))
    last = case.attempts[-1] if case.attempts else None
    if last is not None and last.key == fact.id and last.state in {"unknown", "underway"}:
        case = case.evolve(attempts=(*case.attempts[:-1], altered(last, state="unknown", asked_at=None)))
    return pending.follow_pending(case.note("failed", fact.id, "P4", "a pending payment will not come"), at)


def fee_booked(case: Case, effect: BookFee) -> Case:
    """The case with the fee of a notice on its ledger (F2, N1)."""
    case = booking.booked(case, Posting("fee", effect.key, effect.amount, case.now))
    shown, why = case.amount(effect.amount), "booked with its notice"
    return case.note("fee", shown, "N1", why, amount=effect.amount, step=effect.step)
