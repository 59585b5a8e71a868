"""The whole book in a few figures; and that no figure is read from the rows of the cases themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from adapters.storage import Store
from adapters.storage.lists.cases import Which
from adapters.storage.lists.totals import DueTotal, HeldTotal, Received, StageTotal, WithAPerson
from dunning.answers import Done
from dunning.effects import OpenTask
from tests.adapters.storage.builders import MONDAY, customer, days_later, done, invoice, line, written

TODAY = MONDAY.date()


async def opened(store: Store, name: str, stage: str = "dunning", **more: Any) -> None:
    about = {key: more.pop(key) for key in ("currency", "amount", "due_on") if key in more}
    await store.receivables.opening(name, invoice(name, **about), customer(), (), MONDAY)
    await store.receivables.record(name, (), written(stage=stage, **more), 0, MONDAY)


async def test_open_cases_are_summed_by_stage_and_by_due_day_in_each_currency(store: Store) -> None:
    await opened(store, "INV-1", balance=100_00)
    await opened(store, "INV-2", balance=50_00, due_on="2026-01-31")
    await opened(store, "INV-3", currency="SEK", balance=900_00)
    await opened(store, "INV-4", stage="paid", balance=0, outcome="paid")

    assert set(await store.totals.stages()) == {
        StageTotal("dunning", "EUR", 2, 150_00), StageTotal("dunning", "SEK", 1, 900_00),
    }  # fmt: skip
    assert set(await store.totals.due()) == {
        DueTotal(date(2026, 2, 28), "EUR", 1, 100_00), DueTotal(date(2026, 1, 31), "EUR", 1, 50_00),
        DueTotal(date(2026, 2, 28), "SEK", 1, 900_00),
    }  # fmt: skip


async def test_a_case_grows_younger_when_its_invoice_falls_due_later(store: Store) -> None:
    await opened(store, "INV-1", balance=100_00)
    await store.register.tell("INV-1", "invoice_changed", {"due_on": "2026-04-30"}, MONDAY)

    [total] = await store.totals.due()

    assert total.due_on == date(2026, 4, 30)
    assert [row.invoice_id for row in (await store.cases.page(Which(due_from=date(2026, 4, 1)))).rows] == ["INV-1"]


async def test_what_came_in_is_told_by_what_brought_it_and_less_what_went_back(store: Store) -> None:
    await opened(store, "INV-1")
    await opened(store, "INV-2", stage="promised")
    for number, (of, day, amount) in enumerate([("INV-1", 0, "10.00"), ("INV-2", 3, "20.00"), ("INV-1", 3, "5.00")]):
        body = {"id": f"p{number}", "amount": amount, "at": days_later(day).isoformat()}
        await store.register.tell(of, "payment_received", body, MONDAY)
    back = {"id": "r1", "payment_id": "p0", "amount": "10.00", "at": days_later(3).isoformat()}
    await store.register.tell("INV-1", "payment_reversed", back, MONDAY)

    found = await store.totals.received(days_later(3), days_later(-1), days_later(-30))

    assert set(found) == {
        Received("EUR", "unasked", 5_00, 15_00, 15_00), Received("EUR", "promise", 20_00, 20_00, 20_00),
        Received("EUR", "taken-back", -10_00, -10_00, -10_00),
    }  # fmt: skip


async def test_what_is_promised_is_summed_by_day(store: Store) -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    await opened(store, "INV-1", stage="promised", promised=((friday, 40_00),))
    await opened(store, "INV-2", stage="plan", promised=((friday, 10_00), (monday, 10_00)))
    await opened(store, "INV-3", stage="paid", outcome="paid")

    assert await store.totals.promised() == {(friday, "EUR"): 50_00, (monday, "EUR"): 10_00}


async def test_why_cases_stand_still_is_counted(store: Store) -> None:
    for number, last_on in enumerate((TODAY - timedelta(days=1), TODAY, TODAY)):
        await opened(store, of := f"INV-{min(number, 1) + 1}")
        asked = OpenTask(f"case:{of}/{number}", f"call-{number}", "call", "collections", last_on)
        await store.receivables.begin(done(asked, of=of))
        await store.receivables.finish(done(asked, of=of), Done())
    await opened(store, "INV-1", stage="held", holds=("waits for the lawyer",))
    await opened(store, "INV-2", stage="stopped", holds=("insolvency",))
    await opened(store, "INV-3", stage="stopped", holds=("insolvency",))
    late = line(2, "deferred", "reminder", rule="M1")
    await store.receivables.record("INV-3", (), written(late, stage="stopped", holds=("insolvency",)), 0, MONDAY)

    assert await store.totals.held() == (
        HeldTotal("stopped", "insolvency", 2), HeldTotal("held", "waits for the lawyer", 1),
    )  # fmt: skip
    assert await store.totals.with_a_person(TODAY) == WithAPerson(cases=2, late=1)
    assert (await store.totals.for_settings(MONDAY), await store.totals.for_settings(days_later(1))) == (1, 0)
    waits, asks = Which(put_off_since=MONDAY), Which(asks_a_person=True)
    assert [row.invoice_id for row in (await store.cases.page(waits)).rows] == ["INV-3"]
    assert [row.invoice_id for row in (await store.cases.page(asks)).rows] == ["INV-2", "INV-1"]


Look = Callable[[Store], Awaitable[object]]
INDEXES: dict[str, Look] = {
    "ix_cases_open_stage": lambda store: store.totals.stages(),
    "ix_cases_open_due": lambda store: store.totals.due(),
    "ix_cases_open_policy": lambda store: store.versions.every(),
    "ix_postings_received": lambda store: store.totals.received(MONDAY, MONDAY, MONDAY),
    "ix_journal_lines_unset": lambda store: store.totals.for_settings(MONDAY),
    "ix_tasks_open": lambda store: store.totals.with_a_person(TODAY),
    "ix_invoices_asking": lambda store: store.parties.due_for_opening(TODAY),
}


@pytest.mark.parametrize("index", INDEXES)
async def test_each_figure_is_read_from_an_index_of_what_is_open(store: Store, index: str) -> None:
    with explaining(store) as plans:
        await INDEXES[index](store)

    [plan] = plans
    assert index in plan, plan
    if index not in {"ix_invoices_asking", "ix_tasks_open"}:  # of these few the rows are read
        assert "COVERING INDEX" in plan or "Index Only Scan" in plan, plan


async def test_open_tasks_are_listed_by_the_index_of_their_order(store: Store) -> None:
    with explaining(store) as plans:
        await store.cases.tasks(limit=10)

    assert "ix_tasks_open" in plans[0], plans[0]
    assert not any(sorting in plans[0] for sorting in ("Sort", "ORDER BY")), plans[0]


@contextmanager
def explaining(store: Store) -> Iterator[list[str]]:
    """The plans of what is asked meanwhile, as a database makes them that has many rows and few that are open."""
    engine, plans = store.database._engine, []  # noqa: SLF001 - what it says to its driver is nobody's else to see

    def before(conn: Connection, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if not statement.startswith("SELECT"):
            return
        if conn.dialect.name == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if conn.dialect.name == 'sqlite' else ''}{statement}", parameters)
        plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", before)
