"""Stripe tells what happened: signed, once each, in any order; and its overdue invoices become cases."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from adapters.billing_system import OutsideAttempt
from adapters.storage import Store
from adapters.storage.provider.events import Heading, ProviderEvents
from adapters.storage.tables import attempts, outside_attempts, provider_events, waiting_news
from adapters.stripe.event_meanings import InvoiceOverdue, PaymentMade
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.fake.webhooks import event_body, signature
from api.application import PoliciesInForce, create_app
from api.case_service import CaseService
from api.configuration import ApiConfiguration
from api.from_stripe.events import StripeEventHandler
from dunning.policy import Policy
from dunning.records import Customer, Invoice, Method
from tests.adapters.stripe.events import (
    CHARGE,
    CUSTOMER,
    INVOICE,
    KEY,
    MONDAY,
    PAYMENT,
    card,
    charge,
    customer,
    dispute,
    event,
    invoice,
    invoice_payment,
    minutes_later,
    paid_invoice,
    payment,
    refund,
)
from tests.api.builders import SECRET, calendar
from tests.api.conftest import Maker, visiting
from tests.api.stripe_side import WEBHOOK, WHSEC, FakeAccount, StripeSide
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock

CHARGED = ["charge_automatically"]
PLAIN: dict[str, Any] = {
    "name": "plain",
    "steps": [{"name": "reminder", "after": "3 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]}],
    "dispute": {"answer_within": "5 workdays"},
}
CHARGING: dict[str, Any] = PLAIN | {
    "name": "charging",
    "priority": 10,
    "for": {"invoice.tags": CHARGED},
    "charging": {"attempts": 4, "within": "30 days", "schedule": ["5 days", "10 days", "15 days", "20 days"]},
}
POLICIES = [Policy.model_validate(one) for one in (PLAIN, CHARGING)]


@pytest.fixture
async def store(migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "store.sqlite"
    shutil.copy(migrated, path)
    store = await Store.open(f"sqlite:///{path}", policies=POLICIES, calendar_for=calendar)
    yield store
    await store.close()


@pytest.fixture
def app(make_app: Maker) -> FastAPI:
    return make_app(stripe_webhook_secret=WHSEC)


@pytest.fixture
def stripe(stranger: AsyncClient) -> StripeSide:
    """It has no key of ours."""
    return StripeSide(stranger)


def failed(attempt: int = 1, minute: int = 0, **more: Any) -> FakeObject:
    return event("invoice.payment_failed", invoice(attempt_count=attempt, **more), minutes_later(minute))


SENT: dict[str, Any] = {"collection_method": "send_invoice"}  # no policy charges these


def succeeded(minute: int = 10, **more: Any) -> FakeObject:
    return event("payment_intent.succeeded", payment(**more), minutes_later(minute))


async def balance(store: Store) -> str:
    return f"{(await store.parties.invoice(INVOICE)).balance / 100:.2f}"


async def outcome(store: Store) -> str | None:
    return (await store.cases.one(INVOICE)).outcome


async def told(store: Store) -> list[str]:
    return [one.name for one in await store.cases.messages(INVOICE)]


async def events_kept(store: Store) -> int:
    rows = await store.database.read(lambda tx: tx.rows(select(provider_events.c.id)))
    return len(rows)


# Who may tell.


async def test_what_is_well_signed_is_taken(stripe: StripeSide, store: Store) -> None:
    assert await stripe.deliver(failed()) == ["done"]
    assert (await store.parties.invoice(INVOICE)).stage == "new"


async def test_one_good_signature_of_several_is_enough(stripe: StripeSide) -> None:
    body = event_body(failed())
    good = signature(body, WHSEC, datetime.now(UTC))
    answer = await stripe.send(body, header=good.replace(",v1=", f",v1={'0' * 64},v0=ab,v1="))
    assert answer.json()["result"] == "done"


def forged() -> dict[str, str]:
    body, now = event_body(failed()), datetime.now(UTC)
    good = signature(body, WHSEC, now)
    return {
        "none": "",
        "another secret": signature(body, "whsec_other", now),
        "another body": signature(body + b" ", WHSEC, now),
        "too old": signature(body, WHSEC, now - timedelta(minutes=5, seconds=5)),
        "another moment": good.replace("t=1", "t=2"),
        "another scheme": good.replace("v1=", "v0="),
        "nonsense": "nonsense",
        "not even ascii": "t=1,v1=\xe9",
    }


@pytest.mark.parametrize("how", forged())
async def test_what_is_not_signed_as_it_must_be_is_turned_away(stripe: StripeSide, store: Store, how: str) -> None:
    headers = {b"Stripe-Signature": forged()[how].encode("latin-1")}
    answer = await stripe.client.post(WEBHOOK, content=event_body(failed()), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/wrong-signature"
    assert answer.json()["header"] == "Stripe-Signature"
    assert await events_kept(store) == 0


async def test_a_body_that_is_no_text_is_turned_away(stripe: StripeSide) -> None:
    assert (await stripe.send(b"\xff\xfe", header="t=1,v1=00")).status_code == 401


async def test_who_is_wrong_too_often_has_to_wait_but_what_is_signed_comes_through(stripe: StripeSide) -> None:
    answers = [await stripe.send(b"{}", header="t=1,v1=00") for _ in range(12)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert answers[-1].json()["type"] == "/problems/too-many"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 6
    assert await stripe.deliver(failed()) == ["done"]


async def test_without_a_secret_there_is_no_such_address(make_app: Maker) -> None:
    async with visiting(make_app()) as client:
        answer = await StripeSide(client).send(event_body(failed()))
    assert answer.status_code == 404
    assert "stripe_webhook_secret" in answer.json()["detail"]


# What is told.


@pytest.mark.parametrize(
    "body, pointer",
    [
        (b"no JSON", "#"),
        (b"[]", "#"),
        (b"{}", "#/id"),
        (json.dumps(failed() | {"data": {"object": {"id": INVOICE}}}).encode(), "#/data/object/customer"),
        (json.dumps(failed() | {"created": "today"}).encode(), "#/created"),
    ],
)
async def test_what_is_malformed_names_its_place_and_changes_nothing(
    stripe: StripeSide, store: Store, body: bytes, pointer: str
) -> None:
    answer = await stripe.send(body)
    assert (answer.status_code, answer.json()["pointer"]) == (400, pointer)
    assert answer.json()["type"] == "/problems/malformed"
    assert await events_kept(store) == 0


async def test_an_unknown_type_is_ignored(stripe: StripeSide, store: Store) -> None:
    assert await stripe.deliver(event("plan.created", {"id": "price_1"})) == ["ignored"]
    assert await events_kept(store) == 0


async def test_an_event_is_done_once(stripe: StripeSide, store: Store) -> None:
    once = failed(), event("invoice.paid", paid_invoice(), minutes_later(5))
    assert await stripe.deliver(*once, *once) == ["done", "done", "known", "known"]
    assert await told(store) == ["payment_received"]
    assert (await balance(store), await outcome(store)) == ("0.00", "paid")


async def test_the_same_event_twice_at_once_is_done_once(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(failed())
    body = event_body(event("invoice_payment.paid", invoice_payment(40_00), minutes_later(5)))

    answers = await asyncio.gather(*(stripe.send(body) for _ in range(4)))

    assert sorted(answer.json()["result"] for answer in answers) == ["done", "known", "known", "known"]
    assert await balance(store) == "60.00"


async def test_an_event_that_broke_off_is_done_when_it_is_repeated(
    stripe: StripeSide, store: Store, case_client: FakeCaseClient
) -> None:
    case_client.down = True
    answer = await stripe.send(event_body(failed()))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert await events_kept(store) == 0

    case_client.down = False
    assert await stripe.deliver(failed()) == ["done"]
    assert (await store.cases.one(INVOICE)).policy == "charging"


async def test_an_event_waits_for_another_one_of_its_object_and_then_gives_way(
    app: FastAPI, stripe: StripeSide, store: Store
) -> None:
    other = Heading("evt_other", "invoice.updated", "invoice", INVOICE, MONDAY)
    await ProviderEvents(store.database, "stripe").claim(other, datetime.now(UTC))
    endpoint = app.state.stripe
    app.state.stripe = type(endpoint)(
        StripeEventHandler(app.state.case_service, patience=timedelta(milliseconds=150)), endpoint.zone, endpoint.secret
    )

    answer = await stripe.send(event_body(failed()))

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/in-progress")


async def test_nothing_personal_is_logged_or_kept_of_an_event(stripe: StripeSide, store: Store) -> None:
    with capture_logs() as lines:
        await stripe.deliver(failed(), event("charge.dispute.funds_withdrawn", dispute(payment_intent="pi_unknown")))
    kept = await store.database.read(
        lambda tx: [dict(row) for table in (provider_events, waiting_news) for row in tx.rows(select(table))]
    )
    assert len(kept) == 3
    for text in (str(lines), str(kept)):
        assert "jenny" not in text.lower()
        assert "Keizersgracht" not in text
    assert {line["route"] for line in lines if line["event"] == "request"} == {WEBHOOK}


# Invoices that become cases.


async def test_an_overdue_invoice_opens_a_case_with_its_customer_and_the_attempts_that_count(
    stripe: StripeSide, store: Store, case_client: FakeCaseClient
) -> None:
    await stripe.deliver(failed(attempt=2, minute=30, default_payment_method="pm_1"))

    party = await store.parties.customer(CUSTOMER)
    assert (party.record.name, party.record.kind, party.record.country) == ("Jenny Rosen", "consumer", "NL")
    assert party.methods == (Method(id="pm_1"),)
    case = case_client.running[INVOICE].case
    assert (case.balance, case.track.counted, case.track.base) == (100_00, 2, MONDAY)


async def test_an_invoice_that_is_sent_opens_a_case_when_it_is_overdue(
    stripe: StripeSide, case_client: FakeCaseClient
) -> None:
    about = invoice(collection_method="send_invoice", attempt_count=0, status_transitions=None)
    await stripe.deliver(event("invoice.overdue", about, minutes_later(2)))
    assert case_client.running[INVOICE].case.track.counted == 0


async def test_attempts_that_stripe_makes_later_move_no_ladder_but_are_kept(
    stripe: StripeSide, store: Store, case_client: FakeCaseClient, clock: FakeClock
) -> None:
    await stripe.deliver(failed(1))
    clock.at += timedelta(minutes=30)
    await stripe.deliver(failed(3, minute=20), failed(2, minute=10))

    rows = await store.database.read(lambda tx: tx.rows(select(outside_attempts).order_by(outside_attempts.c.id)))
    assert [(row["id"], row["at"], row["amount"]) for row in rows] == [
        ("2", minutes_later(10), 100_00),
        ("3", minutes_later(20), 100_00),
    ]
    assert case_client.running[INVOICE].case.track.counted == 1


async def test_what_was_paid_before_the_case_opened_is_not_demanded(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(failed(amount_paid=40_00))
    assert await balance(store) == "60.00"

    await stripe.deliver(event("invoice_payment.paid", invoice_payment(40_00), minutes_later(-5)))
    assert await balance(store) == "60.00"
    await stripe.deliver(event("invoice.paid", paid_invoice(), minutes_later(9)))
    assert (await balance(store), await outcome(store)) == ("0.00", "paid")


async def test_an_invoice_that_was_paid_since_opens_nothing(stripe: StripeSide, store: Store) -> None:
    paid = event("invoice.paid", paid_invoice(), minutes_later(5))
    assert await stripe.deliver(paid, failed(1, minute=1)) == ["done", "done"]
    assert (await store.parties.invoices()).rows == ()


def overdue(*attempts: OutsideAttempt) -> InvoiceOverdue:
    """An invoice as Stripe's account tells of it: with the customer's language and their card."""
    known = {"id": INVOICE, "currency": "EUR", "amount": "100.00", "due_on": "2026-03-02", "tags": CHARGED}
    demand, debtor = Invoice.model_validate(known), Customer(id=CUSTOMER, locale="nl")
    return InvoiceOverdue(demand, debtor, (Method(id="pm_2", network="visa"),), Decimal(0), attempts)


async def test_a_case_knows_what_stripe_knows_where_it_can_be_asked(
    make_app: Maker, case_client: FakeCaseClient
) -> None:
    attempt = OutsideAttempt(1, MONDAY, Decimal("80.00"), "pm_2", "insufficient_funds", "51", "02")
    account = FakeAccount()
    account.open[INVOICE] = overdue(attempt)
    async with visiting(make_app(stripe_webhook_secret=WHSEC, billing=account)) as client:
        stripe = StripeSide(client)
        await stripe.deliver(failed(3))
        assert account.asked == [INVOICE]
        case = case_client.running[INVOICE].case
        assert (case.party.locale, case.track.counted, case.methods[0].network) == ("nl", 1, "visa")

        account.open.clear()
        await stripe.deliver(event("invoice.payment_failed", invoice(id="in_paid_since")))
        assert set(case_client.running) == {INVOICE}


async def test_an_event_is_sent_again_when_stripe_does_not_answer_what_it_leaves_out(
    make_app: Maker, store: Store
) -> None:
    account = FakeAccount(silent=True)
    async with visiting(make_app(stripe_webhook_secret=WHSEC, billing=account)) as client:
        answer = await StripeSide(client).send(event_body(failed()))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert await events_kept(store) == 0


async def test_another_amount_and_due_date_are_told_to_the_case(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(failed())
    newer = event("invoice.updated", invoice(70_00), minutes_later(9))
    older = event("invoice.updated", invoice(90_00), minutes_later(8))
    same = event("invoice.updated", invoice(70_00), minutes_later(10))
    await stripe.deliver(newer, older, same)
    assert await balance(store) == "70.00"
    assert await told(store) == ["invoice_changed"]


async def test_a_void_invoice_ends_its_case_and_opens_none(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(failed(), event("invoice.voided", invoice(status="void"), minutes_later(5)))
    assert await outcome(store) == "withdrawn"
    await stripe.deliver(failed(2, minute=9))
    assert await outcome(store) == "withdrawn"


async def test_a_bad_debt_is_written_off_and_what_comes_later_is_a_recovery(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(
        failed(), event("invoice.marked_uncollectible", invoice(status="uncollectible"), minutes_later(5))
    )
    assert await outcome(store) == "written-off"

    await stripe.deliver(event("invoice.paid", paid_invoice(), minutes_later(9)))
    notes = [entry.note for entry in await store.cases.ledger(INVOICE) if entry.kind == "payment"]
    assert (await outcome(store), notes) == ("written-off", ["recovery"])


# Money.


async def test_a_payment_is_booked_once_by_whichever_event_tells_of_it(stripe: StripeSide, store: Store) -> None:
    older_version = paid_invoice(payment_intent=PAYMENT, charge=CHARGE)
    await stripe.deliver(
        failed(),
        event("invoice.paid", older_version, minutes_later(5)),
        event("invoice_payment.paid", invoice_payment(), minutes_later(5)),
        event("invoice.paid", paid_invoice(), minutes_later(5)),
    )
    assert [entry.id for entry in await store.cases.ledger(INVOICE)] == [PAYMENT]


async def test_an_invoice_that_we_charged_and_that_is_then_settled_at_stripe_is_paid_once(
    stripe: StripeSide, store: Store
) -> None:
    elsewhere = invoice(status="paid", amount_remaining=0, paid_out_of_band=True, payment_intent="pi_waiting")
    await stripe.deliver(failed(), succeeded(5), event("invoice.paid", elsewhere, minutes_later(6)))
    assert [(entry.id, entry.amount) for entry in await store.cases.ledger(INVOICE)] == [(KEY, -100_00)]


ATTACHED = (
    event("payment_intent.succeeded", payment(), minutes_later(5)),
    event("invoice_payment.paid", invoice_payment(), minutes_later(5)),
    event("invoice.paid", paid_invoice(), minutes_later(5)),
)


@pytest.mark.parametrize("order", [*permutations(range(3))])
async def test_a_charge_of_ours_that_pays_its_invoice_at_stripe_is_booked_once(
    make_app: Maker, store: Store, order: tuple[int, ...]
) -> None:
    ours = PaymentMade(INVOICE, (PAYMENT, CHARGE), Decimal("100.00"), "EUR", MONDAY, KEY)
    account = FakeAccount({INVOICE: overdue()}, {INVOICE: (ours,)})
    async with visiting(make_app(stripe_webhook_secret=WHSEC, billing=account)) as client:
        stripe = StripeSide(client)
        await stripe.deliver(failed())
        await attempted(store, "begun")
        await stripe.deliver(*(ATTACHED[number] for number in order))
    assert [(entry.id, entry.amount) for entry in await store.cases.ledger(INVOICE)] == [(KEY, -100_00)]


async def test_stripe_billing_hears_which_payment_of_ours_pays_its_invoice(make_app: Maker, store: Store) -> None:
    account = FakeAccount({INVOICE: overdue()})
    async with visiting(make_app(stripe_webhook_secret=WHSEC, billing=account)) as client:
        stripe = StripeSide(client)
        await stripe.deliver(failed())
        account.silent = True
        assert (await stripe.send(event_body(ATTACHED[0]))).status_code == 503
        assert (await balance(store), account.attached) == ("0.00", [])

        account.silent = False
        await stripe.deliver(ATTACHED[0], succeeded(of="INV-OF-ANOTHER-SYSTEM", id="pi_2"))
        assert account.attached == [(INVOICE, PAYMENT)]
    assert [entry.id for entry in await store.cases.ledger(INVOICE)] == [KEY]


@pytest.mark.parametrize("state", ["begun", "underway"])
@pytest.mark.parametrize("told_by", [1, 2])
async def test_where_nobody_can_say_whose_payment_it_is_our_own_attempt_is_waited_for(
    stripe: StripeSide, store: Store, state: str, told_by: int
) -> None:
    await stripe.deliver(failed())
    await attempted(store, state)
    assert (await stripe.send(event_body(ATTACHED[told_by]))).status_code == 409

    await stripe.deliver(*ATTACHED)
    assert [entry.id for entry in await store.cases.ledger(INVOICE)] == [KEY]


async def test_a_payment_for_an_invoice_that_is_none_of_ours_is_nothing_to_us(stripe: StripeSide, store: Store) -> None:
    assert await stripe.deliver(succeeded(of="INV-OF-ANOTHER-SYSTEM")) == ["done"]
    assert (await store.parties.invoices()).rows == ()


async def test_money_by_a_link_that_is_under_way_holds_the_case_until_it_fails(
    stripe: StripeSide, store: Store, case_client: FakeCaseClient
) -> None:
    await stripe.deliver(failed(), event("payment_intent.processing", payment(key=None), minutes_later(5)))
    assert [one.id for one in case_client.running[INVOICE].case.pending] == [PAYMENT]

    error = {"code": "insufficient_funds", "payment_method": {"id": "pm_9", "type": "sepa_debit"}}
    gone = payment(key=None, last_payment_error=error)
    await stripe.deliver(event("payment_intent.payment_failed", gone, minutes_later(7)))
    assert case_client.running[INVOICE].case.pending == ()
    assert [one.body.get("code") for one in await store.cases.messages(INVOICE)] == [None, "insufficient_funds"]


async def test_a_refusal_of_ours_is_left_to_its_own_answer_but_a_debit_that_comes_back_is_told(
    stripe: StripeSide, store: Store
) -> None:
    await stripe.deliver(failed())
    refusal = payment(last_payment_error={"code": "AC04"})
    for minute, state in enumerate(("begun", "declined", "underway")):
        await attempted(store, state)
        await stripe.deliver(event("payment_intent.payment_failed", refusal, minutes_later(minute)))
        assert await told(store) == (["payment_failed"] if state == "underway" else [])
    [fact] = await store.cases.messages(INVOICE)
    assert (fact.body["id"], fact.body["code"]) == (KEY, "AC04")


async def attempted(store: Store, state: str) -> None:
    """An attempt of the ladder's is on record, and stands like this."""
    row = {
        "invoice_id": INVOICE, "number": 1, "key": KEY, "customer_id": CUSTOMER, "method": "pm_1", "amount": 100_00,
        "by": "ladder", "at": MONDAY, "state": state,
    }  # fmt: skip
    await store.database.write(lambda tx: tx.put(attempts, ("state",), row))


