"""What is told of one case: how it stands, all that it did and why, and all that is to come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from adapters.storage.lists.views import CaseView
from api import problems
from api.case_reader import CaseReader
from api.pages.journal_words import ahead, asked_by, phrase
from api.pages.task_words import task_in_short
from api.pages.words import money_text
from api.shapes.cases import CaseOut, Forecast, LineOut
from cli.cases.case_text import case_summary, sum_words
from cli.errands.told import Table, Told
from cli.exits import Missing
from cli.installation.installation import Installation
from cli.wording import days_in_words, lower, moment
from dunning.errors import NotFound

LOOKS: Final = 30  # for what comes a moment after it was asked for
BETWEEN: Final = 0.1  # seconds
_PAGE: Final = 200
_COLUMNS: Final = ("at", "what", "why")


async def show(of: Installation, *, invoice: str) -> Told:
    """The case with its whole journal. Raises `NotFound`."""
    name = (await opened(of, invoice)).customer_name
    case, lines = await CaseReader(of.case_service).case(invoice), await journal_of(of, invoice)
    journal = [line.model_dump(mode="json", exclude_none=True) for line in lines]
    told = Table(_COLUMNS, journal_rows(lines, case.timezone))
    return Told({**case.model_dump(mode="json"), "journal": journal}, (*case_summary(case, name), "", told))


async def forecast(of: Installation, *, invoice: str) -> Told:
    """All that is to come (O4). Raises `NotFound`, and `Missing` while no worker answers for the case."""
    await opened(of, invoice)
    case, foreseen = await CaseReader(of.case_service).case(invoice), await foresee_case(of, invoice)
    table = Table(_COLUMNS, journal_rows(foreseen.lines, case.timezone, foreseen=True), nothing_to_come(case))
    return Told(foreseen.model_dump(mode="json", exclude_none=True), (table,))


async def opened(of: Installation, invoice: str) -> CaseView:
    """The case as lists show it; one that runs and is only just opening is waited for. Raises `NotFound`."""
    for _ in range(LOOKS):
        try:
            return await of.store.cases.one(invoice)
        except NotFound:
            if await of.case_service.client.case(invoice) is None:
                raise
        await asyncio.sleep(BETWEEN)
    return await of.store.cases.one(invoice)


async def foresee_case(of: Installation, invoice: str) -> Forecast:
    """What is to come. Raises as `forecast`."""
    try:
        return await CaseReader(of.case_service).forecast(invoice)
    except problems.Problem:
        raise Missing(f"case {invoice}: found no worker that answers for it; start one: `dunning worker`") from None


async def journal_of(of: Installation, invoice: str) -> tuple[LineOut, ...]:
    """Every line of its journal. Raises `NotFound`."""
    currency = (await of.store.cases.one(invoice)).currency
    lines: list[LineOut] = []
    cursor: str | None = None
    while True:
        page = await of.store.cases.journal(invoice, cursor=cursor, limit=_PAGE)
        lines += [LineOut.of(line, currency) for line in page.rows]
        cursor = page.next
        if cursor is None:
            return tuple(lines)


def journal_rows(lines: Iterable[LineOut], zone: str | None, *, foreseen: bool = False) -> list[Sequence[object]]:
    """The lines of a journal, or of a forecast, as rows of a table."""
    return [(moment(line.at, zone), line_words(line, foreseen=foreseen), _why(line)) for line in lines]


def line_words(line: LineOut, *, foreseen: bool = False) -> str:
    """What a line tells, and who is behind it; its amounts as commands write them."""
    said = ahead(line) if foreseen else f"{phrase(line)}{asked_by(line)}"
    for amount in (line.amount, line.demands):
        said = said.replace(money_text(amount), sum_words(amount)) if amount else said
    return said


def nothing_to_come(case: CaseOut) -> str:
    """Why nothing is to come."""
    if case.outcome:
        return "Nothing is to come: the case is closed."
    held = ", ".join(f"{hold.id} ({hold.reason})" for hold in case.holds)
    if held:
        return f"Nothing comes by itself: held by {held}."
    asked = ", ".join(task.id for task in case.tasks)
    return f"Nothing comes by itself: {f'the case waits for an answer to {asked}' if asked else 'it waits for news'}."


def next_words(line: LineOut) -> str:
    """What comes next, in short: call the debtor, or notice “final” by letter."""
    if line.kind == "task":
        return task_in_short(line.value)
    return lower(line_words(line.model_copy(update={"demands": None}), foreseen=True))


def _why(line: LineOut) -> str:
    """The opening tells why no other policy took it, too, which is for whoever asks `policy explain`."""
    if line.kind == "opened" and f"{line.value}: matches" in line.why:
        return f"{line.value} is the first that takes it"
    return days_in_words(lower(line.why))
