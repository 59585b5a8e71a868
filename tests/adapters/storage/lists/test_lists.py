"""Lists for people: filtered, a page at a time, with nothing twice and nothing left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from adapters.storage import Store
from adapters.storage.lists.cases import Which
from adapters.storage.lists.pages import BadCursor, Page
from dunning.answers import Done
from dunning.effects import OpenTask
from dunning.errors import NotFound
from tests.adapters.storage.builders import MONDAY, customer, days_later, done, invoice, line, method, written


async def opened(store: Store, *names: str, who: str = "c1", day: int = 0, **more: Any) -> None:
    for name in names:
        await store.receivables.opening(name, invoice(name, **more), customer(who), (), days_later(day))


def ids(page: Page[Any]) -> list[str]:
    return [row.invoice_id for row in page.rows]


async def test_cases_are_listed_a_page_at_a_time_the_newest_first(store: Store) -> None:
    await opened(store, "INV-1", "INV-2", "INV-3")
    await opened(store, "INV-4", day=1)

    first = await store.cases.page(limit=2)
    await opened(store, "INV-5", day=2)
    second = await store.cases.page(limit=2, cursor=first.next)

    assert (ids(first), ids(second)) == (["INV-4", "INV-3"], ["INV-2", "INV-1"])
    assert second.next is None


async def test_cases_are_found_by_stage_policy_customer_and_outcome(store: Store) -> None:
    await opened(store, "INV-1", "INV-2", "INV-3")
    await opened(store, "INV-4", who="c2")
    await store.receivables.record("INV-1", (), written(stage="reminder"), 0, MONDAY)
    await store.receivables.record("INV-2", (), written(stage="paid", outcome="paid"), 0, MONDAY)

    assert ids(await store.cases.page(Which(stage="reminder"))) == ["INV-1"]
    assert ids(await store.cases.page(Which(outcome="paid"))) == ["INV-2"]
    assert ids(await store.cases.page(Which(customer="c2", is_open=True))) == ["INV-4"]
    assert ids(await store.cases.page(Which(is_open=False))) == ["INV-2"]
    assert ids(await store.cases.page(Which(policy="plain", customer="c1"))) == ["INV-3", "INV-2", "INV-1"]
    assert ids(await store.cases.page(Which(policy="other"))) == []
    assert await store.cases.stages() == {"opened": 2, "reminder": 1}


async def test_a_case_is_shown_with_its_invoice_and_the_name_of_its_debtor(store: Store) -> None:
    await store.receivables.opening("INV-1", invoice(), customer(name="Acme"), (), MONDAY)

    case = await store.cases.one("INV-1")

    assert (case.customer_name, case.currency, case.amount, case.due_on) == ("Acme", "EUR", 100_00, date(2026, 2, 28))
    with pytest.raises(NotFound, match="INV-9"):
        await store.cases.one("INV-9")


async def test_a_journal_is_read_in_its_order(store: Store) -> None:
    await opened(store, "INV-1")
    await store.receivables.record("INV-1", (), written(*(line(number) for number in range(1, 6))), 0, MONDAY)

    pages = [await store.cases.journal("INV-1", limit=2)]
    while pages[-1].next:
        pages.append(await store.cases.journal("INV-1", limit=2, cursor=pages[-1].next))

    assert [[one.number for one in page.rows] for page in pages] == [[1, 2], [3, 4], [5]]


async def test_tasks_are_listed_the_most_urgent_first(store: Store) -> None:
    await opened(store, "INV-1", "INV-2")
    for name, about, last in (("INV-1", "call", 9), ("INV-1", "dispute", 6), ("INV-2", "call", 7)):
        asked = OpenTask(f"case:{name}/{about}", f"{about}-1", about, "collections", date(2026, 3, last))
        await store.receivables.begin(done(asked, of=name))
        await store.receivables.finish(done(asked, of=name), Done())

    assert [(one.invoice_id, one.id) for one in (await store.cases.tasks()).rows] == [
        ("INV-1", "dispute-1"),
        ("INV-2", "call-1"),
        ("INV-1", "call-1"),
    ]
    first = await store.cases.tasks(limit=1)
    assert ids(await store.cases.tasks(cursor=first.next, about="call", customer="c1")) == ["INV-2", "INV-1"]
    assert ids(await store.cases.tasks(invoice="INV-2", queue="collections")) == ["INV-2"]


async def test_customers_are_listed_with_their_methods(store: Store) -> None:
    for name in ("a", "b", "c"):
        await store.register.customer(customer(name), [method(f"card-{name}")] if name != "b" else [], MONDAY)

    first = await store.parties.customers(limit=2)
    second = await store.parties.customers(limit=2, cursor=first.next)

    assert [(one.record.id, len(one.methods)) for one in (*first.rows, *second.rows)] == [("a", 1), ("b", 0), ("c", 1)]
    with pytest.raises(NotFound):
        await store.parties.customer("z")


async def test_invoices_are_listed_with_what_is_left_of_them(store: Store) -> None:
    await opened(store, "INV-1", due_on="2026-02-27")
    await store.register.invoice("c1", invoice("INV-2"), MONDAY)
    await store.register.tell("INV-2", "payment_received", {"id": "p1", "amount": "1.00", "at": MONDAY}, MONDAY)

    page = await store.parties.invoices(customer="c1")

    assert [(one.record.id, one.balance, one.stage) for one in page.rows] == [
        ("INV-2", 99_00, None),
        ("INV-1", 100_00, "opened"),
    ]
    assert (await store.parties.invoices(customer="c2")).rows == ()
    assert [one.record.id for one in (await store.parties.invoices(limit=1)).rows] == ["INV-2"]


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "WyJ4IiwieSJd", "WzEsMl0", "e30", "é"])
async def test_a_cursor_that_no_page_gave_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor, match="cursor: found"):
        await store.cases.page(cursor=cursor)


async def test_invoices_fall_due_the_day_after_their_due_date_or_as_early_as_a_step_needs(store: Store) -> None:
    await store.register.customer(customer(), [], MONDAY)
    for name, due_on in (("INV-1", "2026-03-01"), ("INV-2", "2026-03-02"), ("INV-3", "2026-03-05")):
        await store.register.invoice("c1", invoice(name, due_on=due_on), MONDAY)
    today = MONDAY.date()

    assert await store.parties.due_for_opening(today) == ["INV-1"]
    assert await store.parties.due_for_opening(today, lead_days=1) == ["INV-1", "INV-2"]
    assert await store.parties.due_for_opening(today, lead_days=4) == ["INV-1", "INV-2", "INV-3"]
    assert await store.parties.due_for_opening(today, lead_days=4, limit=1) == ["INV-1"]
    assert await store.parties.due_for_opening(today, lead_days=4, after="INV-1") == ["INV-2", "INV-3"]


async def test_what_has_a_case_is_paid_or_void_does_not_fall_due(store: Store) -> None:
    await opened(store, "INV-1")
    for name in ("INV-2", "INV-3"):
        await store.register.invoice("c1", invoice(name), MONDAY)
    await store.register.tell("INV-2", "payment_received", {"id": "p1", "amount": "100.00", "at": MONDAY}, MONDAY)
    await store.register.void("INV-3", MONDAY)

    assert await store.parties.due_for_opening(MONDAY.date()) == []
    assert (await store.parties.invoice("INV-3")).voided_at == MONDAY
    with pytest.raises(NotFound):
        await store.register.void("INV-9", MONDAY)


async def test_the_currencies_of_the_open_cases_are_known(store: Store) -> None:
    assert await store.cases.currencies() == frozenset()
    await opened(store, "INV-1", "INV-2")
    assert await store.cases.currencies() == {"EUR"}
