"""What a file brings: a customer's credit is used before anything is demanded, and cases that are open hear of all."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.storage import Store
from adapters.storage.credit_notes import credit_customer
from adapters.storage.inbox import parts
from adapters.storage.inbox.message import read_message
from dunning.errors import Conflict
from tests.adapters.storage.builders import MONDAY, customer, invoice

ISSUED = date(2026, 3, 1)


@pytest.fixture
async def store(store: Store) -> Store:
    await store.register.customer(customer(), (), MONDAY)
    return store


async def credit(store: Store, amount: int = 30_00) -> bool:
    what = ("c1", "CN-1", amount, "EUR", ISSUED, MONDAY)
    return await store.database.write(lambda tx: credit_customer(tx, *what))


async def bring(store: Store, of: str, name: str, **body: str) -> bool:
    message = read_message(name, {**body, "at": MONDAY.isoformat()}, MONDAY)
    return await store.database.write(lambda tx: parts.bring(tx, of, message))


async def unheard(store: Store) -> list[tuple[str, str]]:
    return [(news.invoice_id, news.name) for news in await store.register.unheard()]


async def test_p8_a_credit_note_waits_for_a_case_and_opens_none_itself(store: Store) -> None:
    assert await credit(store)
    assert (await store.parties.customer("c1")).credit == {"EUR": 30_00}
    assert await store.parties.due_for_opening(date(2030, 1, 1)) == []
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    assert (await store.parties.invoice("INV-1")).balance == 70_00
    assert (await store.parties.customer("c1")).credit == {}


async def test_p8_a_credit_note_lowers_a_case_that_is_open_at_once_and_it_hears_of_it(store: Store) -> None:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    assert await credit(store)
    assert (await store.parties.invoice("INV-1")).balance == 70_00
    assert ("INV-1", "credit_moved") in await unheard(store)


async def test_a_credit_note_counts_once_and_its_id_is_one_things(store: Store) -> None:
    await credit(store)
    assert not await credit(store)
    with pytest.raises(Conflict):
        await credit(store, 31_00)
    await store.register.invoice("c1", invoice("CN-2"), MONDAY)
    with pytest.raises(Conflict):
        await store.database.write(lambda tx: credit_customer(tx, "c1", "CN-2", 1, "EUR", ISSUED, MONDAY))


async def test_a_case_that_is_open_hears_what_a_file_brings_and_others_learn_of_it(store: Store) -> None:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    await store.register.invoice("c1", invoice("INV-2"), MONDAY)
    for name in ("INV-1", "INV-2"):
        assert await bring(store, name, "payment_received", id=f"p-{name}", amount="40.00")
        assert not await bring(store, name, "payment_received", id=f"p-{name}", amount="40.00")
    assert await unheard(store) == [("INV-1", "payment_received")]
    opening = await store.receivables.opening("INV-2", None, None, (), MONDAY)
    assert [name for name, _ in opening.told] == ["payment_received"]


async def test_open_cases_hear_of_a_new_address_in_a_file(store: Store) -> None:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    message = read_message("contact", {"email": "new@acme.example", "at": MONDAY.isoformat()}, MONDAY)
    await store.database.write(lambda tx: parts.bring_to_customer(tx, "c1", message))
    assert await unheard(store) == [("INV-1", "contact")]
    assert (await store.parties.customer("c1")).record.email == "new@acme.example"
