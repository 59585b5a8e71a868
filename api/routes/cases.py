"""Cases: opened, listed, looked at in full, with their journal, their attempts and all that is to come."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response, status

from adapters.storage.lists.cases import Which
from adapters.storage.lists.views import TaskView
from api.attempt_reader import review_of
from api.call_scripts import CallScripts
from api.case_service import CaseService
from api.problems import RequestMistake, invalid
from api.replies import replies_of
from api.routes.parts import (
    Cursor,
    InvoiceId,
    PageLimit,
    TheAttempts,
    TheCaseService,
    TheReader,
    TheZones,
    ThingId,
    UpdatedSince,
    set_location,
)
from api.shapes.attempts import AttemptOut, MethodInCase, Review
from api.shapes.cases import CaseInList, CaseOut, Forecast, LineOut, Listed, Opened, Stage, TaskInFull, TaskInList
from api.shapes.requests import CaseToOpen
from api.shapes.values import Moment
from dunning.calls import CALL
from dunning.effects import Outcome
from dunning.records import Id
from workflows.contract import workflow_id

cases = APIRouter(prefix="/v1/cases", tags=["cases"])
tasks = APIRouter(prefix="/v1/tasks", tags=["tasks"])
reviews = APIRouter(prefix="/v1/reviews", tags=["cases"])

_ENDED: Final[dict[str, Any]] = {
    "model": Opened,
    "description": "It has ended",
    "content": {
        "application/json": {
            "example": {
                "invoice_id": "INV-2041", "workflow_id": "case:INV-2041", "stage": "paid", "outcome": "paid"
            }
        }
    },
}  # fmt: skip
LOOKED_BACK: Final = timedelta(days=30)

ListFilter = Annotated[str | None, Query(max_length=64, pattern="^[A-Za-z0-9_ -]+$")]


@cases.get("")
async def list_cases(  # noqa: PLR0913 - each parameter of the query is an argument
    service: TheCaseService,
    *,
    stage: Annotated[Stage | None, Query()] = None,
    policy: ListFilter = None,
    customer_id: Annotated[Id | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    open: Annotated[bool | None, Query(description="only open cases, or only ended ones")] = None,  # noqa: A002 - the public name
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Listed[CaseInList]:
    """Cases, the newest opened first."""
    if policy is not None:
        await _known_policy(service, policy)
    which = Which(stage, policy, customer_id, outcome, is_open=open, since=updated_since)
    page = await service.store.cases.page(which, cursor=cursor, limit=limit)
    return Listed[CaseInList](items=tuple(CaseInList.of(view) for view in page.rows), next=page.next)


async def _known_policy(service: CaseService, name: str) -> None:
    """Raise `Problem` for a policy that never was in force: no case can follow it."""
    known = await service.archive.policy_names()
    if name not in known:
        raise invalid([RequestMistake("a policy that never was in force", ", ".join(known), parameter="policy")])


@cases.post("", status_code=status.HTTP_202_ACCEPTED, responses={200: _ENDED})
async def open_case(service: TheCaseService, body: CaseToOpen, response: Response) -> Opened:
    """Open the case of a registered invoice. An open one answers, one that has ended tells its outcome (O1).

    An invoice that no policy takes is refused, with what each policy has against it (O2).
    """
    known = await service.open(body.invoice_id)
    set_location(response, "cases", body.invoice_id)
    if known is not None and known.outcome is not None:
        response.status_code = status.HTTP_200_OK
    return Opened(
        invoice_id=body.invoice_id,
        workflow_id=workflow_id(body.invoice_id),
        stage=known.stage if known else "opening",
        outcome=known.outcome if known else None,
    )


@cases.get("/{invoice_id}")
async def get_case(reader: TheReader, invoice_id: InvoiceId) -> CaseOut:
    """One case in full, as it says itself."""
    return await reader.case(invoice_id)


@cases.get("/{invoice_id}/forecast")
async def forecast_case(reader: TheReader, invoice_id: InvoiceId) -> Forecast:
    """Everything that is to come if nobody pays, answers or objects (O4)."""
    return await reader.forecast(invoice_id)


@cases.get("/{invoice_id}/journal")
async def read_journal(
    service: TheCaseService,
    invoice_id: InvoiceId,
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 100,
) -> Listed[LineOut]:
    """Every decision of the case, to act or not to act, and why (F6)."""
    currency = (await service.store.cases.one(invoice_id)).currency
    page = await service.store.cases.journal(invoice_id, since=updated_since, cursor=cursor, limit=limit)
    reasons = await service.store.reasons.of_case(invoice_id)
    return Listed[LineOut](items=tuple(LineOut.of(line, currency, reasons) for line in page.rows), next=page.next)


@cases.get("/{invoice_id}/attempts")
async def read_attempts(service: TheCaseService, attempts: TheAttempts, invoice_id: InvoiceId) -> Listed[AttemptOut]:
    """Every attempt to charge, with what follows; also those made elsewhere, and those that were forbidden (C2, C4)."""
    return Listed[AttemptOut](items=await attempts.every(await service.store.cases.one(invoice_id)), next=None)


@cases.get("/{invoice_id}/methods")
async def read_methods(
    service: TheCaseService, reader: TheReader, attempts: TheAttempts, zones: TheZones, invoice_id: InvoiceId
) -> Listed[MethodInCase]:
    """Every payment method of the customer, and whether it may be tried now; the rule book says so (C4)."""
    listed = await service.store.cases.one(invoice_id)
    known = (await reader.case(invoice_id)).methods
    found = await attempts.methods(listed, await zones(listed), await service.clock.now(), known)
    return Listed[MethodInCase](items=found, next=None)


@cases.get("/{invoice_id}/tasks/{task_id}")
async def get_task(request: Request, service: TheCaseService, invoice_id: InvoiceId, task_id: ThingId) -> TaskInFull:
    """One question before a person; an open task `call` with whom to call, and what to say (M6)."""
    view = await service.store.cases.task(invoice_id, task_id)
    reasons = await service.store.reasons.of_case(invoice_id)
    if not _is_to_call(view):
        replies = await replies_of([view], request.app.state.pages.settings.timezone)
        return TaskInFull.of(view, reasons, reply=replies.get((invoice_id, task_id)))
    sheets = await service.store.call_sheets.of_cases({invoice_id}, await service.clock.now())
    script = await CallScripts(service, request.app.state.composer).of_case(invoice_id)
    return TaskInFull.of(view, reasons, sheets.get(invoice_id)).with_script(script)


@reviews.get("")
async def list_reviews(
    service: TheCaseService,
    since: Annotated[Moment | None, Query(description="those of the last 30 days, unless told otherwise")] = None,
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Listed[Review]:
    """Declines that a person should look at, the newest first: marked so in the rule book, ours, or in no table.

    Each stands at the moment of its attempt, so one that is answered meanwhile may belong on a page that was read.
    """
    earliest = since or await service.clock.now() - LOOKED_BACK
    page = await service.store.attempts.reviews(earliest, updated=updated_since, cursor=cursor, limit=limit)
    return Listed[Review](items=tuple(review_of(one) for one in page.rows), next=page.next)


@tasks.get("")
async def list_tasks(  # noqa: PLR0913 - each parameter of the query is an argument
    request: Request,
    service: TheCaseService,
    *,
    queue: Annotated[str | None, Query(max_length=200)] = None,
    about: ListFilter = None,
    invoice_id: Annotated[Id | None, Query()] = None,
    customer_id: Annotated[Id | None, Query()] = None,
    open: Annotated[bool, Query(description="open questions, or answered ones")] = True,  # noqa: A002 - the public name
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Listed[TaskInList]:
    """Questions before people, the most urgent first.

    One that is escalated meanwhile gets a later last day: it may come twice, and is never missed.
    """
    page = await service.store.cases.tasks(
        queue=queue, about=about, invoice=invoice_id, customer=customer_id, is_open=open, since=updated_since,
        cursor=cursor, limit=limit,
    )  # fmt: skip
    reasons = await service.store.reasons.of_cases({view.invoice_id for view in page.rows})
    calls = {view.invoice_id for view in page.rows if _is_to_call(view)}
    sheets = await service.store.call_sheets.of_cases(calls, await service.clock.now())
    replies = await replies_of(page.rows, request.app.state.pages.settings.timezone)
    items = tuple(
        TaskInList.of(
            view, reasons[view.invoice_id], sheets.get(view.invoice_id) if _is_to_call(view) else None,
            replies.get((view.invoice_id, view.id)),
        )
        for view in page.rows
    )  # fmt: skip
    return Listed[TaskInList](items=items, next=page.next)


def _is_to_call(task: TaskView) -> bool:
    return task.about == CALL and task.closed_at is None
