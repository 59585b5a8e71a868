"""How a case ends: nothing is left (F3), or the ladder is at its end and the time after it is over (S2)."""

from __future__ import annotations

from functools import partial

from dunning import ladder
from dunning.case import Case
from dunning.due import STEP, Due, Move
from dunning.effects import BookWriteOff, CloseCase, Effect, HandOffDebt, Outcome, RestoreService


def settling(case: Case) -> Effect:
    """The rest is written off, the service restored, the case closed (F3)."""
    if case.balance > 0:
        key = case.key("write-off", len(case.ledger), "rest")
        return BookWriteOff(key, case.balance, "policy", "within the tolerance")
    return closing(case, "paid" if case.paid > 0 else "credited")


def closing(case: Case, outcome: Outcome) -> Effect:
    """The service is given back where nothing is owed any more (S1), then the case closes."""
    suspended = case.suspension is not None and case.suspension.stands
    if suspended and outcome in {"paid", "credited", "withdrawn"}:
        return RestoreService(case.key("restore", case.line_count))
    return CloseCase(case.key("close", case.line_count), outcome)


def end(case: Case) -> Due | None:
    """The end of a case whose steps are all done or skipped, at the start of its day (S2)."""
    if case.end_done:
        return None
    start = case.calendar.start(ladder.end_on(case))
    if case.resume_on is not None:
        start = max(start, case.calendar.start(case.resume_on))
    return Due(max(start, case.now), STEP, partial(_then, case))


def _then(case: Case) -> Effect | Move:
    match case.policy.end.then:
        case "close":
            return CloseCase(case.key("close", case.line_count), "exhausted")
        case "write_off":
            return BookWriteOff(case.key("write-off", case.line_count), case.balance, "policy", "the end of the ladder")
        case "hand_off":
            return HandOffDebt(case.key("hand-off", case.line_count), "default", case.balance)
        case "task":
            return Move(-1, "end")
