"""The cash discount of an invoice: earned by payments of its days, taken back when they no longer reach it (F8)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from dunning.case import Case
from dunning.changes import TakenBack
from dunning.effects import BookWriteOff
from dunning.ledger import booking, value_days
from dunning.parts import DiscountTerms, Posting


def earned(case: Case) -> BookWriteOff | None:
    """The part that may be kept back, to be given up by the policy; None where nothing of it is earned and owed."""
    terms = case.invoice.discount
    if terms is None:
        return None
    left = case.invoice.amount - case.covered
    amount = min(_allowed(case, terms) - _given(case), left)
    if amount <= 0:
        return None
    return BookWriteOff(case.next_key("discount"), amount, "policy", "cash discount", settles=True, of="discount")


def looked_at(case: Case, at: datetime) -> Case:
    """The case whose discount is owed again, as far as what came in its days no longer earns it."""
    terms = case.invoice.discount
    too_much = _given(case) - _allowed(case, terms) if terms else 0
    if too_much <= 0:
        return case
    entry = Posting("discount", f"taken-back-{len(case.ledger)}", too_much, at)
    why = "what was paid in its days no longer earns the discount"
    case = booking.booked(case, entry).with_change(TakenBack("discount", entry.id, too_much, at, why))
    return case.note("taken_back", "discount", "F8", why, amount=too_much)


def offered(case: Case) -> tuple[date, int] | None:
    """The last day of a discount that was not earned yet, and how much it is; None where there is none."""
    terms = case.invoice.discount
    return None if terms is None or _given(case) else (terms.until, _of(terms, _demanded(case)))


def _given(case: Case) -> int:
    return -sum([entry.amount for entry in case.ledger if entry.kind == "discount"])


def _allowed(case: Case, terms: DiscountTerms) -> int:
    """The discount of the amount less credits, if the payments of its days reach what is left of that; else nothing."""
    demanded = _demanded(case)
    discount = _of(terms, demanded)
    return discount if discount > 0 and value_days.paid_by(case, terms.until) >= demanded - discount else 0


def _demanded(case: Case) -> int:
    return case.invoice.amount + sum([entry.amount for entry in case.ledger if entry.kind == "credit"])


def _of(terms: DiscountTerms, amount: int) -> int:
    if terms.percent is None:
        return min(terms.amount or 0, amount)
    return int((terms.percent * amount / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
