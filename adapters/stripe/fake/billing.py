"""What is asked of a payer: products, payment links, the invoices of Stripe Billing."""

from __future__ import annotations

from typing import Any, Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import wrong
from adapters.stripe.fake.methods import customer_named
from adapters.stripe.fake.shapes import FakeObject, list_page

_LINK: Final = frozenset({"line_items", "metadata", "payment_intent_data", "restrictions", "after_completion"})


def product(books: Books, asked: dict[str, Any]) -> FakeObject:
    """Make a product; its id may be chosen. Raises `Fault` for an id that is taken."""
    if "name" not in asked:
        raise wrong("name", "Missing required param: name.", "parameter_missing")
    if "id" in asked and books.find("product", asked["id"]):
        raise wrong("id", f"Product already exists: {asked['id']}", "resource_already_exists")
    said = {name: asked[name] for name in ("id", "name", "metadata") if name in asked}
    return books.new("product", updated=books.seconds(), **said)


def make_link(books: Books, asked: dict[str, Any]) -> FakeObject:
    """Make a payment link of one line. Raises `Fault` for what Stripe would not take."""
    unknown = sorted(asked.keys() - _LINK)
    if unknown:
        raise wrong(unknown[0], f"Received unknown parameter: {unknown[0]}", "parameter_unknown")
    [line] = asked["line_items"]
    price = line["price_data"]
    if "product" in price:
        books.get("product", price["product"], "line_items[0][price_data][product]")
    limit = (asked.get("restrictions") or {}).get("completed_sessions", {}).get("limit")
    return books.new(
        "payment_link",
        url=f"https://buy.stripe.com/test_{books.token()}",
        currency=price["currency"],
        metadata=asked.get("metadata", {}),
        payment_intent_data=asked.get("payment_intent_data"),
        restrictions=None if limit is None else {"completed_sessions": {"count": 0, "limit": int(limit)}},
        line_items=list_page("", [_item(line)], has_more=False),
    )


def _item(line: dict[str, Any]) -> FakeObject:
    price, quantity = line["price_data"], int(line.get("quantity", 1))
    amount = int(price["unit_amount"]) * quantity
    return {"object": "item", "amount_total": amount, "currency": price["currency"], "quantity": quantity}


def change_object(one: FakeObject, asked: dict[str, Any]) -> FakeObject:
    """Change what a product or a link says; metadata are added to those that are there."""
    if "active" in asked:
        one["active"] = asked["active"] == "true"
    one["metadata"] |= asked.get("metadata", {})
    return one


def bill(books: Books, payer: str, amount: int, currency: str, **said: Any) -> FakeObject:
    """Bill a customer, as Stripe Billing does when a subscription renews; `amount` in Stripe's smallest units."""
    sums = dict.fromkeys(("amount_due", "amount_remaining", "subtotal", "total"), amount)
    bill = books.new("invoice", customer=customer_named(books, payer)["id"], currency=currency, **(sums | said))
    bill["hosted_invoice_url"] = f"https://invoice.stripe.com/i/acct_test/{bill['id']}"
    books.emit("invoice.finalized", bill)
    return bill
