"""The whole future of a case, assuming that nobody pays, answers or objects (O4): the same rules, time that jumps."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dunning.case import Case
from dunning.decide import advance
from dunning.effects import (
    Account,
    Answer,
    CalendarMade,
    Charge,
    Declined,
    Done,
    Effect,
    ExtendCalendar,
    LoadPolicy,
    LookUpAccount,
    Perform,
    PolicyLoaded,
    SendNotice,
    Sent,
    SettleCharge,
    Unreachable,
    Wait,
)
from dunning.journal import Line
from dunning.opening import answer
from dunning.records import Channel

HORIZON = timedelta(days=400)
FORESEEN = "foreseen"
NEVER_CHANGES = 2_000


def forecast(
    case: Case, now: datetime, channels: frozenset[Channel] | None = None, horizon: timedelta = HORIZON
) -> tuple[Line, ...]:
    """What is to come and when, as journal lines. `channels` are those that may be used; None: all.

    An attempt is shown with the value `foreseen`; that a person answers in time, or not, is no step and not shown.
    """
    case, start = case.written(), case.line_count
    at, last = max(now, case.now), now + horizon
    for _ in range(NEVER_CHANGES):
        case, decision = advance(case.evolve(tasks=()), at)
        if isinstance(decision, Perform):
            case = answer(case, decision.effect, _foreseen(case, decision.effect, channels), at)
        elif isinstance(decision, Wait) and decision.until is not None and decision.until <= last:
            at = max(at, decision.until)
        else:
            break
    return tuple(line for line in case.lines if line.number > start)


def _foreseen(case: Case, effect: Effect, channels: frozenset[Channel] | None) -> Answer:
    match effect:
        case SendNotice():
            by = tuple(c for c in effect.by if channels is None or c in channels)[: 1 if effect.first else None]
            return Sent(by) if by else Unreachable()
        case Charge() | SettleCharge():
            return Declined(effect.method, FORESEEN)
        case LookUpAccount():
            return case.account or Account(overdue_total=case.balance, broken_promises=case.broken_promises)
        case LoadPolicy():
            return PolicyLoaded(None, None)
        case ExtendCalendar():
            return CalendarMade(replace(case.calendar, until=effect.until))
        case _:
            return Done()
