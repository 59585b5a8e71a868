"""Where a debtor is reached, and on which channels they may be written to (N1, N2)."""

from __future__ import annotations

from functools import partial

import pytest

from dunning.channels import CHANNELS, address, addresses, changed_addresses, chosen, opted_out, usable_now
from dunning.messages import Contact
from dunning.records import Channel, Customer

CUSTOMER = Customer(id="c1", email="ap@acme.example", phone=" ", address=None)


def test_a_blank_is_no_address() -> None:
    assert addresses(partial(getattr, CUSTOMER)) == {"email": "ap@acme.example"}
    assert [address(CUSTOMER, channel) for channel in CHANNELS] == ["ap@acme.example", None, None]


def test_a_channel_may_be_used_unless_the_debtor_opted_out_or_it_bounced() -> None:
    assert usable_now(CHANNELS, opted_out=(), bounced=()) == ["email", "sms", "letter"]
    assert usable_now(CHANNELS, opted_out=("sms",), bounced={"email"}) == ["letter"]


def test_a_notice_takes_every_channel_that_may_be_used_or_the_first_of_them() -> None:
    by: tuple[Channel, ...] = ("letter", "sms", "email")
    assert chosen(by, ("email", "letter"), first=False) == ("letter", "email")
    assert chosen(by, ("email", "sms"), first=True) == ("sms",)
    assert chosen(by, (), first=True) == ()


@pytest.mark.parametrize(
    "told, changes",
    [
        (Contact(email="ap@acme.example"), {}),
        (Contact(email="new@acme.example", address="Kade 1"), {"email": "new@acme.example", "letter": "Kade 1"}),
        (Contact(email="", address=""), {"email": None}),
    ],
)
def test_an_address_moves_where_it_is_told_otherwise_than_it_was_known(
    told: Contact, changes: dict[Channel, str | None]
) -> None:
    assert changed_addresses(told, partial(getattr, CUSTOMER)) == changes


def test_one_may_opt_out_of_every_channel_of_some_or_of_one() -> None:
    assert opted_out(told=True) == set(CHANNELS)
    assert opted_out(told=False) == set()
    assert opted_out("sms") == {"sms"}
    assert opted_out(("sms", "email")) == {"sms", "email"}
