"""Doing one thing with many cases: each is asked as on its own page, is told once, and answers for itself.

What a case would refuse is found out before, by its own rules; it is left out, and so is one that is disputed. A form
that is sent again finds done what was done: whatever died in between, the rest is done then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, assert_never

from sqlalchemy import bindparam, func, select

from adapters.messages.composer import Composer
from adapters.storage.tables import cases, customers, journal_lines
from api.actions.action import Action
from api.actions.doing import Desk, Done, Meanwhile, UnderWay
from api.case_service import CaseService
from api.message_previews import MessagePreviews
from api.problems import Problem
from api.worklist.acts import told_of
from dunning.case import Case
from dunning.engine import refusal
from dunning.errors import NotFound, Refused
from dunning.messages import AnyRequest
from dunning.views import stage

MOST: Final = 200  # cases at once
_AT_ONCE: Final = 8
_NOT_WHILE_DISPUTED: Final = frozenset({"hold", "escalate", "policy", "resend"})
_NOTHING: Final[Mapping[str, str]] = {
    "release": "it has no hold that a person made",
    "resend": "no message of it was sent yet",
}
_CASES: Final = (
    select(
        cases.c.invoice_id,
        cases.c.customer_id,
        customers.c.name,
        select(func.coalesce(func.max(journal_lines.c.number), 0))
        .where(journal_lines.c.invoice_id == cases.c.invoice_id)
        .scalar_subquery()
        .label("seen"),
    )
    .join(customers, customers.c.id == cases.c.customer_id)
    .order_by(cases.c.customer_id, cases.c.invoice_id)
)
_OF_CUSTOMERS: Final = _CASES.where(
    cases.c.customer_id.in_(bindparam("customers", expanding=True)), cases.c.outcome.is_(None)
)
_THESE: Final = _CASES.where(cases.c.invoice_id.in_(bindparam("invoices", expanding=True)))
Became = Literal["done", "meanwhile", "under-way", "refused", "left-out"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An open case that was chosen; `seen` is the newest line of its journal that whoever asks was told of (R4)."""

    invoice_id: str
    who: str
    seen: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A case that is told something, once or several times: `own` is what each says that is this case's alone, such as
    which hold; or why it is left out.
    """

    case: Chosen
    own: tuple[Mapping[str, str], ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case, and in words why it was not done."""

    case: Chosen
    became: Became
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """One action on many cases, in the name of who speaks through the `service`."""

    service: CaseService
    composer: Composer
    action: Action
    by: str

    async def chosen(self, customer_ids: Sequence[str]) -> list[Chosen]:
        """The open cases of these customers."""
        ids = list(customer_ids)
        rows = await self.service.store.database.read(lambda tx: tx.rows(_OF_CUSTOMERS, customers=ids))
        return [Chosen(row["invoice_id"], row["name"] or row["customer_id"], int(row["seen"])) for row in rows]

    async def named(self, plans: Mapping[str, tuple[int, Sequence[Mapping[str, str]]]]) -> list[Planned]:
        """What was planned before, by invoice: the newest line that was seen of each, and what it is told of its own.

        Invoices that have no case are left away.
        """
        ids = sorted(plans)
        rows = await self.service.store.database.read(lambda tx: tx.rows(_THESE, invoices=ids))
        return [
            Planned(
                Chosen(row["invoice_id"], row["name"] or row["customer_id"], plans[row["invoice_id"]][0]),
                tuple(plans[row["invoice_id"]][1]),
            )
            for row in rows
        ]

    async def planned(self, chosen: Sequence[Chosen], said: Mapping[str, Any]) -> list[Planned]:
        """What each would be told now."""
        now = await self.service.clock.now()
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(case: Chosen) -> Planned:
            async with places:
                return await self._planned(case, said, now)

        return list(await asyncio.gather(*map(one, chosen)))

    async def done(
        self, planned: Sequence[Planned], said: Mapping[str, Any], once: str, *, again: bool
    ) -> list[Outcome]:
        """Tell each what was planned, once however often the form is sent; what became of each."""
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(plan: Planned) -> Outcome:
            async with places:
                return await self._done(plan, said, once, again=again)

        return list(await asyncio.gather(*map(one, planned)))

    async def _planned(self, chosen: Chosen, said: Mapping[str, Any], now: datetime) -> Planned:
        try:
            case, _, _ = await MessagePreviews(self.service, self.composer).known(chosen.invoice_id)
        except (Problem, NotFound):
            return Planned(chosen, left_out="it does not answer at the moment")
        if case.closed:
            return Planned(chosen, left_out="it has ended")
        if self.action.name in _NOT_WHILE_DISPUTED and stage(case) == "dispute":
            return Planned(chosen, left_out="disputed")
        own = self._own(case)
        if not own:
            return Planned(chosen, left_out=_NOTHING.get(self.action.name, "there is nothing to do"))
        refused = self._refused(case, [self._signed(said, one) for one in own], now)
        if refused is not None:
            return Planned(chosen, left_out=await self._in_words(chosen, refused))
        return Planned(chosen, own)

    def _own(self, case: Case) -> tuple[Mapping[str, str], ...]:
        """Which of its holds, or which of its messages, is this case's own."""
        if self.action.name == "release":
            return tuple({"hold": hold.id} for hold in case.holds if hold.made_by == "person")
        if self.action.name == "resend":
            steps = zip(case.policy.steps, case.steps, strict=True)
            sent = [step.name for step, state in steps if step.notice and state.status == "done"]
            return tuple({"step": step} for step in sent[-1:])
        return ({},)

    def _signed(self, said: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
        return {**said, **own, "by": self.by}

    def _refused(self, case: Case, every: Sequence[Mapping[str, Any]], now: datetime) -> Refused | None:
        for said in every:
            for message in self.action.becomes(told_of(self.action, said, "to look")):
                found = refusal(case, message, max(now, case.now)) if isinstance(message, AnyRequest) else None
                if found is not None:
                    return found
        return None

    async def _done(self, plan: Planned, said: Mapping[str, Any], once: str, *, again: bool) -> Outcome:
        for number, own in enumerate(plan.own):
            told = told_of(self.action, self._signed(said, own), f"{once}:{number}")
            messages = self.action.becomes(told)
            # What an earlier of its own messages wrote is no news to whoever sent them all.
            outcome = await Desk(self.service).do(
                plan.case.invoice_id, self.action, told, messages, plan.case.seen, again=again or number > 0
            )
            if not isinstance(outcome, Done):
                return await self._not_done(plan.case, outcome)
        return Outcome(plan.case, "done")

    async def _not_done(self, case: Chosen, outcome: Meanwhile | UnderWay | Refused) -> Outcome:
        match outcome:
            case Meanwhile():
                return Outcome(case, "meanwhile", "it went on meanwhile; look at it first")
            case UnderWay():
                return Outcome(case, "under-way", "it did not answer in time, and may still do it")
            case Refused():
                return Outcome(case, "refused", await self._in_words(case, outcome))
            case _:
                assert_never(outcome)

    async def _in_words(self, chosen: Chosen, refused: Refused) -> str:
        words: str = await self.service.store.texts.in_words(chosen.invoice_id, refused.reason)
        return words
