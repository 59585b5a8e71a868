"""What becomes of a payment: declined, taken, asked of its holder, or under way for days and then ended."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.decline_codes import Decline
from adapters.stripe.fake.faults import card_declined, unexpected_state
from adapters.stripe.fake.invoice_payments import credit_invoices
from adapters.stripe.fake.money_back import dispute_payment, lose_dispute
from adapters.stripe.fake.scripts import FakeScript, fake_method
from adapters.stripe.fake.shapes import FakeObject

_CANCELLABLE: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def next_script(books: Books, customer: str | None, method: str) -> FakeScript:
    """The answer that is due: a method with several gives them one after another, charge by charge of a customer."""
    scripts, charged = fake_method(method).scripts, books.all("charge")
    earlier = [one for one in charged if (one["customer"], one["payment_method"]) == (customer, method)]
    return scripts[min(len(earlier), len(scripts) - 1)]


def confirm(books: Books, intent: FakeObject, script: FakeScript) -> None:
    """Try to take the money. Raises `Fault` with the whole payment in it where the card is declined."""
    if script.refusal is not None:
        raise card_declined(_refuse(books, intent, script.refusal))
    if script.asks_holder:
        _ask(books, intent)
    elif fake_method(intent["payment_method"]).type != "card":
        _submit(books, intent)
    else:
        succeed(books, intent)


def succeed(books: Books, intent: FakeObject) -> None:
    """The money is taken."""
    charge = _charge(books, intent, status="succeeded", paid=True, captured=True, amount_captured=intent["amount"])
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "next_action": None, "processing": None}
    intent["last_payment_error"] = None
    books.debits.pop(intent["id"], None)
    books.move("taken", intent, intent["amount"])
    books.emit("charge.succeeded", charge)
    books.emit("payment_intent.succeeded", intent)
    credit_invoices(books, intent)


def cancel(books: Books, intent: FakeObject, reason: str | None = None) -> FakeObject:
    """Close the payment for good. Raises `Fault` for one that was taken or is under way."""
    if intent["status"] not in _CANCELLABLE:
        raise unexpected_state(deepcopy(intent), "cancel")
    intent |= {"status": "canceled", "canceled_at": books.seconds(), "cancellation_reason": reason}
    intent["next_action"] = None
    books.emit("payment_intent.canceled", intent)
    return intent


def end_debits(books: Books) -> list[str]:
    """Bring the bank debits whose time has come to their end, the oldest first; the payments that ended."""
    due = sorted((ends_at, name) for name, ends_at in books.debits.items() if ends_at <= books.clock())
    for _, name in due:
        _end(books, books.get("payment_intent", name))
    return [name for _, name in due]


def _end(books: Books, intent: FakeObject) -> None:
    script = fake_method(intent["payment_method"]).scripts[-1]
    if script.fails is not None:
        del books.debits[intent["id"]]
        _fail(books, intent, {"type": "card_error", "code": script.fails, "message": "The bank did not pay."})
        return
    succeed(books, intent)
    if script.returned is not None:
        lose_dispute(books, dispute_payment(books, intent, script.returned))


def _refuse(books: Books, intent: FakeObject, refusal: Decline) -> FakeObject:
    said = dict(_said(refusal))
    _fail(books, intent, said | {"payment_method": deepcopy(books.get("payment_method", intent["payment_method"]))})
    return deepcopy({**intent["last_payment_error"], "payment_intent": intent})


def _said(refusal: Decline) -> Iterator[tuple[str, str]]:
    """The error's fields; those without a value are left out, as Stripe does."""
    yield from (("type", "card_error"), ("code", refusal.code), ("decline_code", refusal.decline_code))
    yield "message", "Your card was declined."
    yield "doc_url", f"https://docs.stripe.com/error-codes/{refusal.code.replace('_', '-')}"
    extra = {
        "advice_code": refusal.advice,
        "network_decline_code": refusal.network_code,
        "network_advice_code": refusal.network_advice,
    }
    yield from ((name, value) for name, value in extra.items() if value is not None)


def _fail(books: Books, intent: FakeObject, error: FakeObject) -> None:
    """A payment that failed has no method any more and could be confirmed with another one."""
    charge = _charge(books, intent, failure_code=error.get("code"), failure_message=error["message"])
    outcome = {name: error.get(name) for name in ("advice_code", "network_decline_code", "network_advice_code")}
    charge["outcome"] |= outcome | {"type": "issuer_declined", "network_status": "declined_by_network"}
    intent |= {"status": "requires_payment_method", "payment_method": None, "processing": None, "next_action": None}
    intent["last_payment_error"] = error | {"charge": charge["id"]}
    books.emit("charge.failed", charge)
    books.emit("payment_intent.payment_failed", intent)


def _ask(books: Books, intent: FakeObject) -> None:
    intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}}}
    books.emit("payment_intent.requires_action", intent)


def _submit(books: Books, intent: FakeObject) -> None:
    charge = _charge(books, intent, status="pending")
    intent["status"] = "processing"
    books.debits[intent["id"]] = books.clock() + books.tempo.debit
    books.emit("charge.pending", charge)
    books.emit("payment_intent.processing", intent)


def _charge(books: Books, intent: FakeObject, **said: Any) -> FakeObject:
    """The charge of this payment as it now is: a debit that was pending keeps its own."""
    pending = books.find("charge", intent["latest_charge"] or "")
    of = {name: intent[name] for name in ("amount", "currency", "customer", "metadata", "payment_method")}
    details = {"type": fake_method(intent["payment_method"]).type}
    if pending is not None and pending["status"] == "pending":
        pending |= {"status": "failed"} | said
        return pending
    charge = books.new("charge", **of, payment_intent=intent["id"], payment_method_details=details, **said)
    intent["latest_charge"] = charge["id"]
    return charge
