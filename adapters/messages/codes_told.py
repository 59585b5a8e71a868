"""What a debtor may be told of a payment that failed: what the rule book says of its code, in one of a few kinds."""

from __future__ import annotations

from typing import Final, Literal

from dunning.case_facts import FailedAttempt
from dunning.rulebook.networks import family, is_debit
from dunning.rulebook.reading import Found, deciding
from dunning.rulebook.rows import Tell

Reason = Literal["expired", "closed", "wrong", "blocked", "unknown"]

# The rows of the rule book by what their reader can do something about. A row that is not here gives no reason.
_REASONS: Final[dict[Reason, tuple[str, ...]]] = {
    "expired": ("stripe expired_card", "stripe invalid_expiry_month", "stripe invalid_expiry_year", "visa 54"),
    "closed": ("sepa_dd AC04", "ach R02", "bacs B", "visa 46"),
    "wrong": (
        "stripe incorrect_number", "stripe invalid_number", "stripe invalid_account", "stripe incorrect_cvc",
        "stripe invalid_cvc", "stripe incorrect_zip", "stripe incorrect_address", "sepa_dd AC01", "sepa_dd RC01",
        "ach R03", "ach R04", "ach R13", "ach R28", "bacs 5", "visa 14", "visa 15", "visa 82", "visa 6P", "visa N7",
    ),
    "blocked": ("sepa_dd AC06", "sepa_dd AC13", "sepa_dd AG01", "ach R20", "stripe transaction_not_allowed"),
}  # fmt: skip
_BY_ROW: Final[dict[str, Reason]] = {row: reason for reason, rows in _REASONS.items() for row in rows}


def tell_of(failed: FailedAttempt) -> Tell:
    """What the customer is to be told by the row of that day: to confirm, to use another method, or no more than that
    it failed.
    """
    return _row(failed).code.tell


def reason_of(failed: FailedAttempt) -> Reason:
    """Why it failed, where the row lets it be told: only one that asks for another method does."""
    row = _row(failed)
    return _BY_ROW.get(row.name, "unknown") if row.code.tell == "new_method" and not row.code.mask else "unknown"


def is_bank_debit(network: str | None) -> bool:
    """Whether a method of this network is a bank account that is debited, and not a card."""
    return is_debit(family(network))


def _row(failed: FailedAttempt) -> Found:
    return deciding(failed.network, failed.codes, failed.on)
