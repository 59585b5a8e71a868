"""Money that goes back, never more of a payment than there was, and that comes again (P5)."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
from dunning.ledger import allocations, booking, moments, postings, recovery
from dunning.messages import PaymentReversed, ReversalLifted
from dunning.money import minor
from dunning.parts import Posting
from dunning.rulebook.decline import Codes
from dunning.value import altered


def taken_back(case: Case, fact: PaymentReversed, at: datetime) -> Case:
    """The case after a payment was taken back, never more of it than there was (P5)."""
    amount = minor(allocations.own(fact, case.invoice.id), case.invoice.currency)
    if not amount:
        return case.note("unapplied", fact.name, "P9", f"nothing of {fact.id} is for this invoice")
    case, taken = _booked(case, fact, Posting("reversal", fact.id, amount, at, told=amount))
    if taken is None:
        return case
    if not taken:
        return case.note("unapplied", fact.name, "P5", f"nothing is left of {fact.payment_id}")
    why = "a payment was taken back"
    case = case.note("reversal", fact.payment_id, "P5", why, amount=taken, about=fact.id, code=fact.code)
    return recovery.lost_again(_returned(case, fact), fact.payment_id)


def lifted(case: Case, fact: ReversalLifted, at: datetime) -> Case:
    """The case after what was taken back of a payment has come again, never more than was taken back (P5, P7)."""
    amount = minor(allocations.own(fact, case.invoice.id), case.invoice.currency)
    if not amount:
        return case.note("unapplied", fact.name, "P9", f"nothing of {fact.id} is for this invoice")
    case, taken = _booked(case, fact, Posting("lifted", fact.id, -amount, at, told=-amount))
    if taken is None:
        return case
    if not taken:
        return case.note("kept", fact.name, "P5", f"so much of {fact.payment_id} is not taken back", amount=amount)
    why = "what was taken back has come again"
    case = case.note("lifted", fact.payment_id, "P5", why, amount=-taken, about=fact.id)
    return recovery.recovered(case)


def _booked(case: Case, fact: PaymentReversed | ReversalLifted, entry: Posting) -> tuple[Case, int | None]:
    """The case with what was told of a payment on its ledger, and what came of it; None where it was not booked."""
    entry = altered(entry, of=fact.payment_id, as_of=fact.as_of)
    taken = postings.taken_back(entry, case.ledger, case.orphans)
    if taken is None:
        return case.note("unapplied", fact.name, "P5", f"older than what is known of {fact.payment_id}"), None
    if taken.waits:
        case = case.evolve(orphans=(*case.orphans, entry))
        why, code = f"{fact.payment_id} is not known yet", getattr(fact, "code", None)
        return case.note("kept", fact.name, "P5", why, amount=abs(entry.told), about=fact.id, code=code), None
    if taken.now:
        case = moments.money_moves(case, entry.at, fact.payment_id if taken.now > 0 else None)
    return booking.booked(case, altered(entry, amount=taken.now)), taken.now


def _returned(case: Case, fact: PaymentReversed) -> Case:
    """A debit that comes back with a code was declined, only weeks later (C4)."""
    if fact.code is None:
        return case
    codes = Codes(fact.code)
    attempts = (
        altered(one, state="declined", code=fact.code, codes=codes) if one.key == fact.payment_id else one
        for one in case.attempts
    )
    return case.evolve(attempts=tuple(attempts))
