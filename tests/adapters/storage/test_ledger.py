"""The ledger: every amount once, and the same balance as the case believes in (F2, P1 to P6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.storage import Store
from dunning.answers import Done
from dunning.effects import BookWriteOff
from dunning.opening import open_case, tell
from dunning.state import Posting
from tests.adapters.storage.builders import (
    MONDAY,
    calendar,
    customer,
    done,
    fee,
    invoice,
    line,
    policy,
    written,
)

AT = "2026-03-02T08:00:00Z"


@pytest.fixture
async def store(store: Store) -> Store:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    return store


async def tell_all(store: Store, *messages: tuple[str, dict[str, Any]], of: str = "INV-1") -> int:
    """The balance after these messages."""
    for name, body in messages:
        await store.register.tell(of, name, {"at": AT, **body}, MONDAY)
    return (await store.parties.invoice(of)).balance


async def give_up(store: Store, of: str) -> None:
    """The whole amount is written off, and the case ends so."""
    all_of_it = BookWriteOff(f"case:{of}/write-off/0", 100_00, "j.doe", "insolvent")
    await store.receivables.begin(done(all_of_it, of=of))
    await store.receivables.finish(done(all_of_it, of=of), Done())
    await store.receivables.record(of, (), written(outcome="written-off", balance=0), 0, MONDAY)


def received(id: str, amount: str, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: A002 - the message's own name
    return "payment_received", {"id": id, "amount": amount, **more}


def taken_back(id: str, payment: str, amount: str, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: A002 - as above
    return "payment_reversed", {"id": id, "payment_id": payment, "amount": amount, **more}


async def test_payments_and_credits_lower_the_balance(store: Store) -> None:
    assert await tell_all(store, received("p1", "30.00"), ("credit", {"id": "cn1", "amount": "5.50"})) == 64_50


async def test_a_payment_and_a_credit_may_carry_the_same_id(store: Store) -> None:
    assert await tell_all(store, received("x1", "30.00"), ("credit", {"id": "x1", "amount": "5.00"})) == 65_00


async def test_fees_raise_the_balance_and_what_is_given_up_lowers_it(store: Store) -> None:
    rest = BookWriteOff("case:INV-1/write-off/0", 20_00, "j.doe", "goodwill")
    for effect in (fee(), rest):
        await store.receivables.begin(done(effect))
        await store.receivables.finish(done(effect), Done())

    assert (await store.parties.invoice("INV-1")).balance == 95_00
    assert [(one.kind, one.amount, one.note) for one in await store.cases.ledger("INV-1")] == [
        ("fee", 15_00, "fee"),
        ("write_off", -20_00, "j.doe: goodwill"),
    ]


async def test_a_corrected_amount_changes_the_balance_and_the_due_date_goes_with_it(store: Store) -> None:
    assert await tell_all(store, ("invoice_changed", {"amount": "60.00"}), received("p1", "10.00")) == 50_00

    await tell_all(store, ("invoice_changed", {"due_on": "2026-04-01", "at": "2026-03-02T09:00:00Z"}))
    assert (await store.parties.invoice("INV-1")).record == invoice(amount="60.00", due_on="2026-04-01")


async def test_a_fact_in_another_currency_is_kept_but_not_booked(store: Store) -> None:
    assert await tell_all(store, received("p1", "30.00", currency="USD")) == 100_00
    assert [one.name for one in await store.cases.told("INV-1")] == ["payment_received"]
    assert await store.cases.ledger("INV-1") == ()


async def test_amounts_are_read_in_the_decimals_of_their_currency(store: Store) -> None:
    yen = invoice("YEN", currency="JPY", amount="12000")
    await store.receivables.opening("YEN", yen, customer(), (), MONDAY)

    assert await tell_all(store, received("p1", "2000"), of="YEN") == 10_000
    assert (await store.parties.invoice("YEN")).record == yen


async def test_a_reversal_takes_back_no_more_than_the_payment(store: Store) -> None:
    assert await tell_all(store, received("p1", "30.00"), taken_back("r1", "p1", "20.00")) == 90_00
    assert await tell_all(store, taken_back("r2", "p1", "20.00")) == 100_00


async def test_a_reversal_that_comes_before_its_payment_waits_and_is_netted(store: Store) -> None:
    assert await tell_all(store, taken_back("r1", "p1", "20.00")) == 100_00
    assert [one.waiting for one in await store.cases.ledger("INV-1")] == [20_00]

    assert await tell_all(store, received("p1", "30.00")) == 90_00
    assert {one.waiting for one in await store.cases.ledger("INV-1")} == {0}


async def test_a_reversal_older_than_what_is_known_of_the_payment_is_ignored(store: Store) -> None:
    first, later = "2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z"
    assert (
        await tell_all(store, received("p1", "30.00", as_of=later), taken_back("r1", "p1", "30.00", as_of=first))
        == 70_00
    )
    assert await tell_all(store, taken_back("r2", "p1", "30.00", as_of=later)) == 100_00


async def test_a_reversal_older_than_its_payment_is_no_news_even_if_it_came_first(store: Store) -> None:
    first, later = "2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z"
    early = taken_back("r1", "p1", "30.00", as_of=first)
    assert await tell_all(store, early, received("p1", "30.00", as_of=later)) == 70_00


async def test_what_comes_in_of_a_debt_that_was_given_up_is_nobodys_credit(store: Store) -> None:
    await give_up(store, "INV-1")

    assert await tell_all(store, received("p1", "40.00")) == 0
    assert await tell_all(store, received("p2", "75.00")) == -15_00  # more than was given up is credit again
    assert await tell_all(store, taken_back("r2", "p2", "75.00")) == 0
    assert await tell_all(store, taken_back("r1", "p1", "40.00")) == 0


async def test_an_accepted_dispute_is_credited_with_the_amount_that_the_case_knows(store: Store) -> None:
    credit = line(1, "credit", "dispute-d1", rule="D3", amount=40_00)
    resolved = ("resolve_dispute", {"id": "d1", "accepted": True, "at": AT})
    for _ in range(2):
        await store.receivables.record("INV-1", (resolved,), written(credit, balance=60_00), 0, MONDAY)

    assert (await store.parties.invoice("INV-1")).balance == 60_00


async def test_what_was_paid_too_much_is_the_customers_credit(store: Store) -> None:
    await store.receivables.opening("INV-2", invoice("INV-2"), customer(), (), MONDAY)
    await tell_all(store, received("p1", "130.00"))
    await tell_all(store, received("p2", "60.00"), of="INV-2")

    assert (await store.parties.customer("c1")).credit == {"EUR": 30_00}


amounts = st.integers(1, 15_000).map(lambda minor: f"{minor / 100:.2f}")
moments = st.none() | st.integers(0, 5).map(lambda hour: datetime(2026, 3, 1, hour, tzinfo=UTC).isoformat())
payments = st.sampled_from(["p1", "p2"])
messages = st.one_of(
    st.builds(lambda payment, amount, as_of: received(payment, amount, as_of=as_of), payments, amounts, moments),
    st.builds(
        lambda reversal, payment, amount, as_of: taken_back(reversal, payment, amount, as_of=as_of),
        st.sampled_from(["r1", "r2", "r3"]),
        payments,
        amounts,
        moments,
    ),
    st.builds(lambda amount: ("credit", {"id": "cn1", "amount": amount}), amounts),
    st.builds(lambda amount: ("invoice_changed", {"amount": amount}), amounts),
)
examples = count()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=st.lists(messages, max_size=8), given_up=st.booleans())
async def test_the_ledger_and_the_case_agree_whatever_comes_in_whatever_order(
    store: Store, stream: list[tuple[str, dict[str, Any]]], *, given_up: bool
) -> None:
    name = f"X-{next(examples)}"
    case = open_case(
        invoice(name), customer(), (), policy(), calendar(policy(), customer(), MONDAY.date(), MONDAY.date()), MONDAY
    )
    await store.receivables.opening(name, invoice(name), customer(), (), MONDAY)
    if given_up:
        case = case.evolve(
            ledger=(Posting("write_off", "all", -100_00, MONDAY),), closed="written-off", closed_at=MONDAY
        )
        await give_up(store, name)

    for number, (kind, body) in enumerate(stream):
        at = MONDAY + timedelta(minutes=number)
        told = {**body, "at": at.isoformat()}
        case = tell(case, kind, told, at)
        await store.register.tell(name, kind, told, at)

    assert (await store.parties.invoice(name)).balance == case.balance
