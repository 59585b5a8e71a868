"""Stripe Billing, asked for what an event leaves out: by its own library, over a wire that remembers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import stripe
from structlog.testing import capture_logs

from adapters.billing_system import BillingUnavailable, OutsideAttempt
from adapters.stripe.account import StripeAccount
from adapters.stripe.event_meanings import InvoiceOverdue, PaymentMade
from adapters.stripe.events import read_event
from adapters.stripe.fake.shapes import FakeObject, list_page
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
    event,
    invoice,
    invoice_payment,
    minutes_later,
    payment,
    seconds,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass
class Wire(stripe.HTTPClient):
    """Answers by path; remembers what was asked."""

    answers: dict[str, Any]
    status: int = 200
    down: bool = False
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    name = "wire"

    def __post_init__(self) -> None:
        super().__init__()

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if self.down:
            raise stripe.APIConnectionError("nobody is there")  # type: ignore[no-untyped-call] # the library's own
        assert (method, post_data) == ("get", None)
        parts = urlsplit(url)
        self.asked.append((parts.path, parse_qs(parts.query)))
        said = self.answers.get(parts.path, {}) if self.status == 200 else {"error": {"message": "no"}}
        return json.dumps(said).encode(), self.status, {}


def an_attempt(name: str, minute: int) -> FakeObject:
    said = {"reason": "insufficient_funds", "network_decline_code": "51", "network_advice_code": "02"}
    made = seconds(minutes_later(minute))
    return charge(id=name, status="failed", created=made, payment_method="pm_1", outcome=said)


def wire(**more: Any) -> Wire:
    """An invoice with two attempts that failed, and a customer with two cards."""
    tried = [invoice_payment(0, status="open")]
    charges = [an_attempt("ch_2", 60), charge(id="ch_9", status="succeeded"), an_attempt("ch_1", 0)]
    tax_ids = list_page("", [{"id": "txi_1"}], has_more=False)
    who = f"/v1/customers/{CUSTOMER}"
    return Wire(
        {
            f"/v1/invoices/{INVOICE}": invoice(attempt_count=2, payments=list_page("", tried, has_more=False)) | more,
            who: customer(invoice_settings={"default_payment_method": "pm_2"}, tax_ids=tax_ids),
            f"{who}/payment_methods": list_page("", [card("pm_1"), card("pm_2", "amex")], has_more=False),
            "/v1/charges": list_page("", charges, has_more=False),
        }
    )


def account(over: Wire) -> StripeAccount:
    client = stripe.StripeClient("sk_test_1", http_client=over, max_network_retries=0)
    return StripeAccount(client, AMSTERDAM)


async def looked(over: Wire) -> InvoiceOverdue | None:
    return await account(over).overdue(told(), minutes_later(61))


def told() -> InvoiceOverdue:
    said = read_event(event("invoice.payment_failed", invoice(attempt_count=2), minutes_later(61)), AMSTERDAM)
    return next(meaning for meaning in said.meanings if isinstance(meaning, InvoiceOverdue))


async def test_the_customer_their_methods_and_every_attempt_are_looked_up() -> None:
    over = wire()
    found = await looked(over)

    assert found is not None
    assert (found.customer.locale, found.customer.kind, found.customer.address) == (
        "nl",
        "business",
        "Keizersgracht 1\n1015 CJ Amsterdam",
    )
    assert [(one.id, one.network) for one in found.methods] == [("pm_2", "amex"), ("pm_1", "visa")]
    known = ("pm_1", "insufficient_funds", "51", "02")
    assert found.attempts == (
        OutsideAttempt(1, MONDAY, Decimal("100.00"), *known),
        OutsideAttempt(2, minutes_later(60), Decimal("100.00"), *known),
    )
    assert dict(over.asked)["/v1/charges"]["payment_intent"] == [PAYMENT]


async def test_an_invoice_that_was_paid_since_is_not_overdue() -> None:
    assert await looked(wire(status="paid", amount_remaining=0)) is None


async def test_an_invoice_whose_payments_are_not_told_has_the_attempts_that_it_counts() -> None:
    for count, certain in ((2, [False, True]), (3, [False, False, False])):
        found = await looked(wire(payments=None, attempt_count=count))
        assert found is not None
        assert [one.certain for one in found.attempts] == certain


async def test_stripe_that_does_not_answer_is_asked_again_later() -> None:
    for over in (Wire({}, down=True), Wire({}, status=500), Wire({}, status=429)):
        with pytest.raises(BillingUnavailable, match="stripe: found no answer"):
            await looked(over)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_where_stripe_lets_us_not_look_what_the_event_told_has_to_do(status: int) -> None:
    with capture_logs() as lines:
        assert await looked(Wire({}, status=status)) == told()
    assert [line["event"] for line in lines] == ["Stripe does not let us look at an invoice"]


async def test_an_answer_that_is_none_is_like_no_look() -> None:
    assert await looked(Wire({f"/v1/invoices/{INVOICE}": {"id": INVOICE}})) == told()


async def test_of_what_paid_an_invoice_ours_is_known_by_its_key_and_whole() -> None:
    ways = [
        invoice_payment(60_00, by="pi_ours"),
        invoice_payment(30_00, by="pi_theirs"),
        invoice_payment(10_00, payment={"type": "payment_record", "payment_record": "prec_1"}),
        invoice_payment(0, by="pi_later", status="open"),
    ]
    over = Wire(
        {
            "/v1/invoice_payments": list_page("", ways, has_more=False),
            "/v1/payment_intents/pi_ours": payment(75_00, id="pi_ours"),
            "/v1/payment_intents/pi_theirs": payment(30_00, id="pi_theirs", key=None, of=None),
        }
    )
    assert await account(over).payments(INVOICE, MONDAY) == (
        PaymentMade(INVOICE, ("pi_ours", CHARGE), Decimal("75.00"), "EUR", MONDAY, KEY),
        PaymentMade(INVOICE, ("pi_theirs",), Decimal("30.00"), "EUR", MONDAY, by_invoice=True),
        PaymentMade(INVOICE, ("prec_1",), Decimal("10.00"), "EUR", MONDAY, by_invoice=True),
    )
    assert over.asked[0] == ("/v1/invoice_payments", {"invoice": [INVOICE], "limit": ["100"]})


async def test_where_stripe_lets_us_not_look_nobody_can_say_what_paid() -> None:
    assert await account(Wire({}, status=403)).payments(INVOICE, MONDAY) is None
    with pytest.raises(BillingUnavailable):
        await account(Wire({}, down=True)).payments(INVOICE, MONDAY)


async def test_a_payment_that_cannot_be_attached_now_is_attached_later() -> None:
    with pytest.raises(BillingUnavailable, match="allowed to attach it later"):
        await account(Wire({}, down=True)).attach(INVOICE, PAYMENT)
    await account(Wire({}, down=True)).attach("INV-OF-OURS", PAYMENT)
