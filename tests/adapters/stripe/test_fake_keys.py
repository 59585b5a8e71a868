"""Idempotency keys behave as Stripe writes, and everything that can go wrong on the line goes wrong on demand."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx2
import pytest

from adapters.stripe.fake.application import FakeStripe
from tests.adapters.stripe.conftest import HandMovedClock
from tests.adapters.stripe.test_fake_charging import charge, error


@pytest.mark.parametrize("method, status", [("pm_card_visa", 200), ("pm_card_lost_card", 402)])
async def test_the_same_request_gets_the_same_bytes(
    http: httpx2.AsyncClient, fake: FakeStripe, method: str, status: int
) -> None:
    first, second = await charge(http, method), await charge(http, method)
    assert (first.status_code, second.status_code) == (status, status)
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"] != second.headers["request-id"]
    assert len(fake.books.all("payment_intent")) == 1


async def test_another_body_under_the_same_key_is_refused(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    await charge(http, "pm_card_visa")
    answer = await charge(http, "pm_card_visa", amount="100")
    assert (answer.status_code, error(answer)["type"]) == (400, "idempotency_error")
    assert fake.books.taken() == 1


async def test_a_key_lives_for_a_day(http: httpx2.AsyncClient, fake: FakeStripe, clock: HandMovedClock) -> None:
    await charge(http, "pm_card_visa")
    clock.move(timedelta(hours=24) - timedelta(seconds=1))
    await charge(http, "pm_card_visa")
    assert fake.books.taken() == 1
    clock.move(timedelta(seconds=1))
    await charge(http, "pm_card_visa")
    assert fake.books.taken() == 2


async def test_a_key_whose_request_is_under_way_is_in_use(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    first = asyncio.create_task(charge(http, "pm_card_slow"))
    await asyncio.sleep(0.1)
    second = await charge(http, "pm_card_slow")
    assert (second.status_code, error(second)["code"]) == (409, "idempotency_key_in_use")
    assert (await first).status_code == 200
    assert fake.books.taken() == 1


async def test_what_was_never_begun_is_not_remembered(http: httpx2.AsyncClient) -> None:
    assert (await charge(http, "pm_card_visa", amount="1")).status_code == 400
    assert (await charge(http, "pm_card_visa")).status_code == 200


async def test_a_fault_of_stripes_is_remembered_too(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    answers = [await charge(http, "pm_card_error_500") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert fake.books.all("payment_intent") == []


async def test_a_fault_may_come_after_the_money_was_taken(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    assert (await charge(http, "pm_card_error_500_after")).status_code == 500
    assert fake.books.taken() == 1


async def test_too_many_requests_are_turned_away_before_anything_is_done(http: httpx2.AsyncClient) -> None:
    answers = [await charge(http, "pm_card_error_429") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [429, 200]
    assert "idempotent-replayed" not in answers[1].headers


async def test_a_line_that_breaks_after_the_work_hides_an_answer_that_stands(
    http: httpx2.AsyncClient, fake: FakeStripe
) -> None:
    for method in ("pm_card_timeout_approved", "pm_card_timeout_declined"):
        with pytest.raises(httpx2.RemoteProtocolError):
            await charge(http, method, method)
    assert fake.books.taken() == 1
    again = [await charge(http, method, method) for method in ("pm_card_timeout_approved", "pm_card_timeout_declined")]
    assert [answer.status_code for answer in again] == [200, 402]
    assert fake.books.taken() == 1


async def test_a_call_that_is_lost_arrives_when_it_is_made_again(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    with pytest.raises(httpx2.RemoteProtocolError):
        await charge(http, "pm_card_timeout_lost")
    assert fake.books.all("payment_intent") == []
    assert (await charge(http, "pm_card_timeout_lost")).status_code == 200
