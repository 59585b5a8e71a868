"""A policy takes over many cases at once: what would come of it, and doing it, case by case (O2).

Nothing is repeated that was done; what is asked of each case is the same as on its own page.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from adapters.messages.composer import Composer
from api.actions.futures import Debtor, FutureRow, WhatComes, what_comes
from api.case_client import TemporalUnreachable, Unanswered, Unreadable
from api.case_service import CaseService
from api.message_previews import MessagePreviews
from api.problems import Problem
from dunning.errors import DunningError, NotFound, Refused
from dunning.messages import PolicyChange

T = TypeVar("T")
MOST: Final = 200  # cases in one look, and in one taking over
_AT_ONCE: Final = 8
_SECONDS: Final = 20.0  # for all of a look: what was not looked at by then is said to be so
_COUNTED: Final = ("notice", "charge", "task", "suspend", "hand_off", "write_off")  # beside fees, which are money


@dataclass(slots=True)
class Outlook:
    """What would come of it: of `looked_at` cases how many `move`, for how many their next thing comes sooner or later.

    `more` counts what would come more often (less than nothing: more seldom) by kind, `fees` the fees in minor units by
    currency; `refused` are the reasons of those that would not, `silent` how many did not answer.
    """

    looked_at: int = 0
    move: int = 0
    sooner: int = 0
    later: int = 0
    silent: int = 0
    more: Counter[str] = field(default_factory=Counter)
    fees: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, comes: WhatComes) -> None:
        """One more case."""
        self.looked_at += 1
        if comes.refused is not None:
            self.refused[comes.refused.reason] += 1
            return
        moved = [row for row in comes.rows if row.change != "same"]
        self.move += bool(moved)
        for row in moved:
            self._count(row, comes.before.invoice.currency)
        first = moved[0].change if moved else ""
        self.sooner += first in {"sooner", "new"}
        self.later += first in {"later", "gone"}

    def _count(self, row: FutureRow, currency: str) -> None:
        sign = {"new": 1, "gone": -1}.get(row.change, 0)
        if row.line.kind == "fee":
            self.fees[currency] += sign * (row.line.amount or 0)
        elif row.line.kind in _COUNTED:
            self.more[row.line.kind] += sign


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of it: how many took the policy, the reasons of those that refused, how many did not answer."""

    taken: int
    refused: Counter[str]
    silent: int


@dataclass(frozen=True, slots=True)
class TakingOver:
    """Looks and does, over the case service; `composer` is the creditor's."""

    service: CaseService
    composer: Composer

    async def look(self, invoices: Sequence[str], policy: str) -> Outlook:
        """What would come of it, in so many seconds at most. Nothing is asked of any case."""
        outlook, now = Outlook(), await self.service.clock.now()

        async def one(invoice_id: str) -> None:
            comes = await self._comes(invoice_id, policy, now)
            if comes is not None:
                outlook.add(comes)

        try:
            async with asyncio.timeout(_SECONDS):
                await _each(invoices, one)
        except TimeoutError:
            pass
        outlook.silent = len(invoices) - outlook.looked_at
        return outlook

    async def do(self, invoices: Sequence[str], policy: str, by: str, under: str) -> TakenOver:
        """Ask each case; `under` names the asking, which is one however often it is sent.

        Raises `Problem` where nobody with these roles may ask for it (R5), and `Refused` for a policy not in force.
        """
        request = PolicyChange.model_validate({"name": policy, "by": by})
        refused: Counter[str] = Counter()

        async def one(invoice_id: str) -> bool | None:
            try:
                await self.service.ask(invoice_id, request, f"{under}:{invoice_id}")
            except Refused as refusal:
                refused[refusal.reason] += 1
                return False
            except (NotFound, Unanswered, Unreadable, TemporalUnreachable):
                return None
            return True

        answers = await _each(invoices, one)
        return TakenOver(answers.count(True), refused, answers.count(None))

    async def _comes(self, invoice_id: str, policy: str, now: datetime) -> WhatComes | None:
        """What would come of one; None where the case does not answer."""
        try:
            case, invoice, reach = await MessagePreviews(self.service, self.composer).known(invoice_id)
        except (Problem, DunningError):
            return None
        other = await self.service.store.receivables.policy(invoice_id, policy, now)
        request = PolicyChange.model_validate({"name": policy})
        debtor = Debtor(reach.customer, invoice, reach.channels)
        return await asyncio.to_thread(what_comes, case, [request], now, debtor, other)


async def _each(invoices: Sequence[str], one: Callable[[str], Awaitable[T]]) -> list[T]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(invoice_id: str) -> T:
        async with places:
            return await one(invoice_id)

    return list(await asyncio.gather(*map(in_turn, invoices)))
