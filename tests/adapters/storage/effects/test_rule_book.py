"""Before an intent is written the rule book is asked, with all that is known of the method (C4)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from adapters.storage import Store
from dunning.answers import Answer, Approved, Forbidden
from dunning.ports import Acted, Go
from tests.adapters.storage.builders import (
    MONDAY,
    a_decline,
    act,
    calendar,
    charge,
    customer,
    days_later,
    invoice,
    method,
    policy,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def store(store: Store) -> Store:
    """Two open cases of one customer with one card."""
    for name in ("INV-1", "INV-2"):
        await store.receivables.opening(name, invoice(name), customer(), (method(),), MONDAY)
    return store


async def tried(store: Store, answer: Answer, *, at: datetime = MONDAY, attempt: int = 1, of: str = "INV-1") -> None:
    made = act(replace(charge(attempt, of=of), network="visa"), of=of, at=at)
    assert isinstance(await store.receivables.begin(made), Go)
    await store.receivables.finish(made, answer)


async def asked(store: Store, *, at: datetime, attempt: int = 1, of: str = "INV-2", **more: Any) -> Go | Acted:
    wanted = replace(charge(attempt, of=of), **{"network": "visa", **more})
    return await store.receivables.begin(act(wanted, of=of, at=at))


async def test_what_one_case_learned_of_a_card_forbids_it_to_the_other(store: Store) -> None:
    await tried(store, a_decline("stolen_card"))
    found = await asked(store, at=days_later(1))
    assert found == Acted(Forbidden("card", "stripe stolen_card", "card reported stolen"), 0, written=False)
    assert await store.cases.attempts("INV-2") == ()


async def test_an_attempt_that_was_forbidden_may_be_made_later_under_the_same_number(store: Store) -> None:
    await tried(store, a_decline("insufficient_funds", "26"))
    found = await asked(store, at=days_later(1))
    assert isinstance(found, Acted)
    assert isinstance(found.answer, Forbidden)
    assert found.answer.until == days_later(2)
    assert isinstance(await asked(store, at=days_later(2)), Go)


async def test_a_method_that_was_renewed_begins_anew(store: Store) -> None:
    await tried(store, a_decline("stolen_card"))
    await store.register.tell_customer("c1", "method_added", {"id": "card", "network": "visa"}, days_later(1))
    acted = await asked(store, at=days_later(2))
    assert isinstance(acted, Acted)  # the news that the card was renewed comes first (F1)
    wanted = replace(charge(of="INV-2"), network="visa")
    assert isinstance(await store.receivables.begin(act(wanted, of="INV-2", at=days_later(2), seen=acted.seen)), Go)


async def test_an_attempt_of_the_billing_system_counts(store: Store) -> None:
    failed = [{"at": days_later(-2), "method": "card", "declined": "lost_card"}]
    await store.receivables.opening("INV-3", invoice("INV-3", attempts=failed), customer(), (method(),), MONDAY)
    found = await asked(store, at=days_later(1))
    assert isinstance(found, Acted)
    assert isinstance(found.answer, Forbidden)
    assert found.answer.row == "stripe lost_card"


async def test_an_attempt_that_names_no_method_was_by_the_only_one_there_is(store: Store) -> None:
    failed = [{"at": days_later(-2), "declined": "lost_card"}]
    await store.receivables.opening("INV-3", invoice("INV-3", attempts=failed), customer(), (method(),), MONDAY)
    assert isinstance(await asked(store, at=days_later(1)), Acted)
    await store.register.tell_customer("c1", "method_added", {"id": "second"}, days_later(1))
    assert isinstance(await asked(store, at=days_later(1), of="INV-1", method="second"), Acted)  # news first
    found = await store.receivables.begin(act(replace(charge(), network="visa"), of="INV-1", at=days_later(1), seen=1))
    assert isinstance(found, Go)  # with two cards nobody knows which one it was


async def test_a_debit_that_came_back_weeks_later_counts_as_declined(store: Store) -> None:
    await tried(store, Approved("card"))
    back = {"id": "r1", "payment_id": charge().key, "amount": "100.00", "code": "lost_card"}
    await store.register.tell("INV-1", "payment_reversed", back, days_later(20))
    found = await asked(store, at=days_later(21))
    assert isinstance(found, Acted)
    assert found.answer == Forbidden("card", "stripe lost_card", "card reported lost")


async def test_a_debit_waits_for_a_bank_day(store: Store) -> None:
    sunday = days_later(-1)
    found = await asked(store, at=sunday, method="sepa", network="sepa_dd")
    assert isinstance(found, Acted)
    assert isinstance(found.answer, Forbidden)
    assert found.answer.until_on == date(2026, 3, 2)


async def test_the_caps_of_a_provider_bind_where_they_make_the_charges(url: str) -> None:
    """Stripe advises eight retries of one charge in two weeks; the sandbox has no caps of its own."""
    for provider, may in ((None, Go), ("stripe", Acted)):
        store = await Store.open(url, policies=[policy()], calendar_for=calendar, provider=provider)
        name = f"INV-{provider}"
        await store.receivables.opening(name, invoice(name), customer(f"c-{provider}"), (method(),), MONDAY)
        for attempt in range(1, 10):
            at = MONDAY + attempt * HOUR
            await tried(store, a_decline("processing_error"), at=at, attempt=attempt, of=name)
        assert isinstance(await asked(store, at=days_later(1), attempt=10, of=name), may)
        await store.close()


async def test_two_cases_that_ask_at_once_do_not_both_get_the_last_attempt(store: Store) -> None:
    """Visa allows twenty attempts after the first decline: nineteen are made."""
    for attempt in range(1, 21):
        await tried(store, a_decline("processing_error"), at=MONDAY + attempt * HOUR, attempt=attempt)
    both = (asked(store, at=days_later(2)), asked(store, at=days_later(2), of="INV-1", attempt=21))
    assert sorted(type(one).__name__ for one in await asyncio.gather(*both)) == ["Acted", "Go"]
