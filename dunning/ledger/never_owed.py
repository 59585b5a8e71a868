"""What was booked after the value day of a payment, and would not have been had it been known, is taken back (P9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from dunning.case import BROUGHT_DOWN, Case
from dunning.changes import TakenBack
from dunning.ledger import booking, value_days
from dunning.money import major
from dunning.parts import Posting
from dunning.policy import Step

WHY = "it was booked after money that was sent before"


def taken_back(case: Case, entries: int, at: datetime) -> Case:
    """The case after money that came when it had so many entries: each fee and each interest since its value day is
    looked at again, the oldest first, with what is known now.
    """
    came = [entry for entry in case.ledger[entries:] if entry.kind == "payment"]
    valued = [value_days.value_day(case, entry) for entry in came]
    since = min(
        [day for day, entry in zip(valued, came, strict=True) if day < case.calendar.day(entry.at)], default=None
    )
    if since is None:
        return case
    for charge in [entry for entry in case.ledger if entry.kind in {"fee", "interest"} and entry.of is None]:
        if case.calendar.day(charge.at) > since and _would_not_have_been(case, charge):
            case = _without(case, charge, at)
    return case


def _would_not_have_been(case: Case, charge: Posting) -> bool:
    """Whether the ladder would have been at rest, or the step skipped, with the balance that there really was."""
    day, currency = case.calendar.day(charge.at), case.invoice.currency
    known = [entry for entry in case.ledger if _was_there(case, entry, charge, day)]
    balance = case.invoice.amount + sum([entry.amount for entry in known])
    if balance <= case.rules.tolerance or balance < case.rules.minimum:
        return True
    covered = -sum([entry.amount for entry in known if entry.kind in BROUGHT_DOWN])
    if case.rules.costs_alone != "climb" and covered >= case.invoice.amount:
        return True
    step = _step_of(case, charge)
    asked = step.when.balance_alone if step is not None and step.when is not None else None
    facts = {"invoice.balance": major(max(balance, 0), currency), "invoice.currency": currency}
    return asked is not None and bool(asked.failing(facts.__getitem__))


def _was_there(case: Case, entry: Posting, charge: Posting, day: date) -> bool:
    """Whether an entry counts before this one was booked: money from the day after its value day, all else as told."""
    if entry is charge or entry.of == charge.id:
        return False
    if entry.kind == "payment" and value_days.value_day(case, entry) < day:
        return True
    if entry.of is not None and entry.kind in {"fee", "interest"}:
        return any(one.id == entry.of and one.at < charge.at for one in case.ledger)  # taken back: it never was
    return entry.at < charge.at


def _step_of(case: Case, charge: Posting) -> Step | None:
    own = charge.id.rpartition("/")[0]
    return next((step for step in case.policy.steps if case.step_key(step.name, 0).rpartition("/")[0] == own), None)


def _without(case: Case, charge: Posting, at: datetime) -> Case:
    left = min(_left_of(case, charge), _not_waived(case, charge.kind))
    if left <= 0 or charge.kind not in {"fee", "interest"}:
        return case
    kind: Literal["fee", "interest"] = "fee" if charge.kind == "fee" else "interest"
    entry = Posting(charge.kind, f"{charge.id}/taken-back", -left, at, of=charge.id)
    case = booking.booked(case, entry).with_change(TakenBack(kind, entry.id, -left, at, WHY, of=charge.id))
    return case.note("taken_back", charge.kind, "P9", WHY, amount=left)


def _left_of(case: Case, charge: Posting) -> int:
    return charge.amount + sum(
        [entry.amount for entry in case.ledger if (entry.kind, entry.of) == (charge.kind, charge.id)]
    )


def _not_waived(case: Case, kind: str) -> int:
    """How much of these charges stands that nobody gave up: what was waived is not taken back once more (K6)."""
    waived = "costs_waived" if kind == "fee" else "interest_waived"
    return sum([entry.amount for entry in case.ledger if entry.kind in {kind, waived}])
