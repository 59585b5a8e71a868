"""A charge put before the rule book, and its verdict as an answer to the charge (C4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from dunning.answers import Forbidden
from dunning.effects import Charge
from dunning.rulebook.asked import Wanted
from dunning.rulebook.history import Tried
from dunning.rulebook.verdict import may_try


def barrier(
    charge: Charge, invoice_id: str, currency: str, country: str | None, at: datetime, day: date,
    earlier: Iterable[Tried], provider: str | None = None,
) -> Forbidden | None:  # fmt: skip
    """What the rule book has against this charge at this moment; None if nothing."""
    wanted = Wanted(
        at, day, invoice_id, charge.method, charge.amount, currency,
        network=charge.network, country=country, provider=provider, by_customer=charge.by == "customer",
    )  # fmt: skip
    verdict = may_try(wanted, earlier)
    if verdict.may == "now":
        return None
    return Forbidden(charge.method, verdict.row, verdict.why, verdict.until, verdict.until_on)
