"""What is asked of a payer: products, payment links, the invoices of Stripe Billing."""

from __future__ import annotations

from typing import Any, Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import wrong
from adapters.stripe.fake.methods import customer
from adapters.stripe.fake.shapes import Shape, listed

_LINK: Final = frozenset({"line_items", "metadata", "payment_intent_data", "restrictions", "after_completion"})


def product(books: Books, asked: dict[str, Any]) -> Shape:
    """Make a product; its id may be chosen. Raises `Fault` for an id that is taken."""
    if "name" not in asked:
        raise wrong("name", "Missing required param: name.", "parameter_missing")
    if "id" in asked and books.find("product", asked["id"]):
        raise wrong("id", f"Product already exists: {asked['id']}", "resource_already_exists")
    said = {name: asked[name] for name in ("id", "name", "metadata") if name in asked}
    return books.new("product", updated=books.seconds(), **said)


def link(books: Books, asked: dict[str, Any]) -> Shape:
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
        line_items=listed("", [_item(line)], has_more=False),
    )


def _item(line: dict[str, Any]) -> Shape:
    price, quantity = line["price_data"], int(line.get("quantity", 1))
    amount = int(price["unit_amount"]) * quantity
    return {"object": "item", "amount_total": amount, "currency": price["currency"], "quantity": quantity}


def change(one: Shape, asked: dict[str, Any]) -> Shape:
    """Change what a product or a link says; metadata are added to those that are there."""
    if "active" in asked:
        one["active"] = asked["active"] == "true"
    one["metadata"] |= asked.get("metadata", {})
    return one


def invoice(books: Books, payer: str, amount: int, currency: str, **said: Any) -> Shape:
    """Bill a customer, as Stripe Billing does when a subscription renews; `amount` in Stripe's smallest units."""
    sums = dict.fromkeys(("amount_due", "amount_remaining", "subtotal", "total"), amount)
    bill = books.new("invoice", customer=customer(books, payer)["id"], currency=currency, **(sums | said))
    bill["hosted_invoice_url"] = f"https://invoice.stripe.com/i/acct_test/{bill['id']}"
    books.emit("invoice.finalized", bill)
    return bill


def refund(books: Books, asked: dict[str, Any]) -> Shape:
    """Give money back, all of it or some. Raises `Fault` for more than was taken."""
    intent = books.get("payment_intent", asked.get("payment_intent", ""), "payment_intent")
    charge = books.get("charge", intent["latest_charge"] or "", "charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = int(asked.get("amount", left))
    if not 0 < amount <= left:
        raise wrong("amount", "Refund amount is greater than unrefunded amount on charge", "charge_already_refunded")
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    of = {"charge": charge["id"], "payment_intent": intent["id"], "currency": intent["currency"]}
    made = books.new("refund", amount=amount, metadata=asked.get("metadata", {}), reason=asked.get("reason"), **of)
    books.move("refunded", intent, amount)
    books.emit("refund.created", made)
    books.emit("charge.refunded", charge)
    return made
