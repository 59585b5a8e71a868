"""Payments of an invoice of Stripe Billing: one that is attached is credited as soon as its money is there."""

from __future__ import annotations

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import unexpected_state, wrong
from adapters.stripe.fake.shapes import FakeObject


def attach_to_invoice(books: Books, invoice: FakeObject, intent: FakeObject) -> FakeObject:
    """Let this payment pay that invoice. Raises `Fault` for one that cannot, and for an invoice that is not open."""
    if invoice["status"] != "open" or intent["id"] in books.attached:
        raise unexpected_state(intent, "attach")
    if (intent["customer"], intent["currency"]) != (invoice["customer"], invoice["currency"]):
        raise wrong("payment_intent", "The payment is another customer's, or in another currency.")
    if intent["amount"] > invoice["amount_remaining"]:
        raise wrong("payment_intent", "The payment is more than what remains of the invoice.")
    books.attached[intent["id"]] = invoice["id"]
    if intent["status"] == "succeeded":
        credit_invoices(books, intent)
    return invoice


def credit_invoices(books: Books, intent: FakeObject) -> None:
    """The money is there: the invoice that it is attached to, if there is one, owes less."""
    invoice = books.find("invoice", books.attached.get(intent["id"], ""))
    if invoice is None:
        return
    invoice["amount_paid"] += intent["amount"]
    invoice["amount_remaining"] -= intent["amount"]
    by = {"type": "payment_intent", "payment_intent": intent["id"]}
    of: FakeObject = {"invoice": invoice["id"], "currency": invoice["currency"], "amount_requested": intent["amount"]}
    paid = books.new("invoice_payment", **of, amount_paid=intent["amount"], status="paid", payment=by)
    books.emit("invoice_payment.paid", paid)
    if not invoice["amount_remaining"]:
        invoice["status"] = "paid"
        books.emit("invoice.paid", invoice)
