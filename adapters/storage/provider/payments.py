"""A provider's payments on our ledger: each once, by whatever name it comes, and nothing that was paid twice over.

A provider tells of money in two ways: by name (this payment brought so much) and in sum (the invoice is settled).
Whichever comes first is booked; what the other says is then only what is missing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import RowMapping, bindparam, func, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import inbox, parts
from adapters.storage.inbox.message import read_message
from adapters.storage.tables import Origin, invoices, postings, provider_payments, told
from adapters.storage.webhooks import webhook_of
from dunning.errors import NotFound
from dunning.messages import PaymentReceived, identity
from dunning.money import major, minor
from dunning.ports import NamedBody
from dunning.unapplied import mistake

_NAMED: Final = provider_payments.c
_KNOWN: Final = select(provider_payments).where(_NAMED.provider == bindparam("of"), _NAMED.id == bindparam("name"))
_TOLD: Final = select(told.c.name, told.c.body).where(
    told.c.invoice_id == bindparam("invoice"), told.c.identity == bindparam("identity")
)
_PAYMENTS: Final = (postings.c.invoice_id == bindparam("invoice")) & (postings.c.kind == "payment")
_BOOKED: Final = select(postings.c.origin).where(_PAYMENTS, postings.c.id == bindparam("payment"))
_GROSS: Final = select(func.coalesce(func.sum(-postings.c.amount), 0)).where(_PAYMENTS)
_SUMS: Final = select(postings.c.id, (-postings.c.amount).label("booked")).where(
    _PAYMENTS, postings.c.origin == "provider_sum"
)
_NAMED_OF: Final = select(func.coalesce(func.sum(_NAMED.amount), 0)).where(
    _NAMED.invoice_id == bindparam("invoice"), _NAMED.payment_id == bindparam("payment")
)


class ProviderPayments:
    """The payments of one provider. Each call answers with the message that the case is to hear, if there is one."""

    def __init__(self, database: Database, provider: str) -> None:
        """`database` is migrated; `provider` is a name such as stripe."""
        self._database = database
        self._provider = provider
        self._who = webhook_of(provider)

    async def take_payment(
        self, invoice_id: str, fact: PaymentReceived, names: Sequence[str], at: datetime, *, by_us: bool
    ) -> NamedBody | None:
        """A payment that the provider knows by `names`; the first is its own, the others lead to it. Raises `NotFound`.

        One that we made ourselves is booked by its key, by its own answer or here, whatever sums were told.
        """
        return await self._database.write(lambda tx: self._paid(tx, invoice_id, fact, tuple(names), at, by_us=by_us))

    async def take_total(self, invoice_id: str, total: Decimal, at: datetime, as_of: datetime) -> NamedBody | None:
        """So much was paid in all, by whomever: what is missing of it on our ledger. Raises `NotFound`."""
        return await self._database.write(lambda tx: _settled(tx, invoice_id, total, at, as_of, self._who))

    async def missing_amount(self, invoice_id: str, total: Decimal) -> int:
        """How much of a sum is not booked, in minor units. Raises `NotFound`."""
        return await self._database.read(lambda tx: _missing(tx, invoice_id, minor(total, _currency(tx, invoice_id))))

    async def payment_of(self, name: str) -> tuple[str, str] | None:
        """The invoice and the payment on its ledger that the provider's payment is; None while it is not known."""
        row = await self._database.read(lambda tx: tx.row(_KNOWN, of=self._provider, name=name))
        return (row["invoice_id"], row["payment_id"]) if row else None

    def _paid(
        self,
        tx: Transaction,
        invoice_id: str,
        fact: PaymentReceived,
        names: tuple[str, ...],
        at: datetime,
        *,
        by_us: bool,
    ) -> NamedBody | None:
        invoice = _locked(tx, invoice_id)
        known = tx.row(_KNOWN, of=self._provider, name=names[0])
        if known is not None:
            return _told(tx, invoice_id, known["payment_id"])
        amount = _minor(fact, invoice["currency"])
        if amount is None or tx.value(_BOOKED, invoice=invoice_id, payment=fact.id):
            self._name(tx, invoice_id, names, fact.id, 0)
            return _told(tx, invoice_id, fact.id) if amount is not None else _tell(tx, invoice_id, fact, at, "provider")
        payment, covered = (fact.id, 0) if by_us else _covered(tx, invoice_id, fact.id, amount)
        self._name(tx, invoice_id, names, payment, covered or amount)
        if covered == amount:
            return _told(tx, invoice_id, payment)
        rest = major(amount - covered, invoice["currency"])
        return _tell(tx, invoice_id, fact.model_copy(update={"amount": rest}), at, "provider")

    def _name(self, tx: Transaction, invoice_id: str, names: Sequence[str], payment_id: str, amount: int) -> None:
        of = {"provider": self._provider, "invoice_id": invoice_id, "payment_id": payment_id}
        for number, name in enumerate(names):
            tx.add(provider_payments, {**of, "id": name, "amount": 0 if number else amount})


