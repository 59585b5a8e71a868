"""Customers: registered and brought up to date, stopped and released, reached and charged in new ways."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from api.routes.parts import Cursor, CustomerId, PageLimit, TheCaseService, ThingId, UpdatedSince, set_location
from api.shapes.cases import Listed
from api.shapes.customers import (
    AbsenceIn,
    ChannelIn,
    ContactIn,
    CustomerIn,
    CustomerOut,
    CustomerTold,
    MethodIn,
    StopIn,
)
from api.shapes.requests import Nothing
from dunning.messages import (
    Away,
    Complained,
    ConsentWithdrawn,
    Contact,
    CustomerRelease,
    CustomerStop,
    Fact,
    MethodAdded,
    MethodRemoved,
    OptedOut,
)

router = APIRouter(prefix="/v1/customers", tags=["customers"])


@router.get("")
async def list_customers(
    service: TheCaseService, updated_since: UpdatedSince = None, cursor: Cursor = None, limit: PageLimit = 50
) -> Listed[CustomerOut]:
    """Customers by their ids, without their credit. One who is added meanwhile may stand on a page that was read."""
    page = await service.store.parties.customers(since=updated_since, cursor=cursor, limit=limit)
    return Listed[CustomerOut](items=tuple(CustomerOut.of(view) for view in page.rows), next=page.next)


@router.put("/{customer_id}", responses={201: {"model": CustomerOut, "description": "The customer is new"}})
async def put_customer(
    service: TheCaseService, customer_id: CustomerId, body: CustomerIn, response: Response
) -> CustomerOut:
    """Register a customer, or bring what is known of them up to date.

    What is left out is cleared, but payment methods stay. A new address or method is told to their open cases.
    """
    methods = tuple(method.record for method in body.methods)
    is_new = await service.put_customer(body.record(customer_id), methods, body.parent)
    if is_new:
        response.status_code = status.HTTP_201_CREATED
        set_location(response, "customers", customer_id)
    return CustomerOut.of(await service.store.parties.customer(customer_id))


@router.get("/{customer_id}")
async def get_customer(service: TheCaseService, customer_id: CustomerId) -> CustomerOut:
    """One customer, with what they paid too much (P3)."""
    return CustomerOut.of(await service.store.parties.customer(customer_id))


@router.post("/{customer_id}/stop", status_code=status.HTTP_202_ACCEPTED)
async def stop_customer(service: TheCaseService, customer_id: CustomerId, body: StopIn) -> CustomerTold:
    """Stop every case of the customer at once, until a person lifts it (H2)."""
    return await _told(service, customer_id, CustomerStop(reason=body.reason))


@router.post("/{customer_id}/release", status_code=status.HTTP_202_ACCEPTED)
async def release_customer(
    service: TheCaseService,
    customer_id: CustomerId,
    body: Nothing | None = None,  # noqa: ARG001 - the body may be empty, or {}
) -> CustomerTold:
    """Lift the customer's stop; their cases may move from the next day (H2)."""
    return await _told(service, customer_id, CustomerRelease())


@router.post("/{customer_id}/contact", status_code=status.HTTP_202_ACCEPTED)
async def change_contact(service: TheCaseService, customer_id: CustomerId, body: ContactIn) -> CustomerTold:
    """New addresses, or channels that may not be used any more (N1, N2)."""
    return await _told(service, customer_id, Contact(**body.model_dump(exclude_none=True)))


@router.post("/{customer_id}/absences", status_code=status.HTTP_202_ACCEPTED)
async def report_absence(service: TheCaseService, customer_id: CustomerId, body: AbsenceIn) -> CustomerTold:
    """The debtor does not read a channel to the end of a day: notices wait, for 14 days at most (M5)."""
    return await _told(service, customer_id, Away(channel=body.channel, until=body.until))


@router.post("/{customer_id}/complaints", status_code=status.HTTP_202_ACCEPTED)
async def report_complaint(service: TheCaseService, customer_id: CustomerId, body: ChannelIn) -> CustomerTold:
    """The debtor complained of a message: the address of this channel is not used again until it changes (M5)."""
    return await _told(service, customer_id, Complained(channel=body.channel))


@router.post("/{customer_id}/opt-outs", status_code=status.HTTP_202_ACCEPTED)
async def opt_out(service: TheCaseService, customer_id: CustomerId, body: ChannelIn) -> CustomerTold:
    """The debtor wants nothing more at the address of this channel: it is not used until it changes (M5)."""
    return await _told(service, customer_id, OptedOut(channel=body.channel))


@router.post("/{customer_id}/methods", status_code=status.HTTP_202_ACCEPTED)
async def add_method(service: TheCaseService, customer_id: CustomerId, body: MethodIn) -> CustomerTold:
    """Add a payment method, or change it; a policy that charges tries it at once (C2)."""
    return await _told(service, customer_id, MethodAdded(**body.model_dump()))


@router.post("/{customer_id}/methods/{method_id}/removal", status_code=status.HTTP_202_ACCEPTED)
async def remove_method(
    service: TheCaseService,
    customer_id: CustomerId,
    method_id: ThingId,
    body: Nothing | None = None,  # noqa: ARG001 - the body may be empty, or {}
) -> CustomerTold:
    """A payment method is gone: nothing is charged by it any more (C2)."""
    return await _told(service, customer_id, MethodRemoved(id=method_id))


@router.post("/{customer_id}/consent-withdrawal", status_code=status.HTTP_202_ACCEPTED)
async def withdraw_consent(
    service: TheCaseService,
    customer_id: CustomerId,
    body: Nothing | None = None,  # noqa: ARG001 - as above
) -> CustomerTold:
    """The customer no longer agrees to be charged (C6)."""
    return await _told(service, customer_id, ConsentWithdrawn())


async def _told(service: TheCaseService, customer_id: str, fact: Fact) -> CustomerTold:
    cases = await service.tell_customer(customer_id, fact)
    return CustomerTold(customer_id=customer_id, message=fact.name, cases=tuple(cases))
