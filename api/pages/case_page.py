"""One case on one page: where it stands, its ladder, what is to come, and its whole story with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.storage.views import CaseView
from api.attempt_reader import AttemptReader
from api.case_reader import CaseReader
from api.desk import Desk
from api.pages.attempts import called, tried
from api.pages.ladder import rungs
from api.pages.sign_in import ThePages
from api.pages.timeline import strip
from api.pages.words import days_overdue
from api.problems import Trouble
from api.routes.parts import InvoiceId, TheDesk, TheReader
from api.shapes.cases import CaseOut, Forecast, LineOut

router = APIRouter(include_in_schema=False)

LINES: Final = 200
NOTICES: Final = 50


@router.get("/cases/{invoice_id}")
async def case_page(
    request: Request, desk: TheDesk, reader: TheReader, pages: ThePages, invoice_id: InvoiceId
) -> Response:
    """The case of an invoice."""
    listed = await desk.store.cases.one(invoice_id)
    case = await reader.case(invoice_id)
    ahead = await _ahead(reader, invoice_id)
    journal = await desk.store.cases.journal(invoice_id, cursor=request.query_params.get("cursor"), limit=LINES)
    lines = tuple(LineOut.of(line, listed.currency) for line in journal.rows)
    coming = ahead.lines if ahead else ()
    now = await pages.clock.now()
    customers = await desk.archive.customers([listed.customer_id])
    customer = customers[listed.customer_id]
    zone = case.timezone or request.app.state.zones.of(listed, customer)
    charges = await _charges(desk, listed, case, zone, now)
    names = {method.id: name.words for name, method in charges["methods"]}
    overdue_days = days_overdue(case.due_on, case.closed_at or now, zone)
    return await pages.show(
        request,
        "case.html",
        now=now,
        overdue_days=overdue_days,
        chased_days=_chased_days(case, overdue_days),
        case=case,
        listed=listed,
        customer=customer,
        zone=zone,
        ladder=rungs(case, await desk.archive.pinned(invoice_id), coming),
        ahead=ahead and ahead.model_copy(update={"lines": _by_name(coming, names)}),
        strip=strip(case, lines, coming, now) if case.timezone else None,
        lines=_by_name(lines, names),
        following=journal.next,
        **charges,
        **await _left_behind(desk, listed, case),
    )


def _chased_days(case: CaseOut, overdue_days: int) -> int | None:
    """As of today: the case counted when it last woke, and no hold came or went since (S5)."""
    if case.chased_days is None or case.overdue_days is None or case.holds or case.closed_at:
        return case.chased_days
    return case.chased_days + overdue_days - case.overdue_days


async def _ahead(reader: CaseReader, invoice_id: str) -> Forecast | None:
    try:
        return await reader.forecast(invoice_id)
    except Trouble:
        return None


async def _charges(desk: Desk, listed: CaseView, case: CaseOut, zone: str, now: datetime) -> dict[str, Any]:
    """What was tried and what may be tried now (C2, C4)."""
    reader = AttemptReader(desk.store)
    methods = await reader.methods(listed, zone, now, case.methods)
    return {
        "tries": tried(await reader.every(listed, zone), methods, zone),
        "methods": [(called(method, method.id), method) for method in methods],
    }


def _by_name(lines: Iterable[LineOut], names: Mapping[str, str]) -> tuple[LineOut, ...]:
    """The lines with each method as a person knows it."""
    return tuple(line.model_copy(update={"method": names.get(line.method or "", line.method)}) for line in lines)


async def _left_behind(desk: Desk, listed: CaseView, case: CaseOut) -> dict[str, Any]:
    """What the store keeps of the case: notices with the messages that can be read, tasks with their words."""
    invoice_id = listed.invoice_id
    notices = await desk.store.cases.notices(invoice=invoice_id, limit=NOTICES)
    readable = {kept.id for kept in await desk.store.mailbox.list(invoice_id=invoice_id, limit=NOTICES)}
    tasks = await desk.store.cases.tasks(invoice=invoice_id, is_open=None, limit=NOTICES)
    return {
        "notices": notices.rows,
        "readable": readable,
        "tasks": tasks.rows,
        "ledger": await desk.store.cases.ledger(invoice_id),
        "money": case.money,
    }
