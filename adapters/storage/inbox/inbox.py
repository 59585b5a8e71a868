"""What a case is told: kept once under the next number, together with what follows from it in the system of record.

Whoever needs both locks the customer before their invoices, so that no two transactions wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, or_, select, update

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox.consequences import apply_message
from adapters.storage.inbox.message import ReceivedMessage
from adapters.storage.inbox.personal import is_personal
from adapters.storage.tables import cases, customers, invoices, told
from adapters.storage.texts import keep_texts
from dunning.errors import NotFound
from dunning.messages import CUSTOMER_WIDE, discreet
from dunning.ports import NamedBody

TOUCH_THE_CUSTOMER: Final = CUSTOMER_WIDE | {"bounced", "call"}

_WHOSE: Final = select(invoices.c.customer_id).where(invoices.c.id == bindparam("invoice"))
_CUSTOMER: Final = select(customers.c.id).where(customers.c.id == bindparam("customer"))
_INVOICE: Final = select(invoices.c.id, invoices.c.customer_id, invoices.c.currency, invoices.c.told)
ADDRESSEE: Final = _INVOICE.where(invoices.c.id == bindparam("invoice"))
_OPEN: Final = select(cases.c.invoice_id).where(cases.c.customer_id == bindparam("customer"), cases.c.outcome.is_(None))
_FAMILY: Final = _INVOICE.where(
    or_(invoices.c.id.in_(_OPEN.scalar_subquery()), invoices.c.id == bindparam("invoice"))
).order_by(invoices.c.id)
_KNOWN: Final = select(told.c.invoice_id, told.c.identity).where(
    told.c.invoice_id.in_(bindparam("invoices", expanding=True)),
    told.c.identity.in_(bindparam("identities", expanding=True)),
)
_COUNT: Final = (
    update(invoices).where(invoices.c.id == bindparam("of")).values(told=invoices.c.told + bindparam("more"))
)
_UNSEEN: Final = (
    select(told.c.name, told.c.body, told.c.identity)
    .where(told.c.invoice_id == bindparam("invoice"), told.c.number > bindparam("seen"))
    .order_by(told.c.number)
)


def keep_messages(tx: Transaction, invoice_id: str, messages: Sequence[ReceivedMessage]) -> int:
    """Keep the messages that this case does not know; the number of the newest one. Raises `NotFound`.

    One that concerns the customer is told to all their open cases (H2).
    """
    family = _family(tx, invoice_id, messages)
    mine = next(row for row in family if row["id"] == invoice_id)
    new = _unknown(tx, invoice_id, messages)
    _keep(tx, mine, new)
    for one in new:
        apply_message(tx, mine, one)
        if one.name in CUSTOMER_WIDE:
            keep_for_cases(tx, [row for row in family if row is not mine], one)
    return int(mine["told"]) + len(new)


def keep_for_customer(tx: Transaction, customer_id: str, message: ReceivedMessage) -> list[str]:
    """Tell every open case of the customer, and keep what holds for later ones; which cases these are.

    Raises `NotFound`.
    """
    if not tx.lock(_CUSTOMER, of=customers, customer=customer_id):
        raise NotFound(f"customer: found no {customer_id}")
    family = tx.lock(_FAMILY, of=invoices, customer=customer_id, invoice=None)
    keep_for_cases(tx, family, message)
    apply_message(tx, {"id": None, "customer_id": customer_id, "currency": None}, message)
    return [row["id"] for row in family]


def keep_for_cases(tx: Transaction, addressees: Sequence[RowMapping], message: ReceivedMessage) -> None:
    """One message for several cases, which are locked; those that know it are passed over."""
    ids = [row["id"] for row in addressees]
    known = {row["invoice_id"] for row in tx.rows(_KNOWN, invoices=ids, identities=[message.known_as(tx)])}
    new = [row for row in addressees if row["id"] not in known]
    if new:
        tx.add(told, *(_row(tx, row["id"], row["told"] + 1, message) for row in new))
        keep_texts(tx, [row["id"] for row in new], message.texts, message.at)
        _count(tx, [row["id"] for row in new], 1)


def unseen_messages(
    tx: Transaction, invoice_id: str, seen: int, *, but: Sequence[ReceivedMessage] = ()
) -> tuple[NamedBody, ...]:
    """The messages after number `seen`, in order, without those that the case itself brought, discreet (O3)."""
    brought = {one.known_as(tx) for one in but}
    rows = tx.rows(_UNSEEN, invoice=invoice_id, seen=seen)
    missed = [(row["name"], row["body"]) for row in rows if row["identity"] not in brought]
    return tuple((name, discreet(name, body, tx.fingerprint_key)) for name, body in missed)


def is_known(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> bool:
    """Whether this case was told it before."""
    return not _unknown(tx, invoice_id, [message])


def lock_customer_of(tx: Transaction, invoice_id: str) -> str:
    """The id of the invoice's customer, whom nobody else changes from now on. Raises `NotFound`."""
    customer_id = tx.value(_WHOSE, invoice=invoice_id)
    if customer_id is None:
        raise NotFound(f"invoice: found no {invoice_id}")
    if tx.locks_rows:
        tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    return str(customer_id)


def _family(tx: Transaction, invoice_id: str, messages: Sequence[ReceivedMessage]) -> Sequence[RowMapping]:
    """The invoice, and where a message concerns the customer, their open cases with it; all of them locked."""
    if any(one.name in TOUCH_THE_CUSTOMER for one in messages):
        customer_id = lock_customer_of(tx, invoice_id)
        return tx.lock(_FAMILY, of=invoices, customer=customer_id, invoice=invoice_id)
    rows = tx.lock(ADDRESSEE, of=invoices, invoice=invoice_id)
    if not rows:
        raise NotFound(f"invoice: found no {invoice_id}")
    return rows


def _unknown(tx: Transaction, invoice_id: str, messages: Sequence[ReceivedMessage]) -> list[ReceivedMessage]:
    asked = {one.known_as(tx): one for one in messages}
    rows = tx.rows(_KNOWN, invoices=[invoice_id], identities=list(asked)) if asked else ()
    known = {row["identity"] for row in rows}
    return [one for name, one in asked.items() if name not in known]


def _keep(tx: Transaction, invoice: RowMapping, new: Sequence[ReceivedMessage]) -> None:
    if new:
        tx.add(told, *(_row(tx, invoice["id"], number, one) for number, one in enumerate(new, invoice["told"] + 1)))
        for one in new:
            keep_texts(tx, [invoice["id"]], one.texts, one.at)
        _count(tx, [invoice["id"]], len(new))


def _count(tx: Transaction, ids: list[str], more: int) -> None:
    tx.change(_COUNT, *({"of": invoice_id, "more": more} for invoice_id in ids))


def _row(tx: Transaction, invoice_id: str, number: int, message: ReceivedMessage) -> dict[str, Any]:
    return {
        "invoice_id": invoice_id, "number": number, "identity": message.known_as(tx),
        "name": message.name, "body": message.body, "at": message.at,
        "personal": is_personal(message.body, message.message),
    }  # fmt: skip
