"""One question before a person: what is asked and why, whose it is, how to answer it, and what became of it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.colleagues import colleagues_of
from adapters.escalations.letter import times_words
from adapters.escalations.queue import owner_of
from adapters.storage.escalations import EscalationView
from adapters.storage.lists.views import TaskView
from adapters.storage.unopened import KINDS
from api.call_scripts import CallScripts
from api.callers import Caller, caller_of
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.pages.case_actions import TaskRow, task_rows
from api.pages.sign_in import ThePages
from api.pages.task_words import and_list, task_words
from api.replies import replies_of
from api.routes.parts import InvoiceId, TheCaseService, TheReader, ThingId
from api.shapes.cases import CallSheetOut
from dunning.calls import CALL
from dunning.journal import Line

router = APIRouter(include_in_schema=False)

_LOOKED_BACK: Final = 200  # lines of the journal among which the answer is
_ANSWERS: Final = frozenset({"dispose", "approve"})  # the lines that name the task that they answer


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that became of a task."""

    at: datetime
    words: str


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
        owner=owner_of(pages.settings.queues.get(task.queue), await colleagues_of(service.store.people), task.assigned),
        history=await _history(service, task),
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


async def _history(service: CaseService, task: TaskView) -> list[Happened]:
    """Asked, asked again and whom that reached, answered."""
    store = service.store
    raised = [one for one in await store.escalations.of_cases([task.invoice_id]) if one.task == task.id]
    found = [Happened(task.opened_at, "Asked"), *(Happened(one.at, _raised(one)) for one in raised)]
    if task.closed_at is not None:
        lines = (await store.cases.story(task.invoice_id, limit=_LOOKED_BACK)).rows
        found.append(Happened(task.closed_at, _answered(task, lines)))
    return found


def _raised(one: EscalationView) -> str:
    told = f": {and_list(one.told)} {'was' if len(one.told) == 1 else 'were'} told" if one.told else ""
    return f"Late {times_words(one.number)}, asked again{told}"


def _answered(task: TaskView, lines: Sequence[Line]) -> str:
    """By whom, as the journal says; a task that a fact made pointless was answered by nobody."""
    line = next((one for one in lines if one.kind in _ANSWERS and one.value == task.id), None)
    if line is None:
        return "Closed: it needs no answer any more"
    return f"Answered by {line.by}" if line.by else line.why[:1].upper() + line.why[1:]
