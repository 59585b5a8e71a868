"""Whose a telephone number is, however it is written: customers, and contacts of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Text, bindparam, cast, func, or_, select

from adapters.storage.engine.database import Database
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
        """All who get text messages at this number (E.164), without those who already want none there."""
        digits = f"%{number[-_LAST:]}%"
        rows = await self._database.read(lambda tx: tx.rows(_ALIKE, digits=digits))
        return tuple(one for row in rows for one in _owners(reach_of(row), number))


def _owners(reach: Reach, number: str) -> Iterator[NumberOwner]:
    """The customer's own number, and those of contacts; one that is closed is written to by nobody."""
    customer = reach.customer
    if _SMS in reach.opted_out:
        return
    own = address(customer, _SMS)
    if own is not None and text_number(own, customer.country) == number and own not in reach.bounced.get(_SMS, ()):
        yield NumberOwner(customer.id, OWN)
    for one in customer.contacts:
        text, silent = address(one, _SMS), tuple(reach.silent.get(one.id, ()))
        if text is not None and _SMS not in silent and text_number(text, customer.country) == number:
            yield NumberOwner(customer.id, one.id, silent)
