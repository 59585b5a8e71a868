"""The refunds of a provider's payments: what was told of them, and what the case is to hear because of it (P5).

The case hears what differs from what it heard before, so that neither the order of events nor their repetition changes
where it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import RowMapping, bindparam, delete, select, update

from adapters.refunds import RefundNews, refunded
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox
from adapters.storage.inbox.message import read_message
from adapters.storage.provider.waiting_news import KEPT
from adapters.storage.tables import invoices, provider_payments, provider_refunds, told
from adapters.storage.webhooks import webhook_of
from dunning.errors import NotFound
from dunning.messages import PaymentReversed, ReversalLifted
from dunning.ports import NamedBody

_TOLD: Final = provider_refunds.c
_OF: Final = (
    select(provider_refunds)
    .where(_TOLD.provider == bindparam("of"), _TOLD.payment == bindparam("payment"))
    .order_by(_TOLD.at, _TOLD.name)
)
_HEARD: Final = (
    update(provider_refunds)
    .where(_TOLD.provider == bindparam("of"), _TOLD.payment == bindparam("by"), _TOLD.name == bindparam("which"))
    .values(heard=bindparam("amount"), heard_as=bindparam("known_as"))
)
_MESSAGES: Final = (
    select(told.c.name, told.c.body)
    .where(
        told.c.invoice_id == bindparam("invoice"), told.c.identity.in_(bindparam("identities", expanding=True))
    )
    .order_by(told.c.number)
)  # fmt: skip
_OURS: Final = select(provider_payments.c.id).where(provider_payments.c.provider == bindparam("of"))
_TOO_OLD: Final = delete(provider_refunds).where(
    _TOLD.provider == bindparam("of"), _TOLD.at < bindparam("since"), _TOLD.payment.not_in(_OURS)
)


class ProviderRefunds:
    """The refunds of one provider."""

    def __init__(self, database: Database, provider: str) -> None:
        """`database` is migrated; `provider` is a name such as stripe."""
        self._database = database
        self._provider = provider

    async def keep(self, payment: str, news: Sequence[RefundNews], at: datetime) -> None:
        """Keep what is told of the provider's `payment`; while nobody knows that one, for `KEPT` at most."""
        rows = [self._row(payment, one) for one in news]

        def work(tx: Transaction) -> None:
            tx.change(_TOO_OLD, {"of": self._provider, "since": at - KEPT})
            tx.add(provider_refunds, *rows)

        await self._database.write(work)

    async def tell(self, payment: str, invoice_id: str, payment_id: str, at: datetime) -> tuple[NamedBody, ...]:
        """All that the case is to hear of the refunds of a payment, which is `payment_id` on the invoice's ledger.

        What it heard before is among it, to be heard again. Raises `NotFound`.
        """
        return await self._database.write(lambda tx: self._tell(tx, payment, invoice_id, payment_id, at))

    def _row(self, payment: str, one: RefundNews) -> dict[str, object]:
        of = {"provider": self._provider, "payment": payment, "name": one.name}
        return {**of, "said": one, "at": one.at, "heard": "0", "heard_as": None}

    def _tell(
        self, tx: Transaction, payment: str, invoice_id: str, payment_id: str, at: datetime
    ) -> tuple[NamedBody, ...]:
        if not tx.lock(inbox.ADDRESSEE, of=invoices, invoice=invoice_id):
            raise NotFound(f"invoice: found no {invoice_id}")
        rows = tx.rows(_OF, of=self._provider, payment=payment)
        identities = [row["heard_as"] for row in rows if row["heard_as"]]
        missing = refunded(row["said"] for row in rows) - sum([Decimal(row["heard"]) for row in rows])
        if missing:
            by = [row for row in rows if row["heard_as"] is None][-1]
            identities.append(_heard(tx, invoice_id, payment_id, by, missing, at))
        found = tx.rows(_MESSAGES, invoice=invoice_id, identities=identities)
        return tuple((row["name"], row["body"]) for row in found)


def _heard(tx: Transaction, invoice_id: str, payment_id: str, by: RowMapping, missing: Decimal, at: datetime) -> str:
    """Let the case hear what is missing, under the name of the news `by`; what the message is known by."""
    kind: type[PaymentReversed | ReversalLifted] = PaymentReversed if missing > 0 else ReversalLifted
    said: RefundNews = by["said"]
    fact = kind(
        id=said.name, payment_id=payment_id, amount=abs(missing), currency=said.currency, at=at,
        authenticated=webhook_of(by["provider"]),
    )  # fmt: skip
    message = read_message(fact.name, fact.model_dump(mode="json", exclude_none=True), at, "provider")
    inbox.keep_messages(tx, invoice_id, [message])
    of = {"of": by["provider"], "by": by["payment"], "which": by["name"]}
    tx.change(_HEARD, {**of, "amount": str(missing), "known_as": message.known_as(tx)})
    return message.known_as(tx)
