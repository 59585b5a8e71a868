"""The queue in the store: who changed is ranked anew, whose a customer is stays, and what may not wait wakes them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from adapters.storage import Store
from adapters.storage.tables import assignments, queue_rows
from adapters.storage.worklist.owners import BadCare, Owners
from adapters.storage.worklist.ranking import QueueRanking, Ranker
from adapters.storage.worklist.rows import QueueOrder, QueueRow, QueueRows, WhichCustomers
from dunning.effects import OpenTask
from dunning.errors import NotFound
from dunning.policy import Policy
from dunning.worklist.assignment import AssignmentRule
from tests.adapters.storage.builders import MONDAY, act, customer, days_later, done, invoice, written
from tests.adapters.storage.conftest import OpenStore

TODAY = MONDAY.date()
RULES = (
    AssignmentRule(person="ann", countries=frozenset({"BE"})),
    AssignmentRule(queue="vips", tags=frozenset({"vip"})),
)


class Queue:
    """The queue of one store, and cases that are shown as a test says."""

    def __init__(self, store: Store, *rules: AssignmentRule) -> None:
        self.store = store
        self.ranking = QueueRanking(store.database, ranker(*rules))
        self.rows, self.owners = QueueRows(store.database), Owners(store.database)

    async def open(self, invoice_id: str, customer_id: str, **more: Any) -> None:
        who = {name: more.pop(name) for name in ("name", "country", "tags", "locale", "phone") if name in more}
        await self.store.receivables.opening(
            invoice_id, invoice(invoice_id, **more), customer(customer_id, **who), (), MONDAY
        )

    async def show(self, invoice_id: str, at: Any = MONDAY, *told: tuple[str, dict[str, Any]], **shown: Any) -> None:
        known = {"next_step": "reminder", "next_at": at + timedelta(days=9), **shown}
        await self.store.receivables.record(invoice_id, told, written(**known), 0, at)

    async def all(
        self, at: Any = MONDAY, order: QueueOrder = "rank", which: WhichCustomers | None = None
    ) -> list[QueueRow]:  # fmt: skip
        await self.ranking.catch_up(at)
        page = await self.rows.page(which or WhichCustomers(), at.date(), order=order)
        return list(page.rows)

    async def ids(self, **more: Any) -> list[str]:
        return [row.customer_id for row in await self.all(**more)]


def ranker(*rules: AssignmentRule) -> Ranker:
    return Ranker(ZoneInfo("Europe/Amsterdam"), lambda day: day.weekday() < 5, rules)


@pytest.fixture
def policies() -> list[Policy]:
    """A reminder and a final notice."""
    steps = [
        {"name": name, "after": after, "do": [{"notify": {"message": message, "by": ["email"]}}]}
        for name, after, message in (("reminder", "3 days", "friendly"), ("final", "10 days", "final"))
    ]
    return [Policy.model_validate({"name": "plain", "steps": steps})]


@pytest.fixture
async def queue(store: Store) -> Queue:
    return Queue(store)


@pytest.fixture
async def people(store: Store) -> None:
    for name in ("ann", "ben"):
        await store.people.add(name, ("agent",), MONDAY, "test")


async def ask(queue: Queue, kind: str, invoice_id: str, at: Any = MONDAY) -> None:
    """A case puts a question of this kind before a person."""
    effect = OpenTask(
        f"case:{invoice_id}/task/{kind}-1", f"{kind}-1", kind, "collections", date(2026, 3, 9), "", "reply"
    )
    await queue.store.receivables.begin(act(effect, of=invoice_id, at=at))
    await queue.store.receivables.finish(done(effect, of=invoice_id, at=at), done(effect).assumed)  # type: ignore[arg-type] # it is given


async def test_a_customer_is_one_row_with_all_their_open_cases_and_goes_with_the_last_of_them(queue: Queue) -> None:
    await queue.open("INV-1", "ada", name="Ada", due_on="2026-01-28")
    await queue.open("INV-2", "ada", amount="2000.00")
    await queue.show("INV-1", balance=100_00)
    await queue.show("INV-2", balance=2000_00, next_at=days_later(2), next_step="final")
    [row] = await queue.all()
    assert (row.cases, row.owed, row.oldest_due_on) == (2, {"EUR": 2100_00}, date(2026, 1, 28))
    assert (row.next_step, row.next_invoice, row.next_at) == ("final", "INV-2", days_later(2))
    assert [reason.kind for reason in row.reasons] == ["before-final", "amount", "age"]
    await queue.show("INV-1", balance=0, outcome="paid")
    await queue.show("INV-2", balance=0, outcome="paid")
    assert await queue.all() == []


async def test_a_promise_is_shown_while_it_stands_and_a_reason_once_it_is_broken(queue: Queue) -> None:
    await queue.open("INV-1", "ada")
    promise = ("promise", {"id": "P", "on": "2026-03-06", "amount": "80.00", "at": MONDAY.isoformat()})
    await queue.show("INV-1", MONDAY, promise, holds=("promise",), stage="promised")
    [row] = await queue.all()
    assert (row.promised, row.promised_on, row.promised_currency) == (80_00, date(2026, 3, 6), "EUR")
    await queue.show("INV-1", days_later(7), broken_promises=1)
    await queue.show("INV-1", days_later(8), broken_promises=1)
    [row] = await queue.all(days_later(8))
    [broken] = [one for one in row.reasons if one.kind == "promise-broken"]
    assert (broken.day, broken.amount, broken.times) == (date(2026, 3, 9), 80_00, 1)
    assert row.promised_on is None
    await queue.show("INV-1", days_later(9), broken_promises=0)  # it proves kept after all
    assert [one for one in (await queue.all(days_later(9)))[0].reasons if one.kind == "promise-broken"] == []


async def test_of_a_plan_the_part_that_comes_next_is_shown_and_the_one_that_was_missed_is_told(queue: Queue) -> None:
    parts = [{"on": "2026-03-06", "amount": "30.00"}, {"on": "2026-04-06", "amount": "70.00"}]
    await queue.open("INV-1", "ada")
    await queue.show(
        "INV-1", MONDAY, ("plan", {"id": "P", "instalments": parts, "at": MONDAY.isoformat()}), holds=("plan",)
    )
    [row] = await queue.all()
    assert (row.promised, row.promised_on) == (30_00, date(2026, 3, 6))
    [row] = await queue.all(days_later(10))
    assert row.promised_on == date(2026, 3, 6), "until the case says more"
    await queue.show("INV-1", days_later(10), holds=("plan",))
    [row] = await queue.all(days_later(10))
    assert (row.promised, row.promised_on) == (70_00, date(2026, 4, 6))
    await queue.show("INV-1", days_later(11), broken_promises=1)
    [broken] = [one for one in (await queue.all(days_later(11)))[0].reasons if one.kind == "promise-broken"]
    assert broken.amount == 30_00


async def test_a_dispute_counts_from_its_first_day(queue: Queue) -> None:
    await queue.open("INV-1", "ada")
    for days in (0, 3):
        shown = written()
        disputed = replace(shown, projection=replace(shown.projection, demandable=60_00))
        await queue.store.receivables.record("INV-1", (), disputed, 0, days_later(days))
    [row] = await queue.all(days_later(3))
    [dispute] = [one for one in row.reasons if one.kind == "dispute"]
    assert (dispute.day, dispute.amount) == (TODAY, 40_00)


async def test_only_who_changed_is_ranked_anew_and_that_changes_nothing_of_the_case(queue: Queue) -> None:
    await queue.open("INV-1", "ada")
    await queue.open("INV-2", "bob")
    assert await queue.ranking.catch_up(MONDAY) == 2
    assert not await queue.ranking.is_behind(MONDAY)
    before = (await queue.store.cases.one("INV-1")).updated_at
    await queue.show("INV-2")
    assert await queue.ranking.is_behind(MONDAY)
    assert await queue.ranking.catch_up(MONDAY) == 1
    assert (await queue.store.cases.one("INV-1")).updated_at == before


async def test_time_alone_ranks_anew_on_its_day(queue: Queue) -> None:
    await queue.open("INV-1", "ada")
    await queue.show("INV-1", next_step="final", next_at=days_later(8))
    assert [one.kind for one in (await queue.all())[0].reasons] == ["amount"]
    assert not await queue.ranking.is_behind(days_later(2))
    assert await queue.ranking.is_behind(days_later(3))
    assert [one.kind for one in (await queue.all(days_later(3)))[0].reasons] == ["before-final", "amount"]


async def test_each_order_and_each_filter(queue: Queue) -> None:
    await queue.open("INV-1", "ada", name="Zoe", country="BE", locale="fr-BE", due_on="2026-02-01", tags=["vip"])
    await queue.open("INV-2", "bob", name="Émile 100%", amount="900.00", due_on="2026-02-20")
    await queue.open("INV-3", "cas", name="anton", tags=["gentle"])
    await queue.show("INV-1", balance=100_00, next_at=days_later(3), stage="promised")
    await queue.show("INV-2", balance=900_00, next_at=None, next_step=None)
    await queue.show("INV-3", balance=50_00, next_at=days_later(1), next_step="final")
    assert await queue.ids() == ["cas", "bob", "ada"]
    assert await queue.ids(order="amount") == ["bob", "ada", "cas"]
    assert await queue.ids(order="oldest") == ["ada", "bob", "cas"]
    assert await queue.ids(order="next") == ["cas", "ada", "bob"]
    assert await queue.ids(order="name") == ["cas", "ada", "bob"]

    async def only(**more: Any) -> list[str]:
        return await queue.ids(which=WhichCustomers(**more))

    assert await only(country="BE") == ["ada"]
    assert await only(language="fr") == ["ada"]
    assert await only(age=20) == ["ada"]
    assert await only(amount=100) == ["bob", "ada"]
    assert await only(name="0%") == ["bob"]
    assert await only(labels={"tag": "vip"}) == ["ada"]
    assert await only(labels={"tag": "vi"}) == []
    assert await only(labels={"step": "final", "policy": "plain"}) == ["cas"]
    assert await only(labels={"stage": "promised"}) == ["ada"]
    assert await only(labels={"reason": "idle"}) == ["bob"]


async def test_pages_follow_one_another_without_a_gap(queue: Queue) -> None:
    for number in range(5):
        await queue.open(f"INV-{number}", f"c{number}")
    await queue.ranking.catch_up(MONDAY)
    seen, cursor = [], None
    while True:
        page = await queue.rows.page(WhichCustomers(), TODAY, cursor=cursor, limit=2)
        seen += [row.customer_id for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == [f"c{number}" for number in range(5)]


@pytest.mark.usefixtures("people")
async def test_a_hand_goes_before_the_rules_and_what_was_said_by_whom_is_kept(store: Store) -> None:
    queue = Queue(store, *RULES)
    await queue.open("INV-1", "ada", country="BE")
    await queue.open("INV-2", "bob", tags=["vip"])
    assert {row.customer_id: (row.owner, row.by_hand, row.queue) for row in await queue.all()} == {
        "ada": ("ann", False, None), "bob": (None, False, "vips"),
    }  # fmt: skip
    changed = await queue.owners.assign(["ada", "bob"], "ben", "person cas", MONDAY)
    assert changed.done == ("ada", "bob")
    assert (await queue.owners.assign(["bob"], "ben", "person dan", MONDAY)).stood == ("bob",)
    assert {row.owner for row in await queue.all()} == {"ben"}
    assert {row.owner for row in await queue.all(which=WhichCustomers(owner="ann"))} == set()
    await queue.owners.assign(["ada"], None, "person dan", days_later(1))
    assert {row.customer_id: row.owner for row in await queue.all(days_later(1))} == {"ada": "ann", "bob": "ben"}
    [one], _ = await queue.owners.of_customer("ada")
    assert (one.person, one.by, one.ended_by, one.ended_at) == ("ben", "person cas", "person dan", days_later(1))
    with pytest.raises(BadCare, match=r"person: found zed; allowed ann, ben"):
        await queue.owners.assign(["ada"], "zed", "person dan", MONDAY)
    with pytest.raises(NotFound, match="found no eve"):
        await queue.owners.assign(["ada", "eve"], "ben", "person dan", MONDAY)


async def test_other_rules_are_in_force_for_everybody_at_the_next_look(store: Store) -> None:
    await Queue(store).open("INV-1", "ada", country="BE")
    assert [row.owner for row in await Queue(store).all()] == [None]
    assert [row.owner for row in await Queue(store, *RULES).all()] == ["ann"]
    assert ranker(*RULES).version == ranker(*RULES).version != ranker().version


async def test_who_is_put_off_comes_back_on_the_day_after(queue: Queue) -> None:
    await queue.open("INV-1", "ada")
    await queue.all()
    await queue.owners.snooze(["ada"], date(2026, 3, 4), "on holiday", "person ann", MONDAY, today=TODAY)
    assert await queue.ids() == []
    assert await queue.ids(which=WhichCustomers(snoozed=True)) == ["ada"]
    await queue.show("INV-1", days_later(1))  # nothing of weight
    assert await queue.ids(at=days_later(2)) == []
    assert await queue.ids(at=days_later(3)) == ["ada"]
    _, [snooze] = await queue.owners.of_customer("ada")
    assert (snooze.woken_by, snooze.reason, snooze.by) == ("time", "on holiday", "person ann")
    with pytest.raises(BadCare, match="until: found 2026-03-01; allowed 2026-03-02 or a later day"):
        await queue.owners.snooze(["ada"], date(2026, 3, 1), "", "person ann", MONDAY, today=TODAY)


async def test_a_reply_wakes_and_one_that_was_there_before_does_not(queue: Queue) -> None:
    await queue.open("INV-1", "ada")
    await ask(queue, "reply", "INV-1")
    await queue.owners.snooze(["ada"], date(2026, 4, 1), "", "person ann", days_later(1), today=TODAY)
    assert await queue.ids(at=days_later(1)) == []
    await queue.open("INV-2", "ada")
    await ask(queue, "reply", "INV-2", days_later(2))
    [row] = await queue.all(days_later(2))
    assert row.reasons[0].kind == "reply"
    _, [snooze] = await queue.owners.of_customer("ada")
    assert snooze.woken_by == "reply"


async def test_a_broken_promise_wakes_and_waking_by_hand_is_kept(queue: Queue) -> None:
    await queue.open("INV-1", "ada")
    await queue.owners.snooze(["ada"], date(2026, 4, 1), "", "person ann", MONDAY, today=TODAY)
    await queue.show("INV-1", days_later(2), broken_promises=1)
    assert await queue.ids(at=days_later(2)) == ["ada"]
    await queue.owners.snooze(["ada"], date(2026, 4, 1), "", "person ann", days_later(3), today=TODAY)
    assert await queue.ids(at=days_later(3)) == []
    assert (await queue.owners.wake(["ada"], "person ben", days_later(3))).done == ("ada",)
    assert (await queue.owners.wake(["ada"], "person ben", days_later(3))).stood == ("ada",)
    assert await queue.ids(at=days_later(3)) == ["ada"]
    _, [last, first] = await queue.owners.of_customer("ada")
    assert (first.woken_by, last.ended_by) == ("promise-broken", "person ben")


@pytest.mark.usefixtures("people")
async def test_two_who_assign_at_once_leave_one_owner_and_both_are_remembered(open_store: OpenStore) -> None:
    first, second = Queue(await open_store()), Queue(await open_store())
    await first.open("INV-1", "ada")
    await first.all()
    at_once = [one.owners.assign(["ada"], name, f"person {name}", MONDAY)
               for one, name in ((first, "ann"), (second, "ben"), (first, "ben"), (second, "ann"))]  # fmt: skip
    await asyncio.gather(*at_once, second.ranking.catch_up(MONDAY))
    rows = await first.store.database.read(lambda tx: tx.rows(select(assignments)))
    stands = [row["person"] for row in rows if row["ended_at"] is None]
    assert len(stands) == 1
    assert [row.owner for row in await second.all()] == stands


async def test_a_case_that_changes_while_others_rank_is_not_forgotten(open_store: OpenStore) -> None:
    first, second = Queue(await open_store()), Queue(await open_store())
    for number in range(6):
        await first.open(f"INV-{number}", f"c{number}")

    async def changes() -> None:
        for number in range(6):
            await first.show(f"INV-{number}", balance=(number + 1) * 100_00)

    await asyncio.gather(changes(), *(one.ranking.catch_up(MONDAY) for one in (first, second) * 4))
    while await first.ranking.is_behind(MONDAY):
        await first.ranking.catch_up(MONDAY)
    rows = await first.store.database.read(lambda tx: tx.rows(select(queue_rows.c.customer_id, queue_rows.c.amount)))
    assert {row["customer_id"]: row["amount"] for row in rows} == {f"c{n}": (n + 1) * 100 for n in range(6)}


async def test_what_is_known_of_a_customer_changes_their_row_too(queue: Queue) -> None:
    await queue.open("INV-1", "ada", country="NL")
    await queue.all()
    await queue.store.register.change_customer("ada", {"country": "BE", "name": "Ada & Co"})
    assert await queue.ids(which=WhichCustomers(country="BE", name="& co")) == ["ada"]
