"""Every effect under its intent: the intent before it, its outcome after it, each once, whatever crashes between."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from adapters.storage import Store
from adapters.storage.engine.transaction import Transaction
from adapters.storage.tables import METADATA
from dunning.answers import Approved, Done, Stale
from dunning.errors import Conflict, NotFound
from dunning.ports import Acted, Go
from dunning.recipients import Recipient, Way
from tests.adapters.storage.builders import MONDAY, act, charge, customer, done, fee, invoice, line, notice, written
from tests.adapters.storage.conftest import OpenStore

PAYMENT = {"id": "p1", "amount": "40.00", "at": "2026-03-02T08:00:00Z"}


@pytest.fixture
async def store(store: Store) -> Store:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    return store


async def test_an_effect_that_nothing_forbids_may_go_with_what_the_store_knows_now(store: Store) -> None:
    go = await store.receivables.begin(act(notice()))

    assert go == Go(
        repeat=False, customer=customer(), invoice=invoice(), channels=("email",), recipients=(Recipient(Way("email")),)
    )


async def test_an_effect_of_an_invoice_that_nobody_knows_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="INV-9"):
        await store.receivables.begin(act(fee("INV-9"), of="INV-9"))


async def test_a_repeat_before_the_outcome_is_known_is_told_so(store: Store) -> None:
    await store.receivables.begin(act(fee()))

    again = await store.receivables.begin(act(fee()))

    assert isinstance(again, Go)
    assert again.repeat


async def test_a_repeat_after_the_outcome_gets_the_outcome(store: Store) -> None:
    await store.receivables.begin(done(fee()))
    acted = await store.receivables.finish(done(fee()), Done())

    assert acted == Acted(Done(), 0, written=True)
    assert await store.receivables.begin(done(fee())) == acted


async def test_finishing_twice_books_once_and_the_first_outcome_stays(store: Store) -> None:
    act_ = act(charge())
    await store.receivables.begin(act_)
    first = await store.receivables.finish(act_, Approved("card"))
    second = await store.receivables.finish(act_, Approved("other"))

    assert second == first
    assert (await store.parties.invoice("INV-1")).balance == 0


async def test_an_outcome_without_an_intent_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict, match="no intent"):
        await store.receivables.finish(act(fee()), Done())


async def test_facts_that_the_case_has_not_seen_forbid_the_act_and_are_handed_over(store: Store) -> None:
    await store.register.tell("INV-1", "payment_received", PAYMENT, MONDAY)
    await store.register.tell("INV-1", "credit", {"id": "cn1", "amount": "1.00", "at": "2026-03-02T08:30:00Z"}, MONDAY)

    acted = await store.receivables.begin(act(fee(), seen=1))

    assert isinstance(acted, Acted)
    assert isinstance(acted.answer, Stale)
    assert [name for name, _ in acted.answer.facts] == ["credit"]
    assert (acted.seen, acted.written) == (2, False)
    assert isinstance(await store.receivables.begin(act(fee(), seen=2)), Go)


async def test_an_act_that_may_have_happened_is_settled_before_new_facts_are_heard(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    await store.register.tell("INV-1", "payment_received", PAYMENT, MONDAY)

    again = await store.receivables.begin(act(charge()))

    assert isinstance(again, Go)
    assert again.repeat


async def test_an_act_that_never_left_hears_the_new_facts(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    await store.register.tell("INV-1", "payment_received", PAYMENT, MONDAY)
    await store.receivables.unbegin(charge().key)

    again = await store.receivables.begin(act(charge()))

    assert isinstance(again, Acted)
    assert isinstance(again.answer, Stale)


async def test_an_outcome_cannot_be_taken_back(store: Store) -> None:
    await store.receivables.begin(done(fee()))
    await store.receivables.finish(done(fee()), Done())

    await store.receivables.unbegin(fee().key)

    assert isinstance(await store.receivables.begin(done(fee())), Acted)


async def test_taking_back_what_was_never_begun_changes_nothing(store: Store) -> None:
    await store.receivables.begin(act(charge()))
    await store.receivables.begin(act(notice()))
    await store.receivables.begin_channel(notice().key, Way("email"))
    before = await everything(store)

    await store.receivables.unbegin("case:INV-1/nothing/0")
    await store.receivables.unbegin("case:INV-1/nothing/0", Way("email"))

    assert await everything(store) == before
    assert {name: len(rows) for name, rows in before.items() if name in {"acts", "attempts", "notices"}} == {
        "acts": 2, "attempts": 1, "notices": 1,
    }  # fmt: skip


async def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by the table's name."""

    def work(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
        return {table.name: [dict(row) for row in tx.rows(select(table))] for table in METADATA.sorted_tables}

    return await store.database.read(work)


async def test_two_workers_that_begin_the_same_act_at_once_know_of_each_other(
    open_store: OpenStore, store: Store
) -> None:
    stores = [store, await open_store()]

    for number in range(20):
        act_ = act(fee(number=number))
        began = await asyncio.gather(*(one.receivables.begin(act_) for one in stores))
        assert sorted(go.repeat for go in began if isinstance(go, Go)) == [False, True]


async def test_two_workers_that_finish_the_same_act_at_once_book_it_once(open_store: OpenStore, store: Store) -> None:
    stores = [store, await open_store()]
    await store.receivables.begin(done(fee()))

    acted = await asyncio.gather(*(one.receivables.finish(done(fee()), Done()) for one in stores))

    assert acted[0] == acted[1]
    assert (await store.parties.invoice("INV-1")).balance == 115_00


async def test_a_payment_and_a_charge_at_once_never_miss_each_other(open_store: OpenStore, store: Store) -> None:
    other = await open_store()
    for number in range(1, 21):
        invoice_id = f"INV-{number + 100}"
        await store.receivables.opening(invoice_id, invoice(invoice_id), customer(f"c-{number}"), (), MONDAY)
        paid = {**PAYMENT, "id": f"p-{number}"}
        trying = act(charge(of=invoice_id), of=invoice_id)

        began, told = await asyncio.gather(
            store.receivables.begin(trying), other.register.tell(invoice_id, "payment_received", paid, MONDAY)
        )

        # Either the charge was first, and the payment waits as a message for the case; or the charge hears of it.
        assert told == 1
        assert isinstance(began, Go) or isinstance(began.answer, Stale)
        if isinstance(began, Go):
            await store.receivables.finish(trying, Approved("card"))
            assert (await store.parties.invoice(invoice_id)).balance == -40_00


async def test_what_was_expected_is_written_with_the_outcome(store: Store) -> None:
    expected = written(line(2), stage="fee", balance=115_00)
    act_ = act(fee(), lines=[line(1, "looked")], assumed=Done(), expected=expected)
    await store.receivables.begin(act_)

    assert (await store.receivables.finish(act_, Done())).written

    assert (await store.cases.journal("INV-1")).rows == (line(1, "looked"), line(2))
    case = await store.cases.one("INV-1")
    assert (case.stage, case.balance) == ("fee", 115_00)


async def test_another_answer_than_the_assumed_one_leaves_the_rest_to_the_case(store: Store) -> None:
    expected = written(line(2), stage="paid", balance=0)
    act_ = act(charge(), lines=[line(1, "looked")], assumed=Approved("card"), expected=expected)
    await store.receivables.begin(act_)

    acted = await store.receivables.finish(act_, Approved("sepa"))

    assert not acted.written
    assert await store.receivables.begin(act_) == acted
    assert [one.number for one in (await store.cases.journal("INV-1")).rows] == [1]
    assert (await store.cases.one("INV-1")).stage == "opened"
