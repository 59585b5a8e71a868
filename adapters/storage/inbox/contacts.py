"""What a customer's messages change: where they are reached, how they can be charged, and whether all must stop."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, or_, select, update

from adapters.clock import now
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox.message import ReceivedMessage
from adapters.storage.records import addresses, customer_of, method_of, reach_of
from adapters.storage.search_words import keep_customer_words
from adapters.storage.tables import customers, methods, notices
from adapters.storage.webhooks import webhook_of
from adapters.telephone import text_number
from dunning import channels, recipients
from dunning.messages import WHO, Away, Bounced, Complained, Contact, Delivered, MethodAdded, MethodRemoved, OptedOut
from dunning.records import Channel, Method

_CUSTOMER: Final = select(customers).where(customers.c.id == bindparam("customer"))
_NOTICE: Final = (
    select(notices)
    .where(
        notices.c.invoice_id == bindparam("invoice"),
        or_(notices.c.notice == bindparam("notice"), notices.c.message == bindparam("notice")),
        notices.c.channel == bindparam("channel"),
    )
    .order_by((notices.c.notice == bindparam("notice")).desc(), notices.c.at.desc(), notices.c.act_key.desc())
    .limit(1)
)
BY_TEXT: Final[Channel] = "sms"
CARRIER: Final = webhook_of("twilio")  # who tells what people write to our numbers
_COPIES: Final = select(notices.c.address).where(
    notices.c.act_key == bindparam("key"), notices.c.channel == bindparam("channel")
)
_TOUCH: Final = update(customers).where(customers.c.id == bindparam("of")).values(updated_at=bindparam("now"))
_METHOD: Final = select(methods).where(
    methods.c.customer_id == bindparam("customer"), methods.c.id == bindparam("method")
)
_LAST: Final = select(func.coalesce(func.max(methods.c.position), 0)).where(
    methods.c.customer_id == bindparam("customer")
)


def change_addresses(tx: Transaction, customer_id: str, fact: Contact) -> None:
    """New addresses; one that changes may be used (N2). Opted out are the channels that the fact names (N1)."""
    [row] = tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    reach = recipients.told(reach_of(row), fact)
    after = {
        **reach.customer.model_dump(mode="json", include={*channels.FIELD.values(), "contacts"}),
        "opted_out": sorted(reach.opted_out),
        "silent": {contact: sorted(by) for contact, by in reach.silent.items()},
        "bounced": {channel: list(texts) for channel, texts in reach.bounced.items()},
    }
    changes = {column: value for column, value in after.items() if row[column] != value}
    if changes:
        tx.change(update(customers).where(customers.c.id == customer_id).values(changes))
        keep_customer_words(tx, reach.customer)


def keep_stop_by_text(tx: Transaction, customer_id: str, heard: ReceivedMessage) -> None:
    """Keep that who wrote STOP to us closed their number, so that their START opens it again (M5).

    Where somebody else closes it afterwards, or opens it, START changes nothing.
    """
    by_carrier = heard.body.get(WHO) == CARRIER
    match heard.message:
        case OptedOut(channel=channel) | Complained(channel=channel) if channel == BY_TEXT:
            contact, is_stop, stays = recipients.OWN, by_carrier, False
        case Contact(contact=str() as contact, opted_out=told) if told is not None:
            closed = BY_TEXT in channels.opted_out(told)
            is_stop, stays = by_carrier and closed, closed
        case _:
            return
    [row] = tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    number = channels.address(recipients.addressee(customer_of(row), contact), BY_TEXT)
    others = {one: text for one, text in row["texts_stopped"].items() if one != contact}
    kept = row["texts_stopped"] if stays else others
    if is_stop and number is not None:
        kept = {**others, contact: number}
    if kept != row["texts_stopped"]:
        tx.change(update(customers).where(customers.c.id == customer_id).values(texts_stopped=kept))


def use_texts_again(tx: Transaction, customer_id: str, number: str) -> None:
    """The customer's own number (E.164) is used again, if it is the one that was closed by STOP."""
    [row] = tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    text = row["texts_stopped"].get(recipients.OWN)
    if text is None or text_number(text, row["country"]) != number:
        return
    left = {contact: one for contact, one in row["texts_stopped"].items() if contact != recipients.OWN}
    dead = [one for one in row["bounced"].get(BY_TEXT, ()) if one != text]
    bounced = {
        **{by: texts for by, texts in row["bounced"].items() if by != BY_TEXT},
        **({BY_TEXT: dead} if dead else {}),
    }
    tx.change(update(customers).where(customers.c.id == customer_id).values(texts_stopped=left, bounced=bounced))


