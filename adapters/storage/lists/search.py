"""Finds customers and invoices by the beginnings of their words, reading few more rows than are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import RowMapping, Select, and_, bindparam, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from adapters.storage.engine.database import Database
from adapters.storage.engine.transaction import Transaction
from adapters.storage.ledger import balance
from adapters.storage.lists.owed import NOTHING, Owed, owed_by
from adapters.storage.search_words import Kind, terms_of
from adapters.storage.tables import cases, customers, invoices, postings, search_words

_MORE_WORDS: Final = 8  # rows that are read for each thing wanted: several words of one may begin alike
_LOOKED_AT: Final = 2_000  # words that begin like the rarest of a search, before the others are asked of them
_LAST: Final = "\U0010ffff"
_CUSTOMERS: Final = select(customers.c.id, customers.c.name, customers.c.country).where(
    customers.c.id.in_(bindparam("ids", expanding=True))
)
_INVOICES: Final = (
    select(
        invoices.c.id, invoices.c.customer_id, customers.c.name, invoices.c.currency, balance().label("balance"),
        cases.c.stage,
    )
    .join(customers, customers.c.id == invoices.c.customer_id)
    .join(cases, cases.c.invoice_id == invoices.c.id, isouter=True)
    .where(invoices.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip
_PAID: Final = (
    select(postings.c.invoice_id)
    .where(postings.c.kind == "payment", postings.c.id == bindparam("payment"))
    .order_by(postings.c.invoice_id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer, and what they owe."""

    id: str
    name: str | None
    country: str | None
    owed: Owed


@dataclass(frozen=True, slots=True)
class FoundInvoice:
    """An invoice, with what is left of it in minor units; `stage` is None where it has no case."""

    id: str
    customer_id: str
    customer_name: str | None
    currency: str
    balance: int
    stage: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, exact words first; `more` says that there is more than was wanted, or was looked at."""

    customers: tuple[FoundCustomer, ...]
    invoices: tuple[FoundInvoice, ...]
    more: bool


class Search:
    """Looks for what somebody has written down: a name, a number, an address, a reference."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def find(self, said: str, most: int) -> Found:
        """At most so many customers and so many invoices; nothing where nothing is said."""
        ways = terms_of(said)
        return await self._database.read(lambda tx: _found(tx, ways, " ".join(said.split()), most))


def _found(tx: Transaction, ways: Sequence[Sequence[str]], whole: str, most: int) -> Found:
    whose, more_customers = _ids(tx, "customer", ways, most)
    which, more_invoices = _ids(tx, "invoice", ways, most)
    paid = [row["invoice_id"] for row in tx.rows(_PAID, payment=whole, most=most)] if whole else []
    which = list(dict.fromkeys([*paid, *which]))[:most]
    return Found(_customers(tx, whose), _invoices(tx, which), more_customers or more_invoices)


def _ids(tx: Transaction, kind: Kind, ways: Sequence[Sequence[str]], most: int) -> tuple[list[str], bool]:
    """Whose words begin so, each once, by one way after the other; and whether there may be more."""
    found: dict[str, None] = {}
    more = False
    for words in ways:
        counted = sorted((_how_many(tx, kind, word), word) for word in words) if len(words) > 1 else [(0, words[0])]
        (fewest, rarest), *others = counted
        if len(found) <= most:
            query = _query(kind, rarest, [word for _, word in others], most + 1)
            found |= dict.fromkeys(row["id"] for row in tx.rows(query))
            more = more or fewest > _LOOKED_AT
    return list(found)[:most], more or len(found) > most


def _how_many(tx: Transaction, kind: Kind, word: str) -> int:
    """How many begin so, as far as it matters."""
    some = select(literal(1)).where(_begins(kind, word)).limit(_LOOKED_AT + 1).subquery()
    return int(tx.value(select(func.count()).select_from(some)))


def _query(kind: Kind, rarest: str, others: Sequence[str], most: int) -> Select[tuple[str]]:
    """Those that have the rarest word, and the others too; of a word that very many have, the first of them."""
    columns = select(search_words.c.word, search_words.c.id).where(_begins(kind, rarest))
    first = columns.order_by(search_words.c.word, search_words.c.id)
    if not others:
        alone = first.limit(most * _MORE_WORDS).subquery()
        return select(alone.c.id).order_by(alone.c.word, alone.c.id)
    looked_at = first.limit(_LOOKED_AT).subquery()
    query = select(looked_at.c.id)
    for word in others:
        also = search_words.alias()
        begins = and_(also.c.kind == kind, also.c.id == looked_at.c.id, *_between(also.c.word, word))
        # A value and no EXISTS: PostgreSQL would join that, and read every row of a common word.
        query = query.where(select(literal(1)).where(begins).limit(1).scalar_subquery().is_not(None))
    return query.order_by(looked_at.c.word, looked_at.c.id).limit(most * _MORE_WORDS)


def _begins(kind: Kind, word: str) -> ColumnElement[bool]:
    return and_(search_words.c.kind == kind, *_between(search_words.c.word, word))


def _between(column: ColumnElement[str], word: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= word, column < word + _LAST


def _customers(tx: Transaction, ids: Sequence[str]) -> tuple[FoundCustomer, ...]:
    known = {row["id"]: row for row in tx.rows(_CUSTOMERS, ids=ids)} if ids else {}
    owed = owed_by(tx, ids)
    return tuple(
        FoundCustomer(one, known[one]["name"], known[one]["country"], owed.get(one, NOTHING))
        for one in ids
        if one in known
    )


def _invoices(tx: Transaction, ids: Sequence[str]) -> tuple[FoundInvoice, ...]:
    known = {row["id"]: row for row in tx.rows(_INVOICES, ids=ids)} if ids else {}
    return tuple(_invoice(known[one]) for one in ids if one in known)


def _invoice(row: RowMapping) -> FoundInvoice:
    return FoundInvoice(row["id"], row["customer_id"], row["name"], row["currency"], row["balance"], row["stage"])
