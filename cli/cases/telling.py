"""Telling a case something, as the API does: facts are kept before they are told, requests are answered by the case.

What came of it is looked up afterwards; in a rehearsal the rules are asked on a copy of the case, and nothing is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from adapters.clock import now
from api.actions.futures import Debtor, FutureRow, WhatComes, what_comes
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.message_previews import MessagePreviews
from api.pages.words import stage_name
from api.problems import Problem
from api.shapes.cases import CaseOut, Forecast, LineOut
from cli.cases.case_talk import written_message
from cli.cases.case_text import balance_words, sum_words, today_of
from cli.cases.message_words import message_words
from cli.cases.one_case import BETWEEN, LOOKS, line_words, next_words, nothing_to_come, opened
from cli.errands.told import Told
from cli.exits import Missing
from cli.installation.connections import composer_of
from cli.installation.installation import Installation
from cli.wording import day, days_in_words, local, lower, moment, money, rehearsed
from dunning.case import Case
from dunning.errors import NotFound, Refused
from dunning.messages import CUSTOMER_WIDE, FACTS, REQUESTS, AnyRequest, Fact, PolicyChange
from dunning.money import decimal_string
from dunning.records import Message

ALREADY: Final = "already known, nothing changed"


async def tell(of: Installation, *, invoice: str, name: str, written: Sequence[str], by: str, dry_run: bool) -> Told:
    """Tell or ask it. Raises `BadInput`, `Refused` with the rule's reason, and `NotFound`."""
    message = written_message(name, written, await _today(of, invoice))
    if dry_run:
        return await _rehearsed(of, invoice, message)
    told = Telling(of, replace(of.case_service, who=by), invoice)
    return (
        await told.tell(FACTS[name].model_validate(message.model_dump()))
        if name in FACTS
        else await told.ask(REQUESTS[name].model_validate(message.model_dump()))
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """Something that is told to one case."""

    of: Installation
    service: CaseService
    invoice: str

    async def tell(self, fact: Fact) -> Told:
        """Keep the fact and let the case hear it; whether it was known before, and what came of it."""
        before, newest = await self._numbers(), await self.of.store.cases.newest_line(self.invoice)
        kept = await self.service.tell(self.invoice, fact)
        if kept.number in before:
            return await self._told(fact, (), result="known", what=ALREADY)
        if not kept.by_case:
            said = f"{self._head(fact)}{message_words(fact, None)}; kept, for no case is open yet"
            return Told({**self._document(fact), "result": "kept"}, (said,))
        return await self._told(fact, await self._heard(newest), result="told")

    async def ask(self, request: AnyRequest) -> Told:
        """Put the request to the case, and what came of it. Raises `Refused`."""
        newest = await self.of.store.cases.newest_line(self.invoice)
        try:
            await self.service.ask(self.invoice, request, f"command-{now().isoformat()}")
        except Refused as refused:
            raise _in_our_words(refused) from None
        lines = await self._heard(newest)
        return await self._told(request, lines, result="applied", what=None if lines else ALREADY)

    async def _numbers(self) -> frozenset[int]:
        """The messages that are kept of it."""
        return frozenset(one.number for one in await self.of.store.cases.messages(self.invoice))

    async def _heard(self, newest: int) -> tuple[LineOut, ...]:
        """What the case wrote down since, once it has; nothing where it has nothing to say in time."""
        for _ in range(LOOKS):
            lines = await self.of.store.cases.lines_after(self.invoice, newest)
            if lines:
                currency = (await self.of.store.cases.one(self.invoice)).currency
                return tuple(LineOut.of(line, currency) for line in lines)
            await asyncio.sleep(BETWEEN)
        return ()

    async def _told(
        self, message: Message, lines: tuple[LineOut, ...], *, result: str, what: str | None = None
    ) -> Told:
        """What was done, and how the case stands now."""
        reader, case = CaseReader(self.service), await self._settled()
        try:
            coming: Forecast | None = await reader.forecast(self.invoice)
        except Problem:
            coming = None
        said = f"{self._head(message)}{what or message_words(message, case, lines)}; {stands(case, coming)}"
        written = [line.model_dump(mode="json", exclude_none=True) for line in lines]
        document = {**self._document(message), "result": result, "case": case.model_dump(mode="json")}
        return Told({**document, "known_already": what == ALREADY, "lines": written}, (said,))

    async def _settled(self) -> CaseOut:
        """The case; one that nothing is owed of any more closes in a moment."""
        await opened(self.of, self.invoice)
        reader = CaseReader(self.service)
        case = await reader.case(self.invoice)
        for _ in range(LOOKS):
            if case.outcome is not None or case.money.balance.minor > 0:
                break
            await asyncio.sleep(BETWEEN)
            case = await reader.case(self.invoice)
        return case

    def _head(self, message: Message) -> str:
        named = getattr(message, "id", None)
        return f"{named}: " if named else f"{self.invoice}: "

    def _document(self, message: Message) -> dict[str, Any]:
        return {"invoice_id": self.invoice, "name": message.name}


def stands(case: CaseOut, coming: Forecast | None) -> str:
    """How a case stands: what is open, and what comes next."""
    if case.outcome is not None:
        over = f", {balance_words(case.money.balance)}" if case.money.balance.minor else ""
        return f"the case is closed: {lower(stage_name(case.outcome))}{over}"
    balance, demanded = case.money.balance, case.money.demandable
    owed = balance_words(balance) + (f", {sum_words(demanded)} demanded" if demanded != balance else "")
    if coming is None or not coming.lines:
        return f"{owed}; {lower(nothing_to_come(case)).rstrip('.')}"
    first = coming.lines[0]
    on = day(local(first.at, case.timezone).date(), today_of(case))
    return f"{owed}; next: {next_words(first)} on {on}"


def _in_our_words(refused: Refused) -> Refused:
    return Refused(refused.request, days_in_words(refused.reason), refused.rule)


async def _today(of: Installation, invoice: str) -> date:
    """The day from which days are counted: the case's own, or the creditor's where there is no case yet."""
    zone = of.settings.creditor.timezone
    try:
        listed = await of.store.cases.one(invoice)
    except NotFound:
        return local(await of.clock.now(), zone).date()
    customer = (await of.case_service.archive.customers([listed.customer_id]))[listed.customer_id]
    return local(max(await of.clock.now(), listed.clock), customer.timezone or zone).date()


async def _rehearsed(of: Installation, invoice: str, message: Message) -> Told:
    """What would come of it. Raises `NotFound`, `Missing` while no worker answers, and `Refused`."""
    previews = MessagePreviews(of.case_service, composer_of(of.settings))
    try:
        case, record, reach = await previews.known(invoice)
    except Problem:
        raise Missing(f"case {invoice}: found no worker that answers for it; start one: `dunning worker`") from None
    at, debtor = await of.clock.now(), Debtor(reach.customer, record, reach.channels)
    other = (
        await of.store.receivables.policy(invoice, message.policy, at) if isinstance(message, PolicyChange) else None
    )
    asked = await of.case_service.as_asked(invoice, message) if isinstance(message, AnyRequest) else message
    comes = await asyncio.to_thread(what_comes, case, [asked], at, debtor, other)
    if comes.refused is not None:
        raise _in_our_words(comes.refused)
    shown = await CaseReader(of.case_service).case(invoice)
    return _in_words(invoice, message, shown, comes)


def _in_words(invoice: str, message: Message, shown: CaseOut, comes: WhatComes) -> Told:
    """What would be written down at once, what would come otherwise than without it, and what would be owed then."""
    currency = shown.money.balance.currency
    at_once = [LineOut.of(line, currency) for line in comes.at_once]
    changes = [_change(row, LineOut.of(row.line, currency), shown) for row in comes.rows if row.change != "same"]
    of = f" on every open case of {shown.customer_id}" if message.name in CUSTOMER_WIDE else ""
    lines = [f"at once: {lower(line_words(line))}" for line in at_once]
    lines += [words for words, _ in changes] or ([] if lines else ["nothing would change"])
    after, before = (_owed(case, currency) for case in (comes.after, comes.before))
    lines += [f"then {after}, in place of {before}"] if after != before else []
    document = {
        "invoice_id": invoice,
        "name": message.name,
        "at_once": [line.model_dump(mode="json", exclude_none=True) for line in at_once],
        "changes": [change for _, change in changes],
    }
    head = f"{invoice} would be told {message.name}{of}:"
    return rehearsed(document, head, *(f"  {line}" for line in lines))


def _change(row: FutureRow, line: LineOut, shown: CaseOut) -> tuple[str, dict[str, Any]]:
    """One thing to come that would be otherwise: in words, and for programs."""
    words, today = lower(line_words(line, foreseen=True)), today_of(shown)
    when = [moment(at, shown.timezone, today) for at in (row.with_it, row.without) if at is not None]
    match row.change:
        case "gone":
            said = f"no more: {words}, {when[0]}"
        case "new":
            said = f"new: {words}, {when[0]}"
        case change:
            said = f"{change}: {words}, {when[0]} in place of {when[1]}"
    as_json = line.model_dump(mode="json", exclude_none=True)
    return said, {"change": row.change, "without": row.without, "with": row.with_it, "line": as_json}


def _owed(case: Case, currency: str) -> str:
    open_, demanded = (decimal_string(max(amount, 0), currency) for amount in (case.balance, case.demandable))
    return f"{money(open_, currency)} open, {money(demanded, currency)} demanded"
