"""Money that came in, and nobody knows yet for which invoice: kept until a payment of its id is booked (P1, P9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import known_ids
from adapters.storage.ledger import balance
from adapters.storage.lists.views import row_as
from adapters.storage.tables import cases, customers, invoices, postings, unmatched_payments
from dunning.errors import Conflict, NotFound

_U: Final = unmatched_payments.c
MATCHED: Final[ColumnElement[bool]] = exists().where(postings.c.kind == "payment", postings.c.id == _U.id)
_ONE: Final = select(unmatched_payments).where(_U.id == bindparam("payment"))
_SHOWN: Final = (
    select(
        invoices.c.id.label("invoice_id"), invoices.c.customer_id, customers.c.name.label("customer_name"),
        invoices.c.currency, invoices.c.due_on, balance().label("balance"), cases.c.stage,
    )
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
)  # fmt: skip
_NAMED: Final = _SHOWN.where(
    invoices.c.id.in_(bindparam("words", expanding=True)), invoices.c.currency == bindparam("of")
)
_OPEN: Final = _SHOWN.where(cases.c.outcome.is_(None), cases.c.balance > 0, invoices.c.currency == bindparam("of"))
_PAYERS: Final = (
    select(customers.c.id).where(func.lower(customers.c.name) == bindparam("payer")).limit(bindparam("most"))
)
_OWED: Final = _OPEN.where(cases.c.customer_id.in_(bindparam("payers", expanding=True))).order_by(invoices.c.due_on)
_SAME_SUM: Final = _OPEN.where(cases.c.balance == bindparam("amount")).order_by(invoices.c.due_on)
_ASKED_FOR: Final = _SHOWN.where(invoices.c.id.in_(bindparam("ids", expanding=True)))
_WORD: Final = re.compile(r"[^\s,;:]+")
_MOST_WORDS: Final = 40
_MOST: Final = 8  # invoices that are proposed for each reason


@dataclass(frozen=True, slots=True)
class UnmatchedPayment:
    """Such money, in minor units; `payer` and `reference` as they stand on the bank statement."""

    id: str
    currency: str
    amount: int
    as_of: datetime | None
    payer: str
    reference: str
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice that it may be for, with what is left of it, and `why` it is proposed."""

    invoice_id: str
    customer_id: str
    customer_name: str | None
    currency: str
    balance: int
    stage: str | None
    why: str


class Unmatched:
    """Keeps it, and proposes invoices."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def keep(self, payment: UnmatchedPayment) -> bool:
        """Keep it, once; whether it is new. Raises `Conflict` where its id is booked, or known with other content."""
        row = {name: getattr(payment, name) for name in UnmatchedPayment.__slots__}

        def work(tx: Transaction) -> bool:
            if known_ids.booked(tx, payment.id):
                raise Conflict(f"id: found {payment.id} booked; allowed a payment that is not")
            known = tx.row(_ONE, payment=payment.id)
            if known is None:
                return bool(tx.add(unmatched_payments, row))
            if any(known[name] != row[name] for name in ("currency", "amount", "as_of", "payer", "reference")):
                raise Conflict(f"id: found {payment.id} known with other content; allowed a new id")
            return False

        return await self._database.write(work)

    async def one(self, payment_id: str) -> UnmatchedPayment:
        """One of them. Raises `NotFound`, also of one that is matched."""
        row = await self._database.read(lambda tx: tx.row(_ONE.where(~MATCHED), payment=payment_id))
        if row is None:
            raise NotFound(f"payment: found no {payment_id} without an invoice; allowed one that nobody has matched")
        return row_as(UnmatchedPayment, row)

    async def candidates(self, payment: UnmatchedPayment) -> tuple[Candidate, ...]:
        """Invoices that its reference names, its payer owes, or that it pays to the cent; each once."""
        words = _WORD.findall(payment.reference)[:_MOST_WORDS]
        words = sorted({form for word in words for form in (word, word.upper(), word.lower())})
        of = {"of": payment.currency}

        def work(tx: Transaction) -> tuple[Candidate, ...]:
            found: dict[str, Candidate] = {}
            if words:
                _note(found, tx.rows(_NAMED.limit(_MOST), words=words, **of), "named in the reference")
            if payment.payer:
                payers = [row["id"] for row in tx.rows(_PAYERS, payer=payment.payer.lower(), most=_MOST)]
                owed = tx.rows(_OWED.limit(_MOST), payers=payers, **of) if payers else ()
                _note(found, owed, "owed by this payer")
            same = tx.rows(_SAME_SUM.limit(_MOST), amount=payment.amount, **of)
            _note(found, same, "exactly this amount is open")
            return tuple(found.values())

        return await self._database.read(work)

    async def invoices(self, ids: list[str]) -> dict[str, Candidate]:
        """These invoices, as far as they are known."""
        found: dict[str, Candidate] = {}
        _note(found, await self._database.read(lambda tx: tx.rows(_ASKED_FOR, ids=ids)) if ids else (), "")
        return found


def _note(found: dict[str, Candidate], rows: Any, why: str) -> None:
    for row in rows:
        found.setdefault(row["invoice_id"], row_as(Candidate, {**row, "why": why}))
