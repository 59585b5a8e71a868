"""What conditions may ask about: the invoice, the customer, the account and the case, by the policy's field names."""

from __future__ import annotations

from dunning import overdue
from dunning.answers import Account
from dunning.case import Case
from dunning.money import major
from dunning.parts import Debt, Party
from dunning.policy.conditions import Look


def looking_into(case: Case) -> Look:
    """What a condition finds in a case; what its account does not say is as for a customer's only case (F5)."""
    account = case.account or Account(broken_promises=case.broken_promises)
    last_decline = next((a.code for a in reversed(case.attempts) if a.code), None)
    return values(
        case.invoice, case.party, account,
        balance=case.balance, overdue_days=overdue.overdue_days(case),
        attempts=case.track.counted, last_decline=last_decline,
    ).__getitem__  # fmt: skip


def values(
    invoice: Debt, party: Party, account: Account,
    *, balance: int, overdue_days: int, attempts: int, last_decline: str | None,
) -> dict[str, object]:  # fmt: skip
    """Every field with its value; money in major units, exact. `balance` is in minor units."""
    currency = invoice.currency
    return {
        "invoice.amount": major(invoice.amount, currency),
        "invoice.balance": major(balance, currency),
        "invoice.currency": currency,
        "invoice.tags": invoice.tags,
        "invoice.overdue_days": overdue_days,
        "customer.kind": party.kind,
        "customer.country": party.country,
        "customer.segment": party.segment,
        "customer.locale": party.locale,
        "customer.tags": party.tags,
        "account.overdue_total": major(account.overdue_total, currency),
        "account.open_cases": account.open_cases,
        "account.oldest_overdue_days": account.oldest_overdue_days,
        "account.broken_promises": account.broken_promises,
        "case.attempts": attempts,
        "case.last_decline": last_decline,
    }
