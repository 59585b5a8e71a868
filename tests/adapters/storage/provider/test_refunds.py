"""What a case hears of the refunds of a provider's payment: the difference, once, when the payment is known (P5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import pytest

from adapters.refunds import RefundNews
from adapters.storage import Store
from adapters.storage.provider.refunds import ProviderRefunds
from adapters.storage.provider.waiting_news import KEPT
from dunning.errors import NotFound
from tests.adapters.storage.builders import MONDAY, customer, invoice

SECOND = timedelta(seconds=1)


@pytest.fixture
async def refunds(store: Store) -> ProviderRefunds:
    await store.receivables.opening("INV-1", invoice(), customer(), (), MONDAY)
    await store.register.tell("INV-1", "payment_received", {"id": "p1", "amount": "100.00"}, MONDAY)
    return ProviderRefunds(store.database, "stripe")


def news(name: str, kind: Literal["made", "failed", "total"], amount: str, at: datetime = MONDAY) -> RefundNews:
    refund = None if kind == "total" else name.partition("/")[0]
    return RefundNews(name, kind, Decimal(amount), "EUR", at, refund=refund)


async def told(refunds: ProviderRefunds) -> list[tuple[str, str, str]]:
    return [(name, body["id"], body["amount"]) for name, body in await refunds.tell("pi_1", "INV-1", "p1", MONDAY)]


async def test_the_case_hears_what_differs_and_hears_it_again_when_it_is_asked_again(
    refunds: ProviderRefunds, store: Store
) -> None:
    await refunds.keep("pi_1", [news("re_1", "made", "30.00")], MONDAY)
    first = ("payment_reversed", "re_1", "30.00")
    assert await told(refunds) == [first]

    await refunds.keep("pi_1", [news("re_1", "made", "30.00"), news("ch/50", "total", "50.00")], MONDAY)
    assert await told(refunds) == [first, ("payment_reversed", "ch/50", "20.00")] == await told(refunds)
    assert (await store.parties.invoice("INV-1")).balance == 50_00

    await refunds.keep("pi_1", [news("re_2/failed", "failed", "20.00", MONDAY + SECOND)], MONDAY)
    assert (await told(refunds))[2:] == [("reversal_lifted", "re_2/failed", "20.00")]
    assert (await store.parties.invoice("INV-1")).balance == 30_00


async def test_what_comes_to_nothing_is_told_to_nobody(refunds: ProviderRefunds) -> None:
    both = [news("re_1", "made", "30.00"), news("re_1/failed", "failed", "30.00")]
    await refunds.keep("pi_1", both, MONDAY)
    assert await told(refunds) == []


async def test_an_invoice_that_is_none_of_ours_is_not_found(refunds: ProviderRefunds) -> None:
    with pytest.raises(NotFound):
        await refunds.tell("pi_1", "INV-9", "p1", MONDAY)


async def test_what_nobody_knew_for_a_month_is_not_ours(refunds: ProviderRefunds) -> None:
    await refunds.keep("pi_1", [news("re_1", "made", "30.00")], MONDAY)
    await refunds.keep("pi_2", [], MONDAY + KEPT + SECOND)
    assert await told(refunds) == []
