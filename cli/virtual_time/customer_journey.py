"""The way of one customer's cases through virtual time: from one thing that happens to the next, in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from temporalio.client import WorkflowHandle

from adapters.sandbox import ProviderNews, SandboxGateway
from api.case_service import CaseService
from cli.installation.installation import Installation
from cli.virtual_time.case_clocks import CaseClocks
from cli.virtual_time.clocks import StandingClock
from dunning.messages import FACTS
from worker.due_cases import OPENS
from worker.virtual_time import WorkflowClocks
from workflows.contract import workflow_id

MOST_STOPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class DueOpening:
    """An invoice whose case opens at a moment."""

    at: datetime
    invoice_id: str


class CustomerJourney:
    """The open cases of one customer, and their invoices that fall due on the way."""

    def __init__(
        self, of: Installation, clock: WorkflowClocks, clocks: CaseClocks, cases: Sequence[str],
        due: Sequence[DueOpening],
    ) -> None:  # fmt: skip
        """`cases` are invoice ids; `clock` and `clocks` may be shared with other customers' journeys."""
        self._of, self._clock, self._clocks = of, clock, clocks
        self._handles = {one: self._handle(one) for one in cases}
        self._due = sorted(due, key=lambda one: one.at)

    async def next_event(self, until: datetime) -> datetime | None:
        """The next moment up to `until` at which something happens; None if nothing does."""
        moments = [at for at in await self._wakings() if at <= until]
        moments += [news_at(news) for news in await self._news(until)]
        moments += [one.at for one in self._due if one.at <= until]
        return min(moments, default=None)

    async def travel(self, target: datetime) -> int:
        """Bring every case there, all that falls due on the way done in its turn; how many cases arrived."""
        for _ in range(MOST_STOPS):
            at = await self.next_event(target)
            await self._bring(target if at is None else at)
            if at is None:
                break
            await self._happens(at)
        return len(self._handles)

    async def _wakings(self) -> list[datetime]:
        found = []
        for handle in self._handles.values():
            view = await self._clock.settle(handle)
            if view.is_open and view.wakes_at is not None:
                found.append(view.wakes_at + await self._clocks.shift(handle.id, view.run_id))
        return found

    async def _news(self, until: datetime) -> list[ProviderNews]:
        return [news for news in await self._of.sandbox.due_facts(until) if news.invoice_id in self._handles]

    async def _bring(self, at: datetime) -> None:
        for handle in self._handles.values():
            view = await self._clock.settle(handle)
            if view.is_open:
                await self._clock.advance_to(handle, at - await self._clocks.shift(handle.id, view.run_id))

    async def _happens(self, at: datetime) -> None:
        """What the outside world does at this moment."""
        for news in await self._news(at):
            await tell_news(replace(self._of.case_service, clock=StandingClock(at)), self._of.sandbox, news)
        while self._due and self._due[0].at <= at:
            one = self._due.pop(0)
            if await replace(self._of.case_service, clock=StandingClock(at), who=OPENS).open_or_ask(one.invoice_id):
                self._handles[one.invoice_id] = self._handle(one.invoice_id)

    def _handle(self, invoice_id: str) -> WorkflowHandle[object, object]:
        return self._of.client.get_workflow_handle(workflow_id(invoice_id))


async def tell_news(case_service: CaseService, gateway: SandboxGateway, news: ProviderNews) -> None:
    """Tell a case what the provider says about a charge."""
    await case_service.tell(news.invoice_id, FACTS[news.name].model_validate(news.body))
    await gateway.mark_told(news)


def news_at(news: ProviderNews) -> datetime:
    """When the provider says it."""
    return datetime.fromisoformat(news.body["at"])
