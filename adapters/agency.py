"""A collection agency as a sandbox: it collects nothing, but remembers each debt and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog
from pydantic import TypeAdapter

from adapters.sandbox_book import SandboxBook, SandboxCall
from dunning.records import Customer, Invoice

_LOG: Final = structlog.get_logger("dunning.agency")


@dataclass(frozen=True, slots=True)
class AgencyDebt:
    """A debt as the agency knows it. `balance` in minor units; a recalled one is the creditor's again."""

    agency: str
    invoice_id: str
    balance: int
    currency: str
    recalled: bool = False


_DEBT: Final = TypeAdapter(AgencyDebt)


class SandboxAgency:
    """Keeps the promises of `dunning.ports.Agency`; the debtor's name and address are not kept."""

    def __init__(self, book: SandboxBook) -> None:
        """`book` remembers the calls."""
        self._book = book

    async def hand_off(self, agency: str, customer: Customer, invoice: Invoice, amount: int, key: str) -> None:  # noqa: ARG002
        """Take this debt."""
        await self._keep(key, AgencyDebt(agency, invoice.id, amount, invoice.currency))

    async def report(self, agency: str, invoice: Invoice, balance: int, *, recalled: bool, key: str) -> None:
        """This is left of it; or it is recalled."""
        await self._keep(key, AgencyDebt(agency, invoice.id, balance, invoice.currency, recalled))

    async def debt(self, invoice_id: str) -> AgencyDebt | None:
        """The debt as it was told last; None if it was never handed off."""
        told = await self._book.about("agency", invoice_id)
        return _DEBT.validate_json(told[-1].body) if told else None

    async def _keep(self, key: str, debt: AgencyDebt) -> None:
        await self._book.keep(SandboxCall("agency", key, debt.invoice_id, _DEBT.dump_json(debt).decode()))
        _LOG.info("agency told", agency=debt.agency, invoice_id=debt.invoice_id, recalled=debt.recalled)
