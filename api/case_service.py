"""The case service: the one place where the outside world registers, tells and asks, over the store and the cases.

A fact is kept in the store before a case hears of it, so that a crash between the two loses nothing; a request is put
to the case at once, and answered by it. What people write in their own words stays in the store: a case hears a
reference to it, which is kept before (O3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from adapters.storage.lists.views import CaseView
from adapters.storage.register import Register
from adapters.storage.store import Store
from adapters.storage.tables import Origin
from api.archive import Archive
from api.callers import asked_by, not_permitted
from api.case_client import CaseClient, CaseStart
from api.clock import Clock
from api.four_eyes import FourEyes, in_name_of
from dunning.engine import refusal
from dunning.errors import Conflict, NotFound, PolicyError, Refused
from dunning.free_text import with_references
from dunning.messages import (
    WHO,
    AnyRequest,
    Contact,
    Credit,
    Fact,
    InvoiceChanged,
    MethodAdded,
    PaymentReceived,
    PaymentReversed,
    PolicyChange,
    Withdraw,
    discreet,
)
from dunning.policy.choose import Choice, ChoiceReason
from dunning.records import Customer, Invoice, Method
from dunning.roles import Action, Role, may

ADDRESSES: Final = ("email", "phone", "address")
MOVES_MONEY: Final = (PaymentReceived, PaymentReversed, Credit, InvoiceChanged)
_AT_ONCE: Final = 16  # cases of one customer told at a time


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact was kept under `number`; `by_case` says whether a case heard it, or none is open yet."""

    number: int
    by_case: bool


class NoPolicy(Refused):
    """No policy takes the invoice, or more than one with the same right to it: its case cannot open (O2)."""

    def __init__(self, invoice_id: str, why: str, reasons: tuple[ChoiceReason, ...] = ()) -> None:
        """`reasons` has one for each policy in the order of asking."""
        self.reasons = reasons
        super().__init__("open", f"no policy takes invoice {invoice_id}: {why}", "O2")


