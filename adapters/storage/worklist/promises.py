"""What a debtor promised last, or agreed to pay in parts, as the case was told it: the request that it granted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import invoices, told
from dunning.errors import MoneyError
from dunning.money import minor
from dunning.requests import Plan, Promise

_TOLD: Final = (
    select(told.c.invoice_id, told.c.name, told.c.body, invoices.c.currency)
    .join(invoices, invoices.c.id == told.c.invoice_id)
    .where(
        told.c.invoice_id.in_(bindparam("invoices", expanding=True)),
        told.c.name.in_((Promise.name, Plan.name)),
    )
    .order_by(told.c.invoice_id, told.c.number)
)


@dataclass(frozen=True, slots=True)
class Promised:
    """The parts of what was promised, each with its day and its amount in minor units; None: all that is demanded."""

    parts: tuple[tuple[date, int | None], ...]

    def next_on(self, today: date) -> tuple[date, int | None]:
        """The part that is to come next; the last one where all days have passed."""
        return next((part for part in self.parts if part[0] >= today), self.parts[-1])

    def missed_on(self, day: date) -> tuple[date, int | None]:
        """The part that was not paid when it was found broken on this day."""
        return next((part for part in reversed(self.parts) if part[0] < day), self.parts[0])


def read_promised(tx: Transaction, invoice_ids: Collection[str]) -> dict[str, Promised]:
    """What was promised last on each of these, as far as it can be read."""
    ids = sorted(invoice_ids)
    found: dict[str, Promised] = {}
    for row in tx.rows(_TOLD, invoices=ids) if ids else ():
        parts = _parts(row["name"], row["body"], row["currency"])
        if parts:
            found[row["invoice_id"]] = Promised(parts)
    return found


def _parts(name: str, body: Mapping[str, Any], currency: str) -> tuple[tuple[date, int | None], ...]:
    said = [body] if name == Promise.name else body.get("instalments", ())
    try:
        return tuple((date.fromisoformat(one["on"]), _amount(one.get("amount"), currency)) for one in said)
    except (KeyError, TypeError, ValueError, AttributeError, MoneyError):
        return ()  # what could not be read was not granted


def _amount(said: object, currency: str) -> int | None:
    return None if said is None else minor(str(said), currency)
