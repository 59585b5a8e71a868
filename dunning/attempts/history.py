"""Attempts as the rule book is told of them: which ones count, since when, by which method, and as what (C4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from dunning.records import Invoice
from dunning.requests import CUSTOMER
from dunning.rulebook.decline import Codes
from dunning.rulebook.history import Tried

End = Literal["approved", "declined", "open"]

_ENDS: Final[Mapping[str, End]] = {
    "approved": "approved",
    "declined": "declined",
    "failed": "declined",  # a debit that was under way, or had settled, and came back
    "begun": "open",
    "unknown": "open",
    "underway": "open",
}


def ours(
    at: datetime, invoice_id: str, method: str, amount: int, currency: str, state: str, codes: Codes | None, by: str
) -> Tried:
    """An attempt that was made here, in whatever state it is; the customer's own are told apart."""
    return Tried(at, invoice_id, method, amount, currency, _ENDS[state], codes, by == CUSTOMER)


def ended(one: Tried, state: str, codes: Codes | None) -> Tried:
    """The same attempt, of which more is known."""
    return replace(one, state=_ENDS[state], codes=codes)


def made_elsewhere(invoice: Invoice, methods: Sequence[str]) -> Iterator[Tried]:
    """The failures that the billing system had before the case opened (C3); `methods` are the customer's."""
    for attempt in invoice.attempts:
        method = by_method(attempt.method, methods)
        if method is not None:
            codes = Codes(attempt.declined) if attempt.declined else None
            yield Tried(attempt.at, invoice.id, method, invoice.minor, invoice.currency, "declined", codes)


def by_method(named: str | None, methods: Sequence[str]) -> str | None:
    """The method of an attempt made elsewhere: the one named, or the only one there is. None: it counts for none."""
    return named or (methods[0] if len(methods) == 1 else None)


def counted(every: Iterable[Tried], method: str, renewed_at: datetime | None) -> list[Tried]:
    """What counts for an attempt by this method: what was before it was added or last renewed is forgotten."""
    if renewed_at is None:
        return list(every)
    return [one for one in every if one.method != method or one.at >= renewed_at]
