"""Holds: what stops the ladder, who made it, and when it may move again (H1, S5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dunning import tasks
from dunning.case import Case
from dunning.charging import track
from dunning.errors import RefusalReason
from dunning.holds import review
from dunning.messages import Hold
from dunning.parts import HoldState
from dunning.value import altered


def held(case: Case, hold: HoldState, rule: str, why: str) -> Case:
    """The case with one more hold; one that ends on no day of its own is reviewed some day (H7)."""
    hold = altered(hold, review_on=review.first_on(case, hold))
    paused = case.paused if case.holds else (*case.paused, (hold.since, None))
    return case.evolve(holds=(*case.holds, hold), paused=paused).note("hold", hold.reason, rule, why)


def lifted(case: Case, hold: HoldState, at: datetime, resume_on: date, why: str) -> Case:
    """The case without a hold; the ladder may move from `resume_on` when it was the last one (H1)."""
    holds = tuple(h for h in case.holds if h is not hold)
    case = tasks.without(case.evolve(holds=holds), "hold-review", hold.id).note("release", hold.reason, "H1", why)
    if holds:
        return case
    case = case.evolve(paused=end_pause(case, at)).resumes_on(resume_on)
    return track.after_pause(case, at)


def lift_on_day(case: Case, hold: HoldState, at: datetime, why: str) -> Case:
    """Lifted within a day: the ladder may move from the next."""
    return lifted(case, hold, at, case.calendar.day(at) + timedelta(days=1), why)


def end_pause(case: Case, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    """The pauses, the open one ended (S5)."""
    if not case.paused or case.paused[-1][1] is not None:
        return case.paused
    return (*case.paused[:-1], (case.paused[-1][0], at))


def pauses_on(case: Case, at: datetime) -> Case:
    """The held case whose pause had ended for a closing that did not come (S5)."""
    held_on = bool(case.holds) and bool(case.paused) and case.paused[-1][1] is not None
    return case.evolve(paused=(*case.paused, (at, None))) if held_on else case


def made_by(case: Case, maker: str) -> HoldState | None:
    """The hold of this maker, if it stands."""
    return next((h for h in case.holds if h.made_by == maker), None)


def stands(case: Case, request: Hold) -> bool:
    """Whether this very hold stands: the same id with the same content (H1)."""
    same = (request.id, request.reason, request.until, request.by)
    return any((h.id, h.reason, h.until, h.by) == same for h in case.holds if h.made_by == "person")


def _in_words(hold: HoldState) -> str:
    return f"reason {hold.reason}, until {hold.until or 'it is released'}, by {hold.by or 'nobody named'}"


def why_refused(case: Case, request: Hold, at: datetime) -> RefusalReason | None:
    """Why a hold is refused, or None (H1)."""
    standing = next((hold for hold in case.holds if hold.id == request.id), None)
    if standing:
        return ("H1", f"a hold {request.id} stands already with other content: {_in_words(standing)}")
    past = request.until is not None and request.until < case.calendar.day(at)
    return ("H1", f"its last day {request.until} is past") if past else None
