"""Money that concerns several invoices: each is told its part, once over all invoices of the creditor (P1, P8, P9).

Whoever needs several invoices locks their customers first, in one order, so that no two transactions wait for each
other.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select

from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import customer_credit, inbox, known_ids, news
from adapters.storage.inbox.message import ReceivedMessage, read_message
from adapters.storage.inbox.sharers import tell_sharers
from adapters.storage.tables import invoices, postings
from dunning.facts import PaymentReceived, PaymentReversed, ReversalLifted
from dunning.ledger import allocations
from dunning.messages import identity

MOVES_MONEY: Final = frozenset({
    "payment_received", "payment_reversed", "credit", "invoice_changed", "dispute", "resolve_dispute", "withdraw",
})  # fmt: skip

_OF_A_PAYMENT: Final = select(postings.c.invoice_id, postings.c.id, postings.c.kind).where(
    postings.c.kind.in_(["reversal", "lifted"]), postings.c.payment_id == bindparam("payment")
)
_OWNERS: Final = select(invoices.c.id, invoices.c.customer_id).where(
    invoices.c.id.in_(bindparam("invoices", expanding=True))
)


def keep_parts(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> tuple[int, bool]:
    """Keep a message, of a payment or a reversal each part with its own invoice; the number of the newest message of
    the invoice that was told, and whether its case is to hear it. Raises `NotFound`.
    """
    payment = allocations.payment_of(message.name, message.body)
    if payment is None:
        customer_id = inbox.lock_customer_of(tx, invoice_id) if message.name in MOVES_MONEY else None
        is_new = customer_id is not None and not inbox.is_known(tx, invoice_id, message)
        tell_sharers(tx, invoice_id, message)
        number = inbox.keep_messages(tx, invoice_id, [message])
        if customer_id is not None and is_new:
            customer_credit.set_off(tx, customer_id, message.at)
        return number, True
    known = known_ids.booked(tx, payment)
    bodies = dict(allocations.deliveries(message.name, message.body, invoice_id, known))
    owners = _lock_customers(tx, [invoice_id, *bodies])
    is_new = invoice_id in bodies and not inbox.is_known(tx, invoice_id, message)
    number = inbox.keep_messages(tx, invoice_id, [message] if invoice_id in bodies else [])
    for other, body in bodies.items():
        if other in owners and other != invoice_id:
            news.keep_for(tx, other, read_message(message.name, body, message.at, message.origin))
    keep_earlier_reversals(tx, message)
    for customer_id in sorted(set(owners.values())) if is_new else ():
        customer_credit.set_off(tx, customer_id, message.at)
    return number, invoice_id in bodies


def bring(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> bool:
    """As `keep_parts`, for a file: the case of the invoice itself is signalled later, with all others; whether the
    message is new. Raises `NotFound`.
    """
    inbox.lock_customer_of(tx, invoice_id)
    if inbox.is_known(tx, invoice_id, message):
        return False
    number, concerned = keep_parts(tx, invoice_id, message)
    if concerned:
        news.signal_later(tx, invoice_id, number)
    return concerned


def bring_to_customer(tx: Transaction, customer_id: str, message: ReceivedMessage) -> None:
    """Keep a message about a customer for all their open cases, which are signalled later. Raises `NotFound`."""
    for invoice_id in inbox.keep_for_customer(tx, customer_id, message):
        told = known_ids.told_as(tx, invoice_id, message.known_as(tx))
        if told is not None:
            news.signal_later(tx, invoice_id, told["number"])


def keep_earlier_reversals(tx: Transaction, message: ReceivedMessage) -> None:
    """What was told of a payment for several invoices before it came is told to all of them (P5, P9)."""
    if message.name != PaymentReceived.name or not message.body.get("allocations"):
        return
    payment, at = str(message.body["id"]), message.at
    parts = known_ids.booked(tx, payment)
    for row in tx.rows(_OF_A_PAYMENT, payment=payment):
        name = PaymentReversed.name if row["kind"] == "reversal" else ReversalLifted.name
        earlier = known_ids.told_as(tx, row["invoice_id"], identity(name, {"id": row["id"]}))
        for other, body in allocations.others(name, earlier["body"], row["invoice_id"], parts) if earlier else ():
            _keep_for_known(tx, other, read_message(name, {**body, "at": at.isoformat()}, at))


def _lock_customers(tx: Transaction, invoice_ids: list[str]) -> dict[str, str]:
    """Which customer owes each of these invoices, as far as they are known; all of them locked."""
    owners = {row["id"]: row["customer_id"] for row in tx.rows(_OWNERS, invoices=invoice_ids)}
    for invoice_id in sorted(owners, key=lambda one: (owners[one], one)):
        inbox.lock_customer_of(tx, invoice_id)
    return owners


def keep_brought(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> None:
    """What follows from a message that reached its case directly: the other invoices of a payment are told their parts,
    those of one message what became of it (N5), and a payment that is booked elsewhere is taken back here, where the
    case has booked it (P9).
    """
    tell_sharers(tx, invoice_id, message)
    payment = allocations.payment_of(message.name, message.body)
    if payment is None or inbox.is_known(tx, invoice_id, message):
        return
    known = known_ids.booked(tx, payment)
    if message.name == PaymentReceived.name and known and invoice_id not in known:
        amount = str(message.body["amount"])
        body = {"id": f"elsewhere/{payment}", "payment_id": payment, "amount": amount, "at": message.at.isoformat()}
        inbox.keep_messages(tx, invoice_id, [message, read_message(PaymentReversed.name, body, message.at)])
        return
    for other, body in allocations.others(message.name, message.body, invoice_id, known):
        _keep_for_known(tx, other, read_message(message.name, body, message.at, message.origin))


def _keep_for_known(tx: Transaction, invoice_id: str, message: ReceivedMessage) -> None:
    """A part that is named for an invoice which nobody registered is nobody's."""
    if tx.rows(_OWNERS, invoices=[invoice_id]):
        news.keep_for(tx, invoice_id, message)
