"""Every notice leaves through here: its words are found, its address is read, the courier of its channel takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import structlog

from adapters.messages.composer import Composed, Composer
from adapters.messages.particulars import Beside
from adapters.messages.statement import StatementEntry, with_fees
from adapters.parcel_id import parcel_id
from adapters.telephone import text_number
from dunning.channels import address
from dunning.errors import DunningError, NotTaken, NotYet
from dunning.ports import Letterbox, PaymentLinks
from dunning.records import Channel, Customer, Method

_LOG: Final = structlog.get_logger("dunning.notices")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message with an address on it. `id` is made of the effect's key, the channel and the recipient: the same act,
    the same id.

    `to` is an e-mail address, a telephone number or a postal address; only the courier reads it,
    and no log shows it (O3).
    """

    id: str
    channel: Channel
    to: str = field(repr=False)
    message: Composed = field(repr=False)
    at: datetime
    invoice_id: str
    notice: str


class Courier(Protocol):
    """Takes parcels of one channel to the world."""

    async def deliver(self, parcel: Parcel) -> str | None:
        """The id under which the parcel was taken, or None if this address is refused for good.

        Raises `NotTaken` where it surely was not taken, `FateUnknown` where nobody can know.
        """


class Ledger(Protocol):
    """Reads what the store knows beside a notice, so that a message can explain what it demands and what failed."""

    async def entries(self, invoice_id: str) -> tuple[StatementEntry, ...]:
        """Fees, interest, payments, credits and disputed amounts, in order."""

    async def methods(self, customer_id: str) -> tuple[Method, ...]:
        """The customer's payment methods in order, with brand and last four digits."""


class BlankLedger:
    """Knows nothing: messages name what is demanded and leave out how it came about."""

    async def entries(self, invoice_id: str) -> tuple[StatementEntry, ...]:  # noqa: ARG002 - whatever the invoice
        """Nothing."""
        return ()

    async def methods(self, customer_id: str) -> tuple[Method, ...]:  # noqa: ARG002 - whoever it is
        """None."""
        return ()


class Correspondent:
    """Sends each notice by the courier of its channel; keeps the promise of `dunning.ports.Correspondence`."""

    def __init__(
        self,
        composer: Composer,
        couriers: Mapping[Channel, Courier],
        ledger: Ledger | None = None,
        links: PaymentLinks | None = None,
    ) -> None:
        """A channel without a courier is not configured and cannot be used.

        Without `links`, and where they lead nowhere, notices carry the creditor's own link.
        """
        self._composer = composer
        self._couriers = dict(couriers)
        self._ledger = ledger or BlankLedger()
        self._links = links

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels that can be used at all; a notice on another one is `NotTaken`."""
        return frozenset(self._couriers)

    async def send(self, letter: Letterbox, channel: Channel) -> str | None:
        """Write the message and hand it over: the id under which it was taken, None for an address refused for good.

        A telephone number that cannot receive a text message is such an address. Raises `NotYet` while the creditor has
        no name, address or e-mail address, or nothing to pay with in the invoice's currency (M1).
        """
        courier = self._couriers.get(channel)
        if courier is None:
            raise NotTaken(
                f"channel: found {channel}; configured {', '.join(sorted(self._couriers)) or 'none'}", lasting=True
            )
        to = _reached(letter.addressee, channel)
        if to is None:
            return None
        pay_url = await self._pay_url(letter)
        self._expect_complete(letter, pay_url)
        identity = parcel_id(letter.act.key, channel, letter.contact)
        message = await self._written(letter, channel, pay_url)
        return await courier.deliver(
            Parcel(identity, channel, to, message, letter.at, letter.invoice.id, letter.act.notice)
        )

    def _expect_complete(self, letter: Letterbox, pay_url: str | None) -> None:
        lacking = self._composer.creditor.for_tags(letter.invoice.tags).lacking(letter.invoice.currency, pay_url)
        if lacking:
            _LOG.warning("a notice waits", invoice=letter.invoice.id, not_set=", ".join(lacking))
            raise NotYet(lacking)

    async def _written(self, letter: Letterbox, channel: Channel, pay_url: str | None) -> Composed:
        """Whatever goes wrong here, nothing has left yet: the caller may count on it."""
        try:
            booked = await self._ledger.entries(letter.invoice.id)
            entries = with_fees(booked, letter.act.fees, letter.day)
            methods = {one.id: one for one in await self._ledger.methods(letter.customer.id)}
            return self._composer.compose(letter, channel, Beside(entries, methods, pay_url=pay_url))
        except DunningError:
            raise
        except Exception as error:  # noqa: BLE001 - a broken template of the creditor's own can raise anything
            what = f"{letter.act.message} for {channel}"
            raise NotTaken(f"message {what}: cannot be written, {type(error).__name__}", lasting=True) from None

    async def _pay_url(self, letter: Letterbox) -> str | None:
        """Where the payment provider takes this amount. What goes wrong there keeps back only who cannot pay otherwise.

        Nobody is asked for a page that no message will show.
        """
        if self._links is None or self._composer.creditor.unnamed or letter.act.demands <= 0:
            return None
        try:
            return await self._links.link(letter.invoice, letter.customer.id, letter.act.demands)
        except Exception as error:  # noqa: BLE001 - whatever it is, the creditor's own link stands in
            _LOG.warning("no payment link", invoice=letter.invoice.id, error=type(error).__name__)
            return None


def _reached(customer: Customer, channel: Channel) -> str | None:
    """Where the customer is reached on this channel, written as the channel wants it."""
    known = address(customer, channel)
    return text_number(known, customer.country) if known and channel == "sms" else known
