"""Tasks that went up wait to be told: each is one process's at a time, and the list turns over in every order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from adapters.clock import now
from adapters.storage import Store
from adapters.storage.escalations import PATIENCE
from adapters.storage.lists.tasks import TaskOrder, WhichTasks
from dunning.answers import Done
from dunning.effects import Effect, EscalateTask, OpenTask
from tests.adapters.storage.builders import MONDAY, customer, done, invoice

DUE = date(2026, 3, 9)


async def happened(store: Store, effect: Effect, of: str) -> None:
    act = done(effect, of=of)
    await store.receivables.begin(act)
    await store.receivables.finish(act, Done())


async def asked(store: Store, of: str, amount: int | None, *, raised: int = 0) -> None:
    await store.receivables.opening(of, invoice(of), customer(), (), MONDAY)
    key = f"case:{of}/task/call-1"
    await happened(store, OpenTask(key, "call-1", "call", "collections", DUE, amount=amount, asked_by="ann"), of)
    for times in range(1, raised + 1):
        key = f"case:{of}/escalate/call-1/{times}"
        await happened(store, EscalateTask(key, "call-1", "call", "collections", times, date(2026, 3, 20)), of)


async def test_an_escalation_is_one_process_s_at_a_time_and_comes_again_until_it_is_done(
    open_store: Callable[[], Awaitable[Store]],
) -> None:
    one, other = await open_store(), await open_store()
    await asked(one, "INV-1", None, raised=2)
    at = now() + timedelta(seconds=1)
    both = await asyncio.gather(one.escalations.begin(at), other.escalations.begin(at))
    given = [escalation for some in both for escalation in some]
    assert sorted(escalation.key for escalation in given) == ["INV-1/call-1/1", "INV-1/call-1/2"]
    await one.escalations.reached(given[0], ["ann"], ["webhook"])
    await one.escalations.done(given[1], at)
    assert await other.escalations.begin(at + PATIENCE / 2) == ()
    [again] = await other.escalations.begin(at + PATIENCE)
    assert (again.key, again.told, again.posted, again.is_answered) == (given[0].key, ("ann",), ("webhook",), False)
    assert await one.escalations.begin(at + PATIENCE) == (), "the second try has twice as long"


@pytest.mark.parametrize(
    "order, wanted",
    [
        ("due", ["INV-2", "INV-3", "INV-1"]),
        ("opened", ["INV-3", "INV-2", "INV-1"]),
        ("amount", ["INV-2", "INV-1", "INV-3"]),
    ],
)
async def test_tasks_turn_over_in_every_order(store: Store, order: TaskOrder, wanted: list[str]) -> None:
    """One without an amount of its own is about what its case demands: nothing was written of these yet."""
    await asked(store, "INV-1", 50_00, raised=1)
    await asked(store, "INV-2", 80_00)
    await asked(store, "INV-3", 10_00)
    found, cursor = [], None
    for _ in range(3):
        page = await store.tasks.page(WhichTasks(), order=order, cursor=cursor, limit=1)
        found += [(one.invoice_id, one.asked_by) for one in page.rows]
        cursor = page.next
    assert (found, cursor) == ([(name, "ann") for name in wanted], None)
    late = await store.tasks.page(WhichTasks("collections", "call", "c1", late_on=DUE))
    assert [one.invoice_id for one in late.rows] == ["INV-1"]
