"""Effects on our own books: fees, write-offs, tasks and closings. Recording is the whole act, in one transaction."""

from __future__ import annotations

from temporalio import activity

from dunning.ports import Act, Acted, Receivables


class Bookkeeping:
    """Writes into the system of record; the store knows what each effect changes there."""

    def __init__(self, store: Receivables) -> None:
        """`store` is the system of record."""
        self._store = store

    @activity.defn(name="book")
    async def book(self, act: Act) -> Acted:
        """Book a fee or a write-off (F3, H5)."""
        return await self._store.perform(act)

    @activity.defn(name="open_task")
    async def open_task(self, act: Act) -> Acted:
        """Put a question before a person, or an unanswered one before somebody else (H6)."""
        return await self._store.perform(act)

    @activity.defn(name="close_case")
    async def close_case(self, act: Act) -> Acted:
        """Close the case; what was paid too much becomes the customer's credit (P3)."""
        return await self._store.perform(act)
