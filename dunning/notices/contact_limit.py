"""How many messages a customer gets within a window, over all their cases and channels (T7)."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from datetime import date, timedelta
from typing import TypeGuard

from dunning.answers import Answer, Deferred, Sent
from dunning.channels import chosen
from dunning.effects import Effect, SendNotice
from dunning.policy import PerCustomer
from dunning.records import Channel


def limit(effect: Effect) -> PerCustomer | None:
    """The limit that binds a notice; None for whatever is free."""
    return effect.cap if _is_notice(effect) else None


def messages(effect: Effect, usable: Container[Channel]) -> int:
    """How many messages it counts for until its outcome is known: one for each channel that it would take now."""
    return _channels(effect, usable) if _is_notice(effect) else 0


def messages_sent(effect: Effect, answer: Answer) -> int:
    """How many messages it counts for ever after; a fate unknown counts as sent (N3)."""
    if not _is_notice(effect) or not isinstance(answer, Sent):
        return 0
    return len({*answer.channels, *answer.unsure})


def deferral(
    effect: Effect, usable: Container[Channel], today: date, sent_since: Callable[[date], Sequence[date]]
) -> Deferred | None:
    """Until when a notice has to wait, and with it its fee; None if it need not.

    `sent_since` is asked only where a limit binds: the days of the customer's messages, since that day at least.
    """
    cap = limit(effect)
    new = 0 if cap is None else _channels(effect, usable)
    if cap is None or not new:
        return None
    since = _window(cap, today)
    days = [day for day in sent_since(since) if day >= since]
    until = first_fit(days, cap, new, today)
    if until == today:
        return None
    return Deferred(until, f"{len(days)} messages since {since}, {cap.notices} within {cap.within} are allowed")


def first_fit(days: list[date], cap: PerCustomer, new: int, today: date) -> date:
    """The first day from today on which `new` more messages stay within the cap.

    What would not even fit an empty window may go once it is empty.
    """
    day = today
    while True:
        first = _window(cap, day)
        used = sum([first <= sent <= day for sent in days])
        if used == 0 or used + new <= cap.notices:
            return day
        day += timedelta(days=1)


def _window(cap: PerCustomer, day: date) -> date:
    """The first day of the window that ends with this day."""
    return day - timedelta(days=cap.within.count - 1)


def _channels(effect: Effect, usable: Container[Channel]) -> int:
    return len(chosen(effect.by, usable, first=effect.first)) if isinstance(effect, SendNotice) else 0


def _is_notice(effect: Effect) -> TypeGuard[SendNotice]:
    """Whether it is a contact of its own: a copy, or the next channel after a bounce, is the same notice (N2, N3), and
    thanks are none (M2).
    """
    return isinstance(effect, SendNotice) and effect.is_contact
