"""Who a notice goes to on a channel: the contacts of its roles, those who get a copy, or the customer's own address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple

from dunning.channels import CHANNELS, FIELD, address, changed_addresses
from dunning.channels import opted_out as channels_opted_out
from dunning.facts import Contact
from dunning.records import Channel, ContactPerson, Customer

OWN: Final = ""  # in the place of a contact's id: the customer's own address


class Way(NamedTuple):
    """One message of a notice: its channel, and the id of the contact it goes to, `OWN` for the customer's address."""

    channel: Channel
    contact: str = OWN


class Recipient(NamedTuple):
    """Who gets a message. A notice has left by a channel once somebody got it who is not only `copied`."""

    way: Way
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a customer may be reached now. Opted out are the whole customer's channels, or those of `silent` contacts
    by their ids; `bounced` are the addresses that came back (N1, N2).
    """

    customer: Customer
    opted_out: Collection[Channel] = ()
    silent: Mapping[str, Collection[Channel]] = field(default_factory=dict)
    bounced: Mapping[Channel, Collection[str]] = field(default_factory=dict)

    def channels(self, to: Collection[str]) -> tuple[Channel, ...]:
        """The channels by which a notice to these roles may leave."""
        return tuple(channel for channel in CHANNELS if self._named(channel, to))

    def recipients(self, channel: Channel, to: Collection[str]) -> tuple[Recipient, ...]:
        """Who gets a notice to these roles on this channel, each address once; nobody where only copies would leave.

        Where nobody of these roles can be reached there, it is the customer's own address.
        """
        named = self._named(channel, to)
        if not named:
            return ()
        copied = {text: Recipient(Way(channel, one.id), copied=True) for one, text in self._at(channel) if one.copied}
        return tuple({**named, **{text: copy for text, copy in copied.items() if text not in named}}.values())

    def addresses(self, channel: Channel, to: Collection[str]) -> tuple[str, ...]:
        """Where they are reached."""
        texts = (address_of(self.customer, one.way) for one in self.recipients(channel, to))
        return tuple(text for text in texts if text)

    def _named(self, channel: Channel, to: Collection[str]) -> dict[str, Recipient]:
        if channel in self.opted_out:
            return {}
        found: dict[str, Recipient] = {}
        for one, text in self._at(channel):
            if one.role in to:
                found.setdefault(text, Recipient(Way(channel, one.id)))
        own = None if found else address(self.customer, channel)
        if own is not None and own not in self._dead(channel):
            found[own] = Recipient(Way(channel))
        return found

    def _at(self, channel: Channel) -> Iterator[tuple[ContactPerson, str]]:
        """The contacts who can be reached on this channel, and where."""
        dead = self._dead(channel)
        for one in self.customer.contacts:
            text = address(one, channel)
            if text is not None and text not in dead and channel not in self.opted_out:
                yield one, text

    def _dead(self, channel: Channel) -> frozenset[str]:
        """The addresses that may not be used: what one opted out of, nobody else is written to by."""
        bounced = frozenset(self.bounced.get(channel, ()))
        if not self.silent:
            return bounced
        silent = (address(one, channel) for one in self.customer.contacts if channel in self.silent.get(one.id, ()))
        return bounced.union(text for text in silent if text)


def address_of(customer: Customer, way: Way) -> str | None:
    """Where this message goes, if there is such a contact and they have such an address."""
    return address(addressee(customer, way.contact), way.channel)


def addressee(customer: Customer, contact: str) -> Customer:
    """The customer as this contact of theirs is written to: at their address, by their name, in their language."""
    person = next((one for one in customer.contacts if one.id == contact), None)
    if person is None:
        return customer
    company = f"{customer.name}\n" if customer.name and person.address else ""
    return customer.model_copy(
        update={
            "name": person.name or customer.name,
            "locale": person.locale or customer.locale,
            "email": person.email,
            "phone": person.phone,
            "address": f"{company}{person.address}" if person.address else None,
        }
    )


def told(reach: Reach, fact: Contact) -> Reach:
    """Where the customer may be reached after new contact data; an address that changes may be used again (N2)."""
    person = next((one for one in reach.customer.contacts if one.id == fact.contact), None)
    if fact.contact is not None and person is None:
        return reach
    moved = changed_addresses(fact, partial(getattr, person or reach.customer))
    customer = reach.customer
    if moved and person is None:
        customer = customer.model_copy(update={FIELD[by]: text for by, text in moved.items()})
    elif moved and person is not None:
        new = person.model_copy(update={FIELD[by]: text for by, text in moved.items()})
        customer = customer.model_copy(update={"contacts": tuple(new if c is person else c for c in customer.contacts)})
    back = {by: tuple(text for text in texts if text != moved.get(by)) for by, texts in reach.bounced.items()}
    opted_out, silent = reach.opted_out, reach.silent
    if fact.opted_out is not None and person is None:
        opted_out = channels_opted_out(fact.opted_out)
    elif fact.opted_out is not None and person is not None:
        silent = {**silent, person.id: channels_opted_out(fact.opted_out)}
    return Reach(customer, opted_out, silent, {by: texts for by, texts in back.items() if texts})


def bounced(reach: Reach, channel: Channel, addresses: Iterable[str]) -> Reach:
    """Where the customer may be reached after a notice came back from these addresses (N2)."""
    texts = sorted({*reach.bounced.get(channel, ()), *addresses})
    return replace(reach, bounced={**reach.bounced, channel: tuple(texts)}) if texts else reach
