"""How far a notice has come on each channel, noted step by step, so that a crash leaves no doubt but one (N3)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from adapters.incoming.addresses import Signatures
from adapters.parcel_id import parcel_id
from adapters.storage.engine.transaction import Transaction
from adapters.storage.inbox import contacts
from adapters.storage.records import customer_of
from adapters.storage.tables import acts, customers, notices
from dunning.answers import Sent
from dunning.effects import SendNotice
from dunning.errors import Conflict
from dunning.recipients import Way, address_of

_ACT: Final = (
    select(customers, acts.c.key, acts.c.invoice_id, acts.c.customer_id, acts.c.effect, acts.c.at, acts.c.day)
    .join(customers, customers.c.id == acts.c.customer_id)
    .where(acts.c.key == bindparam("key"))
)
_ON_CHANNEL: Final = (
    (notices.c.act_key == bindparam("key"))
    & (notices.c.channel == bindparam("by"))
    & (notices.c.contact == bindparam("to"))
)
_LEFT: Final = (
    update(notices)
    .where(notices.c.act_key == bindparam("key"), notices.c.state == "begun")
    .values(state="accepted", unsure=True)
)
_KNOWN: Final = select(notices.c.channel).where(notices.c.act_key == bindparam("key"))
_SHARE: Final = update(notices).where(notices.c.act_key == bindparam("key")).values(shared=bindparam("with"))
_ACCEPT: Final = update(notices).where(_ON_CHANNEL).values(state="accepted", message_id=bindparam("given"))
_REFUSE: Final = update(notices).where(_ON_CHANNEL).values(state="refused")
_TAKE_BACK: Final = delete(notices).where(_ON_CHANNEL, notices.c.state == "begun")
_REFUSED: Final = select(notices.c.customer_id, notices.c.address).where(_ON_CHANNEL)


def begin_on_channel(tx: Transaction, key: str, way: Way) -> None:
    """The notice is about to leave on this channel. Raises `Conflict` if it was begun before, or without an intent."""
    row = tx.row(_ACT, key=key)
    if row is None or not isinstance(row["effect"], SendNotice):
        raise Conflict(f"{key}: found no intent of a notice; allowed to send is what was begun")
    notice = _row(tx, row, row["effect"], way) | {"address": address_of(customer_of(row), way), "state": "begun"}
    if not tx.add(notices, notice):
        raise Conflict(f"{key}: found {way.channel} begun by another try; allowed once (N3)")


def accept_on_channel(tx: Transaction, key: str, way: Way, message_id: str) -> None:
    """The channel took it."""
    tx.change(_ACCEPT, {**_named(key, way), "given": message_id})


def refuse_on_channel(tx: Transaction, key: str, way: Way) -> None:
    """Nothing left, and the address is not used again until it changes (N2)."""
    row = tx.row(_REFUSED, **_named(key, way))
    if row is not None:
        contacts.stop_using_address(tx, row["customer_id"], way.channel, row["address"])
        tx.change(_REFUSE, _named(key, way))


def take_back_on_channel(tx: Transaction, key: str, way: Way) -> None:
    """It is certain that it did not leave."""
    tx.change(_TAKE_BACK, _named(key, way))


def record_sent(tx: Transaction, of: dict[str, Any], notice: SendNotice, answer: Sent) -> None:
    """The outcome: accepted, or a fate unknown that counts as sent, of each recipient. `of` names the act, the invoice
    and the moment.
    """
    tx.change(_LEFT, {"key": notice.key})
    known = {row["channel"] for row in tx.rows(_KNOWN, key=notice.key)}
    for channel in dict.fromkeys((*answer.channels, *answer.unsure)):
        if channel not in known:
            tx.add(
                notices, _row(tx, of, notice, Way(channel)) | {"state": "accepted", "unsure": channel in answer.unsure}
            )
    if answer.shared is not None:
        tx.change(_SHARE, {"key": notice.key, "with": answer.shared.key})


def _named(key: str, way: Way) -> dict[str, Any]:
    return {"key": key, "by": way.channel, "to": way.contact}


def _row(tx: Transaction, act: Any, notice: SendNotice, way: Way) -> dict[str, Any]:
    token = Signatures(tx.fingerprint_key).token(parcel_id(act["key"], way.channel, way.contact))
    return {
        "act_key": act["key"], "channel": way.channel, "contact": way.contact,
        "invoice_id": act["invoice_id"], "customer_id": act["customer_id"],
        "notice": notice.notice, "message": notice.message, "demands": notice.demands,
        "at": act["at"], "day": act["day"], "unsure": False, "token": token,
    }  # fmt: skip
