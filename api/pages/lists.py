"""Plain lists: the tasks that wait for people, and the declines that want their eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.storage.lists.views import TaskView
from adapters.storage.unopened import KINDS
from api.attempt_reader import review_of
from api.call_scripts import CallScripts
from api.callers import Caller, caller_of
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.pages.attempts import method_name
from api.pages.case_actions import TaskRow, task_rows
from api.pages.sign_in import ThePages
from api.pages.task_words import task_words
from api.pages.words import local_day, money_text
from api.replies import replies_of
from api.routes.parts import Cursor, InvoiceId, TheCaseService, TheReader, ThingId
from api.shapes.cases import CallSheetOut
from dunning.calls import CALL
from dunning.records import Customer

router = APIRouter(include_in_schema=False)

PAGE = 50
LOOKED_BACK: Final = timedelta(days=30)


@router.get("/tasks")
async def tasks_page(request: Request, service: TheCaseService, pages: ThePages, cursor: Cursor = None) -> Response:
    """The open tasks of all cases."""
    page = await service.store.cases.tasks(cursor=cursor, limit=PAGE)
    now = await pages.clock.now()
    today = local_day(now, pages.settings.timezone)
    calls = {task.invoice_id for task in page.rows if task.about == CALL}
    sheets = await service.store.call_sheets.of_cases(calls, now)
    onwards = f"/tasks?cursor={page.next}" if page.next else None
    calls_of = {name: CallSheetOut.of(sheet) for name, sheet in sheets.items()}
    customers = await service.archive.customers({task.customer_id for task in page.rows})
    return await pages.show(
        request,
        "tasks.html",
        words={(task.invoice_id, task.id): _words(task, customers[task.customer_id], calls_of) for task in page.rows},
        tasks=page.rows,
        reasons_of=await service.store.reasons.of_cases({task.invoice_id for task in page.rows}),
        calls=calls_of,
        replies=await replies_of(page.rows, pages.settings.timezone),
        today=today,
        no_case=KINDS,
        following=onwards,
        is_first=cursor is None,
    )


def _words(task: TaskView, customer: Customer, calls: Mapping[str, CallSheetOut]) -> str:
    """What is asked, and of whom; how much it is about where a call is asked for."""
    sheet = calls.get(task.invoice_id) if task.about == CALL else None
    return task_words(task.about, task.note, customer.name or customer.id, money_text(sheet.demands) if sheet else "")


@router.get("/cases/{invoice_id}/tasks/{task_id}")
async def task_page(
    request: Request,
    service: TheCaseService,
    reader: TheReader,
    pages: ThePages,
    invoice_id: InvoiceId,
    task_id: ThingId,
) -> Response:
    """One question before a person; of an open call whom to call, where, when, and what to say (M6)."""
    task = await service.store.cases.task(invoice_id, task_id)
    is_to_call = task.about == CALL and task.closed_at is None
    now = await pages.clock.now()
    sheets = await service.store.call_sheets.of_cases({invoice_id} if is_to_call else (), now)
    scripts = CallScripts(service, request.app.state.composer)
    row = await _row(service, reader, task, caller_of(request.scope))
    return await pages.show(
        request,
        "task.html",
        task=task,
        row=row,
        reason=(await service.store.reasons.of_case(invoice_id)).of(task.about, task.note, task.opened_at),
        sheet=CallSheetOut.of(sheets[invoice_id]) if invoice_id in sheets else None,
        is_to_call=is_to_call,
        replies=await replies_of([task], pages.settings.timezone),
        script=await scripts.of_case(invoice_id) if is_to_call and invoice_id in sheets else None,
        no_case=KINDS,
        now=now,
    )


async def _row(service: CaseService, reader: CaseReader, task: TaskView, caller: Caller | None) -> TaskRow:
    """The task in words, with the form that answers it; of an invoice without a case there is none."""
    customer = (await service.archive.customers([task.customer_id]))[task.customer_id]
    who = customer.name or customer.id
    if task.about in KINDS:
        return TaskRow(task, task_words(task.about, task.note, who), None)
    return task_rows(await reader.case(task.invoice_id), [task], who, caller)[0]


@router.get("/reviews")
async def reviews_page(request: Request, service: TheCaseService, pages: ThePages, cursor: Cursor = None) -> Response:
    """The declines of the last 30 days that a person should look at."""
    since = await pages.clock.now() - LOOKED_BACK
    page = await service.store.attempts.reviews(since, cursor=cursor, limit=PAGE)
    found = [review_of(one) for one in page.rows]
    onwards = f"/reviews?cursor={page.next}" if page.next else None
    rows = [(method_name(one, one.method), one) for one in found]
    return await pages.show(request, "reviews.html", rows=rows, following=onwards, is_first=cursor is None)
