"""What a payer does at Stripe, in a browser: confirms a payment, pays by a link, pays an invoice that Stripe hosts."""

from __future__ import annotations

from adapters.stripe.fake import charging
from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import unexpected_state
from adapters.stripe.fake.methods import customer_named, payment_method
from adapters.stripe.fake.shapes import FakeObject


def authenticate(books: Books, intent_id: str) -> FakeObject:
    """Confirm with the bank: the money is taken. Raises `Fault` for a payment that does not ask for it any more."""
    intent = books.get("payment_intent", intent_id)
    if intent["status"] != "requires_action":
        raise unexpected_state(intent, "authenticate")
    charging.succeed(books, intent)
    return intent


def pay_link(books: Books, url: str, method: str = "pm_card_visa") -> FakeObject | None:
    """Pay by the link at this address; None where it takes no payment any more."""
    link = next((one for one in books.all("payment_link") if one["url"] == url and one["active"]), None)
    if link is None:
        return None
    asked = link["payment_intent_data"] or {}
    visitor = customer_named(books, f"cus_{books.token()}")["id"]
    intent = books.new(
        "payment_intent",
        amount=sum(item["amount_total"] for item in link["line_items"]["data"]),
        currency=link["currency"],
        customer=visitor,
        payment_method=payment_method(books, method)["id"],
        payment_method_types=["card"],
        metadata=dict(asked.get("metadata") or {}),
    )
    charging.confirm(books, intent, charging.next_script(books, visitor, method))
    _completed(books, link, intent)
    return intent


def _completed(books: Books, link: FakeObject, intent: FakeObject) -> None:
    session = books.new(
        "checkout.session",
        payment_link=link["id"],
        payment_intent=intent["id"],
        amount_total=intent["amount"],
        amount_subtotal=intent["amount"],
        currency=intent["currency"],
        metadata=dict(link["metadata"]),
        payment_status="paid" if intent["status"] == "succeeded" else "unpaid",
    )
    restriction = (link["restrictions"] or {}).get("completed_sessions")
    if restriction is not None:
        restriction["count"] += 1
        link["active"] = restriction["count"] < restriction["limit"]
    books.emit("checkout.session.completed", session)


def pay_invoice(books: Books, invoice: FakeObject, method: str) -> FakeObject:
    """Pay an invoice of Stripe Billing. Raises `Fault` where the card is declined, or nothing is owed any more."""
    if invoice["status"] != "open":
        raise unexpected_state(invoice, "pay")
    intent = books.new(
        "payment_intent",
        amount=invoice["amount_remaining"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        payment_method=payment_method(books, method)["id"],
        payment_method_types=["card"],
        metadata={},
    )
    books.attached[intent["id"]] = invoice["id"]
    charging.confirm(books, intent, charging.next_script(books, invoice["customer"], method))
    return invoice