async def test_a_chargeback_opens_the_case_again_disputed_and_ends_it_when_it_is_won(
    stripe: StripeSide, store: Store, case_client: FakeCaseClient
) -> None:
    await stripe.deliver(failed(), succeeded(5))
    assert await outcome(store) == "paid"

    await stripe.deliver(
        event("charge.dispute.created", dispute(), minutes_later(20)),
        event("charge.dispute.funds_withdrawn", dispute(), minutes_later(20)),
    )
    case = case_client.running[INVOICE].case
    assert (case.balance, case.disputed, [hold.made_by for hold in case.holds]) == (100_00, 100_00, ["dispute"])

    await stripe.deliver(event("charge.dispute.funds_reinstated", dispute(), minutes_later(90)))
    assert (await balance(store), await outcome(store)) == ("0.00", "paid")


async def test_a_refund_after_a_chargeback_was_won_is_owed_and_opens_the_case_again(
    stripe: StripeSide, store: Store
) -> None:
    """The chargeback of this charge was undone, so that the refund takes money that is really there (P5)."""
    about = charge(amount_refunded=40_00, refunds=None)
    await stripe.deliver(
        failed(**SENT),
        succeeded(5),
        event("charge.dispute.funds_withdrawn", dispute(), minutes_later(20)),
        event("charge.dispute.funds_reinstated", dispute(), minutes_later(90)),
    )
    assert (await balance(store), await outcome(store)) == ("0.00", "paid")

    await stripe.deliver(event("charge.refunded", about, minutes_later(200), before={"amount_refunded": 0}))
    assert (await balance(store), await outcome(store)) == ("40.00", None)


