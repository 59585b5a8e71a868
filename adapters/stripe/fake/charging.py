"""What becomes of a payment: declined, taken, asked of its holder, or under way for days and then ended."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.decline_codes import Refusal
from adapters.stripe.fake.faults import declined, unexpected_state
from adapters.stripe.fake.invoice_payments import credit
from adapters.stripe.fake.scripts import Script, method_of
from adapters.stripe.fake.shapes import Shape

_CANCELLABLE: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def script_of(books: Books, customer: str | None, method: str) -> Script:
    """The answer that is due: a method with several gives them one after another, charge by charge of a customer."""
    scripts, charged = method_of(method).scripts, books.all("charge")
    earlier = [one for one in charged if (one["customer"], one["payment_method"]) == (customer, method)]
    return scripts[min(len(earlier), len(scripts) - 1)]


def confirm(books: Books, intent: Shape, script: Script) -> None:
    """Try to take the money. Raises `Fault` with the whole payment in it where the card is declined."""
    if script.refusal is not None:
        raise declined(_refuse(books, intent, script.refusal))
    if script.asks_holder:
        _ask(books, intent)
    elif method_of(intent["payment_method"]).type != "card":
        _submit(books, intent)
    else:
        succeed(books, intent)


def succeed(books: Books, intent: Shape) -> None:
    """The money is taken."""
    charge = _charge(books, intent, status="succeeded", paid=True, captured=True, amount_captured=intent["amount"])
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "next_action": None, "processing": None}
    intent["last_payment_error"] = None
    books.debits.pop(intent["id"], None)
    books.move("taken", intent, intent["amount"])
    books.emit("charge.succeeded", charge)
    books.emit("payment_intent.succeeded", intent)
    credit(books, intent)


def cancel(books: Books, intent: Shape, reason: str | None = None) -> Shape:
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


def _end(books: Books, intent: Shape) -> None:
    script = method_of(intent["payment_method"]).scripts[-1]
    if script.fails is not None:
        del books.debits[intent["id"]]
        _fail(books, intent, {"type": "card_error", "code": script.fails, "message": "The bank did not pay."})
        return
    succeed(books, intent)
    if script.returned is not None:
        take_back(books, intent, script.returned)


def take_back(books: Books, intent: Shape, reason: str) -> Shape:
    """The bank or the card holder takes the whole payment back after it was taken: a dispute that is lost."""
    said: Shape = {"amount": intent["amount"], "currency": intent["currency"], "charge": intent["latest_charge"]}
    dispute = books.new("dispute", **said, payment_intent=intent["id"], reason=reason)
    books.get("charge", intent["latest_charge"])["disputed"] = True
    books.move("returned", intent, intent["amount"])
    for event in ("created", "funds_withdrawn", "closed"):
        books.emit(f"charge.dispute.{event}", dispute)
    return dispute


def _refuse(books: Books, intent: Shape, refusal: Refusal) -> Shape:
    said = dict(_said(refusal))
    _fail(books, intent, said | {"payment_method": deepcopy(books.get("payment_method", intent["payment_method"]))})
    return deepcopy({**intent["last_payment_error"], "payment_intent": intent})


def _said(refusal: Refusal) -> Iterator[tuple[str, str]]:
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


def _fail(books: Books, intent: Shape, error: Shape) -> None:
    """A payment that failed has no method any more and could be confirmed with another one."""
    charge = _charge(books, intent, failure_code=error.get("code"), failure_message=error["message"])
    outcome = {name: error.get(name) for name in ("advice_code", "network_decline_code", "network_advice_code")}
    charge["outcome"] |= outcome | {"type": "issuer_declined", "network_status": "declined_by_network"}
    intent |= {"status": "requires_payment_method", "payment_method": None, "processing": None, "next_action": None}
    intent["last_payment_error"] = error | {"charge": charge["id"]}
    books.emit("charge.failed", charge)
    books.emit("payment_intent.payment_failed", intent)


def _ask(books: Books, intent: Shape) -> None:
    intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}}}
    books.emit("payment_intent.requires_action", intent)


def _submit(books: Books, intent: Shape) -> None:
    charge = _charge(books, intent, status="pending")
    intent["status"] = "processing"
    books.debits[intent["id"]] = books.clock() + books.tempo.debit
    books.emit("charge.pending", charge)
    books.emit("payment_intent.processing", intent)


def _charge(books: Books, intent: Shape, **said: Any) -> Shape:
    """The charge of this payment as it now is: a debit that was pending keeps its own."""
    pending = books.find("charge", intent["latest_charge"] or "")
    of = {name: intent[name] for name in ("amount", "currency", "customer", "metadata", "payment_method")}
    details = {"type": method_of(intent["payment_method"]).type}
    if pending is not None and pending["status"] == "pending":
        pending |= {"status": "failed"} | said
        return pending
    charge = books.new("charge", **of, payment_intent=intent["id"], payment_method_details=details, **said)
    intent["latest_charge"] = charge["id"]
    return charge
