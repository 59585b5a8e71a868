"""The whole future of a case, assuming that nobody pays, answers or objects (O4): the same rules, time that jumps."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from dunning.answers import (
    Account,
    Answer,
    CalendarMade,
    Declined,
    Deferred,
    Done,
    Forbidden,
    PolicyLoaded,
    Sent,
    Unreachable,
)
from dunning.case import Case
from dunning.charging.permission import CUSTOMER, barrier
from dunning.decide import advance
from dunning.effects import (
    BookFee,
    Charge,
    Effect,
    ExtendCalendar,
    LoadPolicy,
    LookUpAccount,
    Perform,
    SendNotice,
    SettleCharge,
    Wait,
)
from dunning.journal import Line
from dunning.opening import answer
from dunning.records import Channel
from dunning.rulebook.decline import FORESEEN, Reading
from dunning.rulebook.history import Tried
from dunning.simulation.world import first_fit

HORIZON = timedelta(days=400)
_END: Final[dict[str, Literal["approved", "declined", "open"]]] = {
    "approved": "approved", "declined": "declined", "unknown": "open", "underway": "open",
}  # fmt: skip
NO_WAIT = Reading("try_later", row="ours", meaning="foreseen to fail")
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


def _chosen(effect: SendNotice | BookFee, channels: frozenset[Channel] | None) -> tuple[Channel, ...]:
    usable = tuple(channel for channel in effect.by if channels is None or channel in channels)
    return usable[: 1 if effect.first else None]


def _limited(case: Case, effect: SendNotice | BookFee, messages: int) -> Deferred | None:
    """The customer's contact limit, as far as this case knows of his messages (T7)."""
    if effect.cap is None or not messages:
        return None
    fits = first_fit([n.sent_on for n in case.notices if not n.again], effect.cap, messages, case.today)
    return Deferred(fits) if fits > case.today else None


def _barrier(case: Case, effect: Charge) -> Forbidden | None:
    """What the rule book says to it, as far as this case knows of attempts (C4)."""
    of = case.invoice
    renewed_at = next((known.renewed_at for known in case.methods if known.id == effect.method), None)
    earlier = (
        Tried(a.at, of.id, a.method, a.amount, of.currency, _END[a.state],
              a.codes, a.by == CUSTOMER)
        for a in case.attempts
        if not (effect.method == a.method and a.at < (renewed_at or a.at))
    )  # fmt: skip
    return barrier(effect, of.id, of.currency, case.party.country, case.now, case.today, earlier)


def _foreseen(case: Case, effect: Effect, channels: frozenset[Channel] | None) -> Answer:
    match effect:
        case SendNotice():
            by = _chosen(effect, channels)
            later = None if effect.copy or effect.again else _limited(case, effect, len(by))
            return later or (Sent(by) if by else Unreachable())
        case BookFee():
            return _limited(case, effect, len(_chosen(effect, channels))) or Done()
        case Charge():
            return _barrier(case, effect) or Declined(effect.method, FORESEEN, read=NO_WAIT)
        case SettleCharge():
            return Declined(effect.method, FORESEEN, read=NO_WAIT)
        case LookUpAccount():
            return case.account or Account(overdue_total=case.balance, broken_promises=case.broken_promises)
        case LoadPolicy():
            return PolicyLoaded(None, None)
        case ExtendCalendar():
            return CalendarMade(replace(case.calendar, until=effect.until))
        case _:
            return Done()
