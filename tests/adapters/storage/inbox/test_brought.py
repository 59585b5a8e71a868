"""What a case was told directly and the store cannot keep is set aside: the case hears of it, and goes on."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.storage import Store
from adapters.storage.inbox.consequences import apply_message
from adapters.storage.inbox.message import ReceivedMessage
from tests.adapters.storage.builders import MONDAY, customer, invoice, line, written

PAYMENTS = tuple(("payment_received", {"id": f"p{number}", "amount": "10.00"}) for number in (1, 2, 3))


@pytest.fixture
async def store(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that cannot book the payment p2, after it has begun to."""
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)

    def refuses(tx: Any, addressee: Any, heard: ReceivedMessage) -> None:
        apply_message(tx, addressee, heard)
        if heard.body.get("id") == "p2":
            raise OverflowError("date value out of range")

    monkeypatch.setattr("adapters.storage.inbox.inbox.apply_message", refuses)
    return store


async def test_what_cannot_be_kept_is_set_aside_and_the_rest_is_kept(store: Store) -> None:
    before = (await store.parties.invoice("INV-1")).balance
    newest, missed = await store.receivables.record("INV-1", PAYMENTS, written(line(1)), 0, MONDAY)

    assert newest == 3
    [(name, body)] = missed
    assert name == "payment_received"
    assert body["set_aside"] == "the store could not keep it: date value out of range"
    assert body["begins"] == '{"id":"p2","amount":"10.00"}'
    assert (await store.parties.invoice("INV-1")).balance == before - 20_00
    assert (await store.cases.journal("INV-1")).rows == (line(1),)


async def test_what_was_set_aside_is_set_aside_once(store: Store) -> None:
    first, again = [await store.receivables.record("INV-1", PAYMENTS, written(), 0, MONDAY) for _ in range(2)]
    assert first[0] == again[0] == 3


async def test_a_fault_that_may_pass_is_not_the_message_s_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise ConnectionError("the server is gone")

    monkeypatch.setattr("adapters.storage.inbox.inbox.apply_message", down)
    with pytest.raises(ConnectionError):
        await store.receivables.record("INV-1", PAYMENTS, written(), 0, MONDAY)
    assert await store.cases.messages("INV-1") == ()
