"""Money after a write-off: less is given up then, and as much again when that money is taken back (P7)."""

from __future__ import annotations

from dunning.case import Case
from dunning.ledger import booking, postings
from dunning.parts import Posting


def recovered(case: Case) -> Case:
    """The case whose write-off is less by what came in; nobody's credit (P7)."""
    if case.closed != "written-off":
        return case
    return _given_up(case, postings.recovered(case.balance, case.ledger))


def lost_again(case: Case, payment_id: str) -> Case:
    """The case whose write-off is more again by what was taken back of a recovery (P7)."""
    if case.closed != "written-off" or not is_one(case, payment_id):
        return case
    return _given_up(case, -postings.lost_again(case.balance, case.ledger))


def is_one(case: Case, payment_id: str) -> bool:
    """Whether the payment, or what of it was taken back and came again, came after the debt was written off."""
    written_off = next((at for at, entry in enumerate(case.ledger) if entry.kind == "write_off"), len(case.ledger))
    return any(postings.brings(entry, payment_id) for entry in case.ledger[written_off:])


def _given_up(case: Case, amount: int) -> Case:
    if not amount:
        return case
    case = booking.booked(case, Posting("write_off", f"recovered-{len(case.ledger)}", amount, case.now))
    return case.note("given_up", case.amount(-amount), "P7", "what was given up follows what came in", amount=amount)