def mark_bounced(tx: Transaction, invoice_id: str, customer_id: str, fact: Bounced, at: datetime) -> None:
    """The address to which the notice went is not used again until it changes (N2), unless it bounced softly (M5)."""
    notice = tx.row(_NOTICE, invoice=invoice_id, notice=fact.notice, channel=fact.channel)
    if notice is not None:
        tx.change(_of(notice).values(bounced_at=at))
    if not fact.hard:
        return
    if notice is None:
        stop_using_address(tx, customer_id, fact.channel)
        return
    for copy in tx.rows(_COPIES, key=notice["act_key"], channel=fact.channel):
        stop_using_address(tx, customer_id, fact.channel, copy["address"])


def mark_delivered(tx: Transaction, invoice_id: str, fact: Delivered, at: datetime) -> None:
    """The notice reached the debtor (N4)."""
    notice = tx.row(_NOTICE, invoice=invoice_id, notice=fact.notice, channel=fact.channel)
    if notice is not None:
        tx.change(_of(notice).values(delivered_at=func.coalesce(notices.c.delivered_at, at)))


def stop_using_address(tx: Transaction, customer_id: str, channel: Channel, address: str | None = None) -> None:
    """Do not use this address of the customer again; without one, the address that they have now."""
    [row] = tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    text = address or addresses(row).get(channel)
    if text is not None:
        marked = {**row["bounced"], channel: sorted({*row["bounced"].get(channel, ()), text})}
        tx.change(update(customers).where(customers.c.id == customer_id).values(bounced=marked))


def keep_absence(tx: Transaction, customer_id: str, fact: Away, body: dict[str, Any], at: datetime) -> None:
    """The debtor does not read a channel: what was said last counts, also for cases that open meanwhile (M5)."""
    [row] = tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    known = row["away"].get(fact.channel)
    if known is None or datetime.fromisoformat(known["at"]) <= at:
        kept = {**row["away"], fact.channel: {"body": body, "at": at.isoformat()}}
        tx.change(update(customers).where(customers.c.id == customer_id).values(away=kept))


def keep_method(tx: Transaction, customer_id: str, fact: MethodAdded, at: datetime) -> None:
    """A payment method, added last or renewed where it stands: what was tried by it before counts no more (C2, C4)."""
    _keep_method(tx, customer_id, fact, at, renewed_at=at)


def _keep_method(
    tx: Transaction, customer_id: str, fact: MethodAdded, at: datetime, *, renewed_at: datetime | None
) -> None:
    tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    details = {
        "network": fact.network, "brand": fact.brand, "last4": fact.last4, "expires": fact.expires,
        "renewed_at": renewed_at,
    }  # fmt: skip
    known = update(methods).where(methods.c.customer_id == customer_id, methods.c.id == fact.id)
    if not tx.change(known.values(details)):
        place = {"customer_id": customer_id, "id": fact.id, "position": 1 + tx.value(_LAST, customer=customer_id)}
        tx.add(methods, {**place, **details, "added_at": at})
    tx.change(_TOUCH, {"of": customer_id, "now": now()})


def drop_method(tx: Transaction, customer_id: str, fact: MethodRemoved) -> None:
    """A payment method that is gone; what was tried by it stays on record."""
    tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    tx.change(delete(methods).where(methods.c.customer_id == customer_id, methods.c.id == fact.id))
    tx.change(_TOUCH, {"of": customer_id, "now": now()})


def keep_given_method(tx: Transaction, customer_id: str, given: Method, at: datetime) -> None:
    """A payment method as it came with its customer: one that is known as it is was not renewed for that."""
    row = tx.row(_METHOD, customer=customer_id, method=given.id)
    if row is None or method_of(row) != given:
        added = MethodAdded.model_validate(given.model_dump())
        _keep_method(tx, customer_id, added, at, renewed_at=None if row is None else at)


def keep_standing_order(tx: Transaction, customer_id: str, column: str, heard: ReceivedMessage) -> None:
    """Keep a message that also holds for cases that open later, unless a newer one of its sort is known (H2, C6).

    The words that it refers to are kept with it, for these cases have none yet.
    """
    [row] = tx.lock(_CUSTOMER, of=customers, customer=customer_id)
    known = row[column]
    if known is None or datetime.fromisoformat(known["at"]) <= heard.at:
        kept = {"name": heard.name, "body": heard.body, "at": heard.at.isoformat(), "texts": dict(heard.texts)}
        tx.change(update(customers).where(customers.c.id == customer_id).values({column: kept}))


def _of(notice: Any) -> Any:
    return update(notices).where(notices.c.act_key == notice["act_key"], notices.c.channel == notice["channel"])
