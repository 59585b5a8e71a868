"""Invoices and the money that moves on them. All of these are facts: they are taken, never refused."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from api.case_service import CaseService
from api.routes.parts import (
    Cursor,
    InvoiceId,
    PageLimit,
    TheCaseService,
    ThingId,
    Under,
    UpdatedSince,
    in_currency_of,
    set_location,
)
from api.shapes.cases import Listed
from api.shapes.invoices import (
    CreditIn,
    FailureIn,
    InvoiceChange,
    InvoiceIn,
    InvoiceOut,
    LiftedReversalIn,
    PartIn,
    PaymentIn,
    PendingPaymentIn,
    ReversalIn,
    Told,
)
from api.shapes.policies import PolicyChoice
from api.shapes.requests import Nothing
from dunning.errors import Conflict, PolicyError
from dunning.messages import (
    Credit,
    Fact,
    InvoiceChanged,
    PaymentFailed,
    PaymentPending,
    PaymentReceived,
    PaymentReversed,
    ReversalLifted,
)
from dunning.records import Id

invoices = APIRouter(prefix="/v1/invoices", tags=["invoices"])
payments = APIRouter(prefix="/v1", tags=["payments"])


@invoices.get("")
async def list_invoices(
    service: TheCaseService,
    customer_id: Annotated[Id | None, Query()] = None,
    updated_since: UpdatedSince = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Listed[InvoiceOut]:
    """Invoices, the last registered first."""
    page = await service.store.parties.invoices(customer=customer_id, since=updated_since, cursor=cursor, limit=limit)
    return Listed[InvoiceOut](items=tuple(InvoiceOut.of(view) for view in page.rows), next=page.next)


@invoices.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": InvoiceOut, "description": "It was registered already"}},
)
async def register_invoice(service: TheCaseService, body: InvoiceIn, response: Response) -> InvoiceOut:
    """Register an invoice, and with `open` open its case. The same invoice again answers with 200.

    With `open`, a new invoice that no policy takes is refused with the reasons, and is not registered (O2).
    """
    is_new = await service.register_invoice(body.customer_id, body.record, to_open=body.open)
    if body.open:
        await service.open(body.id)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    set_location(response, "invoices", body.id)
    return InvoiceOut.of(await service.store.parties.invoice(body.id))


@invoices.get("/{invoice_id}")
async def get_invoice(service: TheCaseService, invoice_id: InvoiceId) -> InvoiceOut:
    """One invoice, with what is left of it."""
    return InvoiceOut.of(await service.store.parties.invoice(invoice_id))


@invoices.patch("/{invoice_id}")
async def change_invoice(service: TheCaseService, invoice_id: InvoiceId, body: InvoiceChange) -> InvoiceOut:
    """Correct the due date or the amount. Nothing done is undone or repeated (T2)."""
    await in_currency_of(service, invoice_id, amount=body.amount)
    amount = body.amount.amount if body.amount else None
    await service.tell(invoice_id, InvoiceChanged.model_validate({"due_on": body.due_on, "amount": amount}))
    return InvoiceOut.of(await service.store.parties.invoice(invoice_id))


@invoices.post("/{invoice_id}/credits", status_code=status.HTTP_202_ACCEPTED)
async def credit_invoice(service: TheCaseService, invoice_id: InvoiceId, body: CreditIn) -> Told:
    """A credit note or goodwill lowers the balance (P6)."""
    return await _told(service, invoice_id, Credit.model_validate({"id": body.id, **body.amount.model_dump()}))


@invoices.post("/{invoice_id}/void")
async def void_invoice(
    service: TheCaseService,
    invoice_id: InvoiceId,
    under: Under,
    body: Nothing | None = None,  # noqa: ARG001 - the body may be empty, or {}
) -> InvoiceOut:
    """Declare an invoice void: no case opens for it any more, and one that is open ends as withdrawn (S4)."""
    await service.void(invoice_id, under)
    return InvoiceOut.of(await service.store.parties.invoice(invoice_id))


@invoices.get("/{invoice_id}/policy")
async def choose_policy(service: TheCaseService, invoice_id: InvoiceId) -> PolicyChoice:
    """Which policy would take this invoice now, and why the others would not (O2)."""
    try:
        choice = await service.store.parties.choice(invoice_id, await service.clock.now())
    except PolicyError as error:
        raise Conflict(str(error)) from None
    return PolicyChoice.of(invoice_id, choice)


@payments.post("/payments", status_code=status.HTTP_202_ACCEPTED)
async def receive_payment(service: TheCaseService, body: PaymentIn) -> Told:
    """Money came in; a payment id is applied once (P1)."""
    parts = await _parts(service, body.allocations)
    fact = {"id": body.id, **body.amount.model_dump(), "as_of": body.as_of, "allocations": parts}
    return await _told(service, body.invoice_id, PaymentReceived.model_validate(fact))


@payments.post("/pending-payments", status_code=status.HTTP_202_ACCEPTED)
async def announce_payment(service: TheCaseService, body: PendingPaymentIn) -> Told:
    """Money is under way; if it covers what is demanded, the case waits for it (P4). It comes under the same id."""
    fact = {"id": body.id, **body.amount.model_dump(), "until": body.until}
    return await _told(service, body.invoice_id, PaymentPending.model_validate(fact))


@payments.post("/pending-payments/{payment_id}/failure", status_code=status.HTTP_202_ACCEPTED)
async def fail_payment(service: TheCaseService, payment_id: ThingId, body: FailureIn) -> Told:
    """A pending payment will not come (P4)."""
    return await _told(service, body.invoice_id, PaymentFailed(id=payment_id, code=body.code))


@payments.post("/payments/{payment_id}/reversals", status_code=status.HTTP_202_ACCEPTED)
async def reverse_payment(service: TheCaseService, payment_id: ThingId, body: ReversalIn) -> Told:
    """A payment was taken back, wholly or in part; a closed case opens again where it stood (P5)."""
    parts = await _parts(service, body.allocations)
    fact = {"id": body.id, "payment_id": payment_id, **body.amount.model_dump(), "as_of": body.as_of, "code": body.code}
    fact |= {"allocations": parts}
    return await _told(service, body.invoice_id, PaymentReversed.model_validate(fact))


@payments.post("/payments/{payment_id}/lifted-reversals", status_code=status.HTTP_202_ACCEPTED)
async def lift_reversal(service: TheCaseService, payment_id: ThingId, body: LiftedReversalIn) -> Told:
    """What was taken back of a payment came again: a chargeback was won, a refund failed (P5)."""
    parts = await _parts(service, body.allocations)
    fact = {"id": body.id, "payment_id": payment_id, **body.amount.model_dump(), "as_of": body.as_of}
    fact |= {"allocations": parts}
    return await _told(service, body.invoice_id, ReversalLifted.model_validate(fact))


async def _parts(service: CaseService, parts: tuple[PartIn, ...]) -> tuple[dict[str, str], ...] | None:
    """The parts of a payment for several invoices, which are all known; None where it has none. Raises `NotFound`."""
    for part in parts:
        await service.store.parties.invoice(part.invoice_id)
    return tuple({"invoice": part.invoice_id, "amount": part.amount.amount} for part in parts) or None


async def _told(service: CaseService, invoice_id: str, fact: Fact) -> Told:
    heard = await service.tell(invoice_id, fact)
    return Told(invoice_id=invoice_id, message=fact.name, number=heard.number, case="told" if heard.by_case else "none")
