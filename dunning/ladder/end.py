"""The end of a case whose steps are all done or skipped, and the time after it over (S2)."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
from dunning.due import STEP, Due, Move
from dunning.effects import BookWriteOff, CloseCase, Effect, HandOffDebt
from dunning.ladder import costs_alone, dates


def end(case: Case) -> Due | None:
    """The end of a case whose steps are all done or skipped, at the start of its day (S2)."""
    if case.end_done and not case.costs_alone:
        return None
    at = max(starts_at(case), case.now)
    if case.costs_alone:
        return Due(at, STEP, lambda then: costs_alone.written_off(then, then.next_key("write-off")))
    return Due(at, STEP, Move(-1, "end") if case.rules.end.then == "task" else _ends)


def starts_at(case: Case) -> datetime:
    """The start of the day of the end, after a hold (S2, H1)."""
    start = case.calendar.start(dates.end_on(case))
    return start if case.resume_on is None else max(start, case.calendar.start(case.resume_on))


def _ends(case: Case) -> Effect:
    if case.rules.end.then == "close":
        return CloseCase(case.next_key("close"), "exhausted")
    if case.rules.end.then == "write_off":
        return BookWriteOff(case.next_key("write-off"), case.balance, "policy", "the end of the ladder")
    return HandOffDebt(case.next_key("hand-off"), "default", case.balance)