async def test_a_chargeback_that_was_won_in_part_leaves_the_rest_disputed(
    stripe: StripeSide, case_client: FakeCaseClient
) -> None:
    moves = [{"amount": -100_00, "currency": "eur"}, {"amount": 60_00, "currency": "eur"}]
    withdrawn = event("charge.dispute.funds_withdrawn", dispute(balance_transactions=moves[:1]), minutes_later(20))
    reinstated = event("charge.dispute.funds_reinstated", dispute(balance_transactions=moves), minutes_later(90))
    await stripe.deliver(failed(**SENT), succeeded(5), reinstated, withdrawn)

    case = case_client.running[INVOICE].case
    assert (case.balance, case.demands, [one.id for one in case.disputes]) == (40_00, False, ["du_1"])


async def test_refunds_that_are_told_without_what_was_before_are_no_more_than_their_sum(
    stripe: StripeSide, store: Store
) -> None:
    def refunded(amount: int, minute: int) -> FakeObject:
        return event("charge.refunded", charge(amount_refunded=amount, refunds=None), minutes_later(minute))

    await stripe.deliver(failed(**SENT), succeeded(5), refunded(20_00, 6), refunded(50_00, 8), refunded(35_00, 7))
    assert await balance(store) == "50.00"


async def test_a_refund_that_failed_can_be_made_again(stripe: StripeSide, store: Store) -> None:
    def refunded(minute: int) -> FakeObject:
        about = charge(amount_refunded=30_00, refunds=None)
        return event("charge.refunded", about, minutes_later(minute), before={"amount_refunded": 0})

    gone = event("refund.failed", refund(30_00, "re_1", status="failed"), minutes_later(9))
    await stripe.deliver(failed(**SENT), succeeded(5), refunded(10), gone, refunded(8))
    assert await balance(store) == "30.00"


