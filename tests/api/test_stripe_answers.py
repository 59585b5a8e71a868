"""Whatever a well signed event says, it is answered as the page on Stripe's events lists it."""

from __future__ import annotations

import asyncio
import re
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.stripe.events import READERS
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.fake.webhooks import event_body
from tests.adapters.stripe.events import (
    CUSTOMER,
    INVOICE,
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
from tests.api.test_stripe_webhook import an_installation
from tests.docs.pages import page

LISTED: Final = {
    int(code)
    for cell in re.findall(r"^\| ([0-9, ]+) \|", page("docs/reference/stripe-events.md").text, re.MULTILINE)
    for code in cell.split(", ")
}
ABOUT: Final[dict[str, FakeObject]] = {
    "invoice": invoice(),
    "invoice.paid": paid_invoice(),
    "invoice_payment": invoice_payment(),
    "payment_intent": payment(key=None),
    "charge": charge(amount_refunded=10_00, refunds=None),
    "charge.refund": refund(10_00),
    "charge.dispute": dispute(),
    "refund": refund(10_00),
    "customer": customer(),
    "payment_method": card(),
}
BEFORE: Final = {"amount_refunded": 0, "card": {}, "customer": CUSTOMER, "email": "x"}
FIELDS: Final = (
    "id", "customer", "status", "currency", "amount", "amount_due", "amount_paid", "amount_remaining",
    "amount_refunded", "amount_received", "attempt_count", "created", "due_date", "status_transitions",
    "customer_name", "customer_email", "customer_address", "default_payment_method", "payment_intent", "payment",
    "charge", "invoice", "latest_charge", "last_payment_error", "processing", "metadata", "refunds", "payments",
    "balance_transactions", "reason", "name", "email", "phone", "address", "preferred_locales", "invoice_settings",
    "type", "card", "collection_method",
)  # fmt: skip
ODD: Final[tuple[object, ...]] = (
    None, 0, -1, 1, 5, 1_250, 10**15, 10**18, 10**30, 5_999_999_999, 1.5, True, "", "x", "a b", "x" * 600, "\x00\u2028",
    [], {}, [None], [{}], {"id": 5}, {"invoice_id": "x y"}, {"invoice_id": "in_unknown"}, {"finalized_at": 0},
    {"data": [{}]}, [{"amount": 10**30, "currency": "eur"}], "jpy", "isk", "xau", "xyz", "kwd", "a@b\nBcc: c@d",
)  # fmt: skip
changes = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(ODD), max_size=4)


def odd_event(kind: str, said: dict[str, Any], number: int) -> FakeObject:
    """An event of this type whose object says this."""
    names = [kind.rsplit(".", at)[0] for at in range(kind.count(".") + 1)]
    about = next(ABOUT[name] for name in names if name in ABOUT)
    known = {name: value for name, value in said.items() if name in about}
    return event(kind, deepcopy(about) | known, minutes_later(5 + number), before=BEFORE)


async def answers_to(told: list[tuple[str, dict[str, Any]]], database: Path) -> list[int]:
    async with an_installation(database) as (stripe, _, case_client):
        case_client.clock.at = minutes_later(30)
        await stripe.deliver(event("invoice.payment_failed", invoice(collection_method="send_invoice")))
        events = [odd_event(kind, said, number) for number, (kind, said) in enumerate(told)]
        return [(await stripe.send(event_body(one))).status_code for one in events]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.tuples(st.sampled_from(sorted(READERS)), changes), min_size=3, max_size=8))
@example(told=[("payment_intent.succeeded", {"amount": 0, "amount_received": 0})])
@example(told=[("payment_method.updated", {"type": []})])
@example(told=[("invoice.paid", {"amount_due": 10**18, "amount_paid": 10**18})])
@example(told=[("invoice.payment_failed", {"id": "in_2", "currency": "isk", "amount_due": 1_250})])
@example(told=[("invoice.paid", {"currency": "jpy"}), ("payment_intent.processing", {"amount": 0})])
def test_every_answer_is_one_that_the_page_lists(
    migrated: Path, tmp_path: Path, told: list[tuple[str, dict[str, Any]]]
) -> None:
    database = tmp_path / "odd.sqlite"
    shutil.copy(migrated, database)
    assert set(asyncio.run(answers_to(told, database))) <= LISTED


def test_no_fault_of_ours_is_listed() -> None:
    assert {200, 400, 409, 413} <= LISTED
    assert not LISTED & {422, 500}


@pytest.mark.parametrize(
    "currency, amount, status, pointer",
    [
        ("isk", 1_250, 400, "#/data/object/amount_due"),
        ("xyz", 1_250, 400, "#/data/object/currency"),
        ("eur", 10**18, 400, "#/data/object/amount_due"),
    ],
)
async def test_an_amount_that_its_currency_does_not_have_is_malformed_at_its_place(
    migrated: Path, tmp_path: Path, currency: str, amount: int, status: int, pointer: str
) -> None:
    shutil.copy(migrated, tmp_path / "odd.sqlite")
    about = invoice(amount, currency=currency)
    async with an_installation(tmp_path / "odd.sqlite") as (stripe, store, _):
        answer = await stripe.send(event_body(event("invoice.payment_failed", about)))
        assert (answer.status_code, answer.json()["pointer"]) == (status, pointer)
        assert (await store.parties.invoices()).rows == ()


async def test_an_invoice_in_stripes_own_units_is_demanded_in_the_currencys(migrated: Path, tmp_path: Path) -> None:
    shutil.copy(migrated, tmp_path / "odd.sqlite")
    async with an_installation(tmp_path / "odd.sqlite") as (stripe, store, case_client):
        for name, currency, amount in (("in_is", "isk", 50_000), ("in_mg", "mga", 1_250), ("in_kw", "kwd", 5_124)):
            about = invoice(amount, id=name, currency=currency, collection_method="send_invoice")
            paid = paid_invoice(amount, id=name, currency=currency)
            await stripe.deliver(event("invoice.payment_failed", about))
            assert case_client.running[name].case.balance == {"in_is": 500, "in_mg": 125_000, "in_kw": 5_124}[name]
            await stripe.deliver(event("invoice.paid", paid, minutes_later(5)))
            assert (await store.parties.invoice(name)).balance == 0


async def test_an_invoice_that_is_known_in_another_currency_books_nothing(migrated: Path, tmp_path: Path) -> None:
    shutil.copy(migrated, tmp_path / "odd.sqlite")
    async with an_installation(tmp_path / "odd.sqlite") as (stripe, store, _):
        await stripe.deliver(event("invoice.payment_failed", invoice()))
        answer = await stripe.send(event_body(event("invoice.paid", paid_invoice(currency="usd"), minutes_later(5))))
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")
        assert (await store.parties.invoice(INVOICE)).balance == 100_00
