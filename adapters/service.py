"""The creditor's service as a sandbox: it stops and starts nothing, but remembers what it was told and logs it."""

from __future__ import annotations

import json
from typing import Final

import structlog

from adapters.sandbox_book import SandboxBook, SandboxCall

_LOG: Final = structlog.get_logger("dunning.service")


class SandboxService:
    """Keeps the promises of `dunning.ports.ServiceControl`."""

    def __init__(self, book: SandboxBook) -> None:
        """`book` remembers the calls."""
        self._book = book

    async def suspend(self, customer_id: str, invoice_id: str, key: str) -> None:
        """Stop the service because of this invoice."""
        await self._switch("suspended", customer_id, invoice_id, key)

    async def restore(self, customer_id: str, invoice_id: str, key: str) -> None:
        """Nothing of this invoice stands against the service any more."""
        await self._switch("restored", customer_id, invoice_id, key)

    async def suspended_for(self, customer_id: str) -> frozenset[str]:
        """The invoices because of which the customer's service is stopped; none: it runs."""
        told = [json.loads(entry.body) for entry in await self._book.about("service", customer_id)]
        last = {call["invoice_id"]: call["state"] for call in told}
        return frozenset(invoice_id for invoice_id, state in last.items() if state == "suspended")

    async def _switch(self, state: str, customer_id: str, invoice_id: str, key: str) -> None:
        await self._book.keep(
            SandboxCall("service", key, customer_id, json.dumps({"invoice_id": invoice_id, "state": state}))
        )
        _LOG.info("service " + state, invoice_id=invoice_id)
