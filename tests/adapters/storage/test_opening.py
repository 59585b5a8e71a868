"""How a case opens: its invoice is found or registered, its policy chosen once, and what it was told is handed over."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from adapters.storage import Store
from dunning.changes import PolicyPinned
from dunning.errors import Conflict, NotFound, PolicyError
from tests.adapters.storage.builders import (
    MONDAY,
    a_closed_case,
    calendar,
    customer,
    days_later,
    invoice,
    line,
    method,
    policy,
    written,
)
from tests.adapters.storage.conftest import OpenStore


async def test_an_invoice_given_inline_is_registered_with_its_customer(store: Store) -> None:
    opening = await store.receivables.opening("INV-1", invoice(), customer(), (method(),), MONDAY)

    assert opening.invoice == invoice()
    assert opening.customer == customer()
    assert opening.methods == (method(),)
    assert (opening.told, opening.seen, opening.state, opening.outcome) == ((), 0, None, None)
    assert (await store.parties.invoice("INV-1")).balance == 100_00


async def test_an_invoice_that_is_registered_opens_by_its_id_alone(store: Store) -> None:
    await store.register.customer(customer(), [method("card"), method("sepa")], MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)

    opening = await store.receivables.opening("INV-1", None, None, (), MONDAY)

    assert opening.invoice == invoice()
    assert [one.id for one in opening.methods] == ["card", "sepa"]


async def test_an_invoice_that_nobody_knows_cannot_open(store: Store) -> None:
    with pytest.raises(NotFound, match="INV-9"):
        await store.receivables.opening("INV-9", None, None, (), MONDAY)


async def test_opening_twice_answers_with_the_open_case(store: Store) -> None:
    first = await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    second = await store.receivables.opening("INV-1", invoice(), customer(), (), days_later(3))

    assert second == first
    assert (await store.cases.one("INV-1")).opened_at == MONDAY


async def test_two_workers_that_open_at_once_open_one_case(open_store: OpenStore) -> None:
    stores = [await open_store(), await open_store()]

    openings = await asyncio.gather(
        *(one.receivables.opening("INV-1", invoice(), customer(), (method(),), MONDAY) for one in stores)
    )

    assert openings[0] == openings[1]
    assert len((await stores[0].cases.page()).rows) == 1


async def test_another_invoice_under_the_same_id_is_a_conflict(store: Store) -> None:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)

    with pytest.raises(Conflict, match="INV-1"):
        await store.receivables.opening("INV-1", invoice(amount="250.00"), customer(), (), MONDAY)
    with pytest.raises(Conflict, match="INV-1"):
        await store.receivables.opening("INV-1", invoice(), customer("c2"), (), MONDAY)
    assert (await store.parties.invoice("INV-1")).balance == 100_00


async def test_the_same_invoice_is_recognised_however_its_amount_is_written_and_after_it_was_corrected(
    store: Store,
) -> None:
    await store.receivables.opening("INV-1", invoice(amount="100"), customer(), (), MONDAY)
    await store.register.tell("INV-1", "invoice_changed", {"amount": "80.00", "due_on": "2026-03-05"}, MONDAY)

    for amount in ("100.00", "80.00"):
        due_on = "2026-02-28" if amount == "100.00" else "2026-03-05"
        given = invoice(amount=amount, due_on=due_on)
        opening = await store.receivables.opening("INV-1", given, customer(), (), MONDAY)
        assert opening.invoice == invoice(amount="80.00", due_on="2026-03-05")


async def test_no_case_opens_for_an_invoice_that_is_void(store: Store) -> None:
    await store.register.customer(customer(), [], MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)
    await store.register.void("INV-1", MONDAY)

    with pytest.raises(Conflict, match="INV-1 void"):
        await store.receivables.opening("INV-1", None, None, (), MONDAY)


async def test_a_known_customer_keeps_what_is_known_and_gains_what_was_missing(store: Store) -> None:
    await store.register.customer(customer(email="ap@acme.example", locale="nl", name=None), [], MONDAY)

    inline = customer(email="old@acme.example", locale="en", name="Acme", phone="+31201234567")
    opening = await store.receivables.opening("INV-1", invoice(), inline, (), MONDAY)

    known = opening.customer
    assert (known.email, known.locale, known.name, known.phone) == ("ap@acme.example", "nl", "Acme", "+31201234567")


async def test_the_policy_is_the_one_whose_conditions_the_invoice_meets_and_the_case_says_why(url: str) -> None:
    policies = [policy("small"), policy("large", priority=10, **{"for": {"invoice.amount": {"min": 500}}})]
    store = await Store.open(url, policies=policies, calendar_for=calendar)

    small = await store.receivables.opening("INV-1", invoice(amount="499.99"), customer(), (), MONDAY)
    large = await store.receivables.opening("INV-2", invoice("INV-2", amount="500.00"), customer(), (), MONDAY)
    choice = await store.parties.choice("INV-1", MONDAY)
    await store.close()

    assert (small.policy.name, large.policy.name) == ("small", "large")
    assert "invoice.amount: found 499.99" in small.why
    assert choice.policy == policies[0]


async def test_conditions_on_the_account_see_the_customers_other_cases(url: str) -> None:
    indebted = policy("indebted", priority=10, **{"for": {"account.overdue_total": {"min": 150}}})
    store = await Store.open(url, policies=[policy(), indebted], calendar_for=calendar)

    names = [
        (await store.receivables.opening(name, invoice(name), customer(), (), MONDAY)).policy.name
        for name in ("INV-1", "INV-2")
    ]
    await store.close()

    assert names == ["plain", "indebted"]


async def test_a_case_that_no_policy_takes_does_not_open(url: str) -> None:
    consumers = policy("consumers", **{"for": {"customer.kind": "consumer"}})
    store = await Store.open(url, policies=[consumers], calendar_for=calendar)

    with pytest.raises(NotFound, match=r"customer\.kind: found business; allowed consumer"):
        await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    found = await store.cases.page()
    await store.close()

    assert found.rows == ()


async def test_two_policies_that_claim_an_invoice_alike_are_an_error_not_a_guess(url: str) -> None:
    store = await Store.open(url, policies=[policy("one"), policy("two")], calendar_for=calendar)

    with pytest.raises(PolicyError, match="one and two"):
        await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    await store.close()


async def test_a_case_keeps_the_content_of_its_policy_when_the_file_changes(url: str) -> None:
    for version, expected in ((policy(description="first"), "first"), (policy(description="second"), "first")):
        store = await Store.open(url, policies=[version], calendar_for=calendar)
        opening = await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
        later = await store.receivables.opening(
            f"of-{version.description}", invoice(f"of-{version.description}"), customer(), (), MONDAY
        )
        await store.close()
        assert opening.policy.description == expected
        assert later.policy.description == version.description


async def test_another_policy_takes_over_when_the_case_says_so(url: str) -> None:
    gentle, strict = policy("gentle", priority=1), policy("strict")
    store = await Store.open(url, policies=[gentle, strict], calendar_for=calendar)
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)

    found = await store.receivables.policy("INV-1", "strict", MONDAY)
    said = line(2, "policy", "strict", rule="O2")
    await store.receivables.record("INV-1", (), written(said), 0, MONDAY)
    still = await store.receivables.opening("INV-1", None, None, (), MONDAY)
    taken_over = PolicyPinned("strict")
    await store.receivables.record("INV-1", (), written(policy="strict", changes=(taken_over,)), 0, MONDAY)
    reopened = await store.receivables.opening("INV-1", None, None, (), MONDAY)
    unknown = await store.receivables.policy("INV-1", "nobody", MONDAY)
    await store.close()

    assert found is not None
    assert found[0] == strict
    assert (still.policy, reopened.policy) == (gentle, strict)
    assert unknown is None


async def test_a_case_that_opens_again_hears_first_of_the_cards_that_came_and_went_meanwhile(store: Store) -> None:
    """C2, P5: only open cases are told of a method, so that one that was closed would charge a card that is gone."""
    await store.register.customer(customer(), [method("old"), method("kept"), method("renewed")], MONDAY)
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    ended = written(outcome="paid", state=a_closed_case("old", "kept", "renewed"))
    await store.receivables.record("INV-1", (), ended, 0, days_later(1))
    for name, id_ in (("method_removed", "old"), ("method_added", "new"), ("method_added", "renewed")):
        await store.register.tell_customer("c1", name, {"id": id_}, days_later(2))
    await store.register.tell("INV-1", "payment_reversed", {"id": "r1", "payment_id": "p1", "amount": 1}, days_later(3))

    told = (await store.receivables.opening("INV-1", None, None, (), days_later(3))).told
    assert [(name, body.get("id"), body.get("at")) for name, body in told] == [
        ("method_removed", "old", days_later(3).isoformat()),
        ("method_added", "renewed", days_later(2).isoformat()),
        ("method_added", "new", days_later(2).isoformat()),
        ("payment_reversed", "r1", None),
    ]


async def test_the_calendar_of_a_case_begins_before_its_first_step(url: str) -> None:
    reminder = {"name": "early", "after": "-45 workdays", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]}
    store = await Store.open(url, policies=[policy(steps=[reminder])], calendar_for=calendar)

    opening = await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    await store.close()

    # Saturday 28 February, and 45 working days back without New Year's Day and both days of Christmas.
    assert opening.calendar.workdays_after(opening.invoice.due_on, -45) == date(2025, 12, 24)
