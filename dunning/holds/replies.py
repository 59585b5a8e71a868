"""What the debtor wrote back: a person reads it, and the ladder waits for them to the end of the next workday (M5)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dunning import tasks
from dunning.case import Case
from dunning.holds import holds
from dunning.messages import Replied
from dunning.parts import HoldState
from dunning.value import altered

REPLY: Final = "reply"
QUEUE: Final = "collections"


def replied(case: Case, fact: Replied, at: datetime) -> Case:
    """The case whose debtor wrote. What the text seems to say decides nothing; each one is read by a person.

    One that comes while the hold of an earlier one stands holds the case for as long as it would by itself. A case that
    has ended is not held, but what was written is read all the same.
    """
    until = case.calendar.workdays_after(case.calendar.day(at), 1)
    held = "the case has ended" if case.closed else f"the ladder waits to the end of {until}"
    case = case.note("replied", "", "M5", f"the debtor wrote; {held}")
    if not case.closed:
        standing = holds.made_by(case, REPLY)
        if standing is None:
            hold = HoldState(REPLY, REPLY, at, until, made_by=REPLY)
            case = holds.held(case, hold, "M5", "a person reads what the debtor wrote")
        else:
            longer = altered(standing, until=max(until, standing.until or until))
            case = case.evolve(holds=tuple(longer if one is standing else one for one in case.holds))
    return tasks.asks(case, REPLY, QUEUE, tasks.PATIENCE, fact.text)
