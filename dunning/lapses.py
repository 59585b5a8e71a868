"""What time alone changes: holds that end, promises that break, announced money that does not come."""

from __future__ import annotations

from datetime import datetime, timedelta

from dunning import arrangements, holds
from dunning.case import Case
from dunning.state import AttemptState, HoldState, Pending

Lapse = tuple[datetime, int, HoldState | Pending | str]


def next_lapse(case: Case) -> Lapse | None:
    """The next change that time alone will bring, with its moment; None when there is none.

    A closed case only waits for an attempt of its own that is under way (C5).
    """
    if not (case.holds or case.pending or case.promise or case.plan):
        return None
    lapses: list[Lapse] = []
    arrangement = None if case.closed else arrangements.lapse_at(case)
    if arrangement:
        lapses.append((arrangement[0], 0, arrangement[1]))
    flight = case.in_flight
    for number, pending in enumerate(case.pending, 1):
        if not case.closed or (flight is not None and flight.key == pending.id):
            lapses.append((case.calendar.start(pending.until + timedelta(days=1)), number, pending))
    for number, hold in enumerate(case.holds, 100):
        if hold.until is not None:
            lapses.append((case.calendar.start(hold.until + timedelta(days=1)), number, hold))
    return min(lapses, key=lambda lapse: lapse[:2], default=None)


def wake(case: Case, now: datetime) -> Case:
    """The case brought up to `now`: everything has lapsed that does so by then, at its own moment."""
    case = case if now <= case.now else case.evolve(now=now)
    return lapsed(case, now, including=True) if case.holds or case.pending or case.promise or case.plan else case


def lapsed(case: Case, now: datetime, *, including: bool) -> Case:
    """The case after its lapses before `now`, or `including` that moment itself (facts of a moment come first, T3)."""
    while True:
        lapse = next_lapse(case)
        if lapse is None or lapse[0] > now or (lapse[0] == now and not including):
            return case
        case = _lapse(case, lapse)


def _lapse(case: Case, lapse: Lapse) -> Case:
    at, _, what = lapse
    match what:
        case str():
            return arrangements.broken(case, what, at)
        case Pending():
            return _did_not_come(case, what, at)
        case HoldState():
            return holds.lifted(case, what, at, case.calendar.day(at), f"its last day was {what.until}")


def _did_not_come(case: Case, pending: Pending, at: datetime) -> Case:
    case = case.evolve(pending=tuple(p for p in case.pending if p is not pending), attempts=_ask_again(case, pending))
    case = case.note("pending", pending.id, "P4", f"it did not come by {pending.until}", amount=pending.amount)
    hold = holds.made_by(case, "pending")
    coming = sum(p.amount for p in case.pending)
    if hold is None or (coming and coming >= case.demandable):
        return case
    return holds.lifted(case, hold, at, case.calendar.day(at), f"the money did not come by {pending.until}")


def _ask_again(case: Case, pending: Pending) -> tuple[AttemptState, ...]:
    """A bank debit that never told its end is asked for, before anything else is tried (C5)."""
    last = case.attempts[-1] if case.attempts else None
    if last is None or last.key != pending.id or last.state != "underway":
        return case.attempts
    unknown = AttemptState(last.number, last.key, last.method, last.amount, last.at, last.by, "unknown")
    return (*case.attempts[:-1], unknown)
