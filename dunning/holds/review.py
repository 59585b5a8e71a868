"""What holds a case without a last day: after a while a person is asked whether it still has to (H7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from dunning import tasks
from dunning.case import Case
from dunning.parts import HoldState, TooLittle
from dunning.span import Span
from dunning.value import altered

AFTER: Final = Span(60, "workdays")
TOO_LITTLE: Final = "too little is demandable"
AFTER_TOO_LITTLE: Final = timedelta(days=365)


def first_on(case: Case, hold: HoldState) -> date | None:
    """The day of the first review of a hold that is made now; None where it ends by itself or a person was asked."""
    if hold.until is not None:
        return None
    asked = hold.made_by == "dispute" and case.policy.dispute.answer_within is not None
    if asked or hold.made_by not in {"person", "customer", "dispute"}:
        return None
    return case.calendar.add(case.calendar.day(hold.since), AFTER)


def too_little_at(case: Case) -> datetime | None:
    """The start of the day on which a person is asked about a case that demands nothing; None once they were."""
    on = None if case.too_little is None else case.too_little.review_on
    return None if on is None else case.calendar.start(on)


def asks(case: Case, hold: HoldState | None) -> Case:
    """The case that asks a person about a hold, or about demanding too little."""
    if hold is None:
        case = case.evolve(too_little=case.too_little and altered(case.too_little, review_on=None))
    else:
        case = case.evolve(holds=tuple(altered(one, review_on=None) if one is hold else one for one in case.holds))
    about = TOO_LITTLE if hold is None else hold.id
    return tasks.asks(case, "hold-review", "collections", tasks.PATIENCE, about)


def stands(case: Case, about: str) -> Case:
    """The case whose reviewer lets it stand: they are asked again as long after today."""
    if about == TOO_LITTLE:
        later = case.today + AFTER_TOO_LITTLE
        return case.evolve(too_little=case.too_little and altered(case.too_little, review_on=later))
    later = case.calendar.add(case.today, AFTER)
    return case.evolve(holds=tuple(altered(one, review_on=later) if one.id == about else one for one in case.holds))


def follow_demand(case: Case) -> Case:
    """The case that knows since when it demands too little, and asks nobody about it any more once it demands."""
    if case.demands:
        return tasks.without(case.evolve(too_little=None), "hold-review", TOO_LITTLE)
    return case.evolve(too_little=TooLittle(case.now, case.today + AFTER_TOO_LITTLE))
