"""The debtor's people on a case's page: who is written to and called there, by which address, and which is not used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.pages.words import as_words, channel_name, sentence
from dunning.channels import CHANNELS, address
from dunning.recipients import OWN, Reach
from dunning.records import Channel, ContactPerson, Customer


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached. `why_not` says why it is not used, `href` leads there where a link can."""

    kind: str
    text: str
    href: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Person:
    """The customer, or a contact of theirs by their `id`, with name and role, and every address that is known.

    `locale` is the language in which they are written to.
    """

    name: str
    role: str
    addresses: tuple[Address, ...]
    id: str
    locale: str


def people_of(customer: Customer, reach: Reach) -> tuple[Person, ...]:
    """The customer, then their contacts."""
    own = Person(customer.name or customer.id, "", tuple(_addresses(customer, OWN, reach)), OWN, customer.locale)
    others = (_contact(one, reach, customer.locale) for one in customer.contacts)
    return (own, *others)


def _contact(one: ContactPerson, reach: Reach, usual: str) -> Person:
    role = sentence(as_words(one.role)) + (", gets copies" if one.copied else "")
    return Person(one.name or one.id, role, tuple(_addresses(one, one.id, reach)), one.id, one.locale or usual)


def _addresses(of: Customer | ContactPerson, contact: str, reach: Reach) -> Iterator[Address]:
    for channel in CHANNELS:
        text = address(of, channel)
        if text is not None:
            yield Address(_kind(channel), text, _href(channel, text), _why_not(channel, text, contact, reach))


def _kind(channel: Channel) -> str:
    return {"sms": "Telephone", "letter": "Post"}.get(channel) or sentence(channel_name(channel))


def _href(channel: Channel, text: str) -> str:
    if channel == "sms":
        return f"tel:{''.join(one for one in text if one.isdigit() or one == '+')}"
    return ""


def _why_not(channel: Channel, text: str, contact: str, reach: Reach) -> str:
    if channel in reach.opted_out or channel in reach.silent.get(contact, ()):
        return "wants nothing here"
    if text in reach.bounced.get(channel, ()):
        return "came back, not used"
    return ""
