"""The fake charges, declines, delays and takes back as its method ids say, in Stripe's own shapes."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.stripe.fake import charging, payer
from adapters.stripe.fake.application import FakeStripe
from adapters.stripe.fake.shapes import fake_object
from tests.adapters.stripe.conftest import HandMovedClock


def body(method: str, **said: str) -> dict[str, str]:
    return {
        "amount": "3900", "currency": "eur", "customer": "c1", "payment_method": method, "confirm": "true",
        "off_session": "true", "metadata[dunning_key]": "k1", "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
    } | said  # fmt: skip


async def charge(http: httpx2.AsyncClient, method: str, key: str = "k1", **said: str) -> httpx2.Response:
    return await http.post("/v1/payment_intents", data=body(method, **said), headers={"Idempotency-Key": key})


def error(answer: httpx2.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


async def test_a_card_is_charged_and_the_cent_is_counted(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    answer = await charge(http, "pm_card_visa")
    intent = answer.json()
    assert (answer.status_code, intent["status"], intent["amount_received"]) == (200, "succeeded", 3900)
    assert intent["metadata"] == {"dunning_key": "k1"}
    assert fake.books.taken(customer="c1", method="pm_card_visa") == 1
    assert [event["type"] for event in fake.books.events] == ["charge.succeeded", "payment_intent.succeeded"]


async def test_every_field_of_a_payment_that_stripe_publishes_is_there(http: httpx2.AsyncClient) -> None:
    intent = (await charge(http, "pm_card_visa")).json()
    assert intent.keys() == fake_object("payment_intent").keys()
    assert (Path(charging.__file__).parent / "LICENSE").read_text(encoding="utf-8").startswith("The MIT License")


async def test_a_decline_tells_the_code_the_advice_and_the_networks_own_words(http: httpx2.AsyncClient) -> None:
    answer = await charge(http, "pm_card_insufficient_funds_mac24")
    said = error(answer)
    assert answer.status_code == 402
    assert (said["type"], said["code"], said["decline_code"]) == ("card_error", "card_declined", "insufficient_funds")
    assert (said["advice_code"], said["network_decline_code"], said["network_advice_code"]) == (
        "try_again_later", "51", "24",
    )  # fmt: skip
    assert said["charge"] == said["payment_intent"]["latest_charge"]
    assert said["payment_intent"]["status"] == "requires_payment_method"
    assert said["payment_intent"]["last_payment_error"]["decline_code"] == "insufficient_funds"


@pytest.mark.parametrize("method", ["pm_card_authentication_required", "pm_card_authenticationRequired"])
async def test_a_card_that_wants_its_holder_is_a_decline_off_session(http: httpx2.AsyncClient, method: str) -> None:
    answer = await charge(http, method)
    assert (answer.status_code, error(answer)["code"]) == (402, "authentication_required")
    assert "network_decline_code" not in error(answer)


async def test_a_payment_that_asks_its_holder_can_still_be_confirmed_until_it_is_cancelled(
    http: httpx2.AsyncClient, fake: FakeStripe
) -> None:
    intent = (await charge(http, "pm_card_requires_action")).json()
    assert intent["status"] == "requires_action"
    assert payer.authenticate(fake.books, intent["id"])["status"] == "succeeded"
    refused = await http.post(f"/v1/payment_intents/{intent['id']}/cancel")
    assert error(refused)["code"] == "payment_intent_unexpected_state"


async def test_a_card_may_work_at_the_second_try(http: httpx2.AsyncClient) -> None:
    answers = [await charge(http, "pm_card_ok_at_second_try", key) for key in ("k1", "k1", "k2")]
    assert [answer.status_code for answer in answers] == [402, 402, 200]


async def test_a_bank_debit_is_under_way_for_days_and_then_settles(
    http: httpx2.AsyncClient, fake: FakeStripe, clock: HandMovedClock
) -> None:
    intent = (await charge(http, "pm_sepa_pending_settles")).json()
    assert intent["status"] == "processing"
    assert charging.end_debits(fake.books) == []
    clock.move(timedelta(days=5))
    assert charging.end_debits(fake.books) == [intent["id"]]
    found = (await http.get(f"/v1/payment_intents/{intent['id']}")).json()
    assert (found["status"], found["latest_charge"]) == ("succeeded", intent["latest_charge"])
    assert fake.books.taken() == 1


@pytest.mark.parametrize("end, code", [("fails", "insufficient_funds"), ("account_closed", "account_closed")])
async def test_a_bank_debit_may_fail(
    http: httpx2.AsyncClient, fake: FakeStripe, clock: HandMovedClock, end: str, code: str
) -> None:
    intent = (await charge(http, f"pm_sepa_pending_{end}")).json()
    clock.move(timedelta(days=5))
    charging.end_debits(fake.books)
    found = (await http.get(f"/v1/payment_intents/{intent['id']}")).json()
    assert (found["status"], found["last_payment_error"]["code"]) == ("requires_payment_method", code)
    assert fake.books.taken() == 0


async def test_a_bank_debit_may_come_back_after_it_settled(
    http: httpx2.AsyncClient, fake: FakeStripe, clock: HandMovedClock
) -> None:
    await charge(http, "pm_sepa_pending_returned")
    clock.move(timedelta(days=5))
    charging.end_debits(fake.books)
    assert [move.kind for move in fake.books.movements] == ["taken", "returned"]
    assert fake.books.events[-1]["type"] == "charge.dispute.closed"


async def test_a_refund_gives_back_no_more_than_was_taken(http: httpx2.AsyncClient, fake: FakeStripe) -> None:
    intent = (await charge(http, "pm_card_visa")).json()
    refund = {"payment_intent": intent["id"], "amount": "900"}
    assert (await http.post("/v1/refunds", data=refund)).json()["amount"] == 900
    assert (await http.post("/v1/refunds", data={"payment_intent": intent["id"]})).json()["amount"] == 3000
    assert (await http.post("/v1/refunds", data=refund)).status_code == 400
    assert [move.amount for move in fake.books.movements] == [3900, 900, 3000]


@pytest.mark.parametrize(
    "change, param",
    [
        ({"amount": "49"}, "amount"),
        ({"amount": "12.50"}, "amount"),
        ({"currency": "euro"}, "currency"),
        ({"customer": "cus_missing"}, "customer"),
        ({"payment_method": "pm_missing"}, "payment_method"),
        ({"payment_method_types[0]": "card"}, "payment_method_types"),
        ({**body("pm_sepa_pending_settles"), "currency": "usd"}, "currency"),
        ({"metadata[dunning_key]": "x" * 501}, "metadata[dunning_key]"),
        ({"capture_methods": "manual"}, "capture_methods"),
    ],
)  # fmt: skip
async def test_what_stripe_would_not_take_is_refused(
    http: httpx2.AsyncClient, fake: FakeStripe, change: dict[str, str], param: str
) -> None:
    answer = await charge(http, "pm_card_visa", **change)
    assert (answer.status_code, error(answer)["type"], error(answer)["param"]) == (400, "invalid_request_error", param)
    assert fake.books.taken() == 0


async def test_a_charge_by_any_type_of_method_needs_somewhere_to_return_to(http: httpx2.AsyncClient) -> None:
    answer = await charge(http, "pm_card_visa", **{"automatic_payment_methods[allow_redirects]": "always"})
    assert error(answer)["param"] == "return_url"


async def test_a_type_of_method_that_the_account_does_not_take_is_refused(
    http: httpx2.AsyncClient, fake: FakeStripe
) -> None:
    fake.books.takes = ("card",)
    answer = await charge(http, "pm_sepa_pending_settles")
    assert error(answer)["code"] == "payment_intent_incompatible_payment_method"


async def test_payments_are_listed_by_customer_newest_first_in_pages(
    http: httpx2.AsyncClient, clock: HandMovedClock
) -> None:
    for number in range(5):
        await charge(http, "pm_card_visa", f"k{number}", **{"metadata[dunning_key]": f"k{number}"})
        clock.move(timedelta(minutes=1))
    await charge(http, "pm_card_visa", "other", customer="c2")
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await http.get("/v1/payment_intents", params={"customer": "c1", "limit": "2"} | after)).json()
        seen += [one["metadata"]["dunning_key"] for one in page["data"]]
        if not page["has_more"]:
            break
        after = {"starting_after": page["data"][-1]["id"]}
    assert seen == ["k4", "k3", "k2", "k1", "k0"]
    since = {"customer": "c1", "created[gte]": str(int((clock.at - timedelta(minutes=2)).timestamp()))}
    assert len((await http.get("/v1/payment_intents", params=since)).json()["data"]) == 2


async def test_a_search_finds_a_payment_a_minute_later(http: httpx2.AsyncClient, clock: HandMovedClock) -> None:
    await charge(http, "pm_card_visa")
    query = {"query": "metadata['dunning_key']:'k1'"}
    assert (await http.get("/v1/payment_intents/search", params=query)).json()["data"] == []
    clock.move(timedelta(minutes=1))
    assert len((await http.get("/v1/payment_intents/search", params=query)).json()["data"]) == 1
    assert (await http.get("/v1/payment_intents/search", params={"query": "amount:3900"})).status_code == 400


async def test_keys_are_checked_and_some_may_only_look(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/v1/balance", headers={"Authorization": "Bearer sk_test_other"})).status_code == 401
    reader = {"Authorization": "Bearer rk_test_fake_read"}
    assert (await http.get("/v1/balance", headers=reader)).json()["livemode"] is False
    assert (await http.post("/v1/customers", headers=reader)).status_code == 403


async def test_methods_of_a_customer_are_what_was_attached(http: httpx2.AsyncClient) -> None:
    for name in ("pm_card_mastercard", "pm_bacs_pending_settles"):
        await http.post(f"/v1/payment_methods/{name}/attach", data={"customer": "c1"})
    found = (await http.get("/v1/customers/c1/payment_methods")).json()["data"]
    assert [one["type"] for one in found] == ["bacs_debit", "card"]
    assert found[1]["card"]["brand"] == "mastercard"
    assert (await http.get("/v1/payment_methods/pm_missing")).status_code == 404
    refused = await charge(http, "pm_card_mastercard", customer="c2")
    assert error(refused)["param"] == "payment_method"


async def test_events_can_be_read_again(http: httpx2.AsyncClient) -> None:
    await charge(http, "pm_card_visa")
    page = (await http.get("/v1/events", params={"limit": "1"})).json()
    assert (page["has_more"], page["data"][0]["type"]) == (True, "payment_intent.succeeded")
    one = (await http.get(f"/v1/events/{page['data'][0]['id']}")).json()
    assert json.dumps(one) == json.dumps(page["data"][0])
