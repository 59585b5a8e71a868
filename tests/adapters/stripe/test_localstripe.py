"""The gateway against a stand-in that we did not write: what it can tell apart is answered as against our own fake.

It ignores idempotency keys, gives no decline codes and lists no payments of one customer, so repeats, reasons and
`find` stay with the fake.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import stripe

from adapters.stripe.connection import connect_to_stripe
from adapters.stripe.gateway import StripeGateway
from dunning.answers import Approved, Underway
from dunning.errors import ProviderRefused
from dunning.ports import ChargeRequest, UnreadDecline
from tests.adapters.gateways import AT, request
from tests.adapters.stripe.outsider import running

pytestmark = [
    pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning"),
]
KEY = "sk_test_local"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture
async def client(address: str) -> AsyncIterator[stripe.StripeClient]:
    async with connect_to_stripe(KEY, address) as client:
        yield client


@pytest.fixture
def gateway(client: stripe.StripeClient) -> StripeGateway:
    return StripeGateway(client, away={})


async def card(client: stripe.StripeClient, number: str) -> ChargeRequest:
    """A charge of a customer's card."""
    details = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    return await _stored(client, {"type": "card", "card": details})


async def account(client: stripe.StripeClient, iban: str) -> ChargeRequest:
    """A charge of a customer's account."""
    return await _stored(client, {"type": "sepa_debit", "sepa_debit": {"iban": iban}})


async def _stored(client: stripe.StripeClient, said: object) -> ChargeRequest:
    customer = await client.v1.customers.create_async({})
    method = await client.v1.payment_methods.create_async(said)  # type: ignore[arg-type]
    await client.v1.payment_methods.attach_async(method.id, {"customer": customer.id})
    return replace(request(method.id), customer_id=customer.id)


async def test_a_card_is_charged(client: stripe.StripeClient, gateway: StripeGateway) -> None:
    charge = await card(client, "4242424242424242")
    assert await gateway.charge(charge, AT) == Approved(charge.method)
    [intent] = [one async for one in (await client.v1.payment_intents.list_async()).auto_paging_iter()]
    assert (intent.amount, intent.currency, intent.status) == (10_000, "eur", "succeeded")
    assert intent.metadata.to_dict() == {"dunning_key": charge.key, "invoice_id": "INV-1"}


async def test_a_card_that_is_declined_is_an_answer(client: stripe.StripeClient, gateway: StripeGateway) -> None:
    charge = await card(client, "4000000000000341")
    assert await gateway.charge(charge, AT) == UnreadDecline(charge.method, "card_declined")


async def test_a_card_that_wants_its_holder_says_so_and_is_not_left_open(
    client: stripe.StripeClient, gateway: StripeGateway
) -> None:
    charge = await card(client, "4000002500003155")
    assert await gateway.charge(charge, AT) == UnreadDecline(charge.method, "authentication_required")
    page = await client.v1.payment_intents.list_async({"limit": 100})
    assert {one.status for one in page.data if one.customer == charge.customer_id} == {"canceled"}


async def test_a_bank_debit_that_is_still_to_fail_is_under_way(
    client: stripe.StripeClient, gateway: StripeGateway
) -> None:
    charge = await account(client, "DE62370400440532013001")
    answer = await gateway.charge(charge, AT)
    assert isinstance(answer, Underway)
    assert answer.until > AT.date()


async def test_a_customer_who_is_not_there_is_our_mistake(client: stripe.StripeClient, gateway: StripeGateway) -> None:
    charge = await card(client, "4242424242424242")
    with pytest.raises(ProviderRefused, match="status 404"):
        await gateway.charge(replace(charge, customer_id="cus_nobody"), AT)


async def test_a_key_of_another_kind_is_our_mistake(address: str) -> None:
    async with connect_to_stripe("pk_test_public", address) as client:
        with pytest.raises(ProviderRefused, match="status 401"):
            await StripeGateway(client, away={}).charge(request("pm_card_visa"), AT)
