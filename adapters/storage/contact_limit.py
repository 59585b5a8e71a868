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
from dunning.effects import Deferred, Effect, SendNotice
from dunning.ports import Act
from dunning.records import Channel
from dunning.world import first_fit

_BEFORE: Final = select(acts.c.day, acts.c.messages).where(
    acts.c.customer_id == bindparam("customer"),
    acts.c.messages > 0,
    acts.c.day.between(bindparam("first"), bindparam("last")),
)


def applies(effect: Effect) -> bool:
    """Whether a limit is set for it; a copy, or the next channel after a bounce, is the same notice (N2, N3)."""
    return isinstance(effect, SendNotice) and effect.cap is not None and not (effect.copy or effect.again)


def planned(effect: Effect, usable: tuple[Channel, ...]) -> int:
    """How many messages it would be, as things stand."""
    if not isinstance(effect, SendNotice) or effect.copy or effect.again:
        return 0
    channels = len([channel for channel in effect.by if channel in usable])
    return min(channels, 1) if effect.first else channels


def deferral(tx: Transaction, act: Act, customer_id: str, messages: int) -> Deferred | None:
    """Until when `messages` more have to wait, None if they need not."""
    if not isinstance(act.effect, SendNotice) or act.effect.cap is None or not applies(act.effect) or not messages:
        return None
    cap = act.effect.cap
    first = act.day - timedelta(days=cap.within.count - 1)
    rows = tx.rows(_BEFORE, customer=customer_id, first=first, last=act.day)
    days = [row["day"] for row in rows for _ in range(row["messages"])]
    until = first_fit(days, cap, messages, act.day)
    if until == act.day:
        return None
    return Deferred(until, f"{len(days)} messages since {first}, {cap.notices} within {cap.within} are allowed")
