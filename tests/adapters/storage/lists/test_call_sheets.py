"""Whom a call is to: a contact for accounts who has a telephone, else the customer; never somebody else's number."""

from __future__ import annotations

import pytest

from adapters.storage.lists.call_sheets import callee
from dunning.records import ContactPerson, Customer

LANDLINE, MOBILE = "+31 20 794 0000", "+31 6 10000000"
AP = ContactPerson(id="ap", role="accounts", name="J. Bakker")
BOSS = ContactPerson(id="boss", role="management", name="The boss", phone=MOBILE)


@pytest.mark.parametrize(
    "phone, contacts, came_back, was_wrong, called",
    [
        (LANDLINE, (), (), False, (None, LANDLINE)),
        (LANDLINE, (AP, BOSS), (), False, ("J. Bakker", LANDLINE)),
        (LANDLINE, (BOSS, AP.model_copy(update={"phone": MOBILE})), (), False, ("J. Bakker", MOBILE)),
        (LANDLINE, (AP.model_copy(update={"phone": MOBILE}),), (MOBILE,), False, ("J. Bakker", LANDLINE)),
        (LANDLINE, (), (LANDLINE,), False, (None, LANDLINE)),  # a text message was refused: it can be called
        (LANDLINE, (), (LANDLINE,), True, (None, None)),
        (MOBILE, (), (MOBILE,), False, (None, None)),
        (None, (), (), False, (None, None)),
    ],
)
def test_whom_a_call_is_to(
    phone: str | None,
    contacts: tuple[ContactPerson, ...],
    came_back: tuple[str, ...],
    called: tuple[str | None, str | None],
    *,
    was_wrong: bool,
) -> None:
    customer = Customer(id="c1", country="NL", phone=phone, contacts=contacts)
    person, number = callee(customer, came_back, was_wrong=was_wrong)
    assert (person.name if person else None, number) == called
