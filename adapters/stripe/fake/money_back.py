"""Money that goes back after it was taken, by a refund or through the payer's bank, and that may come again."""

from __future__ import annotations

from typing import Any

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import wrong
from adapters.stripe.fake.shapes import FakeObject


def refund_payment(books: Books, asked: dict[str, Any]) -> FakeObject:
    """Give money back, all of it or some. Raises `Fault` for more than was taken and is not refunded yet."""
    intent = books.get("payment_intent", asked.get("payment_intent", ""), "payment_intent")
    charge = books.get("charge", intent["latest_charge"] or "", "charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = int(asked.get("amount", left))
    if not 0 < amount <= left:
        raise wrong("amount", "Refund amount is greater than unrefunded amount on charge", "charge_already_refunded")
    of = {"charge": charge["id"], "payment_intent": intent["id"], "currency": intent["currency"]}
    made = books.new("refund", amount=amount, metadata=asked.get("metadata", {}), reason=asked.get("reason"), **of)
    books.move("refunded", intent, amount)
    books.emit("refund.created", made)
    books.emit("charge.refunded", charge, before=_refunded(charge, charge["amount_refunded"] + amount))
    return made


def fail_refund(books: Books, refund: FakeObject) -> None:
    """The refund did not arrive: the money is with the creditor again, and the charge counts it as refunded no more."""
    refund |= {"status": "failed"}
    charge = books.get("charge", refund["charge"])
    _refunded(charge, charge["amount_refunded"] - refund["amount"])
    books.move("refund_failed", books.get("payment_intent", refund["payment_intent"]), refund["amount"])
    for event in ("refund.updated", "refund.failed", "charge.refund.updated"):
        books.emit(event, refund, before={"status": "succeeded"})


def dispute_payment(books: Books, intent: FakeObject, reason: str, amount: int | None = None) -> FakeObject:
    """The payer objects, and their bank takes the payment back, all of it or some."""
    said: FakeObject = {"amount": intent["amount"] if amount is None else amount, "currency": intent["currency"]}
    dispute = books.new(
        "dispute", **said, charge=intent["latest_charge"], payment_intent=intent["id"], reason=reason,
        status="needs_response", balance_transactions=[],
    )  # fmt: skip
    books.get("charge", intent["latest_charge"])["disputed"] = True
    books.emit("charge.dispute.created", dispute)
    books.move("returned", intent, dispute["amount"])
    _balanced(dispute, -dispute["amount"])
    books.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def win_dispute(books: Books, dispute: FakeObject, amount: int | None = None) -> None:
    """The bank decides for the creditor, and gives back what it took, all of it or some."""
    again = dispute["amount"] if amount is None else amount
    books.move("reinstated", books.get("payment_intent", dispute["payment_intent"]), again)
    _balanced(dispute, again)
    dispute["status"] = "won"
    for event in ("funds_reinstated", "closed"):
        books.emit(f"charge.dispute.{event}", dispute)


def lose_dispute(books: Books, dispute: FakeObject) -> None:
    """The bank decides for the payer, who keeps the money."""
    dispute["status"] = "lost"
    books.emit("charge.dispute.closed", dispute)


def _refunded(charge: FakeObject, amount: int) -> FakeObject:
    """Let so much of a charge be refunded; what its changed fields had been."""
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    charge |= {"amount_refunded": amount, "refunded": amount == charge["amount"]}
    return before


def _balanced(dispute: FakeObject, amount: int) -> None:
    moved = {"amount": amount, "currency": dispute["currency"]}
    dispute["balance_transactions"] = [*dispute["balance_transactions"], moved]
