"""Attempts and methods for reading, as the rule book looks at them. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import RowMapping, bindparam, func, select

from adapters.storage.effects.attempt_history import attempts_by_method
from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.lists.pages import PAGE, Order, Page, read_page, updated_since
from adapters.storage.lists.views import ForbiddenView, MethodView, OutsideView, ReviewView, row_as
from adapters.storage.records import codes_of, invoice_of, method_of
from adapters.storage.tables import (
    attempts,
    cases,
    customers,
    forbidden_attempts,
    invoices,
    methods,
    outside_attempts,
)
from dunning.errors import NotFound
from dunning.records import Method
from dunning.rulebook.asked import Wanted
from dunning.rulebook.decline import Codes
from dunning.rulebook.tables import TABLES
from dunning.rulebook.verdict import may_try

# The rows of the rule book that a person should look at: so marked, a fault of ours, or for what no table lists (C2).
FOR_REVIEW: Final = tuple(
    f"{table.scheme} {code.code}"
    for table in TABLES.values()
    for code in (*table.codes.values(), table.unknown)
    if code.review or code.kind == "operator" or code is table.unknown
)
_INVOICE: Final = select(invoices).where(invoices.c.id == bindparam("invoice"))
_OUTSIDE: Final = (
    select(outside_attempts)
    .where(outside_attempts.c.invoice_id == bindparam("invoice"))
    .order_by(outside_attempts.c.at, outside_attempts.c.id)
)
_FORBIDDEN: Final = (
    select(forbidden_attempts)
    .where(forbidden_attempts.c.invoice_id == bindparam("invoice"))
    .order_by(forbidden_attempts.c.number)
)
_ASKED: Final = (
    select(invoices, customers.c.country, customers.c.consent_withdrawn, cases.c.demandable)
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(cases, cases.c.invoice_id == invoices.c.id)
    .where(invoices.c.id == bindparam("invoice"))
)
_METHODS: Final = select(methods).where(methods.c.customer_id == bindparam("customer")).order_by(methods.c.position)
_SEEN: Final = (attempts.c.row.in_(FOR_REVIEW)) & (attempts.c.at >= bindparam("since"))
_REVIEWS: Final = (
    select(attempts, invoices.c.currency, methods.c.network, methods.c.brand, methods.c.last4)
    .join(invoices, invoices.c.id == attempts.c.invoice_id)
    .join(
        methods,
        (methods.c.customer_id == attempts.c.customer_id) & (methods.c.id == attempts.c.method),
        isouter=True,
    )
)
_NEWEST: Final = Order((attempts.c.at, attempts.c.invoice_id, attempts.c.number), newest_first=True)


class AttemptLists:
    """What a case's own attempts do not tell: those made elsewhere, those not made, what is allowed, what is odd."""

    def __init__(self, database: Database, provider: str | None = None) -> None:
        """`database` is migrated; `provider` makes the charges, by the name that the rule book has for them (C4)."""
        self._database = database
        self._provider = provider

    async def outside(self, invoice_id: str) -> tuple[OutsideView, ...]:
        """What the billing system tried itself, before the case opened and meanwhile. Raises `NotFound`."""
        return await self._database.read(lambda tx: tuple(_elsewhere(tx, invoice_id)))

    async def forbidden(self, invoice_id: str) -> tuple[ForbiddenView, ...]:
        """What the case wanted to try and the rule book did not allow, in order."""
        rows = await self._database.read(lambda tx: tx.rows(_FORBIDDEN, invoice=invoice_id))
        return tuple(row_as(ForbiddenView, row) for row in rows)

    async def methods(self, invoice_id: str, at: datetime, day: date) -> tuple[MethodView, ...]:
        """Each method of the customer in order, with the verdict on an attempt for this invoice at this moment.

        It is asked of the same history as before a real one. `day` is the local day. Raises `NotFound`.
        """
        return await self._database.read(lambda tx: tuple(_allowed(tx, invoice_id, at, day, self._provider)))

    async def reviews(
        self, since: datetime, *, updated: datetime | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> Page[ReviewView]:
        """Declines that want a person's eyes, the newest first; those written since `updated`. Raises `BadCursor`.

        A decline stands at its attempt's moment: one that is answered meanwhile may belong on a page that was read.
        """
        query = updated_since(_REVIEWS.where(_SEEN).params(since=since), updated, attempts)
        found = await self._database.read(lambda tx: read_page(tx, query, _NEWEST, cursor, limit))
        return found.shown(_review)

    async def count_reviews(self, since: datetime) -> int:
        """How many these are."""
        query = select(func.count()).select_from(attempts).where(_SEEN)
        return int(await self._database.read(lambda tx: tx.value(query, since=since)))


def _elsewhere(tx: Transaction, invoice_id: str) -> Iterator[OutsideView]:
    row = tx.row(_INVOICE, invoice=invoice_id)
    if row is None:
        raise NotFound(f"invoice: found no {invoice_id}")
    for one in invoice_of(row).attempts:
        codes = Codes(one.declined) if one.declined else None
        yield OutsideView(one.method, row["currency"], row["amount"], one.at, codes)
    for later in tx.rows(_OUTSIDE, invoice=invoice_id):
        yield OutsideView(later["method"], row["currency"], later["amount"], later["at"], codes_of(later))


def _allowed(tx: Transaction, invoice_id: str, at: datetime, day: date, provider: str | None) -> Iterator[MethodView]:
    row = tx.row(_ASKED, invoice=invoice_id)
    if row is None:
        raise NotFound(f"case: found none of invoice {invoice_id}")
    amount = row[cases.c.demandable] or row[invoices.c.amount]
    for one in map(method_of, tx.rows(_METHODS, customer=row["customer_id"])):
        wanted = Wanted(
            at, day, invoice_id, one.id, amount, row["currency"],
            network=one.network, country=row["country"], provider=provider, consent=row["consent_withdrawn"] is None,
        )  # fmt: skip
        yield MethodView(one, may_try(wanted, attempts_by_method(tx, row["customer_id"], invoice_id, one.id)))


def _review(row: RowMapping) -> ReviewView:
    method = Method(id=row["method"], network=row["network"], brand=row["brand"], last4=row["last4"])
    same = ("invoice_id", "customer_id", "number", "currency", "amount", "at", "row", "updated_at")
    codes = Codes(row["code"], row["advice"], row["network_code"], row["network_advice"])
    return ReviewView(method=method, codes=codes, **{name: row[name] for name in same})
