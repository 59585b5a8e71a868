"""A payment gateway without money: it answers as the method's id says, and remembers every charge by its key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter

from adapters.sandbox_book import RememberedBook, SandboxBook, SandboxCall
from adapters.sandbox_scripts import APPROVE, EXPECTED, SETTLING, SandboxScript, script_for_method, script_of_scenario
from dunning.answers import Approved, Underway, Unknown
from dunning.errors import Conflict
from dunning.money import decimal_string
from dunning.ports import Calls, ChargeRequest, GatewayAnswer, UnreadDecline
from dunning.simulation import world


@dataclass(frozen=True, slots=True)
class RememberedCharge:
    """A charge that arrived, and how it is answered."""

    request: ChargeRequest
    at: datetime
    script: SandboxScript


@dataclass(frozen=True, slots=True)
class ProviderNews:
    """What a provider tells later about a charge, as its webhook would: a fact for the invoice's case."""

    invoice_id: str
    key: str
    name: str
    body: dict[str, Any]


_REMEMBERED: Final = TypeAdapter(RememberedCharge)


class RememberingGateway(ABC):
    """Keeps the promises of `dunning.ports.PaymentGateway`; what is left to say is how a new charge is answered."""

    def __init__(self, book: SandboxBook) -> None:
        """`book` remembers charges, if it is kept in a file also when the process has died."""
        self.book = book

    @abstractmethod
    async def script(self, request: ChargeRequest) -> SandboxScript:
        """The answer for a charge that was not made before."""

    async def charge(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer:  # noqa: ARG002 - its book forgets nothing
        """Charge once for each key. Raises `Conflict` where the key stands for another charge."""
        known = await self._known(request, at)
        if known is not None:
            return known
        script = await self.script(request)
        if script.lost and not await self.book.find("lost", request.key):
            await self.book.keep(SandboxCall("lost", request.key, request.invoice_id, "{}"))
            return Unknown()
        charge = await self._keep(RememberedCharge(request, at, script))
        return Unknown() if charge.script.silent_for is not None else _outcome(charge, at)

    async def find(self, request: ChargeRequest, at: datetime, calls: Calls | None = None) -> GatewayAnswer | None:  # noqa: ARG002 - as above
        """What became of the charge; None if it never arrived. Raises `Conflict` as `charge` does."""
        return await self._known(request, at)

    async def _known(self, request: ChargeRequest, at: datetime) -> GatewayAnswer | None:
        entry = await self.book.find("charge", request.key)
        return _outcome(_same(_REMEMBERED.validate_json(entry.body), request), at) if entry else None

    async def due_facts(self, until: datetime) -> list[ProviderNews]:
        """How bank debits ended by `until`, the oldest first, each until it is marked as told."""
        entries = await self.book.due(until)
        return [_news(_REMEMBERED.validate_json(entry.body)) for entry in entries]

    async def mark_told(self, news: ProviderNews) -> None:
        """The case has been told: this news is not due any more."""
        await self.book.heard("charge", news.key)

    async def _keep(self, charge: RememberedCharge) -> RememberedCharge:
        """The charge that stands: of two calls at the same moment the first one wins."""
        request, due_at = charge.request, charge.at + SETTLING if charge.script.debit else None
        body = _REMEMBERED.dump_json(charge).decode()
        kept = await self.book.keep(SandboxCall("charge", request.key, payer(request), body, due_at))
        return _same(_REMEMBERED.validate_json(kept.body), request)


class SandboxGateway(RememberingGateway):
    """Answers by the method's id (`pm_card_stolen_card`, `pm_sepa_pending_fails`, ...); any other is approved."""

    async def script(self, request: ChargeRequest) -> SandboxScript:
        """The answer that the method's id stands for."""
        return script_for_method(request.method, len(await self.book.about("charge", payer(request))))


class ScriptedGateway(RememberingGateway):
    """Gives the answers of a scenario in their order, then approves; a repeat under a known key uses none up."""

    def __init__(self, answers: Iterable[world.Script]) -> None:
        """`answers` are given one to each new charge."""
        super().__init__(RememberedBook())
        self._answers = map(script_of_scenario, answers)

    async def script(self, request: ChargeRequest) -> SandboxScript:  # noqa: ARG002 - whatever is charged, the next answer is due
        """The next answer."""
        return next(self._answers, APPROVE)


def payer(request: ChargeRequest) -> str:
    """A customer's method, by which earlier charges are counted."""
    return f"{request.customer_id} {request.method}"


def _same(charge: RememberedCharge, request: ChargeRequest) -> RememberedCharge:
    if charge.request != request:
        raise Conflict(f"charge {request.key}: found {request}; allowed the same again, {charge.request}")
    return charge


def _outcome(charge: RememberedCharge, now: datetime) -> GatewayAnswer:
    """What the provider knows of the charge by `now`."""
    script, method = charge.script, charge.request.method
    if script.silent_for is not None and now < charge.at + script.silent_for:
        return Unknown()
    if script.debit and now < charge.at + SETTLING:
        return Underway(method, (charge.at + EXPECTED).date())
    if script.debit == "fails":
        return UnreadDecline(method, "insufficient_funds")
    return UnreadDecline(method, script.code, script.advice) if script.code else Approved(method)


def _news(charge: RememberedCharge) -> ProviderNews:
    """A debit's end as a fact; its id is the charge's key, which the case knows the payment by (P4)."""
    request, ended_at = charge.request, charge.at + SETTLING
    said: dict[str, Any] = {"id": request.key, "at": ended_at.isoformat()}
    if charge.script.debit == "fails":
        return ProviderNews(request.invoice_id, request.key, "payment_failed", said)
    money = {"amount": decimal_string(request.amount, request.currency), "currency": request.currency}
    return ProviderNews(request.invoice_id, request.key, "payment_received", said | money)
