"""The desk: the one place where the outside world registers, tells and asks. It speaks to the store and to the cases.

A fact is kept in the store before a case hears of it, so that a crash between the two loses nothing; a request is put
to the case at once, and answered by it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from adapters.storage.register import Register
from adapters.storage.store import Store
from adapters.storage.views import CaseView
from api.archive import Archive
from api.clock import Clock
from api.runs import Runs, Start
from dunning.errors import Conflict, NotFound
from dunning.messages import AnyRequest, Contact, Fact, MethodAdded, Withdraw, discreet, identity
from dunning.opening import refusal
from dunning.records import Customer, Invoice, Method

ADDRESSES: Final = ("email", "phone", "address")
_AT_ONCE: Final = 16  # cases of one customer told at a time


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact was kept under `number`; `by_case` says whether a case heard it, or none is open yet."""

    number: int
    by_case: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything is given from outside; nothing is kept here."""

    store: Store
    runs: Runs
    clock: Clock
    archive: Archive

    @property
    def register(self) -> Register:
        """How the store is changed."""
        return self.store.register

    async def put_customer(self, customer: Customer, methods: tuple[Method, ...]) -> bool:
        """Register a customer, or bring what is known of him up to date; True if he is new."""
        now = await self.clock.now()
        try:
            return await self.register.customer(customer, methods, now)
        except Conflict:
            await self._change(customer, methods)
            return False

    async def _change(self, customer: Customer, methods: tuple[Method, ...]) -> None:
        """What cases must hear of, a new address or a new way to pay, is told to them as a fact (N2, C2)."""
        known = await self.store.parties.customer(customer.id)
        await self.register.change_customer(customer.id, customer.model_dump(exclude={"id"}))
        moved = {
            name: new
            for name in ADDRESSES
            if (new := getattr(customer, name)) not in (None, getattr(known.record, name))
        }
        if moved:
            await self.tell_customer(customer.id, Contact(**moved))
        for method in methods:
            if method not in known.methods:
                await self.tell_customer(customer.id, MethodAdded(**method.model_dump()))

    async def register_invoice(self, customer_id: str, invoice: Invoice) -> bool:
        """Register an invoice; False if it was. Raises `NotFound` and `Conflict`."""
        return await self.register.invoice(customer_id, invoice, await self.clock.now())

    async def open(self, invoice_id: str) -> CaseView | None:
        """Open the case of an invoice; the one that is there already, if there is one (O1).

        Raises `NotFound`, and `Conflict` for an invoice that is void.
        """
        known = await self._known(invoice_id)
        if known is not None and known.outcome is not None:
            return known
        if (await self.store.parties.invoice(invoice_id)).voided_at is not None:
            raise Conflict(f"invoice: found {invoice_id} void; allowed one that stands")
        await self.runs.start(await self._start(invoice_id))
        return known

    async def tell(self, invoice_id: str, fact: Fact) -> Heard:
        """Keep a fact, then let the case hear it; one that has ended opens where it stood (P5). Raises `NotFound`."""
        name, body = await self._stamped(fact)
        number = await self.register.tell(invoice_id, name, body, await self.clock.now())
        return Heard(number, by_case=await self.hear(invoice_id, name, body))

    async def hear(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        """Let the case hear a fact that the store keeps; False where there is none yet. Raises `NotFound`."""
        heard = discreet(name, body)
        if await self.runs.signal(invoice_id, name, heard):
            return True
        if await self._known(invoice_id) is None:
            return False
        await self.runs.signal_with_start(await self._start(invoice_id), name, heard)
        return True

    async def tell_customer(self, customer_id: str, fact: Fact) -> list[str]:
        """Keep a fact about a customer, then let all his open cases hear it (H2); which they are. Raises `NotFound`."""
        name, body = await self._stamped(fact)
        ids = await self.register.tell_customer(customer_id, name, body, await self.clock.now())
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(invoice_id: str) -> None:
            async with places:
                await self.runs.signal(invoice_id, name, discreet(name, body))

        await asyncio.gather(*(one(invoice_id) for invoice_id in ids))
        return ids

    async def ask(self, invoice_id: str, request: AnyRequest, under: str) -> None:
        """Put a request to the case; `under` names this asking where the request has no id of its own.

        Raises `Refused`, `Unanswered`, and `NotFound` where no case is open.
        """
        name, body = request.name, request.model_dump(mode="json", by_alias=True, exclude_none=True)
        # The name belongs to it: a hold and its release carry the same id, and must not be taken for one.
        ask_id = identity(name, body) if body.get("id") else f"{name}:{under}"
        if await self.runs.ask(invoice_id, name, body, ask_id):
            return
        await self._refuse_where_ended(invoice_id, request)
        await self.runs.ask_with_start(await self._start(invoice_id), name, body, ask_id)

    async def void(self, invoice_id: str, under: str) -> None:
        """The invoice is void: no case opens for it any more, and one that is open ends as withdrawn (S4)."""
        await self.register.void(invoice_id, await self.clock.now())
        known = await self._known(invoice_id)
        if known is not None and known.outcome is None:
            await self.ask(invoice_id, Withdraw(), under)

    async def _refuse_where_ended(self, invoice_id: str, request: AnyRequest) -> None:
        """Let the rules refuse what an ended case refuses, without opening it for that."""
        await self.store.cases.one(invoice_id)
        ended = await self.archive.ended(invoice_id)
        if ended is None:
            raise NotFound(f"case: found none that runs for invoice {invoice_id}; allowed one that was opened")
        refused = refusal(ended, request, await self.clock.now())
        if refused is not None:
            raise refused

    async def _stamped(self, fact: Fact) -> tuple[str, dict[str, Any]]:
        """The fact in the words in which both store and case are told it. It reached us now, unless it says itself."""
        at = fact.at or await self.clock.now()
        body = fact.model_copy(update={"at": at}).model_dump(mode="json", exclude_none=True)
        return fact.name, body

    async def _known(self, invoice_id: str) -> CaseView | None:
        try:
            return await self.store.cases.one(invoice_id)
        except NotFound:
            return None

    async def _start(self, invoice_id: str) -> Start:
        view = await self.store.parties.invoice(invoice_id)
        return Start(invoice_id, view.customer_id, view.record.due_on, await self.clock.ahead())
