"""What money means to a case, looked at once all facts of its moment are in: never between two of them (T3, P5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import tasks, thanks
from dunning.agreements import plans, promises
from dunning.case import Case
from dunning.effects import BookWriteOff, ReportToAgency
from dunning.holds import holds, pending, suspension
from dunning.ledger import discount, kept_in_time, never_owed, overpayment, parts, recovery, reopening
from dunning.parts import MoneyMoved
from dunning.value import altered


def money_moves(case: Case, at: datetime, taken_back: str | None = None) -> Case:
    """The case about to book what came, went back or was given up at `at`; `taken_back` is the payment that goes."""
    moved = case.moved or MoneyMoved(at, case.paid, case.balance, len(case.ledger))
    if taken_back is not None:
        moved = altered(moved, taken_back=(*moved.taken_back, taken_back))
    return case.evolve(moved=moved)


def looked_at(case: Case) -> Case:
    """The case that knows what the money of its last moment means."""
    moved = case.moved
    if moved is None:
        return case
    case = never_owed.taken_back(case.evolve(moved=None), moved.entries, moved.at)
    case = discount.looked_at(parts.restated(case, moved.entries), moved.at)
    case = _thanked(recovery.recovered(kept_in_time.proved(case)), moved)
    return _open(case, moved) if case.closed is None else _ended(case, moved)


def _thanked(case: Case, moved: MoneyMoved) -> Case:
    """The case that says that money came, unless it went back at the same moment, or was there at the opening (M2)."""
    if not case.policy.thanks or moved.at <= case.opened_at:
        return case
    came = [entry.id for entry in case.ledger[moved.entries :] if entry.kind == "payment"]
    kept = [payment for payment in came if thanks.is_whole(case, payment)]
    return thanks.says(case, "payment-received", *kept) if kept else case


def _open(case: Case, moved: MoneyMoved) -> Case:
    """Arrangements are kept, money under way is looked at, and after a reversal nothing leaves before the next day."""
    at = moved.at
    if case.paid > moved.paid:
        case = tasks.answered(case, tasks.CALL, "a payment")
    case = _agreements_kept(case, at)
    if case.paid < moved.paid:
        case = case.resumes_on(case.calendar.day(at) + timedelta(days=1))
    if _closes(case):
        return case.evolve(paused=holds.end_pause(case, at))  # what holds it ends now, however long the closing takes
    return pending.follow_pending(holds.pauses_on(suspension.follows_costs(case, at), at), at)


def _closes(case: Case) -> bool:
    """Whether the case closes now: settled, or once the policy has given up costs or a discount (F3, F7, F8)."""
    if case.settled or (case.costs_alone and case.rules.costs_alone == "waive"):
        return True
    kept_back = discount.earned(case) if case.invoice.discount else None
    return kept_back is not None and case.balance - kept_back.amount <= case.rules.tolerance


def _agreements_kept(case: Case, at: datetime) -> Case:
    """A promise or plan that the money keeps is over, and with it its hold, unless the case closes now (A2, A3, F3)."""
    if case.promise:
        case = promises.kept(case, at)
    if case.plan:
        case = plans.kept(case)
    for made_by, stands in (("promise", case.promise), ("plan", case.plan)):
        hold = None if stands or _closes(case) else holds.made_by(case, made_by)
        if hold is not None:
            case = holds.lift_on_day(case, hold, at, f"the {made_by} was kept")
    return case


def _ended(case: Case, moved: MoneyMoved) -> Case:
    """What money means to a case that has ended: it opens again, the agency is told, it is a recovery (P3, P5, P7)."""
    match case.closed:
        case "withdrawn":  # a void invoice stays void: money that goes back to the debtor is theirs
            return overpayment.asks_about_overpayment(case)
        case "handed-off":
            return _with_the_agency(case, moved)
        case "written-off" if all(recovery.is_one(case, payment) for payment in moved.taken_back):
            return overpayment.asks_about_overpayment(case)
        case "exhausted" if case.paid >= moved.paid:
            return overpayment.asks_about_overpayment(case)
        case _:
            return _raised(case, moved)


def _raised(case: Case, moved: MoneyMoved) -> Case:
    """More than the tolerance opens the case again; no more than that is given up at once (F3, P5)."""
    if not case.settled:
        why = "a payment was taken back" if moved.taken_back else "the invoice was raised after it was settled"
        return reopening.reopened(case, moved.at, "P5", why)
    if case.balance > 0:
        key, why = case.next_key("write-off"), "within the tolerance"
        return case.with_todo(BookWriteOff(key, case.balance, "policy", why, settles=True))
    return overpayment.asks_about_overpayment(case)


def _with_the_agency(case: Case, moved: MoneyMoved) -> Case:
    """The agency is told what is left; with nothing left the case closes once more, as paid (P7)."""
    if case.balance == moved.balance:
        return case
    return case.with_todo(ReportToAgency(case.next_key("report"), case.agency or "default", case.balance))
