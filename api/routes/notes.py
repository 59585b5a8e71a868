"""Notes about cases and customers: written by people, read by people, heard of by no case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, status

from api.case_service import CaseService
from api.routes.parts import (
    Cursor,
    CustomerId,
    InvoiceId,
    NamedBy,
    PageLimit,
    TheCaseService,
    UpdatedSince,
    derived_id,
)
from api.shapes.cases import Listed
from api.shapes.notes import NoteIn, NoteOut

router = APIRouter(prefix="/v1", tags=["notes"])


@router.get("/cases/{invoice_id}/notes")
async def list_case_notes(
    service: TheCaseService,
    invoice_id: InvoiceId,
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Listed[NoteOut]:
    """The notes about a case, the newest first."""
    page = await service.store.notes.of_case(invoice_id, since=updated_since, cursor=cursor, limit=limit)
    return Listed[NoteOut](items=tuple(map(NoteOut.of, page.rows)), next=page.next)


@router.post("/cases/{invoice_id}/notes", status_code=status.HTTP_201_CREATED)
async def note_case(service: TheCaseService, invoice_id: InvoiceId, body: NoteIn, named_by: NamedBy) -> NoteOut:
    """Write a note about a case. It stands on the case's page, and the case does not hear of it."""
    noted = await new_note(service, body, named_by)
    return NoteOut.of(await service.store.notes.write_about_case(invoice_id, noted))


@router.get("/customers/{customer_id}/notes")
async def list_customer_notes(
    service: TheCaseService,
    customer_id: CustomerId,
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Listed[NoteOut]:
    """The notes about a customer, those about their cases among them; the newest first."""
    page = await service.store.notes.of_customer(customer_id, since=updated_since, cursor=cursor, limit=limit)
    return Listed[NoteOut](items=tuple(map(NoteOut.of, page.rows)), next=page.next)


@router.post("/customers/{customer_id}/notes", status_code=status.HTTP_201_CREATED)
async def note_customer(service: TheCaseService, customer_id: CustomerId, body: NoteIn, named_by: NamedBy) -> NoteOut:
    """Write a note about a customer. It stands on the pages of all their cases."""
    noted = await new_note(service, body, named_by)
    return NoteOut.of(await service.store.notes.write_about_customer(customer_id, noted))


async def new_note(service: CaseService, body: NoteIn, named_by: str) -> dict[str, Any]:
    """The note as the store takes it; written again under the same name, it is the same note."""
    return {
        "id": derived_id(named_by, "note"),
        **body.model_dump(),
        "authenticated": service.who,
        "at": await service.clock.now(),
    }
