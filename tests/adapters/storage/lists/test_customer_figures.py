"""What is read of a customer as a whole: how they pay, and the group to which they belong."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from adapters.storage import Store
from adapters.storage.groups import BadParent
from tests.adapters.storage.builders import MONDAY, customer, days_later, invoice, line, written


async def owes(store: Store, invoice_id: str, due_on: date, who: str = "c1", currency: str = "EUR") -> None:
    demand = invoice(invoice_id, due_on=due_on, currency=currency, amount="500")
    await store.receivables.opening(invoice_id, demand, customer(who), (), MONDAY)


async def paid(store: Store, invoice_id: str, name: str, amount: str, at: datetime, currency: str = "EUR") -> None:
    body = {"id": name, "amount": amount, "currency": currency, "as_of": at.isoformat()}
    await store.register.tell(invoice_id, "payment_received", body, MONDAY)


async def test_how_late_a_customer_pays_is_weighted_by_what_they_paid(store: Store) -> None:
    """By hand: 100.00 came 10 days late, 300.00 two days late, 100.00 early: (1000 + 600 + 0) / 500 = 3.2 days."""
    for name in ("INV-1", "INV-2", "INV-3"):
        await owes(store, name, date(2026, 1, 10))
    await paid(store, "INV-1", "p1", "100.00", datetime(2026, 1, 20, 11, tzinfo=UTC))
    await paid(store, "INV-2", "p2", "300.00", datetime(2026, 1, 12, 11, tzinfo=UTC))
    await paid(store, "INV-3", "p3", "100.00", datetime(2026, 1, 2, 11, tzinfo=UTC))

    behaviour = await store.behaviours.of("c1", MONDAY, "UTC")

    assert [(one.id, one.days_late) for one in behaviour.payments] == [("p1", 10), ("p2", 2), ("p3", 0)]
    assert behaviour.days_late == {"EUR": 3}
    assert [round((100 * 10 + 300 * 2) / 500, 1)] == [3.2]


async def test_the_day_of_a_payment_is_the_customers_and_what_was_taken_back_counts_no_more(store: Store) -> None:
    """23:30 in London is the next day in Amsterdam. Of 400.00, 300.00 came back: (100 * 1 + 100 * 4) / 200 = 2.5."""
    await owes(store, "INV-1", date(2026, 1, 10))
    await owes(store, "INV-2", date(2026, 1, 10), currency="JPY")
    await paid(store, "INV-1", "p1", "400.00", datetime(2026, 1, 10, 23, 30, tzinfo=UTC))
    await paid(store, "INV-1", "p2", "100.00", datetime(2026, 1, 14, 11, tzinfo=UTC))
    await paid(store, "INV-2", "p3", "500", datetime(2026, 1, 30, 11, tzinfo=UTC), "JPY")
    back = {"id": "r1", "payment_id": "p1", "amount": "300.00", "currency": "EUR", "as_of": MONDAY.isoformat()}
    await store.register.tell("INV-1", "payment_reversed", back, MONDAY)

    behaviour = await store.behaviours.of("c1", MONDAY, "UTC")

    assert [(one.id, one.amount, one.days_late) for one in behaviour.payments] == [
        ("p3", 500, 20), ("p2", 100_00, 4), ("p1", 100_00, 1),
    ]  # fmt: skip
    assert behaviour.days_late == {"EUR": 3, "JPY": 20}
    assert (await store.behaviours.of("c1", days_later(400), "UTC")).payments == ()


async def test_promises_and_plans_are_counted_over_all_cases(store: Store) -> None:
    for name, who in (("INV-1", "c1"), ("INV-2", "c1"), ("INV-3", "c2")):
        await owes(store, name, date(2026, 1, 10), who)
    lines = (line(1, "promise", "kept", rule="A2"), line(2, "plan", "kept", rule="A3"), line(3, "promise", "broken"))
    await store.receivables.record("INV-1", (), written(*lines, broken_promises=1), 0, MONDAY)
    await store.receivables.record("INV-2", (), written(broken_promises=2), 0, MONDAY)
    await store.receivables.record("INV-3", (), written(line(1, "promise", "kept"), broken_promises=5), 0, MONDAY)

    behaviour = await store.behaviours.of("c1", MONDAY, "UTC")

    assert (behaviour.kept, behaviour.broken) == (2, 3)


async def test_a_group_is_added_up_in_each_currency(store: Store) -> None:
    await store.register.customer(customer("top", name="Top"), (), MONDAY)
    await store.register.customer(customer("north", name="North"), (), MONDAY, "top")
    await store.register.customer(customer("leaf", name="Leaf"), (), MONDAY, "north")
    await store.register.customer(customer("alone"), (), MONDAY)
    for name, who, currency in (("INV-1", "leaf", "EUR"), ("INV-2", "north", "EUR"), ("INV-3", "leaf", "GBP"),
                                ("INV-4", "alone", "EUR")):  # fmt: skip
        await store.receivables.opening(name, invoice(name, currency=currency), customer(who), (), MONDAY)

    group = await store.groups.of("north")

    assert group is not None
    assert [(one.id, one.parent, one.owed.cases) for one in group.members] == [
        ("top", None, 0), ("leaf", "north", 2), ("north", "top", 1),
    ]  # fmt: skip
    assert (group.open_cases, group.owed) == (3, (("EUR", 200_00), ("GBP", 100_00)))
    assert await store.groups.of("alone") is None
    assert await store.groups.of("leaf") == group


async def test_nobody_belongs_to_somebody_who_belongs_to_them(store: Store) -> None:
    for name in ("a", "b", "c"):
        await store.register.customer(customer(name), (), MONDAY)
    await store.register.change_customer("b", {}, parent="a")
    await store.register.change_customer("c", {}, parent="b")

    for child, parent in (("a", "c"), ("a", "b"), ("a", "a")):
        with pytest.raises(BadParent, match=f"{parent}, who belongs to a"):
            await store.register.change_customer(child, {"name": "Never"}, parent=parent)
    with pytest.raises(BadParent, match="nobody, who is not registered"):
        await store.register.customer(customer("d"), (), MONDAY, "nobody")
    assert (await store.parties.customer("a")).record.name is None
    await store.register.change_customer("b", {}, parent=None)
    await store.register.change_customer("a", {}, parent="c")
    assert (await store.parties.customer("a")).parent == "c"


async def test_who_says_nothing_of_a_parent_leaves_the_group_as_it_is(store: Store) -> None:
    await store.register.customer(customer("top"), (), MONDAY)
    await store.register.customer(customer("low"), (), MONDAY, "top")

    await store.register.change_customer("low", {"name": "Low"})

    assert (await store.parties.customer("low")).parent == "top"
