"""How many messages a customer gets within a window, over all his cases and channels (T7).

An intent counts from the moment it is written, so that two cases that write at the same time do not both slip under
the limit; when its outcome is known, what was really sent counts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, select

from adapters.storage.tables import acts
from adapters.storage.transaction import Transaction
from dunning.answers import Deferred
from dunning.effects import BookFee, Effect, SendNotice
from dunning.ports import Act
from dunning.records import Channel
from dunning.simulation.world import first_fit

_BEFORE: Final = select(acts.c.day, acts.c.messages).where(
    acts.c.customer_id == bindparam("customer"),
    acts.c.messages > 0,
    acts.c.day.between(bindparam("first"), bindparam("last")),
)


def applies(effect: Effect) -> bool:
    """Whether a limit is set for it; a copy, or the next channel after a bounce, is the same notice (N2, N3)."""
    if isinstance(effect, SendNotice):
        return effect.cap is not None and not (effect.copy or effect.again)
    return isinstance(effect, BookFee) and effect.cap is not None


def counted(effect: Effect, usable: tuple[Channel, ...]) -> int:
    """How many messages it stands for until its outcome is known."""
    return _messages(effect, usable) if isinstance(effect, SendNotice) and not (effect.copy or effect.again) else 0


def deferral(tx: Transaction, act: Act, customer_id: str, usable: tuple[Channel, ...]) -> Deferred | None:
    """Until when a notice has to wait, and with it the fee that it announces; None if it need not."""
    effect = act.effect
    if not applies(effect) or not isinstance(effect, SendNotice | BookFee) or effect.cap is None:
        return None
    messages, cap = _messages(effect, usable), effect.cap
    if not messages:
        return None
    first = act.day - timedelta(days=cap.within.count - 1)
    rows = tx.rows(_BEFORE, customer=customer_id, first=first, last=act.day)
    days = [row["day"] for row in rows for _ in range(row["messages"])]
    until = first_fit(days, cap, messages, act.day)
    if until == act.day:
        return None
    return Deferred(until, f"{len(days)} messages since {first}, {cap.notices} within {cap.within} are allowed")


def _messages(effect: SendNotice | BookFee, usable: tuple[Channel, ...]) -> int:
    """How many messages it would be, one for each channel, as things stand."""
    channels = len([channel for channel in effect.by if channel in usable])
    return min(channels, 1) if effect.first else channels
