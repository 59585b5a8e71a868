"""Charges: one attempt in flight, its outcome booked once under its key, and asked for until it is known (C5)."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from adapters.clock import now
from adapters.storage import Store
from dunning.answers import Answer, Approved, Stale, Underway
from dunning.errors import Conflict
from dunning.ports import Acted, Go
from tests.adapters.storage.builders import MONDAY, a_decline, act, charge, customer, invoice, settling
from tests.adapters.storage.conftest import OpenStore

LATER = Underway("sepa", date(2026, 3, 9))


@pytest.fixture
async def store(store: Store) -> Store:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    return store


async def tried(store: Store, answer: Answer, attempt: int = 1) -> Acted:
    await store.receivables.begin(act(charge(attempt)))
    return await store.receivables.finish(act(charge(attempt)), answer)


async def balance(store: Store) -> int:
    return (await store.parties.invoice("INV-1")).balance


async def state(store: Store) -> list[str]:
    return [attempt.state for attempt in await store.cases.attempts("INV-1")]


async def test_an_approved_charge_is_a_payment_under_the_key_of_the_act_and_no_message(store: Store) -> None:
    await tried(store, Approved("card"))

    [payment] = await store.cases.ledger("INV-1")
    assert (payment.kind, payment.id, payment.amount) == ("payment", charge().key, -100_00)
    assert await store.cases.messages("INV-1") == ()
    assert await state(store) == ["approved"]


async def test_the_providers_own_message_of_that_payment_books_it_no_second_time(store: Store) -> None:
    await tried(store, Approved("card"))
    body = {"id": charge().key, "amount": "100.00", "at": "2026-03-02T10:00:00Z"}
    await store.register.tell("INV-1", "payment_received", body, MONDAY)

    assert await balance(store) == 0


async def test_a_decline_books_nothing_and_keeps_its_code(store: Store) -> None:
    await tried(store, a_decline("insufficient_funds", "27"))

    [attempt] = await store.cases.attempts("INV-1")
    assert (attempt.state, attempt.code, attempt.advice) == ("declined", "insufficient_funds", "27")
    assert await balance(store) == 100_00


async def test_a_second_attempt_has_to_wait_for_the_outcome_of_the_first(store: Store) -> None:
    await store.receivables.begin(act(charge(1)))

    with pytest.raises(Conflict, match="attempt/1 in flight"):
        await store.receivables.begin(act(charge(2)))

    await store.receivables.finish(act(charge(1)), a_decline("do_not_honor"))
    assert isinstance(await store.receivables.begin(act(charge(2))), Go)


async def test_an_attempt_that_the_provider_never_saw_is_forgotten(store: Store) -> None:
    await store.receivables.begin(act(charge(1)))
    await store.receivables.unbegin(charge(1).key)

    assert await store.cases.attempts("INV-1") == ()
    assert isinstance(await store.receivables.begin(act(charge(2))), Go)


async def test_an_outcome_that_is_not_known_is_settled_under_the_same_key(store: Store) -> None:
    await store.receivables.begin(act(charge()))

    go = await store.receivables.begin(act(settling(charge())))
    assert isinstance(go, Go)
    assert go.repeat
    await store.receivables.finish(act(settling(charge())), Approved("card"))

    assert await balance(store) == 0
    assert await state(store) == ["approved"]
    assert await store.receivables.begin(act(settling(charge()))) == Acted(Approved("card"), 0, written=False)


@pytest.mark.parametrize("first", [LATER, a_decline("duplicate_transaction")])
async def test_an_answer_that_leaves_the_fate_of_a_charge_open_is_asked_for_again(store: Store, first: Answer) -> None:
    await tried(store, first)

    go = await store.receivables.begin(act(settling(charge())))
    assert isinstance(go, Go)
    assert go.repeat
    acted = await store.receivables.finish(act(settling(charge())), a_decline("expired_card"))

    assert await store.receivables.begin(act(settling(charge()))) == acted
    assert await state(store) == ["declined"]


async def test_a_payment_that_came_meanwhile_is_heard_before_a_debit_is_asked_for_again(store: Store) -> None:
    await tried(store, LATER)
    body = {"id": charge().key, "amount": "100.00", "at": "2026-03-06T10:00:00Z"}
    await store.register.tell("INV-1", "payment_received", body, MONDAY)

    acted = await store.receivables.begin(act(settling(charge())))

    assert isinstance(acted, Acted)
    assert acted.answer.kind == "stale"
    assert await state(store) == ["approved"]


async def test_a_debit_that_failed_is_noted_as_failed(store: Store) -> None:
    await tried(store, LATER)
    await store.register.tell("INV-1", "payment_failed", {"id": charge().key, "at": "2026-03-06T10:00:00Z"}, MONDAY)

    assert await state(store) == ["failed"]
    assert await balance(store) == 100_00


async def test_a_reversal_that_came_before_the_approval_is_netted_with_it(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    body = {"id": "r1", "payment_id": charge().key, "amount": "100.00", "at": "2026-03-02T10:00:00Z"}
    await store.register.tell("INV-1", "payment_reversed", body, MONDAY)
    await store.receivables.finish(act(charge()), Approved("card"))

    assert await balance(store) == 100_00


async def test_a_late_approval_of_a_debit_that_was_told_to_have_failed_books_nothing(store: Store) -> None:
    await tried(store, LATER)
    await store.register.tell("INV-1", "payment_failed", {"id": charge().key, "at": "2026-03-06T10:00:00Z"}, MONDAY)
    await store.receivables.begin(act(settling(charge()), seen=1))
    await store.receivables.finish(act(settling(charge()), seen=1), Approved("sepa"))

    assert await balance(store) == 100_00


async def test_an_attempt_that_never_arrived_is_made_under_its_own_number_when_it_is_settled(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    await store.receivables.unbegin(charge().key)

    go = await store.receivables.begin(act(settling(charge())))
    assert isinstance(go, Go)
    assert not go.repeat
    await store.receivables.finish(act(settling(charge())), Approved("card"))

    assert await balance(store) == 0
    assert [(one.number, one.by, one.state) for one in await store.cases.attempts("INV-1")] == [
        (1, "ladder", "approved")
    ]


async def test_the_moments_of_the_calls_stand_beside_the_intent_for_every_process(
    open_store: OpenStore, store: Store
) -> None:
    """By this machine's clock, whatever moment it is for the case (C5)."""
    began = now()
    first = await store.receivables.begin(act(charge()))
    again = await (await open_store()).receivables.begin(act(charge()))
    sent_again = await (await open_store()).receivables.begin_again(act(charge()))
    asked = await store.receivables.begin(act(settling(charge())))
    assert isinstance(first, Go)
    assert isinstance(again, Go)
    assert isinstance(sent_again, Go)
    assert isinstance(asked, Go)
    assert (first.repeat, again.repeat, sent_again.repeat) == (False, True, True)
    assert first.calls == again.calls
    assert first.calls is not None
    assert sent_again.calls is not None
    assert began <= first.calls.first_at == first.calls.last_at < sent_again.calls.last_at <= now()
    assert sent_again.calls.first_at == first.calls.first_at
    assert asked.calls == sent_again.calls


