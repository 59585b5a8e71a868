"""Costs or interest that a person gives up: never more than is left of them, each waiver once (K6)."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from dunning.case import Case
from dunning.changes import Waived
from dunning.errors import RefusalReason
from dunning.ledger import booking, moments, parts
from dunning.messages import Waive
from dunning.money import minor
from dunning.parts import Posting, WaiverTerms

Waivable = Literal["costs", "interest"]
_ENTRY_OF: Final[dict[Waivable, Literal["costs_waived", "interest_waived"]]] = {
    "costs": "costs_waived",
    "interest": "interest_waived",
}


def terms_of(case: Case, request: Waive) -> WaiverTerms:
    """What is asked for: so much of a part, or what is left of it."""
    amount = left(case, request.of) if request.amount is None else minor(request.amount, case.invoice.currency)
    return WaiverTerms(request.id, request.of, amount)


def left(case: Case, part: Waivable) -> int:
    """How much of a part of the debt is owed still."""
    owed = parts.parts_of(case)
    return owed.costs if part == "costs" else owed.interest


def stands(case: Case, request: Waive) -> bool:
    """Whether this very waiver was made, or waits for a second person (R3)."""
    known = _known(case, request.id)
    if known is None or known.of != request.of:
        return False
    return request.amount is None or known.amount == minor(request.amount, case.invoice.currency)


def why_refused(case: Case, request: Waive) -> RefusalReason | None:
    """Why nothing is waived, or None."""
    known = _known(case, request.id)
    if known is not None:
        return ("K6", f"a waiver {request.id} is known with other content: {case.amount(known.amount)} of {known.of}")
    return why_too_much(case, terms_of(case, request))


def why_too_much(case: Case, waiver: WaiverTerms) -> RefusalReason | None:
    """Why so much of this part cannot be given up, or None."""
    rest = left(case, waiver.of)
    if not rest:
        return ("K6", f"no {waiver.of} are left to waive" if waiver.of == "costs" else "no interest is left to waive")
    if waiver.amount > rest:
        return ("K6", f"{case.amount(waiver.amount)} of {waiver.of} is more than is left of them: {case.amount(rest)}")
    return None


def waived(case: Case, waiver: WaiverTerms, by: str, reason: str, at: datetime) -> Case:
    """The case that owes so much less of this part."""
    kind = _ENTRY_OF[waiver.of]
    change = Waived(kind, waiver.id, waiver.amount, at, f"{by}: {reason}")
    case = booking.booked(moments.money_moves(case, at), Posting(kind, waiver.id, -waiver.amount, at))
    case = case.with_change(change)
    return case.note("waiver", case.amount(waiver.amount), "K6", reason, by=by, amount=waiver.amount, about=waiver.of)


def _known(case: Case, waiver_id: str) -> WaiverTerms | None:
    """The waiver of this id, made or asked for."""
    made = [
        WaiverTerms(entry.id, "costs" if entry.kind == "costs_waived" else "interest", -entry.amount)
        for entry in case.ledger
        if entry.kind in {"costs_waived", "interest_waived"}
    ]
    wished = [task.wish.waiver for task in case.tasks if task.wish and task.wish.waiver]
    return next((one for one in (*made, *wished) if one.id == waiver_id), None)
