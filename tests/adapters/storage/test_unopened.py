"""An invoice that asks for a case and has none is a task, once, for as long as it is so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from adapters.storage import Store
from adapters.storage.lists.views import TaskView
from adapters.storage.tables import invoices
from tests.adapters.storage.builders import MONDAY, customer, invoice

HOUR = timedelta(hours=1)


@pytest.fixture
async def asked(store: Store) -> Store:
    """A store with an overdue invoice that no policy takes."""
    await store.register.customer(customer(), [], MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)
    await store.unopened.ask("INV-1", "no-policy", "plain: customer.tags: found none", MONDAY)
    return store


async def open_tasks(store: Store) -> list[TaskView]:
    return list((await store.cases.tasks()).rows)


async def test_the_task_says_why_and_is_counted(asked: Store) -> None:
    [task] = await open_tasks(asked)
    assert (task.invoice_id, task.about, task.queue, task.customer_id) == ("INV-1", "no-policy", "system", "c1")
    assert (task.note, task.opened_at, task.last_on) == ("plain: customer.tags: found none", MONDAY, date(2026, 3, 3))
    assert await asked.unopened.count() == {"no-policy": 1, "not-opened": 0}
    assert await asked.unopened.waiting() == {"INV-1"}


async def test_asked_again_it_is_the_same_task_with_the_newest_reason(asked: Store) -> None:
    await asked.unopened.ask("INV-1", "no-policy", "plain: invoice.amount: found 1", MONDAY + HOUR)
    [task] = await open_tasks(asked)
    assert (task.note, task.opened_at) == ("plain: invoice.amount: found 1", MONDAY)


async def test_one_reason_takes_the_place_of_the_other(asked: Store) -> None:
    await asked.unopened.ask("INV-1", "not-opened", "begun 3 times", MONDAY + HOUR)
    assert [task.about for task in await open_tasks(asked)] == ["not-opened"]
    await asked.unopened.ask("INV-1", "no-policy", "no policy is loaded", MONDAY + 2 * HOUR)
    [task] = await open_tasks(asked)
    assert (task.about, task.note, task.opened_at) == ("no-policy", "no policy is loaded", MONDAY + 2 * HOUR)


async def test_it_closes_when_the_case_opens_and_an_open_case_is_not_asked_about(asked: Store) -> None:
    await asked.receivables.opening("INV-1", None, None, (), MONDAY + HOUR)
    assert await open_tasks(asked) == []
    await asked.unopened.ask("INV-1", "not-opened", "begun 3 times", MONDAY + 2 * HOUR)
    assert await open_tasks(asked) == []


@pytest.mark.parametrize("paid, left", [("100.00", 0), ("99.99", 1)])
async def test_it_closes_when_nothing_is_left_to_demand(asked: Store, paid: str, left: int) -> None:
    body = {"id": "p1", "amount": paid, "at": MONDAY.isoformat()}
    await asked.register.tell("INV-1", "payment_received", body, MONDAY + HOUR)
    assert len(await open_tasks(asked)) == left


async def test_it_closes_when_the_invoice_is_void(asked: Store) -> None:
    await asked.register.void("INV-1", MONDAY + HOUR)
    assert await open_tasks(asked) == []


async def test_it_closes_when_the_invoice_falls_due_later_after_all(asked: Store) -> None:
    await asked.unopened.close_not_due(MONDAY.date(), MONDAY + HOUR)
    assert len(await open_tasks(asked)) == 1
    await asked.register.tell("INV-1", "invoice_changed", {"due_on": "2026-04-30"}, MONDAY + HOUR)
    await asked.unopened.close_not_due(MONDAY.date(), MONDAY + HOUR)
    assert await open_tasks(asked) == []


async def test_it_opens_again_when_the_money_goes_back(asked: Store) -> None:
    body = {"id": "p1", "amount": "100.00", "at": MONDAY.isoformat()}
    await asked.register.tell("INV-1", "payment_received", body, MONDAY)
    await asked.unopened.ask("INV-1", "no-policy", "no policy is loaded", MONDAY + HOUR)
    [task] = await open_tasks(asked)
    assert (task.note, task.opened_at, task.closed_at) == ("no policy is loaded", MONDAY + HOUR, None)


async def test_a_try_counts_once_for_its_moment(asked: Store) -> None:
    for at in (MONDAY, MONDAY, MONDAY + HOUR):
        await asked.unopened.tried(["INV-1"], at)
    tries = (await asked.unopened.tries(["INV-1"]))["INV-1"]
    assert (tries.times, tries.last) == (2, MONDAY + HOUR)


async def test_what_needs_no_case_is_not_looked_at_again_until_money_moves(store: Store) -> None:
    await store.register.customer(customer(), [], MONDAY)
    for name in ("INV-1", "INV-2", "INV-3"):
        await store.register.invoice("c1", invoice(name), MONDAY)
    await store.receivables.opening("INV-1", None, None, (), MONDAY)
    await store.register.tell("INV-2", "payment_received", {"id": "p1", "amount": "100.00"}, MONDAY)

    await store.unopened.close_not_due(MONDAY.date(), MONDAY)
    assert await resting(store) == {"INV-1", "INV-2"}
    assert await store.parties.due_for_opening(MONDAY.date()) == ["INV-3"]

    back = {"id": "r1", "payment_id": "p1", "amount": "100.00"}
    await store.register.tell("INV-2", "payment_reversed", back, MONDAY + HOUR)
    assert await store.parties.due_for_opening(MONDAY.date()) == ["INV-2", "INV-3"]


async def resting(store: Store) -> set[str]:
    rows = await store.database.read(lambda tx: tx.rows(select(invoices.c.id).where(invoices.c.at_rest)))
    return {row["id"] for row in rows}
