"""Payments as they are asked for: what Stripe checks before it tries to take any money."""

from __future__ import annotations

from typing import Any, Final

from adapters.stripe.fake.books import Books
from adapters.stripe.fake.faults import wrong
from adapters.stripe.fake.methods import customer_named, payment_method
from adapters.stripe.fake.shapes import FakeObject

_KNOWN: Final = frozenset(
    {"amount", "currency", "customer", "payment_method", "payment_method_types", "confirm", "off_session", "metadata",
     "description", "statement_descriptor_suffix", "automatic_payment_methods", "return_url", "expand"}
)  # fmt: skip
_CURRENCY: Final = {"sepa_debit": "eur", "bacs_debit": "gbp", "us_bank_account": "usd"}
_LEAST: Final = 50  # of a currency with two decimals; each has its own at Stripe
_LONGEST_METADATA: Final = 500


def read_intent(books: Books, asked: dict[str, Any]) -> FakeObject:
    """The payment that is asked for, not kept yet. Raises `Fault` for what Stripe would not take."""
    unknown = sorted(asked.keys() - _KNOWN)
    if unknown:
        raise wrong(unknown[0], f"Received unknown parameter: {unknown[0]}", "parameter_unknown")
    payer = customer_named(books, asked["customer"])["id"] if asked.get("customer") else None
    said: FakeObject = {"amount": _amount(asked), "currency": _currency(asked), "customer": payer}
    said["payment_method_types"] = _types(books, asked, said["currency"])
    said["payment_method"] = _method(books, asked, said)
    return said | {"metadata": _metadata(asked), "status": "requires_confirmation"}


def _amount(asked: dict[str, Any]) -> int:
    amount = str(asked.get("amount", ""))
    if not amount.isdigit():
        raise wrong("amount", f"Invalid integer: {amount}", "parameter_invalid_integer")
    if int(amount) < _LEAST:
        raise wrong("amount", "Amount must be at least 50 cents", "amount_too_small")
    return int(amount)


def _currency(asked: dict[str, Any]) -> str:
    currency = str(asked.get("currency", "")).lower()
    if len(currency) != len("eur"):
        raise wrong("currency", f"Invalid currency: {currency}.")
    return currency


def _types(books: Books, asked: dict[str, Any], currency: str) -> list[str]:
    """The types of methods that the account takes in this currency. Some of them lead the payer to another page."""
    if "payment_method_types" in asked:
        message = "The payment_method_types parameter is no longer supported. Use allowed_payment_method_types."
        raise wrong("payment_method_types", message, "payment_method_types_no_longer_supported")
    never = asked.get("automatic_payment_methods", {}).get("allow_redirects") == "never"
    if asked.get("confirm") == "true" and not (never or asked.get("return_url")):
        message = (
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`."
        )
        raise wrong("return_url", message)
    return [one for one in books.takes if _CURRENCY.get(one, currency) == currency]


def _method(books: Books, asked: dict[str, Any], said: FakeObject) -> str | None:
    if not asked.get("payment_method"):
        return None
    method = payment_method(books, asked["payment_method"])
    if method["customer"] not in {None, said["customer"]}:
        raise wrong("payment_method", "The PaymentMethod supplied belongs to a different Customer.")
    if method["type"] not in said["payment_method_types"]:
        if method["type"] in books.takes:
            raise wrong("currency", f"The currency provided ({said['currency']}) is invalid for {method['type']}.")
        message = f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent."
        raise wrong("payment_method", message, "payment_intent_incompatible_payment_method")
    return str(method["id"])


def _metadata(asked: dict[str, Any]) -> dict[str, str]:
    metadata: dict[str, str] = asked.get("metadata", {})
    for name, value in metadata.items():
        if len(value) > _LONGEST_METADATA:
            raise wrong(f"metadata[{name}]", "Metadata values can have up to 500 characters.")
    return metadata
