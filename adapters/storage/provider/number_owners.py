"""Whose a telephone number is, however it is written: customers, and contacts of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, Text, bindparam, cast, func, or_, select

from adapters.storage.engine.database import Database
from adapters.storage.inbox import contacts
from adapters.storage.records import reach_of
from adapters.storage.tables import customers
from adapters.telephone import text_number
from dunning.channels import address
from dunning.recipients import OWN, Reach
from dunning.records import Channel

_SMS: Final[Channel] = "sms"
# What people write between digits.
_BETWEEN: Final = (" ", "-", ".", "/", "(", ")", "\N{NO-BREAK SPACE}")
_LAST: Final = 6  # digits that are written alike with the country's code and without


def _closed_up(column: Any) -> Any:
    for sign in _BETWEEN:
        column = func.replace(column, sign, "")
    return column


_ALIKE: Final = (
    select(customers)
    .where(
        or_(
            _closed_up(customers.c.phone).like(bindparam("digits")),
            _closed_up(cast(customers.c.contacts, Text)).like(bindparam("digits")),
            _closed_up(cast(customers.c.texts_stopped, Text)).like(bindparam("digits")),
        )
    )
    .order_by(customers.c.id)
)


@dataclass(frozen=True, slots=True)
class NumberOwner:
    """A customer, or the `contact` of theirs with this id. `silent` are the channels they opted out of before."""

    customer_id: str
    contact: str
    silent: tuple[Channel, ...] = ()


class NumberOwners:
    """Reads who may be written to."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated."""
        self._database = database

    async def of(self, number: str) -> tuple[NumberOwner, ...]:
        """All who have this number (E.164), whether they want text messages or not."""
        return tuple(one for row in await self._alike(number) for one, _ in _owners(reach_of(row), number))

    async def texted(self, number: str) -> tuple[NumberOwner, ...]:
        """All who get text messages at this number (E.164), without those who already want none there."""
        return tuple(one for row in await self._alike(number) for one, open_ in _owners(reach_of(row), number) if open_)

    async def stopped(self, number: str) -> tuple[NumberOwner, ...]:
        """All who get none at this number (E.164) because its owner wrote STOP to us."""
        return tuple(one for row in await self._alike(number) for one in _stopped(row, number))

    async def use_again(self, customer_id: str, number: str) -> None:
        """The customer's own number may be used again, as far as STOP had closed it."""
        await self._database.write(lambda tx: contacts.use_texts_again(tx, customer_id, number))

    async def _alike(self, number: str) -> Sequence[RowMapping]:
        digits = f"%{number[-_LAST:]}%"
        return await self._database.read(lambda tx: tx.rows(_ALIKE, digits=digits))


def _owners(reach: Reach, number: str) -> Iterator[tuple[NumberOwner, bool]]:
    """The customer's own number, and those of contacts, each with whether it is written to."""
    customer, closed = reach.customer, _SMS in reach.opted_out
    own = address(customer, _SMS)
    if own is not None and text_number(own, customer.country) == number:
        yield NumberOwner(customer.id, OWN), not closed and own not in reach.bounced.get(_SMS, ())
    for one in customer.contacts:
        text, silent = address(one, _SMS), tuple(reach.silent.get(one.id, ()))
        if text is not None and text_number(text, customer.country) == number:
            yield NumberOwner(customer.id, one.id, silent), not closed and _SMS not in silent


def _stopped(row: RowMapping, number: str) -> Iterator[NumberOwner]:
    reach = reach_of(row)
    for contact, text in row["texts_stopped"].items():
        if text_number(text, reach.customer.country) == number:
            yield NumberOwner(reach.customer.id, contact, tuple(reach.silent.get(contact, ())))
