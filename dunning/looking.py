"""What conditions may ask about: the invoice, the customer, the account and the case, by the policy's field names."""

from __future__ import annotations

from collections.abc import Callable

from dunning import holds
from dunning.answers import Account
from dunning.case import Case
from dunning.money import major


def looking_into(case: Case) -> Callable[[str], object]:
    """A function from a field's name to its value; money in major units, exact (F5)."""
    account = case.account or Account(broken_promises=case.broken_promises)
    values: dict[str, Callable[[], object]] = {
        "invoice.amount": lambda: major(case.invoice.amount, case.invoice.currency),
        "invoice.balance": lambda: major(case.balance, case.invoice.currency),
        "invoice.currency": lambda: case.invoice.currency,
        "invoice.tags": lambda: case.invoice.tags,
        "invoice.overdue_days": lambda: holds.overdue_days(case),
        "customer.kind": lambda: case.party.kind,
        "customer.country": lambda: case.party.country,
        "customer.segment": lambda: case.party.segment,
        "customer.locale": lambda: case.party.locale,
        "customer.tags": lambda: case.party.tags,
        "account.overdue_total": lambda: major(account.overdue_total, case.invoice.currency),
        "account.open_cases": lambda: account.open_cases,
        "account.oldest_overdue_days": lambda: account.oldest_overdue_days,
        "account.broken_promises": lambda: account.broken_promises,
        "case.attempts": lambda: case.track.counted,
        "case.last_decline": lambda: next((a.code for a in reversed(case.attempts) if a.code), None),
    }
    return lambda field: values[field]()
