"""A list that changes while its pages are turned loses nothing, and can be asked for what was written since."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.clock import now
from adapters.mailbox import KeptMessage
from adapters.storage import Store
from adapters.storage.lists.cases import Which
from dunning.answers import Done
from dunning.effects import EscalateTask, OpenTask
from dunning.messages import MethodAdded
from tests.adapters.storage.builders import (
    MONDAY,
    customer,
    days_later,
    done,
    fee,
    invoice,
    line,
    method,
    written,
)

CALL = OpenTask("case:INV-1/call", "call-1", "call", "collections", days_later(3).date())


@pytest.fixture
async def busy(store: Store) -> Store:
    """Two customers, each with an invoice whose case is open."""
    for name in ("1", "2"):
        await store.receivables.opening(f"INV-{name}", invoice(f"INV-{name}"), customer(f"c{name}"), (), MONDAY)
    return store


def names(page: Any) -> list[str]:
    return [getattr(row, "invoice_id", "") or row.record.id for row in page.rows]


async def every_invoice(store: Store, limit: int, between: Any) -> list[str]:
    """The whole list, page by page, with something that happens after the first."""
    page = await store.parties.invoices(limit=limit)
    found = names(page)
    await between()
    while page.next is not None:
        page = await store.parties.invoices(limit=limit, cursor=page.next)
        found += names(page)
    return found


@pytest.mark.parametrize("due_on", ["2020-01-01", "2030-01-01"])
async def test_an_invoice_whose_due_date_moves_meanwhile_comes_once(store: Store, due_on: str) -> None:
    await store.register.customer(customer(), [], MONDAY)
    for number, due in enumerate(("2026-03-03", "2026-03-01", "2026-03-02")):
        await store.register.invoice("c1", invoice(f"INV-{number}", due_on=due), days_later(number))

    async def moves() -> None:
        for name in ("INV-0", "INV-1", "INV-2"):
            await store.register.tell(name, "invoice_changed", {"due_on": due_on}, MONDAY)

    assert await every_invoice(store, 1, moves) == ["INV-2", "INV-1", "INV-0"]


async def test_a_task_that_is_escalated_meanwhile_may_come_twice_and_is_not_missed(busy: Store) -> None:
    for number in (1, 2):
        asked = OpenTask(f"case:INV-{number}/call", "call-1", "call", "collections", days_later(number).date())
        await busy.receivables.begin(done(asked, of=f"INV-{number}"))
        await busy.receivables.finish(done(asked, of=f"INV-{number}"), Done())
    first = await busy.cases.tasks(limit=1)
    up = EscalateTask("case:INV-1/call/up", "call-1", "call", "heads", 1, days_later(9).date())
    await busy.receivables.begin(done(up))
    await busy.receivables.finish(done(up), Done())
    rest = await busy.cases.tasks(cursor=first.next)
    assert (names(first), names(rest)) == (["INV-1"], ["INV-2", "INV-1"])


async def test_a_case_is_new_again_with_its_own_news_and_with_those_of_its_invoice(busy: Store) -> None:
    since = now()
    assert names(await busy.cases.page(Which(since=since))) == []
    await busy.receivables.record("INV-1", (), written(stage="reminder"), 0, MONDAY)
    assert names(await busy.cases.page(Which(since=since))) == ["INV-1"]
    await busy.register.tell("INV-2", "invoice_changed", {"due_on": "2026-04-30"}, MONDAY)
    page = await busy.cases.page(Which(since=since))
    assert names(page) == ["INV-2", "INV-1"]
    assert all(row.updated_at >= since for row in page.rows)


async def test_an_invoice_is_new_again_with_all_that_is_shown_of_it(busy: Store) -> None:
    since = now()
    assert names(await busy.parties.invoices(since=since)) == []
    await busy.receivables.begin(done(fee()))
    await busy.receivables.finish(done(fee()), Done())
    [one] = (await busy.parties.invoices(since=since)).rows
    assert (one.record.id, one.balance, one.updated_at >= since) == ("INV-1", 115_00, True)
    since = now()
    await busy.receivables.record("INV-2", (), written(stage="reminder"), 0, MONDAY)
    [one] = (await busy.parties.invoices(since=since, customer="c2")).rows
    assert (one.record.id, one.stage, one.updated_at >= since) == ("INV-2", "reminder", True)
    since = now()
    await busy.register.void("INV-1", MONDAY)
    assert names(await busy.parties.invoices(since=since)) == ["INV-1"]


async def test_the_tries_of_the_schedule_are_no_news_of_an_invoice(store: Store) -> None:
    await store.register.customer(customer(), [], MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)
    since = now()
    await store.unopened.tried(["INV-1"], MONDAY)
    assert names(await store.parties.invoices(since=since)) == []


async def test_a_customer_is_new_again_with_an_address_and_with_a_method(busy: Store) -> None:
    since = now()
    assert (await busy.parties.customers(since=since)).rows == ()
    await busy.register.change_customer("c1", {"email": "new@example.com"})
    assert [one.record.id for one in (await busy.parties.customers(since=since)).rows] == ["c1"]
    since = now()
    added = MethodAdded(**method().model_dump()).model_dump(mode="json", exclude_none=True)
    await busy.register.tell_customer("c2", "method_added", added, MONDAY)
    [one] = (await busy.parties.customers(since=since)).rows
    assert (one.record.id, one.updated_at >= since) == ("c2", True)
    since = now()
    await busy.register.tell_customer("c2", "method_removed", {"id": "card"}, MONDAY)
    assert [one.record.id for one in (await busy.parties.customers(since=since)).rows] == ["c2"]


async def test_tasks_lines_and_messages_are_new_when_they_are_written(busy: Store) -> None:
    since = now()
    kept = KeptMessage("m1", "email", "us@example.com", "c1@example.com", "s", "t", days_later(-9), invoice_id="INV-1")
    await busy.receivables.record("INV-1", (), written(line(1)), 0, days_later(-9))
    await busy.receivables.begin(done(CALL))
    await busy.receivables.finish(done(CALL), Done())
    await busy.mailbox.keep(kept)
    assert [one.number for one in (await busy.cases.journal("INV-1", since=since)).rows] == [1]
    assert names(await busy.cases.tasks(since=since)) == ["INV-1"]
    assert await busy.mailbox.list(since=since) == [kept]
    later = now()
    assert (await busy.cases.journal("INV-1", since=later)).rows == ()
    assert (await busy.cases.tasks(since=later)).rows == ()
    assert await busy.mailbox.list(since=later) == []


async def test_a_task_that_is_asked_again_after_it_was_closed_is_new(busy: Store) -> None:
    await busy.register.invoice("c1", invoice("INV-3"), MONDAY)
    await busy.unopened.ask("INV-3", "no-policy", "no policy is loaded", MONDAY)
    await busy.register.void("INV-3", MONDAY)
    since = now()
    assert (await busy.cases.tasks(since=since, is_open=None)).rows == ()
    await busy.unopened.ask("INV-3", "no-policy", "no policy is loaded", MONDAY)
    assert names(await busy.cases.tasks(since=since)) == ["INV-3"]
