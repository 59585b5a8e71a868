"""Money that came in, and nobody knows yet for which invoice (P9)."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from adapters.storage.unmatched import UnmatchedPayment
from api.case_service import CaseService
from api.routes.parts import TheCaseService
from api.shapes.invoices import UnmatchedPaymentIn, UnmatchedPaymentOut

router = APIRouter(prefix="/v1/unmatched-payments", tags=["payments"])


@router.post("", status_code=status.HTTP_201_CREATED)
async def keep_unmatched_payment(
    service: TheCaseService, response: Response, body: UnmatchedPaymentIn
) -> UnmatchedPaymentOut:
    """Money came in, and nobody knows yet for which invoice. A payment that is booked under the same id matches it."""
    if not await kept_payment(service, body):
        response.status_code = status.HTTP_200_OK
    return UnmatchedPaymentOut.model_validate(body.model_dump())


async def kept_payment(service: CaseService, body: UnmatchedPaymentIn) -> bool:
    """Keep it; whether it is new. Raises `Conflict`."""
    payment = UnmatchedPayment(
        id=body.id, currency=body.amount.currency, amount=body.amount.minor, as_of=body.as_of,
        payer=body.payer or "", reference=body.reference or "", by=service.who, at=await service.clock.now(),
    )  # fmt: skip
    return await service.store.unmatched.keep(payment)
