"""What time alone changes: holds that end or are reviewed, promises that break, money that does not come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from dunning import tasks
from dunning.agreements import plans, promises
from dunning.case import Case
from dunning.derived import remembered
from dunning.holds import asked_again, holds, pending, review
from dunning.parts import CallBack, HoldState, Pending

Lapse = tuple[datetime, int, HoldState | Pending | CallBack | Literal["promise", "plan", "ask again", "too little"]]


@remembered(
    "holds",
    "pending",
    "promise",
    "plan",
    "ledger",
    "attempts",
    "closed",
    "calendar",
    "unanswered",
    "ask_again_on",
    "too_little",
    "call_backs",
)
def next_lapse(case: Case) -> Lapse | None:
    """The next change that time alone will bring, with its moment; None when there is none.

    A closed case only waits for an attempt of its own that is under way (C5).
    """
    lapses: list[Lapse] = []
    if case.promise and not case.closed:
        lapses.append((case.promise.lapses_at, 0, "promise"))
    if case.plan and not case.closed:
        lapses += [(at, 0, "plan") for at in plans.lapses_at(case)]
    flight = case.in_flight
    for number, coming in enumerate(case.pending, 1):
        if not case.closed or (flight is not None and flight.key == coming.id):
            lapses.append((case.calendar.start(coming.until + timedelta(days=1)), number, coming))
    for number, hold in enumerate(case.holds, 100):
        if hold.until is not None:
            lapses.append((case.calendar.start(hold.until + timedelta(days=1)), number, hold))
        elif hold.review_on is not None:
            lapses.append((case.calendar.start(hold.review_on), number, hold))
    if not case.closed and (case.unanswered or case.too_little or case.call_backs):
        lapses += _asked(case)
    return min(lapses, key=lambda lapse: lapse[:2], default=None)


def what_comes(lapse: Lapse) -> Literal["lapse", "review"]:
    """Whether a lapse changes something, or puts it before a person."""
    _, _, what = lapse
    asks = (
        what in ("ask again", "too little")
        or isinstance(what, CallBack)
        or (isinstance(what, HoldState) and what.until is None)
    )
    return "review" if asks else "lapse"


def _asked(case: Case) -> list[Lapse]:
    again, too_little = asked_again.due_at(case), review.too_little_at(case)
    asked: list[Lapse] = [(call.at, 900 + number, call) for number, call in enumerate(case.call_backs)]
    asked += [] if again is None else [(again, 1_000, "ask again")]
    return asked if too_little is None else [*asked, (too_little, 1_001, "too little")]


def wake(case: Case, now: datetime) -> Case:
    """The case brought up to `now`: everything has lapsed that does so by then, at its own moment."""
    case = case if now <= case.now else case.at(now)
    case = lapsed(case, now, including=True) if case.may_lapse else case
    known = case.demands == (case.too_little is None)
    return case if known or case.closed else review.follow_demand(case)


def lapsed(case: Case, now: datetime, *, including: bool) -> Case:
    """The case after its lapses before `now`, or `including` that moment itself (facts of a moment come first, T3)."""
    while case.may_lapse:
        lapse = next_lapse(case)
        if lapse is None or lapse[0] > now or (lapse[0] == now and not including):
            break
        case = _lapse(case, lapse)
    return case


def _lapse(case: Case, lapse: Lapse) -> Case:
    at, _, what = lapse
    match what:
        case "promise":
            return promises.broken(case, at)
        case "plan":
            return plans.broken(case, at)
        case Pending():
            return pending.did_not_come(case, what, at)
        case "ask again":
            return asked_again.asked_again(case, at)
        case "too little":
            return review.asks(case, None)
        case CallBack():
            return tasks.calls_back(case, what)
        case HoldState(until=None):
            return review.asks(case, what)
        case HoldState():
            return holds.lifted(case, what, at, case.calendar.day(at), f"its last day was {what.until}")
