"""Builders for the API's tests: a customer, an invoice and a policy, with a default for everything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from adapters.calendars import creditors_calendars
from dunning.policy import Policy

MONDAY: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET: Final = "not a secret, but long enough to be one"


def policies() -> tuple[Policy, ...]:
    """One for everybody, one for those who are tagged gentle."""
    plain = {
        "name": "plain",
        "description": "A reminder, a fee, a suspension",
        "steps": [
            {"name": "reminder", "after": "3 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]},
            {
                "name": "final",
                "after": "10 days",
                "do": [
                    {"fee": "15.00"},
                    {"notify": {"message": "final", "by": ["letter", "email"], "deadline": "14 days"}},
                ],
            },
            {"name": "suspension", "after": "30 days", "requires": "final", "do": [{"suspend": {}}]},
        ],
        "promise": {"at_most": "14 days", "times": 1},
        "plan": {"instalments": 3, "longest": "90 days"},
        "dispute": {"answer_within": "5 workdays"},
    }
    gentle = {
        "name": "gentle",
        "priority": 10,
        "for": {"customer.tags": "gentle"},
        "steps": [{"name": "word", "after": "5 days", "do": [{"notify": {"message": "friendly", "by": ["email"]}}]}],
    }
    return Policy.model_validate(plain), Policy.model_validate(gentle)


calendar = creditors_calendars("Europe/Amsterdam", "NL")


def a_customer(**more: Any) -> dict[str, Any]:
    body = {
        "name": "Ada Lovelace Analytics",
        "country": "NL",
        "timezone": "Europe/Amsterdam",
        "email": "ada@lovelace.example",
        "phone": "+31 20 555 0100",
        "address": "Keizersgracht 1\n1015 CJ Amsterdam",
    }
    return body | more


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def an_invoice(**more: Any) -> dict[str, Any]:
    body = {
        "id": "INV-1",
        "customer_id": "ada",
        "amount": euros("1000.00"),
        "issued_on": "2026-01-29",
        "due_on": "2026-02-28",
        "open": True,
    }
    return body | more
