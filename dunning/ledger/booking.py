"""Entries on the ledger of a case, and on its journal what became of reversals that waited for their payment (P5)."""

from __future__ import annotations

from dunning.case import Case
from dunning.ledger import postings
from dunning.messages import PaymentReversed, ReversalLifted
from dunning.parts import Posting


def booked(case: Case, entry: Posting) -> Case:
    """The case with one more entry of its ledger."""
    return case.evolve(ledger=(*case.ledger, entry))


def netted(case: Case, payment: Posting) -> Case:
    """The case whose payment, booked just now, is less what was taken back of it before it came (P5)."""
    early = postings.netted(payment, case.orphans)
    if not early:
        return case
    case = case.evolve(orphans=tuple(orphan for orphan in case.orphans if orphan.of != payment.id))
    for entry in early:
        case = booked(case, entry)
        if entry.amount:
            why = "it was taken back before it came" if entry.kind == "reversal" else "what was taken back came again"
            case = case.note(entry.kind, payment.id, "P5", why, amount=abs(entry.amount))
        else:
            name = PaymentReversed.name if entry.kind == "reversal" else ReversalLifted.name
            case = case.note("unapplied", name, "P5", f"older than {payment.id}, or beyond it")
    return case