def _settled(
    tx: Transaction, invoice_id: str, total: Decimal, at: datetime, as_of: datetime, who: str
) -> NamedBody | None:
    currency = _locked(tx, invoice_id)["currency"]
    wanted = minor(total, currency)
    payment, before = _sum_of(tx, invoice_id, wanted)
    missing = _missing(tx, invoice_id, wanted)
    if before is not None or missing <= 0:
        return before
    fact = PaymentReceived(
        id=payment, amount=major(missing, currency), currency=currency, as_of=as_of, authenticated=who
    )
    return _tell(tx, invoice_id, fact, at, "provider_sum")


def _sum_of(tx: Transaction, invoice_id: str, wanted: int) -> tuple[str, NamedBody | None]:
    """The id of the payment that brings this sum, and its message; an id that somebody else told is left to them."""
    payment = f"{invoice_id}/paid/{wanted}"
    while True:
        before = _told(tx, invoice_id, payment)
        if before is None or tx.value(_BOOKED, invoice=invoice_id, payment=payment) == "provider_sum":
            return payment, before
        payment = f"{payment}/paid"


def _missing(tx: Transaction, invoice_id: str, wanted: int) -> int:
    return wanted - int(tx.value(_GROSS, invoice=invoice_id))


def _currency(tx: Transaction, invoice_id: str) -> str:
    """The invoice's currency."""
    row = tx.row(inbox.ADDRESSEE, invoice=invoice_id)
    if row is None:
        raise NotFound(f"invoice: found no {invoice_id}")
    return str(row["currency"])


def _locked(tx: Transaction, invoice_id: str) -> RowMapping:
    """The invoice, after its customer: what is paid too much may be set off against another of theirs (P8)."""
    inbox.lock_customer_of(tx, invoice_id)
    rows = tx.lock(inbox.ADDRESSEE, of=invoices, invoice=invoice_id)
    if not rows:
        raise NotFound(f"invoice: found no {invoice_id}")
    return rows[0]


def _minor(fact: PaymentReceived, currency: str) -> int | None:
    """The amount; None where it is none in the invoice's currency, so that the case puts it before a person (F2)."""
    return minor(fact.amount, currency) if mistake(fact, currency) is None else None


def _covered(tx: Transaction, invoice_id: str, payment: str, amount: int) -> tuple[str, int]:
    """The sum that was booked before this payment was named, and how much of the payment is in it."""
    for row in tx.rows(_SUMS, invoice=invoice_id):
        unnamed = row["booked"] - int(tx.value(_NAMED_OF, invoice=invoice_id, payment=row["id"]))
        if unnamed > 0:
            return row["id"], min(amount, unnamed)
    return payment, 0


def _tell(tx: Transaction, invoice_id: str, fact: PaymentReceived, at: datetime, origin: Origin) -> NamedBody:
    body = fact.model_copy(update={"at": at}).model_dump(mode="json", exclude_none=True)
    parts.keep_parts(tx, invoice_id, read_message(fact.name, body, at, origin))
    return fact.name, body


def _told(tx: Transaction, invoice_id: str, payment: str) -> NamedBody | None:
    """The message that told of this payment before, to be heard again; None where an answer of ours booked it."""
    known_as = identity(PaymentReceived.name, {"id": payment})
    row = tx.row(_TOLD, invoice=invoice_id, identity=known_as)
    return (row["name"], row["body"]) if row else None
