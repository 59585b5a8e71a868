"""What payment providers tell: each event once, one object's in turn, and nothing paid twice that has two names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from adapters.billing_system import OutsideAttempt
from adapters.storage import Store
from adapters.storage.provider.events import PATIENCE, Heading, ProviderEvents
from adapters.storage.provider.outside_attempts import OutsideAttempts
from adapters.storage.provider.payments import ProviderPayments
from adapters.storage.provider.waiting_news import KEPT, WaitingNews
from adapters.storage.tables import outside_attempts, waiting_news
from dunning.errors import NotFound
from dunning.facts import PaymentReceived
from tests.adapters.storage.builders import MONDAY, customer, days_later, invoice, method
from tests.adapters.storage.conftest import OpenStore

SECOND = timedelta(seconds=1)


def heading(name: str = "evt_1", *, of: str = "in_1", at: int = 0, type: str = "invoice.paid") -> Heading:  # noqa: A002 - the event's own name for it
    return Heading(name, type, "invoice", of, MONDAY + at * SECOND)


def payment(name: str = "pi_1", amount: str = "100.00", currency: str = "EUR") -> PaymentReceived:
    return PaymentReceived(id=name, amount=Decimal(amount), currency=currency, as_of=MONDAY)


@pytest.fixture
def events(store: Store) -> ProviderEvents:
    return ProviderEvents(store.database, "stripe")


@pytest.fixture
async def payments(store: Store) -> ProviderPayments:
    await store.register.customer(customer(), [method()], MONDAY)
    await store.register.invoice("c1", invoice(), MONDAY)
    return ProviderPayments(store.database, "stripe")


async def balance(store: Store) -> str:
    view = await store.parties.invoice("INV-1")
    return f"{view.balance / 100:.2f}"


# Each event once.


async def test_an_event_is_taken_once(events: ProviderEvents) -> None:
    assert await events.claim(heading(), MONDAY) == "mine"
    await events.mark_done("evt_1", MONDAY)

    assert await events.claim(heading(), MONDAY) == "done"
    assert await events.claim(heading(), days_later(30)) == "done"


async def test_an_event_that_is_released_is_taken_at_once_and_stays_of_its_moment(events: ProviderEvents) -> None:
    """Whoever takes it again says the same of it."""
    await events.claim(heading(), MONDAY)
    assert await events.claim(heading(at=9), MONDAY) == "busy"
    await events.release("evt_1", MONDAY)
    assert await events.claim(heading(at=9), MONDAY) == "mine"
    assert await events.came_at("evt_1") == MONDAY
    await events.mark_done("evt_1", MONDAY)
    await events.release("evt_1", MONDAY)
    assert await events.claim(heading(at=9), MONDAY) == "done"
    assert await events.came_at("evt_2") is None


async def test_another_provider_has_events_of_its_own(events: ProviderEvents, store: Store) -> None:
    await events.claim(heading(), MONDAY)
    assert await ProviderEvents(store.database, "adyen").claim(heading(), MONDAY) == "mine"


async def test_of_two_processes_that_are_told_at_once_one_takes_it(open_store: OpenStore) -> None:
    both = [ProviderEvents((await open_store()).database, "stripe") for _ in range(2)]
    for number in range(15):
        claims = await asyncio.gather(*(one.claim(heading(f"evt_{number}", of=f"in_{number}"), MONDAY) for one in both))
        assert sorted(claims) == ["busy", "mine"]


async def test_two_events_of_one_object_are_never_handled_at_once(open_store: OpenStore) -> None:
    both = [ProviderEvents((await open_store()).database, "stripe") for _ in range(2)]
    for number in range(15):
        told = [heading(f"evt_{number}_{which}", of=f"in_{number}") for which in range(2)]
        claims = await asyncio.gather(*(one.claim(event, MONDAY) for one, event in zip(both, told, strict=True)))
        assert sorted(claims) == ["busy", "mine"]


async def test_an_event_waits_for_another_one_of_its_object_alone(events: ProviderEvents) -> None:
    await events.claim(heading("evt_1"), MONDAY)

    assert await events.claim(heading("evt_2"), MONDAY) == "busy"
    assert await events.claim(heading("evt_3", of="in_2"), MONDAY) == "mine"
    await events.mark_done("evt_1", MONDAY)
    assert await events.claim(heading("evt_2"), MONDAY) == "mine"


async def test_an_event_that_failed_is_taken_again(events: ProviderEvents) -> None:
    await events.claim(heading(), MONDAY)
    await events.forget("evt_1")

    assert await events.newer_types(heading("evt_0", at=-1)) == frozenset()
    assert await events.claim(heading(), MONDAY) == "mine"


async def test_what_was_done_is_not_forgotten(events: ProviderEvents) -> None:
    await events.claim(heading(), MONDAY)
    await events.mark_done("evt_1", MONDAY)
    await events.forget("evt_1")

    assert await events.claim(heading(), MONDAY) == "done"


async def test_an_event_whose_process_died_is_taken_over_after_a_while(events: ProviderEvents) -> None:
    await events.claim(heading(), MONDAY)

    assert await events.claim(heading(), MONDAY + PATIENCE - SECOND) == "busy"
    assert await events.claim(heading("evt_2"), MONDAY + PATIENCE) == "mine"
    await events.mark_done("evt_2", MONDAY)
    assert await events.claim(heading(), MONDAY + PATIENCE) == "mine"
    assert await events.claim(heading(), MONDAY + PATIENCE) == "busy"


async def test_the_newer_states_of_an_object_are_known(events: ProviderEvents) -> None:
    for number, kind in enumerate(("invoice.updated", "invoice.paid", "invoice.voided")):
        await events.claim(heading(f"evt_{number}", at=number, type=kind), MONDAY)
        await events.mark_done(f"evt_{number}", MONDAY)

    assert await events.newer_types(heading("evt_0", at=0)) == {"invoice.paid", "invoice.voided"}
    assert await events.newer_types(heading("evt_2", at=2)) == frozenset()
    assert await events.newer_types(heading("evt_9", at=0, of="in_2")) == frozenset()


# Each payment once, under whichever name.


async def test_a_payment_is_booked_once_and_told_again_in_the_same_words(
    payments: ProviderPayments, store: Store
) -> None:
    first = await payments.take_payment("INV-1", payment(amount="40.00"), ("pi_1", "ch_1"), MONDAY, by_us=False)
    again = await payments.take_payment("INV-1", payment(amount="40.00"), ("pi_1", "ch_1"), days_later(1), by_us=False)

    assert first is not None
    assert first == again
    assert (first[0], first[1]["id"], first[1]["amount"]) == ("payment_received", "pi_1", "40.00")
    assert await balance(store) == "60.00"
    assert await payments.payment_of("pi_1") == await payments.payment_of("ch_1") == ("INV-1", "pi_1")
    assert await payments.payment_of("pi_2") is None


Told = Callable[[ProviderPayments], Any]
NAMED: dict[str, Told] = {
    "named": lambda to: to.take_payment("INV-1", payment(), ("pi_1",), MONDAY, by_us=False),
    "in sum": lambda to: to.take_total("INV-1", Decimal("100.00"), MONDAY, MONDAY),
}


@pytest.mark.parametrize("order", [("named", "in sum"), ("in sum", "named")])
async def test_a_payment_that_is_told_by_name_and_in_sum_is_one(
    payments: ProviderPayments, store: Store, order: tuple[str, str]
) -> None:
    for _ in range(2):
        for which in order:
            await NAMED[which](payments)

    assert await balance(store) == "0.00"
    assert [entry.kind for entry in await store.cases.ledger("INV-1")] == ["payment"]
    invoice_id, payment_id = await payments.payment_of("pi_1") or ("", "")
    assert (invoice_id, payment_id) == ("INV-1", "pi_1" if order[0] == "named" else "INV-1/paid/10000")


async def test_two_payments_that_make_up_a_sum_are_two_in_any_order(payments: ProviderPayments, store: Store) -> None:
    await payments.take_payment("INV-1", payment("pi_1", "60.00"), ("pi_1",), MONDAY, by_us=False)
    await payments.take_total("INV-1", Decimal("100.00"), MONDAY, MONDAY)
    await payments.take_payment("INV-1", payment("pi_2", "40.00"), ("pi_2",), MONDAY, by_us=False)

    assert await balance(store) == "0.00"
    assert sorted(entry.amount for entry in await store.cases.ledger("INV-1")) == [-60_00, -40_00]


async def test_what_was_paid_besides_comes_to_light_when_the_payment_is_named(
    payments: ProviderPayments, store: Store
) -> None:
    body = {"id": "bank-1", "amount": "30.00", "at": "2026-03-02T08:00:00Z"}
    await store.register.tell("INV-1", "payment_received", body, MONDAY)
    await payments.take_total("INV-1", Decimal("100.00"), MONDAY, MONDAY)
    assert await balance(store) == "0.00"

    await payments.take_payment("INV-1", payment(), ("pi_1",), MONDAY, by_us=False)

    assert await balance(store) == "-30.00"


@pytest.mark.parametrize("told_as", ["INV-1/paid/10000", "X/paid/1", "bank/reinstated", "bank/failed"])
@pytest.mark.parametrize("which", ["named", "in sum"])
async def test_no_spelling_of_a_payment_that_was_told_changes_what_a_provider_brings(
    payments: ProviderPayments, store: Store, told_as: str, which: str
) -> None:
    """Somebody paid 40 by bank, whatever they call it; then the provider tells of 100, or of 100 in all."""
    body = {"id": told_as, "amount": "40.00", "at": "2026-03-02T08:00:00Z"}
    await store.register.tell("INV-1", "payment_received", body, MONDAY)
    for _ in range(2):
        await NAMED[which](payments)

    assert await balance(store) == ("-40.00" if which == "named" else "0.00")
    origins = {entry.id: entry.origin for entry in await store.cases.ledger("INV-1")}
    assert origins.pop(told_as) == "told"
    assert list(origins.values()) == ["provider" if which == "named" else "provider_sum"]


async def test_money_that_came_back_after_it_had_gone_is_no_new_payment(
    payments: ProviderPayments, store: Store
) -> None:
    await payments.take_payment("INV-1", payment(), ("pi_1",), MONDAY, by_us=False)
    taken = {"id": "du_1", "payment_id": "pi_1", "amount": "100.00", "at": "2026-03-03T08:00:00Z"}
    await store.register.tell("INV-1", "payment_reversed", taken, MONDAY)
    back = {"id": "du_1/reinstated", "payment_id": "pi_1", "amount": "100.00", "at": "2026-03-09T08:00:00Z"}
    await store.register.tell("INV-1", "reversal_lifted", back, MONDAY)

    assert await payments.take_total("INV-1", Decimal("100.00"), MONDAY, MONDAY) is None
    assert await balance(store) == "0.00"


async def test_a_payment_that_we_made_ourselves_is_booked_under_our_key_alone(
    payments: ProviderPayments, store: Store
) -> None:
    body = {"id": "case:INV-1/attempt/1", "amount": "100.00", "at": "2026-03-02T08:00:00Z"}
    await store.register.tell("INV-1", "payment_received", body, MONDAY)

    ours = payment("case:INV-1/attempt/1")
    told = await payments.take_payment("INV-1", ours, ("pi_1", "ch_1"), MONDAY, by_us=True)

    assert told is not None
    assert told[1] == body
    assert await balance(store) == "0.00"
    assert await payments.payment_of("ch_1") == ("INV-1", "case:INV-1/attempt/1")


@pytest.mark.parametrize("odd", [payment(currency="USD"), payment(amount="1.001")])
async def test_a_payment_that_cannot_be_booked_is_told_all_the_same(
    payments: ProviderPayments, store: Store, odd: PaymentReceived
) -> None:
    told = await payments.take_payment("INV-1", odd, ("pi_1",), MONDAY, by_us=False)

    assert told is not None
    assert told[1]["amount"] == str(odd.amount)
    assert await balance(store) == "100.00"
    assert len(await store.cases.messages("INV-1")) == 1


async def test_a_payment_for_an_invoice_that_is_none_of_ours_is_not_found(payments: ProviderPayments) -> None:
    with pytest.raises(NotFound, match="INV-9"):
        await payments.take_payment("INV-9", payment(), ("pi_1",), MONDAY, by_us=False)
    with pytest.raises(NotFound, match="INV-9"):
        await payments.take_total("INV-9", Decimal(1), MONDAY, MONDAY)


async def test_a_payment_and_its_sum_at_once_are_one(open_store: OpenStore, payments: ProviderPayments) -> None:
    store = await open_store()
    other = ProviderPayments(store.database, "stripe")
    for number in range(10):
        name, amount = f"S-{number}", Decimal("100.00")
        await store.register.invoice("c1", invoice(name), MONDAY)

        await asyncio.gather(
            payments.take_payment(name, payment(f"pi_{number}"), (f"pi_{number}",), MONDAY, by_us=False),
            other.take_total(name, amount, MONDAY, MONDAY),
        )

        assert (await store.parties.invoice(name)).balance == 0


# News that come before their payment.


async def test_news_of_a_payment_wait_in_order_until_they_are_told(store: Store) -> None:
    waiting = WaitingNews(store.database, "stripe")
    facts = [("payment_reversed", {"id": "du_1", "payment_id": "pi_1", "amount": "5.00"}), ("dispute", {"id": "du_1"})]
    await waiting.keep("pi_1", "evt_1", facts, MONDAY)
    await waiting.keep("pi_1", "evt_1", facts, MONDAY)
    await waiting.keep("pi_1", "evt_2", facts[:1], days_later(1))
    await waiting.keep("pi_2", "evt_3", facts, MONDAY)

    assert [news.event for news in await waiting.of("pi_1")] == ["evt_1", "evt_2"]
    assert list((await waiting.of("pi_1"))[0].messages) == facts

    await waiting.drop("evt_1")
    assert [news.event for news in await waiting.of("pi_1")] == ["evt_2"]


async def test_news_of_a_payment_that_never_comes_are_not_kept_for_ever(store: Store) -> None:
    waiting = WaitingNews(store.database, "stripe")
    await waiting.keep("pi_1", "evt_1", [], MONDAY)
    await waiting.keep("pi_2", "evt_2", [], MONDAY + KEPT + SECOND)

    rows = await store.database.read(lambda tx: tx.rows(select(waiting_news.c.event)))
    assert [row["event"] for row in rows] == ["evt_2"]


# Attempts that were made elsewhere.


def attempt(number: int, *, certain: bool = True, **more: Any) -> OutsideAttempt:
    return OutsideAttempt(number, days_later(number), Decimal("100.00"), certain=certain, **more)


async def rows_of(store: Store) -> list[tuple[str, str | None, Any]]:
    rows = await store.database.read(lambda tx: tx.rows(select(outside_attempts).order_by(outside_attempts.c.id)))
    return [(row["id"], row["code"], row["at"]) for row in rows]


async def test_attempts_before_the_case_opens_are_those_that_it_opens_with(
    payments: ProviderPayments,  # noqa: ARG001 - it has registered the invoice
    store: Store,
) -> None:
    attempts = OutsideAttempts(store.database)
    await attempts.keep("INV-1", [attempt(1, code="insufficient_funds", method="card"), attempt(2)])
    await attempts.keep("INV-1", [attempt(1)])

    opening = await store.receivables.opening("INV-1", None, None, (), MONDAY)

    made = [(one.at, one.method, one.declined) for one in opening.invoice.attempts]
    assert made == [(days_later(1), "card", "insufficient_funds"), (days_later(2), None, None)]
    assert await rows_of(store) == []


async def test_attempts_after_the_case_opened_are_kept_apart_and_each_once(
    payments: ProviderPayments,  # noqa: ARG001 - it has registered the invoice
    store: Store,
) -> None:
    attempts = OutsideAttempts(store.database)
    await attempts.keep("INV-1", [attempt(1)])
    await store.receivables.opening("INV-1", None, None, (), MONDAY)

    await attempts.keep("INV-1", [attempt(1), attempt(2, certain=False), attempt(3, code="do_not_honor")])
    await attempts.keep("INV-1", [attempt(1), attempt(2, code="expired_card"), attempt(3, certain=False)])

    assert await rows_of(store) == [("2", "expired_card", days_later(2)), ("3", "do_not_honor", days_later(3))]
    assert len((await store.parties.invoice("INV-1")).record.attempts) == 1


async def test_attempts_of_an_invoice_that_is_none_of_ours_are_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="INV-9"):
        await OutsideAttempts(store.database).keep("INV-9", [attempt(1)])


async def test_what_an_overdue_invoice_brings_is_registered_as_far_as_it_is_new(store: Store) -> None:
    assert await store.register.demand(customer(phone=None), [method()], invoice(), MONDAY)
    assert not await store.register.demand(customer(name="Somebody else"), [], invoice(amount="7.00"), MONDAY)
    assert await store.register.demand(customer(phone="+31 20 555"), [method("new")], invoice("INV-2"), MONDAY)

    known = await store.parties.customer("c1")
    assert (known.record.name, known.record.phone) == (None, "+31 20 555")
    assert [one.id for one in known.methods] == ["card", "new"]
    assert await balance(store) == "100.00"