@dataclass(frozen=True, slots=True)
class CaseService:
    """Everything is given from outside; nothing is kept here.

    `who` was let in and speaks through it, such as `key billing`: what it tells and asks says so (F6). It does what its
    `roles` allow (R5); None: a part of the product itself, which nobody's role binds. A `person` who was let in asks in
    their own name, whatever stands in a request (R1). `four_eyes` says what takes two people (R3).
    """

    store: Store
    client: CaseClient
    clock: Clock
    who: str | None = None
    roles: tuple[Role, ...] | None = None
    person: str | None = None
    four_eyes: FourEyes = field(default_factory=FourEyes)

    @property
    def archive(self) -> Archive:
        """Whatever is told of many cases at once."""
        return Archive(self.store.database)

    @property
    def register(self) -> Register:
        """How the store is changed."""
        return self.store.register

    async def put_customer(self, customer: Customer, methods: tuple[Method, ...], parent: str | None = None) -> bool:
        """Register a customer, or bring what is known of them up to date; True if they are new.

        Raises `BadParent` where they cannot belong to the group of this `parent`.
        """
        now = await self.clock.now()
        try:
            return await self.register.customer(customer, methods, now, parent)
        except Conflict:
            await self._change(customer, methods, parent)
            return False

    async def _change(self, customer: Customer, methods: tuple[Method, ...], parent: str | None) -> None:
        """What cases must hear of, a new address or a new way to pay, is told to them as a fact (N2, C2)."""
        known = await self.store.parties.customer(customer.id)
        await self.register.change_customer(customer.id, customer.model_dump(exclude={"id"}), parent=parent)
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

    async def register_invoice(self, customer_id: str, invoice: Invoice, *, to_open: bool = False) -> bool:
        """Register an invoice; False if it was. Raises `NotFound` and `Conflict`.

        One that is new, and whose case is `to_open`, is not registered where no policy takes it: raises `NoPolicy`.
        """
        now = await self.clock.now()
        if to_open and not await self._is_registered(invoice.id):
            await _taken(invoice.id, self.store.parties.choice_for(customer_id, invoice, now))
        return await self.register.invoice(customer_id, invoice, now)

    async def open(self, invoice_id: str) -> CaseView | None:
        """Open the case of an invoice; the one that is there already, if there is one (O1).

        Raises `NotFound`, `Conflict` for an invoice that is void, and `NoPolicy`.
        """
        known = await self._known(invoice_id)
        if known is not None and known.outcome is not None:
            return known
        if (await self.store.parties.invoice(invoice_id)).voided_at is not None:
            raise Conflict(f"invoice: found {invoice_id} void; allowed one that stands")
        if known is None:
            await _taken(invoice_id, self.store.parties.choice(invoice_id, await self.clock.now()))
        await self.client.start(await self._start(invoice_id))
        return known

    async def open_or_ask(self, invoice_id: str) -> bool:
        """Open a case where nobody waits for an answer: if no policy takes the invoice, a task says so.

        Whether it was opened. Raises as `open`.
        """
        try:
            await self.open(invoice_id)
        except NoPolicy as refused:
            await self.store.unopened.ask(invoice_id, "no-policy", refused.reason, await self.clock.now())
            return False
        return True

    async def tell(
        self, invoice_id: str, fact: Fact, origin: Origin = "told", *, first_stands: bool = False
    ) -> KeptFact:
        """Keep a fact, then let the case hear it; one that has ended opens where it stood (P5). Raises `NotFound`.

        Raises `Conflict` where its id is known with other content (P1, P9), unless what was told `first_stands`, and
        `Problem` where nobody with these roles may tell it (R5).
        """
        self._permit(*asked_by(fact))
        name, body, texts = await self._stamped(fact)
        number, heard = await self.register.tell_parts(
            invoice_id, name, body, await self.clock.now(), origin, texts=texts, first_stands=first_stands
        )
        kept = KeptFact(number, by_case=heard is not None and await self.signal(invoice_id, name, heard))
        if isinstance(fact, MOVES_MONEY):
            await self.deliver()
        return kept

    async def deliver(self) -> None:
        """Let cases hear what the store keeps for them: parts of a payment, credit that was set off (P8, P9)."""
        for news in await self.register.unheard():
            await self.signal(news.invoice_id, news.name, news.body)
            await self.register.heard(news)

    async def signal(self, invoice_id: str, name: str, body: dict[str, Any]) -> bool:
        """Let the case hear a fact that the store keeps; False where there is none yet. Raises `NotFound`."""
        heard = self._discreet(name, body)
        if await self.client.signal(invoice_id, name, heard):
            return True
        if await self._known(invoice_id) is None:
            return False
        await self.client.signal_with_start(await self._start(invoice_id), name, heard)
        return True

    async def tell_customer(self, customer_id: str, fact: Fact) -> list[str]:
        """Keep a fact about a customer, then let all their open cases hear it (H2); which ones.

        Raises `NotFound`, and `Problem` where nobody with these roles may tell it (R5).
        """
        self._permit(*asked_by(fact))
        name, body, texts = await self._stamped(fact)
        ids = await self.register.tell_customer(customer_id, name, body, await self.clock.now(), texts=texts)
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(invoice_id: str) -> None:
            async with places:
                await self.client.signal(invoice_id, name, self._discreet(name, body))

        await asyncio.gather(*(one(invoice_id) for invoice_id in ids))
        return ids

    async def ask(self, invoice_id: str, request: AnyRequest, under: str) -> None:
        """Put a request to the case; `under` names this asking, which is one request however often it is put.

        Raises `Refused`, `Unanswered`, `Unreadable`, `NotFound` where no case is open, and `Problem` where nobody with
        these roles may ask for it (R5).
        """
        self._permit(*asked_by(request))
        if isinstance(request, PolicyChange) and request.policy not in self.store.parties.policy_names:
            allowed = ", ".join(self.store.parties.policy_names)
            raise Refused(request.name, f"no policy {request.policy} is known; allowed: {allowed}", "O2")
        asked = await self.as_asked(invoice_id, request)
        said = asked.model_copy(update=self._said()).model_dump(mode="json", by_alias=True, exclude_none=True)
        body, texts = with_references(said, self.store.database.fingerprint_key)
        if texts:
            await self.store.texts.keep(invoice_id, texts, await self.clock.now())
        try:
            await self._put(invoice_id, request, body, f"{request.name}:{under}")
        except Refused as refused:
            reason = await self.store.texts.in_words(invoice_id, refused.reason)
            raise Refused(refused.request, reason, refused.rule) from None

    async def as_asked(self, invoice_id: str, request: AnyRequest) -> AnyRequest:
        """The request as the case hears it: by who was let in where that is a person, with the limit of R3.

        Raises `NotFound`.
        """
        signed = in_name_of(request, self.person) if self.person else request
        limits = self.four_eyes.limits_of(signed)
        if not limits:
            return signed
        currency = (await self.store.parties.invoice(invoice_id)).record.currency
        return signed.model_copy(update={"alone_up_to": limits.get(currency)})

    async def _put(self, invoice_id: str, request: AnyRequest, body: dict[str, Any], ask_id: str) -> None:
        if await self.client.ask(invoice_id, request.name, body, ask_id):
            return
        await self._refuse_where_ended(invoice_id, request)
        await self.client.ask_with_start(await self._start(invoice_id), request.name, body, ask_id)

    async def void(self, invoice_id: str, under: str) -> None:
        """The invoice is void: no case opens for it any more, and one that is open ends as withdrawn (S4).

        Raises `Problem` where nobody with these roles may say so (R5).
        """
        self._permit("void")
        await self.register.void(invoice_id, await self.clock.now())
        known = await self._known(invoice_id)
        if known is not None and known.outcome is None:
            await replace(self, roles=None).ask(invoice_id, Withdraw(), under)

    async def _refuse_where_ended(self, invoice_id: str, request: AnyRequest) -> None:
        """Let the rules refuse what an ended case refuses, without opening it for that."""
        await self.store.cases.one(invoice_id)
        ended = await self.archive.ended_case(invoice_id)
        if ended is None:
            raise NotFound(f"case: found none that runs for invoice {invoice_id}; allowed one that was opened")
        refused = refusal(ended, request, await self.clock.now())
        if refused is not None:
            raise refused

    def _discreet(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """What the server that keeps the cases' time may know of the addresses in a message (O3)."""
        return discreet(name, body, self.store.database.fingerprint_key)

    async def _stamped(self, fact: Fact) -> tuple[str, dict[str, Any], dict[str, str]]:
        """The fact as both store and case are told it, and the texts that it refers to, which only the store is told.

        It reached us now, unless it says itself.
        """
        at = fact.at or await self.clock.now()
        body = fact.model_copy(update={"at": at, **self._said()}).model_dump(mode="json", exclude_none=True)
        return fact.name, *with_references(body, self.store.database.fingerprint_key)

    def _permit(self, *actions: Action) -> None:
        """Nothing, where the roles allow all of it. Raises `Problem`."""
        for action in actions:
            if self.roles is not None and not may(self.roles, action):
                raise not_permitted(self.roles, action)

    def _said(self) -> dict[str, str]:
        return {WHO: self.who} if self.who else {}

    async def _known(self, invoice_id: str) -> CaseView | None:
        try:
            return await self.store.cases.one(invoice_id)
        except NotFound:
            return None

    async def _is_registered(self, invoice_id: str) -> bool:
        try:
            await self.store.parties.invoice(invoice_id)
        except NotFound:
            return False
        return True

    async def _start(self, invoice_id: str) -> CaseStart:
        view = await self.store.parties.invoice(invoice_id)
        return CaseStart(invoice_id, view.customer_id, view.record.due_on, await self.clock.ahead(), self.who)


async def _taken(invoice_id: str, choosing: Awaitable[Choice]) -> None:
    """Nothing, where a policy takes the invoice. Raises `NoPolicy`."""
    try:
        choice = await choosing
    except PolicyError as error:
        raise NoPolicy(invoice_id, "; ".join(map(str, error.problems))) from None
    if choice.policy is None:
        raise NoPolicy(invoice_id, "; ".join(map(str, choice.reasons)) or "no policy is loaded", choice.reasons)
