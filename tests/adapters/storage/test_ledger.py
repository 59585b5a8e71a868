"""The ledger: every amount once, and the same balance as the case believes in (F2, P1 to P6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.storage import Store
from dunning.answers import Done
from dunning.changes import Credited
from dunning.effects import BookWriteOff
from dunning.engine import open_case, tell
from dunning.errors import MoneyError
from dunning.parts import Posting
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
    known = len(await store.cases.messages(of))
    await store.receivables.begin(done(all_of_it, of=of, seen=known))
    await store.receivables.finish(done(all_of_it, of=of, seen=known), Done())
    await store.receivables.record(of, (), written(outcome="written-off", balance=0), known, MONDAY)


def received(id: str, amount: str, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: A002 - the message's own name
    return "payment_received", {"id": id, "amount": amount, **more}


def taken_back(id: str, payment: str, amount: str, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: A002 - as above
    return "payment_reversed", {"id": id, "payment_id": payment, "amount": amount, **more}


def come_again(id: str, payment: str, amount: str, **more: Any) -> tuple[str, dict[str, Any]]:  # noqa: A002 - as above
    return "reversal_lifted", {"id": id, "payment_id": payment, "amount": amount, **more}


async def test_payments_and_credits_lower_the_balance(store: Store) -> None:
    assert await tell_all(store, received("p1", "30.00"), ("credit", {"id": "cn1", "amount": "5.50"})) == 64_50


async def test_a_balance_has_no_more_digits_than_an_amount_so_that_every_sum_fits_64_bits(store: Store) -> None:
    """Ten payments of the most that an amount may be: the first is booked, and nothing is left of the others."""
    most, after_it = "9999999999999.99", 100_00 - (10**15 - 1)
    assert await tell_all(store, received("p0", most)) == after_it
    for number in range(1, 10):
        with pytest.raises(MoneyError, match="allowed a balance of at most 999999999999999 minor units"):
            await tell_all(store, received(f"p{number}", most))
    assert await tell_all(store) == after_it
    assert await tell_all(store, taken_back("r0", "p0", most)) == 100_00
    assert await tell_all(store, received("p1", most)) == after_it


async def test_told_directly_such_a_payment_is_set_aside_for_a_person(store: Store) -> None:
    most = "9999999999999.99"
    told = tuple(received(f"p{number}", most) for number in range(10))
    _, missed = await store.receivables.record("INV-1", told, written(line(1)), 0, MONDAY)
    assert len(missed) == 9
    assert all("a balance of at most 999999999999999 minor units" in body["set_aside"] for _, body in missed)
    assert await tell_all(store) == 100_00 - (10**15 - 1)


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
    assert [one.name for one in await store.cases.messages("INV-1")] == ["payment_received"]
    assert await store.cases.ledger("INV-1") == ()


async def test_amounts_are_read_in_the_decimals_of_their_currency(store: Store) -> None:
    yen = invoice("YEN", currency="JPY", amount="12000")
    await store.receivables.opening("YEN", yen, customer(), (), MONDAY)

    assert await tell_all(store, received("p1", "2000"), of="YEN") == 10_000
    assert (await store.parties.invoice("YEN")).record == yen


async def test_a_reversal_takes_back_no_more_than_the_payment(store: Store) -> None:
    assert await tell_all(store, received("p1", "30.00"), taken_back("r1", "p1", "20.00")) == 90_00
    assert await tell_all(store, taken_back("r2", "p1", "20.00")) == 100_00


async def test_money_that_came_again_can_be_taken_back_once_more(store: Store) -> None:
    assert await tell_all(store, received("p1", "100.00"), taken_back("r1", "p1", "100.00")) == 100_00
    assert await tell_all(store, come_again("r1", "p1", "100.00")) == 0
    assert await tell_all(store, taken_back("r2", "p1", "40.00")) == 40_00
    assert await tell_all(store, come_again("l2", "p1", "70.00"), come_again("l2", "p1", "70.00")) == 0


async def test_money_that_comes_again_of_a_debt_that_was_given_up_is_nobodys_credit(store: Store) -> None:
    await tell_all(store, received("p1", "60.00"), taken_back("r1", "p1", "60.00"))
    await give_up(store, "INV-1")
    assert await tell_all(store, come_again("l1", "p1", "60.00")) == 0
    assert await tell_all(store, taken_back("r2", "p1", "20.00")) == 0


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
    credited = Credited("case:INV-1/dispute/d1", 40_00, MONDAY, "the dispute was accepted")
    resolved = ("resolve_dispute", {"id": "d1", "accepted": True, "at": AT})
    for _ in range(2):
        await store.receivables.record("INV-1", (resolved,), written(changes=(credited,), balance=60_00), 0, MONDAY)

    assert (await store.parties.invoice("INV-1")).balance == 60_00


async def test_no_line_of_the_journal_is_booked(store: Store) -> None:
    said = line(1, "credit", "d1", rule="D3", amount=40_00)
    await store.receivables.record("INV-1", (), written(said), 0, MONDAY)

    assert (await store.parties.invoice("INV-1")).balance == 100_00


async def test_what_was_paid_too_much_is_the_customers_credit(store: Store) -> None:
    await store.receivables.opening("INV-2", invoice("INV-2"), customer(), (), MONDAY)
    await tell_all(store, received("p1", "130.00"))
    assert (await store.parties.customer("c1")).credit == {}  # set off against the other invoice at once (P8)
    assert (await store.parties.invoice("INV-2")).balance == 70_00
    await tell_all(store, received("p2", "85.00"), of="INV-2")

    assert (await store.parties.customer("c1")).credit == {"EUR": 15_00}


async def test_p8_a_reversal_takes_back_first_what_was_set_off(store: Store) -> None:
    await store.receivables.opening("INV-2", invoice("INV-2"), customer(), (), MONDAY)
    await tell_all(store, received("p1", "130.00"))
    assert await tell_all(store, taken_back("r1", "p1", "20.00")) == 0
    assert (await store.parties.invoice("INV-2")).balance == 90_00
    assert await tell_all(store, taken_back("r2", "p1", "20.00")) == 10_00
    assert (await store.parties.invoice("INV-2")).balance == 100_00


async def test_p8_a_case_that_opens_has_the_credit_that_there_is(store: Store) -> None:
    await tell_all(store, received("p1", "130.00"))
    opening = await store.receivables.opening("INV-2", invoice("INV-2"), customer(), (), MONDAY)
    assert [(name, body["amount"]) for name, body in opening.told] == [("credit_moved", "-30.00")]
    assert [(news.invoice_id, news.body["amount"]) for news in await store.register.unheard()][:1] == [
        ("INV-1", "30.00")
    ]


async def test_p9_a_payment_that_a_case_was_told_directly_and_that_is_booked_elsewhere_is_taken_back(
    store: Store,
) -> None:
    await store.receivables.opening("INV-2", invoice("INV-2"), customer(), (), MONDAY)
    await tell_all(store, received("p1", "40.00"))
    told = (received("p1", "40.00", at=AT),)
    _, missed = await store.receivables.record("INV-2", told, written(balance=60_00), 0, MONDAY)
    assert [(name, body["payment_id"], body["amount"]) for name, body in missed] == [
        ("payment_reversed", "p1", "40.00")
    ]
    assert (await store.parties.invoice("INV-2")).balance == 100_00


@pytest.mark.parametrize("directly", [False, True])
async def test_p9_what_went_back_before_its_payment_came_is_told_to_all_its_invoices(
    store: Store, *, directly: bool
) -> None:
    await store.receivables.opening("INV-2", invoice("INV-2"), customer(), (), MONDAY)
    parts = [{"invoice": "INV-1", "amount": "60.00"}, {"invoice": "INV-2", "amount": "40.00"}]
    whole = received("p1", "100.00", at=AT, allocations=parts)
    await tell_all(store, taken_back("r1", "p1", "100.00"))
    if directly:
        await store.receivables.record("INV-1", (whole,), written(), 0, MONDAY)
    else:
        await tell_all(store, whole)
    assert [(await store.parties.invoice(name)).balance for name in ("INV-1", "INV-2")] == [100_00, 100_00]


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
    st.builds(
        lambda lifted, payment, amount, as_of: come_again(lifted, payment, amount, as_of=as_of),
        st.sampled_from(["r1", "l2"]),
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
    who = customer(name)  # of their own: credit is used over all invoices of a customer (P8)
    days = calendar(policy(), who, date(2026, 2, 1), date(2026, 6, 1))
    case = open_case(invoice(name), who, (), policy(), days, MONDAY)
    await store.receivables.opening(name, invoice(name), who, (), MONDAY)
    if given_up:
        case = case.evolve(
            ledger=(Posting("write_off", "all", -100_00, MONDAY),), closed="written-off", closed_at=MONDAY
        )
        await give_up(store, name)

    for number, (kind, body) in enumerate(stream):
        at = MONDAY + timedelta(minutes=number)
        ids: dict[str, Any] = {
            key: f"{body[key]}/{name}" for key in ("id", "payment_id") if key in body
        }  # once over all invoices (P9)
        told = {**body, **ids, "at": at.isoformat()}
        case = tell(case, kind, told, at)
        await store.register.tell(name, kind, told, at)

    assert (await store.parties.invoice(name)).balance == case.balance
