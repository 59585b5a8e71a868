"""The Stripe gateway keeps every gateway's promises, over real HTTP, whatever goes wrong on the way (C2, C5)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.stripe.call_ages import ARRIVES_WITHIN, FRESH, KEYS_KEPT
from adapters.stripe.connection import connect_to_stripe
from adapters.stripe.fake import charging, payer
from adapters.stripe.fake.application import FakeStripe
from adapters.stripe.gateway import StripeGateway
from dunning.answers import Approved, Underway, Unknown, Unseen
from dunning.errors import Conflict, ProviderRefused
from dunning.ports import Calls, ChargeRequest, PaymentGateway, UnreadDecline
from tests.adapters.gateways import AT, GatewayPromises, request
from tests.adapters.stripe.conftest import KEY, HandMovedClock

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")  # Stripe's library, of its transport


@asynccontextmanager
async def gateway_of(fake: FakeStripe, api_key: str = KEY, **said: Any) -> AsyncIterator[StripeGateway]:
    async with connect_to_stripe(api_key, fake.address) as client:
        defaults: dict[str, Any] = {"clock": fake.books.clock, "pauses": (0.05, 0.1)}
        yield StripeGateway(client, **(defaults | said))


def called(clock: HandMovedClock, first: timedelta = timedelta(), last: timedelta = timedelta()) -> Calls:
    """Calls so long ago."""
    return Calls(clock() - max(first, last), clock() - last)


class TestStripePromises(GatewayPromises):
    approved = "pm_card_visa"
    declined, declined_code = "pm_card_insufficient_funds", "insufficient_funds"
    authentication_required = "pm_card_authenticationRequired"
    timeout_approved, timeout_declined = "pm_card_timeout_approved", "pm_card_timeout_declined"
    debit = "pm_sepa_pending_settles"

    @pytest.fixture
    async def gateway(self, fake: FakeStripe) -> AsyncIterator[PaymentGateway]:
        self.books = fake.books
        async with gateway_of(fake) as gateway:
            yield gateway

    async def taken(self, gateway: PaymentGateway, charge: ChargeRequest) -> int:
        return self.books.taken(customer=charge.customer_id, method=charge.method)


@pytest.fixture
async def gateway(fake: FakeStripe) -> AsyncIterator[StripeGateway]:
    async with gateway_of(fake) as gateway:
        yield gateway


async def test_what_is_sent_is_the_least_that_does_it(gateway: StripeGateway, fake: FakeStripe) -> None:
    await gateway.charge(request("pm_card_visa"), AT)
    [intent] = fake.books.all("payment_intent")
    assert (intent["amount"], intent["currency"], intent["customer"]) == (10_000, "eur", "c1")
    assert intent["metadata"] == {"dunning_key": "case:INV-1/attempt/1", "invoice_id": "INV-1"}
    assert (intent["description"], intent["receipt_email"]) == (None, None)


async def test_a_decline_carries_the_providers_words_and_the_networks(gateway: StripeGateway) -> None:
    charge = request("pm_card_do_not_honor_net05_mac24")
    answer = await gateway.charge(charge, AT)
    assert answer == UnreadDecline(charge.method, "do_not_honor", "try_again_later", "05", "24")
    assert await gateway.find(charge, AT) == answer


@pytest.mark.parametrize("method", ["pm_card_expired_card", "pm_card_chargeDeclinedExpiredCard"])
async def test_a_code_that_stripe_says_itself_is_the_code(gateway: StripeGateway, method: str) -> None:
    answer = await gateway.charge(request(method), AT)
    assert isinstance(answer, UnreadDecline)
    assert answer.code == "expired_card"


async def test_a_decline_leaves_nothing_behind_that_could_take_money(gateway: StripeGateway, fake: FakeStripe) -> None:
    await gateway.charge(request("pm_card_lost_card"), AT)
    [intent] = fake.books.all("payment_intent")
    assert (intent["status"], intent["payment_method"]) == ("requires_payment_method", None)


async def test_a_payment_that_waits_for_its_holder_is_cancelled(gateway: StripeGateway, fake: FakeStripe) -> None:
    charge = request("pm_card_requires_action")
    answer = await gateway.charge(charge, AT)
    assert answer == UnreadDecline(charge.method, "authentication_required")
    [intent] = fake.books.all("payment_intent")
    assert intent["status"] == "canceled"
    assert await gateway.find(charge, AT) == answer


async def test_a_holder_who_confirms_before_the_payment_is_cancelled_has_paid(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    charge = request("pm_card_requires_action")
    async with connect_to_stripe(KEY, fake.address) as client:
        await client.v1.payment_intents.create_async(
            {
                "amount": charge.amount, "currency": "eur", "customer": "c1", "payment_method": charge.method,
                "confirm": True, "off_session": True, "metadata": {"dunning_key": charge.key},
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )  # fmt: skip
    payer.authenticate(fake.books, fake.books.all("payment_intent")[0]["id"])
    assert await gateway.find(charge, AT) == Approved(charge.method)


@pytest.mark.parametrize(
    "method, until",
    [
        ("pm_sepa_pending_settles", date(2026, 4, 2)),  # 14 business days from Tuesday 10 March, and 3 days more
        ("pm_bacs_pending_settles", date(2026, 3, 22)),
        ("pm_ach_pending_settles", date(2026, 3, 19)),
    ],
)
async def test_a_bank_debit_is_expected_by_the_day_that_its_network_needs(
    gateway: StripeGateway, method: str, until: date
) -> None:
    currency = {"pm_sepa": "EUR", "pm_bacs": "GBP", "pm_ach_": "USD"}[method[:7]]
    charge = replace(request(method), currency=currency)
    assert await gateway.charge(charge, AT) == Underway(method, until)


async def test_a_bank_debit_that_was_never_heard_of_again_is_found_as_it_ended(
    gateway: StripeGateway, fake: FakeStripe, clock: HandMovedClock
) -> None:
    settled, closed = request("pm_sepa_pending_settles"), request("pm_sepa_pending_account_closed", key="k2")
    for charge in (settled, closed):
        assert isinstance(await gateway.charge(charge, AT), Underway)
    clock.move(timedelta(days=5))
    charging.end_debits(fake.books)
    assert await gateway.find(settled, AT) == Approved(settled.method)
    assert await gateway.find(closed, AT) == UnreadDecline(closed.method, "account_closed")


@pytest.mark.parametrize(
    "change, code",
    [
        ({"method": "pm_missing"}, "invalid_account"),
        ({"amount": 49}, "invalid_amount"),
        ({"method": "pm_sepa_pending_settles", "currency": "USD"}, "currency_not_supported"),
    ],
)
async def test_what_the_debtors_method_or_the_amount_forbids_is_a_decline(
    gateway: StripeGateway, change: dict[str, Any], code: str
) -> None:
    charge = replace(request("pm_card_visa"), **change)
    assert await gateway.charge(charge, AT) == UnreadDecline(charge.method, code)


async def test_a_wrong_key_is_our_mistake_and_no_decline(fake: FakeStripe) -> None:
    async with gateway_of(fake, "sk_test_other") as gateway:
        with pytest.raises(ProviderRefused, match="status 401"):
            await gateway.charge(request("pm_card_visa"), AT)
        with pytest.raises(ProviderRefused, match="status 401"):
            await gateway.find(request("pm_card_visa"), AT)


async def test_a_right_that_is_missing_is_our_mistake_and_no_decline(fake: FakeStripe) -> None:
    async with gateway_of(fake, "rk_test_fake_read") as gateway:
        with pytest.raises(ProviderRefused, match="status 403"):
            await gateway.charge(request("pm_card_visa"), AT)


async def test_a_customer_whom_stripe_does_not_know_is_our_mistake(gateway: StripeGateway) -> None:
    with pytest.raises(ProviderRefused, match=r"status 400 .*code resource_missing, param customer, request req_"):
        await gateway.charge(replace(request("pm_card_visa"), customer_id="cus_missing"), AT)


async def test_a_type_of_method_that_is_switched_off_is_our_mistake(gateway: StripeGateway, fake: FakeStripe) -> None:
    fake.books.takes = ("card",)
    with pytest.raises(ProviderRefused, match="payment_intent_incompatible_payment_method"):
        await gateway.charge(request("pm_sepa_pending_settles"), AT)


@pytest.mark.parametrize("method", ["pm_card_error_429", "pm_card_error_503", "pm_card_lock_timeout"])
async def test_what_stripe_puts_off_is_sent_again_under_the_same_key(
    gateway: StripeGateway, fake: FakeStripe, method: str
) -> None:
    charge = request(method)
    assert await gateway.charge(charge, AT) == Approved(charge.method)
    assert fake.books.taken(key=charge.key) == 1


async def test_too_many_requests_without_end_stop_the_charge_and_nothing_was_done(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    charge = request("pm_card_visa")
    fake.books.failures = ["too_many", "too_many", "too_many"]
    with pytest.raises(ProviderRefused, match="status 429"):
        await gateway.charge(charge, AT)
    assert fake.books.all("payment_intent") == []


async def test_a_fault_of_stripes_before_the_work_is_told_again_under_its_key_until_that_is_forgotten(
    gateway: StripeGateway, fake: FakeStripe, clock: HandMovedClock
) -> None:
    charge = request("pm_card_error_500")
    assert await gateway.charge(charge, AT) == Unknown()
    assert await gateway.find(charge, AT, called(clock)) == Unseen()
    assert await gateway.charge(charge, AT, called(clock, first=timedelta(hours=1))) == Unknown(timedelta(hours=23))
    assert await gateway.find(charge, AT, called(clock, first=KEYS_KEPT, last=ARRIVES_WITHIN)) is None
    assert fake.books.taken() == 0


async def test_a_fault_of_stripes_after_the_work_has_taken_the_money(gateway: StripeGateway, fake: FakeStripe) -> None:
    charge = request("pm_card_error_500_after")
    assert await gateway.charge(charge, AT) == Unknown()
    assert await gateway.find(charge, AT) == Approved(charge.method)
    assert fake.books.taken() == 1


@pytest.mark.parametrize("method", ["pm_card_slow", "pm_card_slow_after"])
async def test_a_key_that_is_in_use_is_sent_again_until_the_first_call_has_its_answer(
    fake: FakeStripe, method: str
) -> None:
    charge = request(method)
    async with gateway_of(fake, pauses=(0.1,) * 20) as gateway:
        first = asyncio.create_task(gateway.charge(charge, AT))
        await asyncio.sleep(0.1)
        assert await gateway.charge(charge, AT) == Approved(charge.method)
        assert await first == Approved(charge.method)
    assert fake.books.taken() == 1


async def test_a_key_that_stays_in_use_is_not_known_yet(gateway: StripeGateway, fake: FakeStripe) -> None:
    charge = request("pm_card_slow")
    first = asyncio.create_task(gateway.charge(charge, AT))
    await asyncio.sleep(0.1)
    assert await gateway.charge(charge, AT) == Unknown()
    assert await first == Approved(charge.method)
    assert fake.books.taken() == 1


async def test_who_is_turned_away_after_a_call_that_may_have_arrived_knows_no_more_than_before(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    fake.books.failures = ["locked", "too_many", "too_many"]
    assert await gateway.charge(request("pm_card_visa"), AT) == Unknown()


async def test_a_call_that_nobody_waits_for_may_still_take_the_money(fake: FakeStripe, clock: HandMovedClock) -> None:
    charge = request("pm_card_slow")
    async with gateway_of(fake, patience=timedelta(seconds=0.1)) as gateway:
        assert await gateway.charge(charge, AT) == Unknown()
        assert await gateway.find(charge, AT, called(clock)) == Unseen()  # nothing is there, and this proves nothing
        assert fake.books.taken() == 0
        await asyncio.sleep(0.5)
        assert await gateway.find(charge, AT, called(clock)) == Approved(charge.method)
        assert fake.books.taken() == 1


async def test_what_is_not_there_is_sent_again_under_its_key_as_long_as_stripe_keeps_that(
    gateway: StripeGateway, clock: HandMovedClock
) -> None:
    charge, gone = request("pm_card_visa"), ARRIVES_WITHIN
    for age in (timedelta(), ARRIVES_WITHIN, timedelta(hours=22)):
        assert await gateway.find(charge, AT, called(clock, age, gone)) == Unseen()
    for age in (timedelta(hours=23), KEYS_KEPT - timedelta(seconds=1)):  # now its key is left alone
        assert await gateway.find(charge, AT, called(clock, age, gone)) == Unknown()
    assert await gateway.find(charge, AT, called(clock, KEYS_KEPT, gone - timedelta(seconds=1))) == Unknown()
    assert await gateway.find(charge, AT, called(clock, KEYS_KEPT, gone)) is None


async def test_any_process_knows_from_the_calls_that_are_written_down_what_one_of_them_sent(
    gateway: StripeGateway, fake: FakeStripe, clock: HandMovedClock
) -> None:
    charge, calls = request("pm_card_timeout_lost"), called(clock)
    assert await gateway.charge(charge, AT, calls) == Unknown(KEYS_KEPT)
    clock.move(KEYS_KEPT)
    async with gateway_of(fake) as another:
        assert await another.find(charge, AT, calls) is None


async def test_a_payment_that_the_list_hides_for_hours_is_paid_once(
    gateway: StripeGateway, fake: FakeStripe, clock: HandMovedClock
) -> None:
    fake.books.tempo = replace(fake.books.tempo, listing=timedelta(hours=2))
    charge, calls = request("pm_card_timeout_approved"), called(clock)
    assert await gateway.charge(charge, AT, calls) == Unknown(KEYS_KEPT)
    for _ in range(4):
        clock.move(timedelta(minutes=15))
        assert await gateway.find(charge, AT, calls) == Unseen()
        assert await gateway.charge(charge, AT, Calls(calls.first_at, clock())) == Approved(charge.method)
    assert fake.books.taken() == 1


async def test_the_age_of_the_intent_is_looked_at_right_before_the_call(
    gateway: StripeGateway, fake: FakeStripe, clock: HandMovedClock
) -> None:
    """A process that stood still between intent and call sends nothing: others may have acted meanwhile."""
    charge = request("pm_card_visa")
    old = called(clock, last=FRESH + timedelta(seconds=1))
    assert await gateway.charge(charge, AT, old) == Unknown(KEYS_KEPT - FRESH - timedelta(seconds=1))
    key_forgotten = called(clock, first=timedelta(hours=23))
    assert await gateway.charge(charge, AT, key_forgotten) == Unknown(timedelta(hours=1))
    assert fake.books.all("payment_intent") == []
    assert await gateway.charge(charge, AT, called(clock, last=FRESH)) == Approved(charge.method)


async def test_a_charge_is_found_by_our_key_when_stripes_own_has_expired(
    gateway: StripeGateway, fake: FakeStripe, clock: HandMovedClock
) -> None:
    charge = request("pm_card_timeout_approved")
    assert await gateway.charge(charge, AT) == Unknown()
    for number in range(3):  # others of the same customer do not hide it
        await gateway.charge(request("pm_card_visa", key=f"other/{number}"), AT)
    clock.move(timedelta(days=40))
    assert await gateway.find(charge, AT) == Approved(charge.method)
    assert fake.books.taken(key=charge.key) == 1


async def test_a_charge_is_found_among_hundreds_of_a_customers_payments(
    gateway: StripeGateway, fake: FakeStripe
) -> None:
    charge = request("pm_card_visa")
    await gateway.charge(charge, AT)
    for number in range(250):
        fake.books.new("payment_intent", customer="c1", metadata={"dunning_key": f"other/{number}"})
    assert await gateway.find(charge, AT) == Approved(charge.method)


async def test_two_payments_under_one_key_are_the_one_with_money(gateway: StripeGateway, fake: FakeStripe) -> None:
    charge = request("pm_card_visa")
    said = {"amount": 10_000, "currency": "eur", "customer": "c1", "metadata": {"dunning_key": charge.key}}
    fake.books.new("payment_intent", **said, status="succeeded")
    fake.books.new("payment_intent", **said, last_payment_error={"code": "expired_card"})
    assert await gateway.find(charge, AT) == Approved(charge.method)


async def test_another_amount_found_under_the_key_is_a_conflict(gateway: StripeGateway, clock: HandMovedClock) -> None:
    await gateway.charge(request("pm_card_visa"), AT)
    clock.move(timedelta(hours=25))
    with pytest.raises(Conflict, match="found 10000 eur"):
        await gateway.find(request("pm_card_visa", amount=5_000), AT)


async def test_without_an_answer_from_stripe_nothing_is_known() -> None:
    async with connect_to_stripe(KEY, "http://127.0.0.1:9") as client:
        gateway = StripeGateway(client, pauses=(0.01,))
        assert await gateway.find(request("pm_card_visa"), AT) == Unknown()
        with pytest.raises(ProviderRefused, match="found nobody there"):  # nothing left, so it is made again
            await gateway.charge(request("pm_card_visa"), AT)


async def test_a_payment_that_was_made_and_never_tried_is_closed_before_it_is_called_lost(
    gateway: StripeGateway, fake: FakeStripe, clock: HandMovedClock
) -> None:
    charge = request("pm_card_visa")
    intent = fake.books.new(
        "payment_intent", amount=charge.amount, currency="eur", customer="c1", metadata={"dunning_key": charge.key},
        status="requires_confirmation",
    )  # fmt: skip
    calls = called(clock)
    assert await gateway.find(charge, AT, calls) == Unknown()
    assert intent["status"] == "requires_confirmation"
    clock.move(ARRIVES_WITHIN)
    assert await gateway.find(charge, AT, calls) is None
    assert intent["status"] == "canceled"
    assert await gateway.find(charge, AT, calls) is None


@pytest.mark.parametrize("currency, amount, asked", [("JPY", 500, 500), ("ISK", 500, 50_000), ("KWD", 1_230, 1_230)])
async def test_amounts_are_written_in_stripes_own_units(
    gateway: StripeGateway, fake: FakeStripe, currency: str, amount: int, asked: int
) -> None:
    charge = replace(request("pm_card_visa", amount=amount), currency=currency)
    assert await gateway.charge(charge, AT) == Approved(charge.method)
    assert fake.books.movements[0].amount == asked
    assert await gateway.find(charge, AT) == Approved(charge.method)


@pytest.mark.parametrize("currency, amount", [("CLF", 12_345), ("KWD", 5_124), ("MGA", 1_250)])
async def test_an_amount_that_stripe_cannot_write_is_declined_and_not_sent(
    gateway: StripeGateway, fake: FakeStripe, currency: str, amount: int
) -> None:
    charge = replace(request("pm_card_visa"), currency=currency, amount=amount)
    assert await gateway.charge(charge, AT) == UnreadDecline(charge.method, "invalid_amount")
    assert fake.books.all("payment_intent") == []
