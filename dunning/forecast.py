"""The whole future of a case, assuming that nobody pays, answers or objects (O4): the same rules, time that jumps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from dunning.account import Standing, account
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
from dunning.attempts import history
from dunning.attempts.permission import barrier
from dunning.case import Case
from dunning.channels import CHANNELS, chosen
from dunning.decide import follow
from dunning.effects import (
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
from dunning.engine import answer
from dunning.journal import Line
from dunning.notices import absence, contact_limit
from dunning.records import Channel
from dunning.rulebook.decline import FORESEEN, Reading
from dunning.value import altered

HORIZON = timedelta(days=400)
NO_WAIT = Reading("try_later", row="ours", meaning="foreseen to fail")
NEVER_CHANGES = 2_000

Usable = Callable[
    [tuple[str, ...]], Collection[Channel]
]  # the channels by which a notice to these roles may leave (N1)


def everywhere(to: tuple[str, ...]) -> Collection[Channel]:  # noqa: ARG001 - whoever they are
    """Every channel, for whoever does not know where the customer is reached."""
    return CHANNELS


def forecast(case: Case, now: datetime, usable: Usable = everywhere, horizon: timedelta = HORIZON) -> tuple[Line, ...]:
    """What is to come and when, as journal lines. `usable` says which channels may be used.

    An attempt is shown with the value `foreseen`; that a person answers in time, or not, is no step and not shown.
    """
    return foresee(case, now, usable, horizon).lines


def foresee(case: Case, now: datetime, usable: Usable = everywhere, horizon: timedelta = HORIZON) -> Case:
    """The case at the end of all that is to come, with the lines of it alone on its journal."""
    last = case
    for last, _ in futures(case, now, usable, horizon):  # noqa: B007 - the last of them
        pass
    return last


def futures(
    case: Case, now: datetime, usable: Usable = everywhere, horizon: timedelta = HORIZON
) -> Iterator[tuple[Case, Effect | None]]:
    """Each effect that is to come, with the case that decides on it; at the end the case that nothing happens to."""
    case = case.written()
    at, last, awaited = max(now, case.now), now + horizon, None
    for _ in range(NEVER_CHANGES):
        case, decision, awaited = follow(_nobody_answers(case, last), at, awaited)
        if isinstance(decision, Perform):
            yield case, decision.effect
            case = answer(case, decision.effect, _foreseen(case, decision.effect, usable), at)
        elif isinstance(decision, Wait) and decision.until is not None and decision.until <= last:
            at = max(at, decision.until)
        else:
            break
    yield case, None


def _nobody_answers(case: Case, last: datetime) -> Case:
    """The case whose tasks stay open; that they are escalated is not shown."""
    if not case.tasks:
        return case
    never = last.date() + timedelta(days=2)
    if all(task.last_on >= never for task in case.tasks):
        return case
    return case.evolve(tasks=tuple(altered(task, last_on=never) for task in case.tasks))


def _deferral(case: Case, effect: Effect, usable: Collection[Channel]) -> Deferred | None:
    """The customer's contact limit, as far as this case knows of their messages (T7)."""
    sent = [notice.sent_on for notice in case.notices if not notice.leaves_again]
    return contact_limit.deferral(effect, usable, case.today, lambda _: [*sent, *case.calls])


def _barrier(case: Case, effect: Charge) -> Forbidden | None:
    """What the rule book says to it, as far as this case knows of attempts (C4)."""
    of = case.invoice
    renewed_at = next((known.renewed_at for known in case.methods if known.id == effect.method), None)
    every = [
        history.ours(one.at, of.id, one.method, one.amount, of.currency, one.state, one.codes, one.by)
        for one in case.attempts
    ]
    earlier = history.counted(every, effect.method, renewed_at)
    return barrier(effect, of.id, of.currency, case.party.country, case.now, case.today, earlier)


def _account(case: Case) -> Account:
    """The customer's cases as they will be if nothing but time goes by, as far as this one knows of them (F5)."""
    known, known_at, today = case.account, case.account_at, case.today
    if known is None or known_at is None or known.open_cases <= 1:  # it is the only one
        broken = case.broken_promises if known is None else max(known.broken_promises, case.broken_promises)
        own = Standing(case.invoice.currency, case.balance, case.invoice.due_on, is_open=True, broken_promises=broken)
        return account(case.invoice.currency, [own], today)
    oldest, later = known.oldest_overdue_days, known.next_overdue_on
    if oldest:
        oldest += (today - case.calendar.day(known_at)).days
    elif later is not None and later <= today:
        oldest = (today - later).days + 1
    return altered(known, oldest_overdue_days=oldest, next_overdue_on=later if later and later > today else None)


def _foreseen(case: Case, effect: Effect, usable: Usable) -> Answer:
    match effect:
        case SendNotice():
            known = usable(effect.to)
            read = absence.read_now(effect, known)
            by = chosen(effect.by, read, first=effect.first)
            later = absence.deferral(effect, known) or _deferral(case, effect, read)
            return later or (Sent(by) if by else Unreachable())
        case Charge():
            return _barrier(case, effect) or Declined(effect.method, FORESEEN, read=NO_WAIT)
        case SettleCharge():
            return Declined(effect.method, FORESEEN, read=NO_WAIT)
        case LookUpAccount():
            return _account(case)
        case LoadPolicy():
            return PolicyLoaded(None, None)
        case ExtendCalendar():
            return CalendarMade(replace(case.calendar, until=effect.until))
        case _:
            return Done()
