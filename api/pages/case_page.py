"""One case on one page: where it stands, what may be done, its whole story with the reasons, and its debtor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.request_ids import new_request_id
from adapters.storage.lists.views import CaseView
from adapters.storage.notes import NoteView
from api.attempt_reader import AttemptReader
from api.callers import caller_of
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.pages.attempts import attempt_rows, method_name
from api.pages.case_actions import at_hand, every_action, task_rows
from api.pages.debtor import people_of
from api.pages.escalated import Raised
from api.pages.ladder import rungs
from api.pages.ledger_table import ledger_table
from api.pages.messages import MessageRow, Surroundings, message_rows
from api.pages.rendering import Pages
from api.pages.sign_in import ThePages
from api.pages.story import story_of
from api.pages.timeline import strip_of
from api.pages.words import local_day
from api.problems import Problem
from api.replies import replies_of
from api.routes.parts import Cursor, InvoiceId, TheCaseService, TheReader
from api.shapes.cases import CallSheetOut, CaseOut, Forecast, LineOut
from dunning.overdue import days_overdue
from workflows.contract import workflow_id

router = APIRouter(include_in_schema=False)

LINES: Final = 200
MESSAGES: Final = 50
TASKS: Final = 50
NOTES: Final = 50


@router.get("/cases/{invoice_id}")
async def case_page(
    request: Request,
    service: TheCaseService,
    reader: TheReader,
    pages: ThePages,
    invoice_id: InvoiceId,
    cursor: Cursor = None,
) -> Response:
    """The case of an invoice; with a `cursor` what was earlier on its timeline."""
    listed = await service.store.cases.one(invoice_id)
    case = await reader.case(invoice_id)
    ahead = await _ahead(reader, invoice_id)
    coming = ahead.lines if ahead else ()
    now = await pages.clock.now()
    customer = await service.store.parties.customer(listed.customer_id)
    zone = case.timezone or request.app.state.zones.of(listed, customer.record)
    charges = await _charges(service, listed, case, zone, now)
    tasks = (await service.store.cases.tasks(invoice=invoice_id, is_open=None, limit=TASKS)).rows
    names = {method.id: name.words for name, method in charges["methods"]}
    reasons = await service.store.reasons.of_case(invoice_id)
    journal = await service.store.cases.story(invoice_id, cursor=cursor, limit=LINES)
    lines = _by_name((LineOut.of(line, listed.currency, reasons) for line in reversed(journal.rows)), names)
    sheets = await service.store.call_sheets.of_cases([invoice_id], now)
    return await pages.show(
        request,
        "case.html",
        now=now,
        overdue_days=_overdue_days(case, zone, now),
        case=case,
        listed=listed,
        customer=customer.record,
        debtor=customer,
        people=people_of(customer.record, customer.reach),
        sheet=CallSheetOut.of(sheets[invoice_id]) if invoice_id in sheets else None,
        zone=zone,
        ladder=rungs(case, await service.archive.pinned_policy(invoice_id), coming),
        ahead=ahead,
        coming=_by_name(coming, names),
        strip=strip_of(case, lines, coming, now) if case.timezone and cursor is None else None,
        story=story_of(lines, await _notes(service, listed, cursor), () if cursor else _by_name(coming, names)),
        told_of=Raised(await service.store.escalations.of_cases([invoice_id]), tasks, zone).told,
        is_newest=cursor is None,
        earlier=journal.next,
        reasons_of=reasons,
        **charges,
        messages=await _messages(request, service, case, coming),
        tasks=task_rows(case, tasks, customer.record.name or customer.record.id, caller_of(request.scope)),
        replies=await replies_of(tasks, zone),
        ledger=ledger_table(listed.amount, listed.currency, await service.store.cases.ledger(invoice_id), zone),
        money=case.money,
        at_hand=at_hand(case, caller_of(request.scope)),
        actions=every_action(case, caller_of(request.scope)),
        once=new_request_id(),
        run=_run(pages, invoice_id),
    )


def _run(pages: Pages, invoice_id: str) -> str | None:
    """Where Temporal's own pages show the runs of the case, if a setting says where these are."""
    ui = pages.settings.temporal_ui
    return f"{ui}/{quote(workflow_id(invoice_id), safe='')}" if ui else None


async def _notes(service: CaseService, listed: CaseView, cursor: str | None) -> tuple[NoteView, ...]:
    """Those about the case and about its customer alone, which stand beside the newest lines."""
    if cursor is not None:
        return ()
    notes = service.store.notes
    of_customer = await notes.of_customer(listed.customer_id, alone=True, limit=NOTES)
    return ((await notes.of_case(listed.invoice_id, limit=NOTES)).rows) + of_customer.rows


def _overdue_days(case: CaseOut, zone: str, now: datetime) -> int:
    """As the case is read; counted here where it does not answer."""
    if case.overdue_days is not None:
        return case.overdue_days
    return days_overdue(case.due_on, local_day(case.closed_at or now, zone))


async def _ahead(reader: CaseReader, invoice_id: str) -> Forecast | None:
    try:
        return await reader.forecast(invoice_id)
    except Problem:
        return None


async def _charges(service: CaseService, listed: CaseView, case: CaseOut, zone: str, now: datetime) -> dict[str, Any]:
    """What was tried and what may be tried now (C2, C4)."""
    reader = AttemptReader(service.store)
    methods = await reader.methods(listed, zone, now, case.methods)
    return {
        "tries": attempt_rows(await reader.every(listed), methods, zone),
        "methods": [(method_name(method, method.id), method) for method in methods],
    }


def _by_name(lines: Iterable[LineOut], names: Mapping[str, str]) -> tuple[LineOut, ...]:
    """The lines with each method as a person knows it."""
    return tuple(line.model_copy(update={"method": names.get(line.method or "", line.method)}) for line in lines)


async def _messages(
    request: Request, service: CaseService, case: CaseOut, coming: tuple[LineOut, ...]
) -> tuple[MessageRow, ...]:
    """What was written to the debtor, and what was not."""
    beside = Surroundings(
        await service.archive.reach(case.customer_id),
        await service.archive.pinned_policy(case.invoice_id),
        request.app.state.costs,
    )
    sent = await service.store.sendings.of_invoice(case.invoice_id, MESSAGES)
    unsent = await service.store.sendings.unsent(case.invoice_id, MESSAGES)
    return message_rows(case, sent, unsent, coming, beside)
