"""A mailbox that keeps every message for reading, whatever its channel: what a demonstration sends to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from adapters.correspondence import Parcel
from dunning.records import Channel

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """One message as it would have reached the debtor. `id` is safe in a link; `at` is the moment its sender gave it.

    `invoice_id` and `notice` are known for our own messages only. What is personal stays out of its `repr` (O3).
    """

    id: str
    channel: Channel
    sender: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    html: str | None = field(default=None, repr=False)
    invoice_id: str | None = None
    notice: str | None = None


class MailboxStore(Protocol):
    """Where messages are kept."""

    async def keep(self, message: KeptMessage) -> None:
        """Keep it once: a message whose id is there already changes nothing."""

    async def list(
        self, *, invoice_id: str | None = None, before: KeptMessage | None = None, limit: int = PAGE
    ) -> Sequence[KeptMessage]:
        """The newest first, by `at` and then `id`; only those of one invoice; only those that come after `before`."""

    async def get(self, message_id: str) -> KeptMessage | None:
        """One message, if it is there."""


class RememberedMailbox:
    """Keeps messages for as long as the process lives."""

    def __init__(self) -> None:
        self._messages: dict[str, KeptMessage] = {}

    async def keep(self, message: KeptMessage) -> None:
        """Keep it once."""
        self._messages.setdefault(message.id, message)

    async def list(
        self, *, invoice_id: str | None = None, before: KeptMessage | None = None, limit: int = PAGE
    ) -> Sequence[KeptMessage]:
        """The newest first."""
        wanted = [kept for kept in self._messages.values() if invoice_id in (None, kept.invoice_id)]
        ordered = sorted(wanted, key=_age, reverse=True)
        return [kept for kept in ordered if before is None or _age(kept) < _age(before)][:limit]

    async def get(self, message_id: str) -> KeptMessage | None:
        """One message, if it is there."""
        return self._messages.get(message_id)


class MailboxCourier:
    """Puts parcels of any channel into the mailbox, where a provider would have carried them to the debtor."""

    def __init__(self, store: MailboxStore, sender: str) -> None:
        """`sender` is the creditor's address as the messages show it."""
        self._store = store
        self._sender = sender

    async def deliver(self, parcel: Parcel) -> str | None:
        """Keep the parcel; the same parcel again is the same message."""
        await self._store.keep(
            KeptMessage(
                id=parcel.id,
                channel=parcel.channel,
                sender=self._sender,
                to=parcel.to,
                subject=parcel.message.subject,
                text=parcel.message.text,
                html=parcel.message.html,
                at=parcel.at,
                invoice_id=parcel.invoice_id,
                notice=parcel.notice,
            )
        )
        return parcel.id


def _age(message: KeptMessage) -> tuple[datetime, str]:
    return message.at, message.id