async def test_a_debit_that_is_returned_weeks_later_is_demanded_again(
    stripe: StripeSide, store: Store, case_client: FakeCaseClient
) -> None:
    returned = dispute(reason="insufficient_funds")
    await stripe.deliver(
        failed(), succeeded(5), event("charge.dispute.funds_withdrawn", returned, MONDAY + timedelta(days=40))
    )
    assert (await balance(store), case_client.running[INVOICE].case.holds) == ("100.00", ())


async def test_refunds_are_reversals_each_once_and_one_that_fails_is_undone(stripe: StripeSide, store: Store) -> None:
    def refunded(amount: int, before: int, minute: int) -> FakeObject:
        about = charge(amount_refunded=amount, refunds=None)
        return event("charge.refunded", about, minutes_later(minute), before={"amount_refunded": before})

    await stripe.deliver(failed(), succeeded(5), refunded(50_00, 20_00, 8), refunded(20_00, 0, 7))
    assert await balance(store) == "50.00"
    await stripe.deliver(
        event("refund.failed", refund(30_00, "re_2", status="failed"), minutes_later(9)),
        event("charge.refund.updated", refund(30_00, "re_2", status="failed"), minutes_later(9)),
    )
    assert await balance(store) == "20.00"


async def test_news_of_a_payment_that_is_not_known_yet_wait_for_it(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(failed(), event("charge.dispute.funds_withdrawn", dispute(), minutes_later(20)))
    assert await told(store) == []

    await stripe.deliver(event("invoice_payment.paid", invoice_payment(), minutes_later(5)))
    assert await told(store) == ["payment_received", "payment_reversed", "dispute"]
    assert await balance(store) == "100.00"


# Customers and their methods.


async def test_a_customer_of_ours_is_brought_up_to_date_and_nobody_elses(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(failed())
    moved = customer(email="new@rosen.example", name="Jenny Rosen-Smit")
    await stripe.deliver(
        event("customer.updated", moved, minutes_later(9), before={"email": "jenny@rosen.example"}),
        event("customer.updated", customer(email="old@rosen.example"), minutes_later(8)),
        event("customer.updated", customer(id="cus_unknown"), minutes_later(9)),
    )
    record = (await store.parties.customer(CUSTOMER)).record
    assert (record.email, record.name, record.locale) == ("new@rosen.example", "Jenny Rosen-Smit", "nl")
    assert (record.address, record.kind) == ("Keizersgracht 1\n1015 CJ Amsterdam", "consumer")
    assert await told(store) == ["contact"]

    await stripe.deliver(event("customer.updated", customer(email=None), minutes_later(10), before={"email": "new"}))
    assert (await store.parties.customer(CUSTOMER)).record.email is None


async def test_a_new_or_renewed_method_is_told_to_the_cases(stripe: StripeSide, store: Store, clock: FakeClock) -> None:
    await stripe.deliver(failed(**SENT))
    renewed = event(
        "payment_method.automatically_updated", card(), minutes_later(9), before={"card": {"exp_year": 2026}}
    )
    attached = event("payment_method.attached", card(), minutes_later(5))
    again = event("payment_method.attached", card("pm_2"), minutes_later(5))
    await stripe.deliver(attached)
    clock.at += timedelta(minutes=9)
    await stripe.deliver(renewed, again, event("payment_method.attached", card("pm_2"), minutes_later(6)))
    assert [one.body["id"] for one in await store.cases.messages(INVOICE)] == ["pm_1", "pm_1", "pm_2"]


async def test_a_method_that_is_taken_away_is_told_to_the_cases_once(stripe: StripeSide, store: Store) -> None:
    await stripe.deliver(failed(default_payment_method="pm_1", **SENT))
    gone = [
        event("payment_method.detached", card(name, customer=None), minutes_later(9), before={"customer": CUSTOMER})
        for name in ("pm_1", "pm_unknown")
    ]
    older = event("payment_method.attached", card("pm_1"), minutes_later(5))
    await stripe.deliver(*gone, older)
    assert [(one.name, one.body["id"]) for one in await store.cases.messages(INVOICE)] == [("method_removed", "pm_1")]
    assert (await store.parties.customer(CUSTOMER)).methods == ()


async def test_a_second_invoice_of_a_customer_tells_their_cases_of_their_new_method(
    stripe: StripeSide, store: Store
) -> None:
    await stripe.deliver(failed(**SENT), failed(id="in_2", default_payment_method="pm_9", **SENT))
    assert [one.body["id"] for one in await store.cases.messages(INVOICE)] == ["pm_9"]


# In any order.


@asynccontextmanager
async def an_installation(database: Path) -> AsyncIterator[tuple[StripeSide, Store, FakeCaseClient]]:
    store = await Store.open(f"sqlite:///{database}", policies=POLICIES, calendar_for=calendar)
    clock = FakeClock(MONDAY)
    case_client = FakeCaseClient(store, clock)
    rules = PoliciesInForce(POLICIES, calendar)
    app = create_app(
        CaseService(store, case_client, clock), rules, ApiConfiguration(SECRET, stripe_webhook_secret=WHSEC)
    )
    async with visiting(app) as client:
        yield StripeSide(client), store, case_client
    await store.close()


BY_LINK = payment(30_00, key=None, id="pi_link", latest_charge="ch_link")
STORY = (
    event("invoice.updated", invoice(90_00), minutes_later(2)),
    event("invoice.updated", invoice(80_00), minutes_later(3)),
    event("customer.updated", customer(email="first@rosen.example"), minutes_later(3)),
    event("customer.updated", customer(email="last@rosen.example"), minutes_later(4)),
    event("payment_method.attached", card("pm_1"), minutes_later(4)),
    event("payment_method.updated", card("pm_1", "mastercard"), minutes_later(5), before={"card": {"brand": "visa"}}),
    event(
        "payment_intent.succeeded", payment(30_00, key=None, id="pi_link", latest_charge="ch_link"), minutes_later(6)
    ),
    event("invoice_payment.paid", invoice_payment(50_00), minutes_later(7)),
    event("charge.refunded", charge(50_00, amount_refunded=10_00), minutes_later(8), before={"amount_refunded": 0}),
    event("charge.refunded", charge(50_00, amount_refunded=25_00), minutes_later(9), before={"amount_refunded": 10_00}),
    event("charge.dispute.funds_withdrawn", dispute(20_00), minutes_later(10)),
    event("charge.dispute.funds_reinstated", dispute(20_00), minutes_later(11)),
)


async def _told_in(order: list[FakeObject], database: Path) -> dict[str, Any]:
    async with an_installation(database) as (stripe, store, case_client):
        await stripe.deliver(failed(**SENT), *order)
        view = await store.parties.invoice(INVOICE)
        party = await store.parties.customer(CUSTOMER)
        return {
            "ledger": view.balance, "amount": view.record.amount, "stage": view.stage, "outcome": view.outcome,
            "case": case_client.running[INVOICE].case.balance, "reached at": party.record.email,
            "methods": party.methods,
        }  # fmt: skip


IN_ORDER = {
    "ledger": 25_00, "amount": Decimal("80.00"), "outcome": None, "case": 25_00, "stage": "new",
    "reached at": "last@rosen.example",
    "methods": (Method(id="pm_1", network="mastercard", brand="mastercard", last4="4242"),),
}  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(STORY), twice=st.lists(st.sampled_from(STORY), max_size=4))
def test_a_story_ends_the_same_in_whatever_order_and_however_often_it_is_told(
    migrated: Path, tmp_path: Path, order: list[FakeObject], twice: list[FakeObject]
) -> None:
    shutil.copy(migrated, tmp_path / "story.sqlite")
    assert asyncio.run(_told_in([*order, *twice], tmp_path / "story.sqlite")) == IN_ORDER


ENDING = (
    failed(1, 1), failed(2, 2), event("invoice.updated", invoice(), minutes_later(3)),
    event("invoice_payment.paid", invoice_payment(), minutes_later(4)),
    event("invoice.paid", paid_invoice(), minutes_later(4)),
)  # fmt: skip


async def _left_after(order: list[FakeObject], database: Path) -> tuple[int, list[str]]:
    async with an_installation(database) as (stripe, store, case_client):
        await stripe.deliver(*order)
        return sum(view.balance for view in (await store.parties.invoices()).rows), list(case_client.running)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ENDING))
def test_nobody_who_has_paid_is_asked_again_in_whatever_order_it_is_told(
    migrated: Path, tmp_path: Path, order: list[FakeObject]
) -> None:
    shutil.copy(migrated, tmp_path / "story.sqlite")
    assert asyncio.run(_left_after(order, tmp_path / "story.sqlite")) == (0, [])
