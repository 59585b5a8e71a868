"""How a case ends: settled, written off, handed off, withdrawn (F3, H5, S3, S4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dunning import tasks, thanks
from dunning.case import Case
from dunning.charging.track import unlinked
from dunning.effects import (
    BookWriteOff,
    CloseCase,
    Effect,
    HandOffDebt,
    OpenTask,
    Outcome,
    ReportToAgency,
    RestoreService,
)
from dunning.errors import RefusalReason
from dunning.holds import holds
from dunning.ladder import by_hand, running_step
from dunning.ledger import booking, overpayment, reopening
from dunning.parts import Posting, PostingKind
from dunning.purposes import TaskPurpose

OUTLIVES: Final[frozenset[TaskPurpose]] = frozenset(
    {"currency", "message", "overpayment", "reply"}
)  # an end answers none


def settling(case: Case) -> Effect:
    """The rest is written off, the service restored, the case closed (F3), so also what is waived of costs (F7)."""
    if case.balance > 0:
        why = "within the tolerance" if case.settled else "only costs are left"
        return BookWriteOff(case.next_key("write-off"), case.balance, "policy", why, settles=True)
    return closing(case, settled_as(case))


def settled_as(case: Case) -> Outcome:
    """What brought the balance down: credits or a lowered amount alone, else a payment, or nothing had to (F3)."""
    credited = case.invoice.corrected or any(entry.kind == "credit" for entry in case.ledger)
    return "credited" if credited and case.paid <= 0 else "paid"


def closing(case: Case, outcome: Outcome) -> Effect:
    """The service is given back where nothing is owed any more (S1), then the case closes."""
    suspended = case.suspension is not None and case.suspension.stands
    if suspended and outcome in {"paid", "credited", "withdrawn"}:
        return RestoreService(case.next_key("restore"))
    return CloseCase(case.next_key("close"), outcome)


def hands_off(case: Case, agency: str) -> Case:
    """The case whose debt goes to an agency at once (S3)."""
    return case.with_todo(HandOffDebt(case.next_key("hand-off"), agency, case.balance))


def writes_off(case: Case, by: str, reason: str) -> Case:
    """The case whose debt a person gives up (H5)."""
    return case.with_todo(BookWriteOff(case.next_key("write-off"), case.balance, by, reason))


def why_no_hand_off(case: Case) -> RefusalReason | None:
    """Why the debt may not go to an agency, or None (H2, F4)."""
    if any(hold.made_by == "customer" for hold in case.holds):
        return ("H2", "a customer stop stands")
    return None if case.demandable > 0 else ("F4", "nothing is demandable")


def written_off(case: Case, effect: BookWriteOff) -> Case:
    """The case with a write-off on its ledger, which ends it unless it settles it (F3, F7)."""
    kind: PostingKind = "discount" if effect.of == "discount" else "write_off"
    case, rule = booking.booked(case, Posting(kind, effect.key, -effect.amount, case.now)), _why_given_up(case, effect)
    case = case.note("write_off", case.amount(effect.amount), rule, effect.reason, by=effect.by, amount=effect.amount)
    case = running_step.one_more(case, effect)
    return case if effect.settles else case.evolve(closing="written-off", doing=None)


def _why_given_up(case: Case, effect: BookWriteOff) -> str:
    if effect.of == "discount":
        return "F8"
    return "H5" if not effect.settles else "F7" if case.costs_alone else "F3"


def closed(case: Case, effect: CloseCase) -> Case:
    """The case at its end: what held it, asked or was owed to its ladder is over (S4)."""
    at: datetime = case.now
    open_tasks, case = case.tasks, tasks.over(case, [task for task in case.tasks if task.purpose not in OUTLIVES])
    asked = tuple(task for task in open_tasks if task.purpose not in OUTLIVES and task.purpose != "end")
    asked += tuple(call.task for call in case.call_backs)
    case = case.evolve(
        closed=effect.outcome, closing=effect.outcome, closed_at=at, holds=(), doing=None,
        unanswered=(*case.unanswered, *asked), ask_again_on=None, too_little=None, call_backs=(),
        promise=None, plan=None, paused=_paused(case, at), track=unlinked(case.track),
        todo=tuple(owed for owed in case.todo if _outlives(owed)),
    )  # fmt: skip
    case, paid = thanks.still_true(by_hand.given_up(case)), effect.outcome in {"paid", "credited"}
    case = case.note("closed", effect.outcome, "F3" if paid else "S4", _what_is_left(case))
    if paid and not case.settled:
        return reopening.reopened(case, at, "P5", "a payment was taken back at the moment of closing")
    return overpayment.asks_about_overpayment(case)


def _paused(case: Case, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    """The pauses, with the one that begins just after the closing, for its own day is chased (S5).

    What held the case ends with it; a case that was with an agency has been paused since then.
    """
    if case.paused and case.paused[-1][1] is None and not case.holds:
        return case.paused
    return (*holds.end_pause(case, at), (at + timedelta(microseconds=1), None))


def _outlives(effect: Effect) -> bool:
    """What is told to the agency, or asked about a message that nobody understood, does not end with the case."""
    if isinstance(effect, OpenTask):
        return effect.purpose in OUTLIVES
    return isinstance(effect, ReportToAgency)


def _what_is_left(case: Case) -> str:
    left = case.balance
    if left < 0:
        return f"{case.amount(-left)} was paid too much and is the customer's credit"
    return f"{case.amount(left)} is left" if left else "nothing is left"
