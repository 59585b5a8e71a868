"""An unmatched payment and the invoices that somebody says it is for: as one fact, and what would come of that (P9)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.messages.composer import Composer
from adapters.storage.unmatched import Candidate, UnmatchedPayment
from api.actions.futures import Debtor, what_comes
from api.case_service import CaseService
from api.message_previews import MessagePreviews
from api.problems import Problem
from api.shapes.values import Sum
from dunning.case import Case
from dunning.errors import MoneyError, NotFound
from dunning.facts import PaymentReceived
from dunning.ledger import allocations
from dunning.money import decimal_string

MOST_PARTS: Final = 6  # invoices that a form has room for


@dataclass(frozen=True, slots=True)
class Part:
    """So much of it is for this invoice, in minor units."""

    of: Candidate
    amount: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What somebody filled in, as it was understood; `mistakes` by the number of the row, 0 for all of it."""

    parts: tuple[Part, ...] = ()
    mistakes: Mapping[int, str] = field(default_factory=dict)

    @property
    def together(self) -> int:
        """How much of the payment has an invoice."""
        return sum(one.amount for one in self.parts)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How an invoice stands before and after; without its case, by what is left of it alone."""

    part: Part
    before: Case | None
    after: Case | None


@dataclass(frozen=True, slots=True)
class Matching:
    """One such payment, by the service through which who was let in speaks."""

    service: CaseService
    payment: UnmatchedPayment

    async def understood(self, rows: Sequence[tuple[str, str]]) -> Parts:
        """The rows of a form, each an invoice and an amount; a row without an invoice is none. An amount that is left
        out is what is open, or what is left of the payment.
        """
        named = [(number, invoice.strip(), amount.strip()) for number, (invoice, amount) in enumerate(rows, 1)]
        named = [row for row in named if row[1] or row[2]]
        known = await self.service.store.unmatched.invoices([invoice for _, invoice, _ in named])
        parts: list[Part] = []
        mistakes: dict[int, str] = {}
        left = self.payment.amount
        for number, invoice, amount in named:
            of = known.get(invoice)
            try:
                part = self._part(of, invoice, amount, left, [one.of.invoice_id for one in parts])
            except ValueError as error:
                mistakes[number] = str(error)
                continue
            parts.append(part)
            left -= part.amount
        if not named:
            mistakes[0] = "Name at least one invoice."
        return Parts(tuple(parts), mistakes)

    def _part(self, of: Candidate | None, invoice: str, amount: str, left: int, before: Sequence[str]) -> Part:
        currency = self.payment.currency
        if of is None:
            raise ValueError(f"No invoice is called {invoice}." if invoice else "Name the invoice of this amount.")
        if of.invoice_id in before:
            raise ValueError(f"{invoice} stands there twice.")
        if of.currency != currency:
            raise ValueError(f"{invoice} is in {of.currency}, the payment in {currency}.")
        try:
            minor = Sum(amount=amount, currency=currency).minor if amount else min(max(of.balance, 0), left)
        except (ValueError, MoneyError):
            raise ValueError(f"{amount} is no amount in {currency}.") from None
        if minor <= 0:
            raise ValueError("An amount is more than nought." if amount else f"Nothing is open of {invoice}, or left.")
        if minor > left:
            raise ValueError(f"Only {decimal_string(left, currency)} is left of the payment.")
        return Part(of, minor)

    def fact(self, parts: Sequence[Part]) -> PaymentReceived:
        """The payment as its first invoice is told it. What no part takes is the customer's credit, which stands there
        (P3, P8).
        """
        currency = self.payment.currency
        several = [{"invoice": one.of.invoice_id, "amount": decimal_string(one.amount, currency)} for one in parts]
        return PaymentReceived.model_validate(
            {
                "id": self.payment.id, "amount": decimal_string(self.payment.amount, currency), "currency": currency,
                "as_of": self.payment.as_of or self.payment.at, "allocations": several if len(several) > 1 else None,
            }
        )  # fmt: skip

    async def foreseen(self, parts: Sequence[Part], composer: Composer) -> tuple[Foreseen, ...]:
        """How each invoice would stand. Nothing is told."""
        fact, first = self.fact(parts), parts[0].of.invoice_id
        body = fact.model_dump(mode="json", exclude_none=True)
        told = dict(allocations.deliveries(fact.name, body, first, {}))
        return tuple([await self._foreseen(one, told[one.of.invoice_id], composer) for one in parts])

    async def _foreseen(self, part: Part, body: Mapping[str, object], composer: Composer) -> Foreseen:
        try:
            case, invoice, reach = await MessagePreviews(self.service, composer).known(part.of.invoice_id)
        except (Problem, NotFound):
            return Foreseen(part, None, None)
        debtor, now = Debtor(reach.customer, invoice, reach.channels), await self.service.clock.now()
        comes = await asyncio.to_thread(what_comes, case, [PaymentReceived.model_validate(body)], now, debtor)
        return Foreseen(part, comes.before, comes.after)
