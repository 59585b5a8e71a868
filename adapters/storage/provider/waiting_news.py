"""News of a provider's payment that nobody knows yet: a refund may reach us before the payment does (P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import waiting_news
from dunning.ports import NamedBody

KEPT: Final = timedelta(days=30)  # providers repeat nothing for longer; what nobody knew until then is not ours
_NEWS: Final = waiting_news.c
_OF: Final = (
    select(waiting_news)
    .where(_NEWS.provider == bindparam("of"), _NEWS.payment == bindparam("payment"))
    .order_by(_NEWS.at, _NEWS.event)
)
_TOLD: Final = delete(waiting_news).where(_NEWS.provider == bindparam("of"), _NEWS.event == bindparam("which"))
_TOO_OLD: Final = delete(waiting_news).where(_NEWS.at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """What one event told of a payment: messages by name and body, in order."""

    event: str
    messages: tuple[NamedBody, ...]


class WaitingNews:
    """The news of one provider."""

    def __init__(self, database: Database, provider: str) -> None:
        """`database` is migrated; `provider` is a name such as stripe."""
        self._database = database
        self._provider = provider

    async def keep(self, payment: str, event: str, messages: Sequence[NamedBody], at: datetime) -> None:
        """Keep news of the provider's `payment` until it is known, for `KEPT` at most."""
        row = {"provider": self._provider, "event": event, "payment": payment, "at": at}
        kept = {**row, "messages": [list(one) for one in messages]}

        def work(tx: Transaction) -> None:
            tx.change(_TOO_OLD, {"before": at - KEPT})
            tx.add(waiting_news, kept)

        await self._database.write(work)

    async def of(self, payment: str) -> tuple[WaitingEvent, ...]:
        """The news that wait for this payment, the oldest first."""
        rows = await self._database.read(lambda tx: tx.rows(_OF, of=self._provider, payment=payment))
        return tuple(WaitingEvent(row["event"], tuple((name, body) for name, body in row["messages"])) for row in rows)

    async def drop(self, event: str) -> None:
        """These news were told, and need not be kept."""
        await self._database.write(lambda tx: tx.change(_TOLD, {"of": self._provider, "which": event}))
