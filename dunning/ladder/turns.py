"""When time alone makes a condition false: such a condition has a moment of its own, the start of that day (F5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from dunning import overdue
from dunning.case import Case
from dunning.ladder.condition_values import looking_into
from dunning.policy.conditions import BY_TIME, Conditions

LOOKED: Final = timedelta(minutes=5)  # how long what was read of the other cases counts as read now (F1)


def looked_up(case: Case) -> bool:
    """Whether what the case knows of the customer's other cases was read just now."""
    return case.account_at is not None and case.now - case.account_at <= LOOKED


def turns_at(case: Case, when: Conditions) -> datetime | None:
    """The start of the first day to come on which time alone may make it false, as far as is known today."""
    days = [day for day in _turns(case, when) if day is not None and day > case.today]
    return case.calendar.start(min(days)) if days else None


def has_turned(case: Case, when: Conditions) -> bool:
    """Whether something that moves with time is not as it must be today, or may not be: the other cases then tell."""
    if any(field in BY_TIME for field, _ in when.failing(looking_into(case))):
        return True
    if not when.asks_account or looked_up(case) or case.account_at is None:
        return False
    return any(day is not None and day <= case.today for day in _turns(case, when))


def _turns(case: Case, when: Conditions) -> list[date | None]:
    """For each fact that moves with time the day on which it may turn."""
    account, days = case.account, [_overdue_too_long(case, when)]
    if account is None or case.account_at is None:
        return days
    if when.account_overdue_total is not None:
        days.append(account.next_overdue_on)
    oldest, known = when.account_oldest_overdue_days, account.oldest_overdue_days
    if oldest is not None and known:
        most = oldest.fails_above(known)
        days.append(None if most is None else case.calendar.day(case.account_at) + timedelta(days=most - known))
    elif oldest is not None:
        days.append(account.next_overdue_on)
    return days


def _overdue_too_long(case: Case, when: Conditions) -> date | None:
    test = when.invoice_overdue_days
    most = None if test is None else test.fails_above(overdue.overdue_days(case))
    return None if most is None else case.invoice.due_on + timedelta(days=most)