async def test_a_charge_is_not_sent_again_over_facts_that_the_case_has_not_seen(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    paid = {"id": "p1", "amount": "60.00", "at": "2026-03-02T10:00:00Z"}
    await store.register.tell("INV-1", "payment_received", paid, MONDAY)
    acted = await store.receivables.begin_again(act(charge()))
    assert isinstance(acted, Acted)
    assert isinstance(acted.answer, Stale)
    assert await state(store) == ["begun"]


async def test_a_charge_whose_end_was_recorded_meanwhile_is_not_sent_again(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    await store.receivables.finish(act(charge()), Approved("card"))
    acted = await store.receivables.begin_again(act(charge()))
    assert isinstance(acted, Acted)
    assert acted.answer == Approved("card")


async def test_an_approval_and_its_reversal_at_once_never_miss_each_other(open_store: OpenStore, store: Store) -> None:
    other = await open_store()
    for number in range(30):
        name = f"INV-{number + 100}"
        await store.receivables.opening(name, invoice(name), customer(), (), MONDAY)
        trying = act(charge(of=name), of=name)
        await store.receivables.begin(trying)
        body = {"id": "r1", "payment_id": charge(of=name).key, "amount": "100.00", "at": "2026-03-02T10:00:00Z"}

        await asyncio.gather(
            store.receivables.finish(trying, Approved("card")),
            other.register.tell(name, "payment_reversed", body, MONDAY),
        )

        assert (await store.parties.invoice(name)).balance == 100_00
