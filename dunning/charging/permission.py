"""A charge put before the rule book, and its verdict as an answer to the charge (C4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from dunning.answers import Forbidden
from dunning.effects import Charge
from dunning.records import Invoice
from dunning.rulebook.asked import Wanted
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried
from dunning.rulebook.verdict import may_try

CUSTOMER = "customer"


def barrier(
    charge: Charge, invoice_id: str, currency: str, country: str | None, at: datetime, day: date,
    earlier: Iterable[Tried], provider: str | None = None,
) -> Forbidden | None:  # fmt: skip
    """What the rule book has against this charge at this moment; None if nothing."""
    wanted = Wanted(
        at, day, invoice_id, charge.method, charge.amount, currency,
        network=charge.network, country=country, provider=provider, by_customer=charge.by == CUSTOMER,
    )  # fmt: skip
    verdict = may_try(wanted, earlier)
    if verdict.may == "now":
        return None
    return Forbidden(charge.method, verdict.row, verdict.why, verdict.until, verdict.until_on)


def made_elsewhere(invoice: Invoice, methods: tuple[str, ...]) -> Iterator[Tried]:
    """The failures that the billing system had before the case opened (C3); one that names no method was by the only
    one there is, or it counts for none.
    """
    for attempt in invoice.attempts:
        method = attempt.method or (methods[0] if len(methods) == 1 else None)
        if method is not None:
            codes = Codes(attempt.declined) if attempt.declined else None
            yield Tried(attempt.at, invoice.id, method, invoice.minor, invoice.currency, "declined", codes)
