"""Opens a case and keeps what it is told: the two activities that are no effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.options import FOR_GOOD
from dunning.errors import DunningError
from dunning.ports import NamedBody, Opening, Receivables, Written
from dunning.records import Customer, Invoice, Method

NOBODY: Final = {
    **dict.fromkeys(("name", "email", "phone", "address", "account_manager")), "contacts": (), "zones": (),
}  # fmt: skip


class CaseFile:
    """The case's place in the store."""

    def __init__(self, store: Receivables) -> None:
        """`store` is the system of record; both calls may be repeated."""
        self._store = store

    @activity.defn(name="open_case")
    async def open_case(
        self,
        invoice_id: str,
        invoice: Invoice | None,
        customer: Customer | None,
        methods: tuple[Method, ...],
        at: datetime,
    ) -> Opening:
        """Find the invoice, or register the one given inline. Fails as `NotFound` if it is neither known nor given.

        The answer stays in the case's history for good, so the debtor's name and addresses are left out (O3).
        """
        run = activity.info().workflow_run_id
        try:
            opening = await self._store.opening(invoice_id, invoice, customer, methods, at, run)
        except FOR_GOOD as error:
            raise _told_to_the_starter(error) from None
        return replace(opening, customer=opening.customer.model_copy(update=NOBODY))

    @activity.defn(name="record")
    async def record(
        self, invoice_id: str, told: tuple[NamedBody, ...], written: Written, seen: int, at: datetime
    ) -> tuple[int, tuple[NamedBody, ...]]:
        """Keep messages, journal lines and the projection; answer with the newest number and the messages not seen."""
        return await self._store.record(invoice_id, told, written, seen, at)


def _told_to_the_starter(error: DunningError) -> ApplicationError:
    """The same error, by name and words, as one that is no fault of the product: it is logged without a traceback."""
    return ApplicationError(
        str(error), type=type(error).__name__, non_retryable=True, category=ApplicationErrorCategory.BENIGN
    )
