"""Looks at one case: asks the case itself, and where it has ended or does not answer, what it left in the store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from adapters.storage.lists.views import CaseView
from adapters.storage.texts import Texts
from api.attempt_reader import AttemptReader
from api.case_service import CaseService
from api.problems import Problem
from api.replies import replies_of
from api.shapes.cases import CaseOut, Forecast, LineOut
from api.shapes.replies import ReplyOut
from dunning.forecast import forecast
from dunning.holds.replies import REPLY
from dunning.journal import Line
from dunning.overdue import days_overdue
from dunning.views import view

_MOST: Final = 200  # replies of one case that are read, the most urgent first


@dataclass(frozen=True, slots=True)
class CaseReader:
    """Reads over the case service."""

    case_service: CaseService

    async def case(self, invoice_id: str) -> CaseOut:
        """The case in full. Raises `NotFound`."""
        listed = await self.case_service.store.cases.one(invoice_id)
        if listed.outcome is None:
            told = await self.case_service.client.case(invoice_id)
            if told is not None and "money" in told:
                case = CaseOut.told(listed, await self._texts.in_words(invoice_id, told), "running")
                return await self._read(listed, _as_of(case, await self.case_service.clock.now()))
        ended = await self.case_service.archive.ended_case(invoice_id)
        if ended is None:
            return CaseOut.listed(listed)
        return await self._read(
            listed, CaseOut.told(listed, await self._texts.in_words(invoice_id, view(ended)), "ended")
        )

    @property
    def _texts(self) -> Texts:
        """The words to what a case says by reference (O3)."""
        return self.case_service.store.texts

    async def _read(self, listed: CaseView, case: CaseOut) -> CaseOut:
        """The case with what stands in the store: the words of who objected, and what the rule book read."""
        if case.disputes or case.tasks:
            case = case.with_reasons(await self.case_service.store.reasons.of_case(listed.invoice_id))
        if any(task.kind == REPLY for task in case.tasks):
            case = case.with_replies(await self._replies(listed.invoice_id, case.timezone or "UTC"))
        if not case.attempts:
            return case
        known = {one.number: one for one in await AttemptReader(self.case_service.store).own(listed)}
        read = (known[one.number].explaining(one) if one.number in known else one for one in case.attempts)
        return case.model_copy(update={"attempts": tuple(read)})

    async def _replies(self, invoice_id: str, zone: str) -> dict[str, ReplyOut]:
        page = await self.case_service.store.cases.tasks(invoice=invoice_id, about=REPLY, limit=_MOST)
        return {task: reply for (_, task), reply in (await replies_of(page.rows, zone)).items()}

    async def forecast(self, invoice_id: str) -> Forecast:
        """What is to come (O4). Raises `NotFound`, and `Problem` while the case does not answer."""
        listed = await self.case_service.store.cases.one(invoice_id)
        if listed.outcome is None:
            lines = await self.case_service.client.forecast(invoice_id)
            if lines is not None:
                return await self._shown(listed, "running", lines)
        ended = await self.case_service.archive.ended_case(invoice_id)
        if ended is None:
            detail = "The case runs, but no worker answers for it; ask again when one is there"
            raise Problem("unavailable", detail, headers={"Retry-After": "5"})
        lines = () if ended.closed else await asyncio.to_thread(forecast, ended, listed.clock)
        return await self._shown(listed, "ended", lines)

    async def _shown(self, listed: CaseView, source: str, lines: tuple[Line, ...]) -> Forecast:
        told = await self._texts.lines_in_words(listed.invoice_id, lines)
        shown = tuple(LineOut.of(line, listed.currency) for line in told)
        return Forecast.model_validate(
            {"invoice_id": listed.invoice_id, "source": source, "now": listed.clock, "lines": shown}
        )


def _as_of(case: CaseOut, now: datetime) -> CaseOut:
    """With its days counted to today: the case counted when it last woke, and no hold came or went since (S5)."""
    if case.closed_at is not None or case.timezone is None or case.overdue_days is None or case.chased_days is None:
        return case
    today = max(now, case.now).astimezone(ZoneInfo(case.timezone)).date()
    overdue = days_overdue(case.due_on, today)
    chased = case.chased_days if case.holds else case.chased_days + overdue - case.overdue_days
    return case.model_copy(update={"today": today, "overdue_days": overdue, "chased_days": chased})
