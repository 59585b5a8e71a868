"""Events of another account or of the other mode book nothing, are remembered, and are taken once they are ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.storage import Store
from adapters.storage.provider.foreign_events import ForeignEvents
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.fake.webhooks import event_body
from adapters.stripe.origin import StripeOrigin
from tests.adapters.stripe.events import event, invoice, minutes_later, paid_invoice
from tests.api.conftest import Maker, visiting
from tests.api.stripe_side import WHSEC, StripeSide

OURS = StripeOrigin("acct_ours", "test")


def overdue(**more: Any) -> FakeObject:
    return event("invoice.payment_failed", invoice(), id="evt_1") | more


async def booked(store: Store) -> int:
    return len((await store.parties.invoices()).rows)


@pytest.mark.parametrize(
    "foreign, found",
    [
        ({"account": "acct_theirs"}, "account: found acct_theirs; allowed acct_ours, as stripe_account says"),
        ({"context": "acct_theirs"}, "account: found acct_theirs"),
        ({"livemode": True}, "livemode: found live mode; allowed test mode"),
    ],
)
async def test_an_event_that_is_none_of_ours_books_nothing_and_is_remembered(
    make_app: Maker, store: Store, foreign: dict[str, Any], found: str
) -> None:
    async with visiting(make_app(stripe_webhook_secret=WHSEC, stripe_origin=OURS)) as client:
        with capture_logs() as lines:
            answers = [await StripeSide(client).send(event_body(overdue(**foreign))) for _ in range(2)]

    assert [(one.status_code, one.json()["type"]) for one in answers] == [(409, "/problems/conflict")] * 2
    assert found in answers[0].json()["detail"]
    assert await booked(store) == 0
    [kept] = await ForeignEvents(store.database, "stripe").all()
    assert (kept.id, kept.type) == ("evt_1", "invoice.payment_failed")
    assert kept.why.startswith(found)
    assert [line["stripe_event"] for line in lines if line["log_level"] == "warning"] == ["evt_1"] * 2


async def test_once_the_settings_are_right_the_repeat_is_taken(make_app: Maker, store: Store) -> None:
    body = event_body(overdue(account="acct_ours"))
    async with visiting(make_app(stripe_webhook_secret=WHSEC)) as client:
        assert (await StripeSide(client).send(body)).status_code == 409
    async with visiting(make_app(stripe_webhook_secret=WHSEC, stripe_origin=OURS)) as client:
        assert (await StripeSide(client).send(body)).json()["result"] == "done"
    assert await booked(store) == 1
    assert await ForeignEvents(store.database, "stripe").all() == ()


async def test_what_is_ours_is_taken_by_its_account_and_its_mode(make_app: Maker, store: Store) -> None:
    async with visiting(make_app(stripe_webhook_secret=WHSEC, stripe_origin=OURS)) as client:
        stripe = StripeSide(client)
        await stripe.deliver(overdue(account="acct_ours"), event("invoice.paid", paid_invoice(), minutes_later(5)))
    assert await booked(store) == 1


async def test_a_signed_event_may_have_a_megabyte_and_nothing_else_may(make_app: Maker) -> None:
    large = overdue()
    large["data"]["object"]["description"] = "x" * 1_000_000
    body = json.dumps(large).encode()
    async with visiting(make_app(stripe_webhook_secret=WHSEC)) as client:
        stripe = StripeSide(client)
        assert (await stripe.send(body)).json()["result"] == "done"
        assert (await stripe.send(body, header="")).status_code == 413
        assert (await stripe.send(body + b" " * 100_000)).status_code == 413
        assert (await client.post("/v1/payments", content=body)).status_code == 413
