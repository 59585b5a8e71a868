"""Customers: who owes, how they are reached and charged, and whether all must stop."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool

from adapters.storage.lists.views import CustomerView
from api.shapes.values import Country, Day, FactName, Lines, Moment, OneLine, Shape, Sum, Tags, Words, Zone, example
from dunning.policy.parts import WrittenAs
from dunning.records import Channel, Customer, CustomerId, CustomerKind, Id, Method, each_once

Email = Annotated[
    str,
    Field(max_length=254, examples=["ap@acme.example"]),
    WrittenAs(r"[^@\s,;<>\x00-\x1f]+@[^@\s,;<>\x00-\x1f]+", "an e-mail address"),
]
Phone = Annotated[str, Field(examples=["+31 20 555 0100"]), WrittenAs(r"\+?[0-9 ()./-]{3,40}", "a telephone number")]
Locale = Annotated[
    str,
    Field(max_length=20, examples=["nl"]),
    WrittenAs("[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*", "a language such as nl or nl-BE"),
]


class MethodIn(Shape):
    """A stored way to be charged; `brand`, `last4` and the month in which a card `expires` are for reading only."""

    model_config = example(id="card_main", network="visa", brand="Visa", last4="4242", expires="2027-04")

    id: Id
    network: OneLine | None = None
    brand: OneLine | None = None
    last4: Annotated[str, WrittenAs("[0-9]{4}", "four digits")] | None = None
    expires: Annotated[str, WrittenAs("[0-9]{4}-(0[1-9]|1[0-2])", "a month such as 2027-04")] | None = None

    @property
    def record(self) -> Method:
        """As the rules know it."""
        return Method(**self.model_dump())


class ContactPersonIn(Shape):
    """Somebody at the customer's who is written to; `copy` has them get a copy of every notice."""

    model_config = example(
        id="acme-ap", role="accounts", name="A. Janssen", email="ap@acme.example", locale="nl", copy=False
    )

    id: CustomerId
    role: Annotated[str, WrittenAs("[a-z0-9][a-z0-9_-]{0,49}", "a word such as accounts")]
    name: OneLine | None = None
    email: Email | None = None
    phone: Phone | None = None
    address: Lines | None = None
    locale: Locale | None = None
    copied: Annotated[StrictBool, Field(alias="copy")] = False


class AccountManagerShape(Shape):
    """Who looks after the customer at yours."""

    model_config = example(name="R. de Vries", email="r.devries@lumen.example", phone="+31 20 555 0199")

    name: OneLine
    email: Email | None = None
    phone: Phone | None = None


class CustomerIn(Shape):
    """A customer as the billing system knows them. Names and addresses leave our store only with a notice."""

    model_config = example(
        name="Acme B.V.",
        kind="business",
        country="NL",
        timezone="Europe/Amsterdam",
        locale="nl",
        email="ap@acme.example",
        phone="+31 20 555 0100",
        address="Keizersgracht 1\n1015 CJ Amsterdam",
        tags=["key-account"],
        methods=[{"id": "card_main", "network": "visa", "last4": "4242"}],
    )

    name: OneLine | None = None
    kind: CustomerKind = "business"
    country: Country | None = None
    subdivision: Annotated[str, WrittenAs("[A-Za-z0-9-]{1,10}", "a part of a country, such as BY")] | None = None
    timezone: Zone | None = None
    locale: Locale = "en"
    segment: OneLine | None = None
    tags: Tags = ()
    email: Email | None = None
    phone: Phone | None = None
    address: Lines | None = None
    zones: Annotated[tuple[Zone, ...], Field(max_length=10)] = ()
    contacts: Annotated[tuple[ContactPersonIn, ...], Field(max_length=50), AfterValidator(each_once)] = ()
    account_manager: AccountManagerShape | None = None
    parent: CustomerId | None = None
    methods: Annotated[tuple[MethodIn, ...], Field(max_length=20)] = ()

    def record(self, customer_id: str) -> Customer:
        """As the rules know them."""
        return Customer(id=customer_id, **self.model_dump(exclude={"methods", "parent"}, by_alias=True))


class ContactIn(Shape):
    """New addresses, or channels that may not be used any more (N1, N2): the customer's, or those of the `contact` of
    theirs who has this id. What is left out stays as it is.
    """

    model_config = example(email="invoices@acme.example", opted_out=["sms"])

    contact: CustomerId | None = None
    email: Email | None = None
    phone: Phone | None = None
    address: Lines | None = None
    opted_out: Annotated[tuple[Channel, ...], Field(max_length=3)] | None = None


class AbsenceIn(Shape):
    """Until which day the debtor does not read a channel (M5)."""

    model_config = example(channel="email", until="2026-03-20")

    channel: Channel = Field(description="the one that they do not read")
    until: Day = Field(description="the last day on which they do not")


class ChannelIn(Shape):
    """On which channel the debtor complained, or wants nothing more (M5)."""

    model_config = example(channel="sms")

    channel: Channel = Field(description="the one whose address is not used any more")


class StopIn(Shape):
    """Why every case of the customer stops (H2)."""

    model_config = example(reason="bankruptcy")

    reason: Words


class MethodOut(Shape):
    """A stored way to be charged."""

    id: str
    network: str | None
    brand: str | None
    last4: str | None
    expires: str | None = Field(default=None, description="the last month in which a card is valid, such as 2027-04")


class ContactPersonOut(Shape):
    """Somebody at the customer's who is written to."""

    id: str
    role: str
    name: str | None
    email: str | None
    phone: str | None
    address: str | None
    locale: str | None
    copied: bool = Field(alias="copy")


class CustomerOut(Shape):
    """A customer with what is known of reaching and charging them."""

    id: str
    name: str | None
    kind: CustomerKind
    country: str | None
    subdivision: str | None
    timezone: str | None
    locale: str
    segment: str | None
    tags: tuple[str, ...]
    email: str | None
    phone: str | None
    address: str | None
    zones: tuple[str, ...]
    contacts: tuple[ContactPersonOut, ...]
    account_manager: AccountManagerShape | None
    parent: str | None
    methods: tuple[MethodOut, ...]
    usable_channels: tuple[Channel, ...]
    opted_out: tuple[Channel, ...]
    bounced: tuple[Channel, ...]
    stopped: str | None = Field(description="the reason of the customer stop that stands (H2)")
    consent: bool = Field(description="whether they may be charged (C6)")
    credit: tuple[Sum, ...] = Field(description="what they paid too much (P3)")
    registered_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, view: CustomerView) -> CustomerOut:
        """As the store knows them."""
        return cls(
            **view.record.model_dump(),
            parent=view.parent,
            methods=tuple(MethodOut(**method.model_dump()) for method in view.methods),
            usable_channels=view.usable,
            opted_out=view.opted_out,
            bounced=view.bounced,
            stopped=view.stopped,
            consent=view.consent,
            credit=tuple(Sum.of(amount, currency) for currency, amount in sorted(view.credit.items())),
            registered_at=view.registered_at,
            updated_at=view.updated_at,
        )


class CustomerTold(Shape):
    """A fact about a customer was kept; these are their cases that were told."""

    model_config = example(customer_id="acme", message="customer_stop", cases=["INV-2041"])

    customer_id: str
    message: FactName
    cases: tuple[str, ...]
