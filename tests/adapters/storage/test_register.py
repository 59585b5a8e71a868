"""Customers and invoices as billing systems register and change them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from adapters.storage import Store
from dunning.errors import Conflict, NotFound
from tests.adapters.storage.builders import MONDAY, customer, invoice, method


async def test_registering_the_same_customer_again_changes_nothing(store: Store) -> None:
    assert await store.register.customer(customer(), [method()], MONDAY)
    assert not await store.register.customer(customer(), [method()], MONDAY)

    assert (await store.parties.customer("c1")).methods == (method(),)


async def test_another_customer_under_the_same_id_is_a_conflict(store: Store) -> None:
    await store.register.customer(customer(), [], MONDAY)

    with pytest.raises(Conflict, match="c1"):
        await store.register.customer(customer(name="Somebody else"), [], MONDAY)


async def test_a_customer_is_changed_on_purpose(store: Store) -> None:
    await store.register.customer(customer(), [], MONDAY)

    changed = await store.register.change_customer("c1", {"name": "Acme", "tags": ["vip"], "email": None})

    assert changed == customer(name="Acme", tags=("vip",), email=None)
    assert (await store.parties.customer("c1")).record == changed
    assert (await store.parties.customer("c1")).usable == ()


async def test_a_change_that_makes_no_sense_changes_nothing(store: Store) -> None:
    await store.register.customer(customer(), [], MONDAY)

    with pytest.raises(ValidationError, match="country"):
        await store.register.change_customer("c1", {"name": "Acme", "country": "Holland"})
    with pytest.raises(NotFound, match="c9"):
        await store.register.change_customer("c9", {"name": "Acme"})
    assert (await store.parties.customer("c1")).record == customer()


async def test_an_invoice_is_registered_once_for_a_customer_who_is_known(store: Store) -> None:
    with pytest.raises(NotFound, match="c1"):
        await store.register.invoice("c1", invoice(), MONDAY)
    await store.register.customer(customer(), [], MONDAY)

    assert await store.register.invoice("c1", invoice(), MONDAY)
    assert not await store.register.invoice("c1", invoice(), MONDAY)
    with pytest.raises(Conflict, match="INV-1"):
        await store.register.invoice("c1", invoice(due_on="2026-05-01"), MONDAY)


async def test_an_invoice_comes_back_as_it_was_handed_over(store: Store) -> None:
    whole = invoice(
        issued_on="2026-01-29", tags=["saas", "eu"], amount="1234567890123.45",
        attempts=[{"at": "2026-03-01T06:00:00Z", "method": "card", "declined": "insufficient_funds"}],
    )  # fmt: skip
    await store.register.customer(customer(), [], MONDAY)
    await store.register.invoice("c1", whole, MONDAY)

    assert (await store.parties.invoice("INV-1")).record == whole
