"""The channels to a debtor: where the address of each stands, which may be used, which a notice takes (N1, N2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from typing import Final

from dunning.facts import Contact
from dunning.records import Channel, ContactPerson, Customer

FIELD: Final[Mapping[Channel, str]] = {"email": "email", "sms": "phone", "letter": "address"}  # of a customer
BY_PHONE: Final[Channel] = "sms"  # the channel of the number that is called, too (M6)
CHANNELS: Final[tuple[Channel, ...]] = tuple(FIELD)

Fields = Callable[[str], str | None]  # the addresses of a customer, by the name of their field


def addresses(of: Fields) -> dict[Channel, str]:
    """Where a customer is reached; blanks are no address."""
    return {channel: text for channel, name in FIELD.items() if (text := (of(name) or "").strip())}


def address(of: Customer | ContactPerson, channel: Channel) -> str | None:
    """Where a customer or a contact of theirs is reached on this channel, if anywhere."""
    text: str | None = getattr(of, FIELD[channel])
    return text.strip() or None if text else None


def usable_now(known: Collection[Channel], opted_out: Container[Channel], bounced: Container[Channel]) -> list[Channel]:
    """The channels that may be used: an address is known, not opted out of, not one that bounced (N1, N2)."""
    return [channel for channel in known if channel not in opted_out and channel not in bounced]


def chosen(by: tuple[Channel, ...], may: Container[Channel], *, first: bool) -> tuple[Channel, ...]:
    """The channels that a notice takes: every usable one that it lists, or with `first` the first of them (N2)."""
    found = tuple([channel for channel in by if channel in may])
    return found[:1] if first else found


def changed_addresses(fact: Contact, of: Fields) -> dict[Channel, str | None]:
    """The addresses that a fact changes, None where one is gone; each may be used, whatever bounced before (N2)."""
    told = {channel: getattr(fact, name) for channel, name in FIELD.items()}
    return {
        channel: text or None
        for channel, text in told.items()
        if text is not None and (text or None) != of(FIELD[channel])
    }


def opted_out(told: bool | Channel | tuple[Channel, ...]) -> frozenset[Channel]:  # noqa: FBT001 - true means every channel
    """The channels that a contact fact opts out of (N1)."""
    if isinstance(told, bool):
        return frozenset(CHANNELS) if told else frozenset()
    return frozenset([told]) if isinstance(told, str) else frozenset(told)
