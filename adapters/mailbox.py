"""Every message that left, kept for reading whatever carried it; and a mailbox that carries nothing further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from adapters.correspondence import Courier, Parcel
from adapters.logo import Logo
from dunning.errors import DunningError, FateUnknown
from dunning.records import Channel

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """One message as it reached the debtor. `id` is safe in a link; `at` is the moment its sender gave it.

    Known for our own messages only are `invoice_id`, `notice`, the `language` that it is written in, and its reader's
    locale, `wanted`. `page` is a letter as it was printed. What is personal stays out of its `repr` (O3).
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
    page: str | None = field(default=None, repr=False)
    language: str | None = None
    wanted: str | None = None
    logo: Logo | None = None

    @property
    def html_shown(self) -> str | None:
        """The HTML with its logo in it, for there is no message around it."""
        return self._with_logo(self.html)

    @property
    def page_shown(self) -> str | None:
        """The letter's page, likewise."""
        return self._with_logo(self.page)

    def _with_logo(self, text: str | None) -> str | None:
        return text.replace(self.logo.address, self.logo.inline) if text and self.logo else text


class MailboxStore(Protocol):
    """Where messages are kept."""

    async def keep(self, message: KeptMessage) -> None:
        """Keep it once: a message whose id is there already changes nothing."""

    async def forget(self, message_id: str) -> None:
        """It never left."""

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

    async def forget(self, message_id: str) -> None:
        """It never left."""
        self._messages.pop(message_id, None)

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
    """Takes parcels of any channel where a carrier would have brought them to the debtor: to read them is enough."""

    async def deliver(self, parcel: Parcel) -> str | None:
        """Take the parcel; the same parcel again is the same message."""
        return parcel.id


class ColleaguesMailbox:
    """Takes mail to colleagues where a server would have brought it: read in the mailbox, it is of no case's."""

    def __init__(self, store: MailboxStore, sender: str) -> None:
        """`sender` is the creditor's address."""
        self._store, self._sender = store, sender

    async def deliver(self, parcel: Parcel) -> str | None:
        """Keep it; the same parcel again is the same message."""
        await self._store.keep(replace(kept_of(parcel, self._sender), invoice_id=None, notice=None))
        return parcel.id


class KeepingCourier:
    """Keeps each parcel for reading before its courier carries it, so that whatever left can be read (N3).

    What surely did not leave is forgotten; what may have left stays.
    """

    def __init__(self, courier: Courier, store: MailboxStore, sender: str) -> None:
        """`sender` is the creditor's address as the messages show it."""
        self._courier = courier
        self._store = store
        self._sender = sender

    async def deliver(self, parcel: Parcel) -> str | None:
        """As the courier does."""
        await self._store.keep(kept_of(parcel, self._sender))
        try:
            taken = await self._courier.deliver(parcel)
        except FateUnknown:
            raise
        except DunningError:
            await self._store.forget(parcel.id)
            raise
        if taken is None:
            await self._store.forget(parcel.id)
        return taken


def kept_of(parcel: Parcel, sender: str) -> KeptMessage:
    """The parcel as it is kept: its logo beside it, for the same one is in every message."""
    message, logo = parcel.message, parcel.message.logo
    page = message.page.replace(logo.inline, logo.address) if message.page and logo else message.page
    return KeptMessage(
        id=parcel.id, channel=parcel.channel, sender=sender, to=parcel.to, subject=message.subject, text=message.text,
        html=message.html, page=page, at=parcel.at, invoice_id=parcel.invoice_id, notice=parcel.notice,
        language=message.language, wanted=message.wanted or None, logo=logo,
    )  # fmt: skip


def _age(message: KeptMessage) -> tuple[datetime, str]:
    return message.at, message.id
