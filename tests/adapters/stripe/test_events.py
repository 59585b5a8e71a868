"""What Stripe's events say, in every version of its API that still tells them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest

from adapters.refunds import RefundNews
from adapters.stripe import payments
from adapters.stripe.event_meanings import (
    CustomerIs,
    Demanded,
    GivenUp,
    InvoiceOverdue,
    Meaning,
    MethodGone,
    MethodIs,
    MoneyMoved,
    NotPaid,
    PaymentMade,
    PaymentProcessing,
    Refunded,
    Settled,
    Voided,
)
from adapters.stripe.events import READERS, Malformed, read_event
from adapters.stripe.fake.shapes import FakeObject
from adapters.stripe.payment_events import INVOICE as INVOICE_NAME
from adapters.stripe.payment_events import KEY as KEY_NAME
from dunning.facts import Dispute, PaymentReversed, ReversalLifted
from dunning.records import Customer, Method
from dunning.requests import ResolveDispute
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
    seconds,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HUNDRED = Decimal("100.00")


def says(kind: str, about: FakeObject, **more: Any) -> tuple[Meaning, ...]:
    return read_event(event(kind, about, **more), AMSTERDAM).meanings


def overdue(about: FakeObject, kind: str = "invoice.payment_failed", **more: Any) -> InvoiceOverdue:
    [found] = [meaning for meaning in says(kind, about, **more) if isinstance(meaning, InvoiceOverdue)]
    return found


def test_an_event_tells_which_it_is_and_of_what() -> None:
    said = read_event(event("invoice.voided", invoice(), minutes_later(3), id="evt_7"), AMSTERDAM)
    assert (said.id, said.type, said.created) == ("evt_7", "invoice.voided", minutes_later(3))
    assert (said.object_type, said.object_id) == ("invoice", INVOICE)


def test_an_event_of_another_type_says_nothing() -> None:
    assert says("plan.created", {"id": "price_1", "object": "plan"}) == ()
    assert says("charge.succeeded", charge()) == ()


@pytest.mark.parametrize(
    "wrong, place",
    [
        ("an event", ()),
        ({"object": "event"}, ("id",)),
        (event("invoice.paid", paid_invoice()) | {"object": "v2.core.event"}, ("object",)),
        (event("invoice.paid", paid_invoice()) | {"created": "yesterday"}, ("created",)),
        (event("plan.created", {}) | {"data": None}, ("data",)),
        (event("invoice.paid", {"id": INVOICE}), ("data", "object", "customer")),
        (event("invoice.paid", paid_invoice(amount_due="100")), ("data", "object", "amount_due")),
        (event("invoice.overdue", invoice(currency="zzz")), ("data", "object", "currency")),
        (event("charge.refunded", charge(amount_refunded=-1)), ("data", "object", "amount_refunded")),
        (event("payment_method.attached", card(id="")), ("data", "object", "id")),
    ],
)
def test_what_is_no_event_is_malformed_and_the_place_is_named(wrong: object, place: tuple[str, ...]) -> None:
    with pytest.raises(Malformed) as caught:
        read_event(wrong, AMSTERDAM)
    assert place in [error["loc"] for error in caught.value.errors]


@pytest.mark.parametrize("kind", sorted(READERS))
def test_whatever_is_heard_an_empty_object_is_malformed(kind: str) -> None:
    with pytest.raises(Malformed):
        read_event(event(kind, {}), AMSTERDAM)


# Invoices as a source of cases.


def test_a_failed_payment_brings_the_invoice_with_its_customer() -> None:
    found = overdue(invoice(default_payment_method="pm_1"), at=minutes_later(5))

    assert found.invoice.model_dump(include={"id", "currency", "amount", "issued_on", "due_on", "tags"}) == {
        "id": INVOICE, "currency": "EUR", "amount": HUNDRED, "issued_on": date(2026, 3, 2), "due_on": date(2026, 3, 2),
        "tags": ("charge_automatically",),
    }  # fmt: skip
    assert found.customer == Customer(
        id=CUSTOMER, name="Jenny Rosen", kind="consumer", country="NL", email="jenny@rosen.example",
        address="Keizersgracht 1\n1015 CJ Amsterdam",
    )  # fmt: skip
    assert found.methods == (Method(id="pm_1"),)
    assert found.paid == 0


def test_an_invoice_that_is_sent_is_due_on_its_due_date_in_the_creditors_zone() -> None:
    just_past_midnight = seconds(MONDAY.replace(hour=23, minute=30))
    found = overdue(invoice(collection_method="send_invoice", due_date=just_past_midnight), "invoice.overdue")
    assert found.invoice.due_on == date(2026, 3, 3)
    assert found.attempts[0].certain is False


@pytest.mark.parametrize(
    "known, kind",
    [
        ({}, "consumer"),
        ({"customer_tax_ids": [{"type": "eu_vat", "value": "NL000099998B57"}]}, "business"),
        ({"metadata": {"kind": "business"}}, "business"),
        ({"metadata": {"kind": "Consumer"}, "customer_tax_ids": [{"type": "eu_vat"}]}, "consumer"),
        ({"metadata": {"kind": "dentist"}}, "consumer"),
    ],
)
def test_who_is_not_known_to_be_a_business_is_a_consumer(known: FakeObject, kind: str) -> None:
    assert overdue(invoice(**known)).customer.kind == kind


@pytest.mark.parametrize("more", [{"status": "paid"}, {"status": "void"}, {"amount_remaining": 0}])
def test_an_invoice_with_nothing_left_opens_nothing(more: FakeObject) -> None:
    assert says("invoice.payment_failed", invoice(**more)) == ()


def test_each_attempt_that_stripe_counts_is_told_as_far_as_it_is_known() -> None:
    found = overdue(invoice(attempt_count=3), at=minutes_later(90))
    assert [(one.number, one.at, one.certain) for one in found.attempts] == [
        (1, MONDAY, False),
        (2, minutes_later(90), False),
        (3, minutes_later(90), True),
    ]
    assert {one.amount for one in found.attempts} == {HUNDRED}


def test_what_was_paid_before_is_part_of_the_demand() -> None:
    found = overdue(invoice(amount_paid=40_00))
    assert (found.invoice.amount, found.paid, found.attempts[0].amount) == (HUNDRED, Decimal("40.00"), Decimal("60.00"))


@pytest.mark.parametrize("currency, amount", [("jpy", "10000"), ("kwd", "10.000"), ("isk", "100.00")])
def test_amounts_are_read_as_stripe_writes_them(currency: str, amount: str) -> None:
    assert overdue(invoice(currency=currency)).invoice.amount == Decimal(amount)


def test_a_changed_invoice_tells_what_is_demanded_now() -> None:
    later = seconds(MONDAY + timedelta(days=14))
    assert says("invoice.updated", invoice(80_00)) == (Demanded(INVOICE, Decimal("80.00")),)
    assert says("invoice.updated", invoice(due_date=later)) == (Demanded(INVOICE, HUNDRED, date(2026, 3, 16)),)
    assert says("invoice.updated", invoice(status="draft")) == ()


def test_the_ends_of_an_invoice() -> None:
    assert says("invoice.voided", invoice(status="void")) == (Voided(INVOICE),)
    assert says("invoice.marked_uncollectible", invoice(status="uncollectible")) == (GivenUp(INVOICE),)


def test_a_paid_invoice_is_settled_and_names_its_payment_where_it_can() -> None:
    demanded, settled = Demanded(INVOICE, HUNDRED), Settled(INVOICE, HUNDRED, MONDAY)
    by_name = PaymentMade(INVOICE, (PAYMENT, CHARGE), HUNDRED, "EUR", MONDAY, by_invoice=True)
    known_elsewhere = PaymentMade(INVOICE, (PAYMENT,), HUNDRED, "EUR", MONDAY, by_invoice=True)

    assert says("invoice.paid", paid_invoice()) == (demanded, settled)
    assert says("invoice.paid", paid_invoice(payment_intent=PAYMENT, charge=CHARGE)) == (demanded, by_name, settled)
    expanded = paid_invoice(payments={"data": [invoice_payment(), invoice_payment(by="pi_2", status="open")]})
    assert says("invoice.paid", expanded) == (demanded, known_elsewhere, settled)


def test_an_invoice_that_was_paid_elsewhere_names_no_payment_of_stripes() -> None:
    about = invoice(status="paid", amount_remaining=0, paid_out_of_band=True, payment_intent=PAYMENT, charge=None)
    assert says("invoice.paid", about)[1:] == (Settled(INVOICE, HUNDRED, MONDAY),)


@pytest.mark.parametrize(
    "by, name",
    [
        ({"type": "payment_intent", "payment_intent": "pi_9"}, "pi_9"),
        ({"type": "charge", "charge": "ch_9"}, "ch_9"),
        ({"type": "payment_record", "payment_record": "prec_9"}, "prec_9"),
    ],
)
def test_a_payment_towards_an_invoice_is_known_by_what_paid_it(by: FakeObject, name: str) -> None:
    said = says("invoice_payment.paid", invoice_payment(25_00, payment=by))
    assert said == (PaymentMade(INVOICE, (name,), Decimal("25.00"), "EUR", MONDAY, by_invoice=True),)


# Payments that we made, and what becomes of payments.


def test_a_payment_of_the_ladder_comes_under_our_key() -> None:
    said = says("payment_intent.succeeded", payment())
    assert said == (PaymentMade(INVOICE, (PAYMENT, CHARGE), HUNDRED, "EUR", MONDAY, KEY),)


def test_a_payment_by_a_link_comes_under_its_own_id() -> None:
    said = says("payment_intent.succeeded", payment(key=None))
    assert said == (PaymentMade(INVOICE, (PAYMENT, CHARGE), HUNDRED, "EUR", MONDAY),)
    assert says("payment_intent.processing", payment(key=None, processing={"type": "us_bank_account"})) == (
        PaymentProcessing(INVOICE, PAYMENT, HUNDRED, "EUR", date(2026, 3, 9)),
    )


def test_a_debit_of_the_ladder_is_under_way_by_its_own_answer() -> None:
    assert says("payment_intent.processing", payment()) == ()


@pytest.mark.parametrize("metadata", [{}, {"order": "7"}, {"invoice_id": "not an id"}, {"invoice_id": 7}, None])
@pytest.mark.parametrize("kind", ["succeeded", "processing", "payment_failed"])
def test_a_payment_that_names_no_invoice_is_none_of_ours(kind: str, metadata: FakeObject | None) -> None:
    assert says(f"payment_intent.{kind}", payment() | {"metadata": metadata}) == ()


@pytest.mark.parametrize(
    "error, code",
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
        ({"code": "payment_intent_payment_attempt_failed"}, "payment_intent_payment_attempt_failed"),
        (None, None),
    ],
)
def test_a_payment_that_failed_says_why(error: FakeObject | None, code: str | None) -> None:
    assert says("payment_intent.payment_failed", payment(last_payment_error=error)) == (
        NotPaid(INVOICE, KEY, code, KEY),
    )


def test_a_card_that_the_customer_tried_says_nothing_but_a_debit_that_they_gave_does() -> None:
    def failing(kind: str) -> FakeObject:
        return payment(key=None, last_payment_error={"code": "x", "payment_method": {"id": "pm_9", "type": kind}})

    assert says("payment_intent.payment_failed", failing("card")) == ()
    assert says("payment_intent.payment_failed", failing("sepa_debit")) == (NotPaid(INVOICE, PAYMENT, "x"),)


def test_what_names_our_payments_is_what_our_charges_are_given() -> None:
    assert (KEY_NAME, INVOICE_NAME) == (payments.KEY, payments.INVOICE)


def reversal(name: str, amount: str, code: str | None = None) -> PaymentReversed:
    return PaymentReversed(id=name, payment_id=PAYMENT, amount=Decimal(amount), currency="EUR", code=code)


def refund_news(name: str, kind: Literal["made", "failed"], amount: str, of: str) -> RefundNews:
    return RefundNews(name, kind, Decimal(amount), "EUR", MONDAY, refund=of)


def test_each_refund_of_a_charge_has_its_own_id_and_amount() -> None:
    refunds = {"data": [refund(30_00, "re_2"), refund(20_00, "re_1"), refund(10_00, "re_0", status="failed")]}
    [told] = says("charge.refunded", charge(amount_refunded=50_00, refunds=refunds))
    made = refund_news("re_2", "made", "30.00", "re_2"), refund_news("re_1", "made", "20.00", "re_1")
    assert told == Refunded(PAYMENT, (*made, refund_news("re_0/failed", "failed", "10.00", "re_0")))


def test_a_charge_that_lists_no_refunds_tells_how_much_is_refunded_in_all() -> None:
    about = charge(amount_refunded=50_00, refunds=None)
    total = RefundNews(f"{CHARGE}/refunded/5000/{int(MONDAY.timestamp())}", "total", Decimal("50.00"), "EUR", MONDAY)
    assert says("charge.refunded", about) == (Refunded(PAYMENT, (total,)),)
    added = replace(total, before=Decimal("20.00"))
    assert says("charge.refunded", about, before={"amount_refunded": 20_00}) == (Refunded(PAYMENT, (added,)),)


def test_a_refund_of_our_own_charge_knows_its_payment() -> None:
    ours = charge(amount_refunded=20_00, metadata={"invoice_id": INVOICE, "dunning_key": KEY})
    [told] = says("charge.refunded", ours)
    assert isinstance(told, Refunded)
    assert told.of == (INVOICE, KEY)


@pytest.mark.parametrize("kind", ["refund.created", "refund.failed", "refund.updated", "charge.refund.updated"])
def test_a_refund_tells_that_it_was_made_or_that_it_failed(kind: str) -> None:
    failed = refund_news("re_1/failed", "failed", "20.00", "re_1")
    assert says(kind, refund(20_00, status="failed")) == (Refunded(PAYMENT, (failed,)),)
    assert says(kind, refund(20_00)) == (Refunded(PAYMENT, (refund_news("re_1", "made", "20.00", "re_1"),)),)


def test_a_dispute_moves_no_money_until_the_bank_takes_it() -> None:
    assert says("charge.dispute.created", dispute()) == ()


def test_money_that_the_bank_takes_back_is_disputed_by_the_customer() -> None:
    [moved] = says("charge.dispute.funds_withdrawn", dispute(60_00, "product_not_received"))
    objection = Dispute(id="du_1", amount=Decimal("60.00"), reason="taken back through the bank: product not received")
    assert moved == MoneyMoved(PAYMENT, (reversal("du_1", "60.00"), objection))


@pytest.mark.parametrize("reason", ["insufficient_funds", "incorrect_account_details", "bank_cannot_process"])
def test_a_debit_that_the_bank_returns_is_no_objection(reason: str) -> None:
    [moved] = says("charge.dispute.funds_withdrawn", dispute(reason=reason))
    assert moved == MoneyMoved(PAYMENT, (reversal("du_1", "100.00", reason),))


def test_a_debit_that_was_not_authorised_is_an_objection_and_bars_its_account() -> None:
    [moved] = says("charge.dispute.funds_withdrawn", dispute(reason="debit_not_authorized"))
    assert isinstance(moved, MoneyMoved)
    assert [fact.name for fact in moved.news] == ["payment_reversed", "dispute"]
    assert moved.news[0] == reversal("du_1", "100.00", "debit_not_authorized")


def test_money_that_the_bank_gives_back_lifts_the_reversal_and_the_objection_is_rejected() -> None:
    back = ReversalLifted(id="du_1/reinstated", payment_id=PAYMENT, amount=HUNDRED, currency="EUR")
    rejected = ResolveDispute(id="du_1", rejected=True)
    assert says("charge.dispute.funds_reinstated", dispute()) == (MoneyMoved(PAYMENT, (back, rejected)),)


def test_a_charge_without_a_payment_intent_is_known_by_its_own_id() -> None:
    [moved] = says("charge.dispute.funds_withdrawn", dispute(payment_intent=None))
    assert isinstance(moved, MoneyMoved)
    assert moved.payment == CHARGE


# Customers and their methods.


def test_a_changed_customer_tells_what_is_known_of_him_and_what_is_gone() -> None:
    address = {"line1": "Damrak 2", "line2": "", "postal_code": "1012 LG", "city": "Amsterdam", "country": "NL"}
    [said] = says("customer.updated", customer(address=address, email=None), before={"email": "old@rosen.example"})
    assert isinstance(said, CustomerIs)
    assert said.customer.model_dump(include=said.customer.model_fields_set) == {
        "id": CUSTOMER, "name": "Jenny Rosen", "address": "Damrak 2\n1012 LG Amsterdam", "country": "NL",
        "locale": "nl",
    }  # fmt: skip
    assert said.cleared == {"email"}


@pytest.mark.parametrize(
    "kind, details, network",
    [
        ("card", {"brand": "visa", "last4": "4242"}, "visa"),
        ("card", {"brand": "mastercard", "last4": "4444", "exp_month": 4, "exp_year": 2027}, "mastercard"),
        ("card", {"brand": "amex", "last4": "0005"}, "amex"),
        ("card", {"brand": "discover", "last4": "9424"}, "discover"),
        ("sepa_debit", {"bank_code": "37040044", "last4": "3000"}, "sepa_dd"),
        ("bacs_debit", {"sort_code": "108800", "last4": "2345"}, "bacs"),
        ("us_bank_account", {"bank_name": "STRIPE TEST BANK", "last4": "6789"}, "ach"),
        ("link", {"email": "jenny@rosen.example"}, "link"),
    ],
)
def test_a_method_is_known_by_the_network_whose_rules_bind_it(kind: str, details: FakeObject, network: str) -> None:
    [said] = says("payment_method.attached", card() | {"type": kind, "card": None, kind: details})
    assert isinstance(said, MethodIs)
    assert (said.customer_id, said.method.id, said.method.network) == (CUSTOMER, "pm_1", network)
    assert said.method.last4 == details.get("last4")
    assert said.method.expires == ("2027-04" if "exp_year" in details else None)


def test_only_another_card_is_a_renewal_not_another_billing_address() -> None:
    expiry = {"card": {"exp_year": 2026}}
    for kind in ("payment_method.updated", "payment_method.automatically_updated"):
        [said] = says(kind, card(), before=expiry)
        assert isinstance(said, MethodIs)
        assert said.renewed
    assert says("payment_method.updated", card(), before={"billing_details": {"address": None}}) == ()
    [attached] = says("payment_method.attached", card())
    assert isinstance(attached, MethodIs)
    assert not attached.renewed


def test_a_method_that_was_taken_away_is_gone_from_whose_it_was() -> None:
    gone = says("payment_method.detached", card(customer=None), before={"customer": CUSTOMER})
    assert gone == (MethodGone(CUSTOMER, "pm_1"),)
    assert says("payment_method.detached", card(customer=None)) == ()


def test_a_method_of_nobody_says_nothing() -> None:
    assert says("payment_method.updated", card(customer=None), before={"card": {}}) == ()
