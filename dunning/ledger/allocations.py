"""One payment for several invoices names its parts, and so does its reversal (P9).

The invoice that is told keeps its own part and what the parts leave, which is the customer's credit (P3, P8). Each of
the others is told its part alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from dunning.facts import PaymentReceived, PaymentReversed, ReversalLifted
from dunning.messages import FACTS

MoneyFact = PaymentReceived | PaymentReversed | ReversalLifted
GOES_OR_COMES_AGAIN: Final = (PaymentReversed.name, ReversalLifted.name)
Told = tuple[str, dict[str, Any]]  # an invoice, and the body of what it is told


def own(fact: MoneyFact, invoice_id: str) -> Decimal:
    """What of it is for the invoice that is told of the whole."""
    return fact.amount - sum([part.amount for part in fact.allocations or () if part.invoice != invoice_id])


def deliveries(name: str, body: dict[str, Any], invoice_id: str, booked: Mapping[str, Decimal]) -> list[Told]:
    """Who is told what of a payment, or of what is taken back of one or comes again, that `invoice_id` was told of.

    A payment that is `booked` has reached the others; the invoice itself is told once more, if it is booked there.
    """
    if booked and name == PaymentReceived.name:
        return [(invoice_id, body)] if invoice_id in booked else []
    return [(invoice_id, body), *others(name, body, invoice_id, booked)]


def others(name: str, body: dict[str, Any], invoice_id: str, parts: Mapping[str, Decimal]) -> list[Told]:
    """What the other invoices are told. `parts` are those of the payment that are booked, by invoice: a reversal of the
    whole names none, nor does what lifts it.
    """
    fact = _money_fact(name, body)
    if fact is None:
        return []
    rest = {key: value for key, value in body.items() if key != "allocations"}
    named = {part.invoice: part.amount for part in fact.allocations or ()}
    of_it = invoice_id in parts or len(parts) > 1
    if name in GOES_OR_COMES_AGAIN and not named and of_it and fact.amount >= sum(parts.values()):
        named = dict(parts)
    return [(invoice, {**rest, "amount": str(part)}) for invoice, part in named.items() if invoice != invoice_id]


def payment_of(name: str, body: dict[str, Any]) -> str | None:
    """The payment that comes, is taken back or comes again; None where the message is about something else."""
    fact = _money_fact(name, body)
    return None if fact is None else fact.id if isinstance(fact, PaymentReceived) else fact.payment_id


def _money_fact(name: str, body: dict[str, Any]) -> MoneyFact | None:
    if name not in {PaymentReceived.name, *GOES_OR_COMES_AGAIN}:
        return None
    try:
        fact = FACTS[name].model_validate(body)
    except ValidationError:
        return None
    return fact if isinstance(fact, MoneyFact) else None
