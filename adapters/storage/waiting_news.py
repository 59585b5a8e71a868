"""News of a provider's payment that nobody knows yet: a refund may reach us before the payment does (P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select

from adapters.storage.database import Database
from adapters.storage.tables import waiting_news
from adapters.storage.transaction import Transaction
from dunning.ports import Told

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
class News:
    """What one event told of a payment: messages by name and body, in order."""

    event: str
    messages: tuple[Told, ...]


class WaitingNews:
    """The news of one provider."""

    def __init__(self, database: Database, provider: str) -> None:
        """`database` is migrated; `provider` is a name such as stripe."""
        self._database = database
        self._provider = provider

    async def keep(self, payment: str, event: str, messages: Sequence[Told], at: datetime) -> None:
        """Keep news of the provider's `payment` until it is known, for `KEPT` at most."""
        row = {"provider": self._provider, "event": event, "payment": payment, "at": at}
        kept = {**row, "messages": [list(one) for one in messages]}

        def work(tx: Transaction) -> None:
            tx.change(_TOO_OLD, {"before": at - KEPT})
            tx.add(waiting_news, kept)

        await self._database.write(work)

    async def of(self, payment: str) -> tuple[News, ...]:
        """The news that wait for this payment, the oldest first."""
        rows = await self._database.read(lambda tx: tx.rows(_OF, of=self._provider, payment=payment))
        return tuple(News(row["event"], tuple((name, body) for name, body in row["messages"])) for row in rows)

    async def told(self, event: str) -> None:
        """These news were told, and need not be kept."""
        await self._database.write(lambda tx: tx.change(_TOLD, {"of": self._provider, "which": event}))
