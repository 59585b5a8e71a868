"""Cases: opened, listed, looked at in full, with their journal and all that is to come."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from api.routes.parts import Cursor, InvoiceId, Limit, TheDesk, TheReader, located
from api.shapes.cases import CaseInList, CaseOut, Forecast, LineOut, Listed, Opened, TaskInList
from api.shapes.requests import CaseToOpen
from dunning.effects import Outcome
from dunning.records import Id
from workflows.contract import workflow_id

cases = APIRouter(prefix="/v1/cases", tags=["cases"])
tasks = APIRouter(prefix="/v1/tasks", tags=["tasks"])

Word = Annotated[str | None, Query(max_length=64, pattern="^[A-Za-z0-9_ -]+$")]


@cases.get("")
async def list_cases(
    desk: TheDesk,
    stage: Word = None,
    policy: Word = None,
    customer_id: Annotated[Id | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    open: Annotated[bool | None, Query(description="only open cases, or only ended ones")] = None,  # noqa: A002 - the public name
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[CaseInList]:
    """Cases, the newest opened first."""
    page = await desk.store.cases.page(
        stage=stage, policy=policy, customer=customer_id, outcome=outcome, is_open=open, cursor=cursor, limit=limit
    )
    return Listed[CaseInList](items=tuple(CaseInList.of(view) for view in page.rows), next=page.next)


@cases.post("", status_code=status.HTTP_202_ACCEPTED, responses={200: {"model": Opened, "description": "It has ended"}})
async def open_case(desk: TheDesk, body: CaseToOpen, response: Response) -> Opened:
    """Open the case of a registered invoice. An open one answers, one that has ended tells its outcome (O1)."""
    known = await desk.open(body.invoice_id)
    located(response, "cases", body.invoice_id)
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
    desk: TheDesk, invoice_id: InvoiceId, cursor: Cursor = None, limit: Limit = 100
) -> Listed[LineOut]:
    """Every decision of the case, to act or not to act, and why (F6)."""
    currency = (await desk.store.cases.one(invoice_id)).currency
    page = await desk.store.cases.journal(invoice_id, cursor=cursor, limit=limit)
    return Listed[LineOut](items=tuple(LineOut.of(line, currency) for line in page.rows), next=page.next)


@tasks.get("")
async def list_tasks(
    desk: TheDesk,
    queue: Annotated[str | None, Query(max_length=200)] = None,
    about: Word = None,
    invoice_id: Annotated[Id | None, Query()] = None,
    customer_id: Annotated[Id | None, Query()] = None,
    open: Annotated[bool, Query(description="open questions, or answered ones")] = True,  # noqa: A002, FBT002 - the public name
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[TaskInList]:
    """Questions before people, the most urgent first."""
    page = await desk.store.cases.tasks(
        queue=queue, about=about, invoice=invoice_id, customer=customer_id, is_open=open, cursor=cursor, limit=limit
    )
    return Listed[TaskInList](items=tuple(TaskInList.of(view) for view in page.rows), next=page.next)
