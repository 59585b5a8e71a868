"""Whose a customer is, and until when they are put off: for programs. Said again, it changes nothing."""

from __future__ import annotations

from fastapi import APIRouter

from api.case_service import CaseService
from api.routes.parts import CustomerId, TheCaseService
from api.shapes.worklist import AssignmentOut, CareOut, OwnerIn, SnoozeIn, SnoozeOut
from api.worklist.desk import QueueDesk, TheQueueDesk

router = APIRouter(prefix="/v1", tags=["queue"])


@router.get("/customers/{customer_id}/care")
async def get_care(desk: TheQueueDesk, customer_id: CustomerId) -> CareOut:
    """Whose the customer is by hand, and until when they are put off; what was before, too."""
    return await _care(desk, customer_id)


@router.put("/customers/{customer_id}/owner")
async def put_owner(
    service: TheCaseService, desk: TheQueueDesk, customer_id: CustomerId, body: OwnerIn
) -> CareOut:  # fmt: skip
    """Make the customer somebody's by hand."""
    await desk.owners.assign([customer_id], body.person, _by(service), await service.clock.now())
    return await _care(desk, customer_id)


@router.delete("/customers/{customer_id}/owner")
async def delete_owner(service: TheCaseService, desk: TheQueueDesk, customer_id: CustomerId) -> CareOut:
    """Make the customer nobody's by hand: the rules of the settings say again whose they are."""
    await desk.owners.assign([customer_id], None, _by(service), await service.clock.now())
    return await _care(desk, customer_id)


@router.put("/customers/{customer_id}/snooze")
async def put_snooze(
    service: TheCaseService, desk: TheQueueDesk, customer_id: CustomerId, body: SnoozeIn
) -> CareOut:  # fmt: skip
    """Put the customer off to the end of a day. A reply, a dispute, a broken promise or a payment that is taken back
    brings them into the queue again.
    """
    now = await service.clock.now()
    today = desk.today(now)
    await desk.owners.snooze([customer_id], body.until, body.reason or "", _by(service), now, today=today)
    return await _care(desk, customer_id)


@router.delete("/customers/{customer_id}/snooze")
async def delete_snooze(service: TheCaseService, desk: TheQueueDesk, customer_id: CustomerId) -> CareOut:
    """Put the customer off no more."""
    await desk.owners.wake([customer_id], _by(service), await service.clock.now())
    return await _care(desk, customer_id)


async def _care(desk: QueueDesk, customer_id: str) -> CareOut:
    owned, put_off = await desk.owners.of_customer(customer_id)
    return CareOut(
        customer_id=customer_id,
        assignments=tuple(map(AssignmentOut.of, owned)),
        snoozes=tuple(map(SnoozeOut.of, put_off)),
    )


def _by(service: CaseService) -> str:
    return service.who or "the product"
