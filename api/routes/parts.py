"""What the addresses have in common: who serves them, how ids stand in a path, how lists are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Final, cast

from fastapi import Depends, Path, Query, Request, Response
from pydantic import BeforeValidator

from adapters.costs import PieceCosts
from adapters.storage.lists.views import CaseView
from api.attempt_reader import AttemptReader
from api.callers import caller_of
from api.case_reader import CaseReader
from api.case_service import CaseService
from api.limits import id_in_path, in_path
from api.problems import RequestMistake, invalid
from api.shapes.values import Moment, Sum
from api.zones import Zones
from dunning import records
from dunning.records import Id

MOST: Final = 200


def _case_service(request: Request) -> CaseService:
    """The case service, through which who was let in speaks."""
    service, caller = cast("CaseService", request.app.state.case_service), caller_of(request.scope)
    if caller is None:
        return service
    person = caller.name if caller.kind == "person" else None
    return replace(service, who=caller.principal, roles=caller.roles, person=person)


def _reader(request: Request) -> CaseReader:
    return CaseReader(_case_service(request))


def _attempts(request: Request) -> AttemptReader:
    return AttemptReader(_case_service(request).store)


def _costs(request: Request) -> PieceCosts:
    return cast("PieceCosts", request.app.state.costs)


def _zones(request: Request) -> ZoneOf:
    async def zone_of(case: CaseView) -> str:
        customers = await _case_service(request).archive.customers([case.customer_id])
        return cast("Zones", request.app.state.zones).of(case, customers[case.customer_id])

    return zone_of


def _asked_under(request: Request) -> str:
    return str(request.state.asked_under)


def _named_by(request: Request) -> str:
    return str(request.state.named_by)


ZoneOf = Callable[[CaseView], Awaitable[str]]

TheCaseService = Annotated[CaseService, Depends(_case_service)]
TheReader = Annotated[CaseReader, Depends(_reader)]
TheAttempts = Annotated[AttemptReader, Depends(_attempts)]
TheCosts = Annotated[PieceCosts, Depends(_costs)]
TheZones = Annotated[ZoneOf, Depends(_zones)]
Under = Annotated[str, Depends(_asked_under)]  # this asking, which is one request however often it is sent
NamedBy = Annotated[str, Depends(_named_by)]  # whose Idempotency-Key it carries, and which

_Decoded = BeforeValidator(id_in_path, json_schema_input_type=Id)
InvoiceId = Annotated[
    Id, _Decoded, Path(description="the invoice's id; a slash in it is written %2F", examples=["INV-2041"])
]
CustomerId = Annotated[
    records.CustomerId,
    BeforeValidator(id_in_path, json_schema_input_type=records.CustomerId),
    Path(description="the customer's id; a slash in it is written %2F", examples=["acme"]),
]
ThingId = Annotated[Id, _Decoded, Path()]

Cursor = Annotated[str | None, Query(max_length=1_000, description="`next` of the page before")]
UpdatedSince = Annotated[
    Moment | None,
    Query(description="only what was written at this moment or later, by the clock of the store's writers"),
]
PageLimit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]


def derived_id(named_by: str, kind: str) -> str:
    """An id for what came without one: the same for every repeat of the same request, and for nobody else's."""
    return f"{kind}-{hashlib.sha256(named_by.encode()).hexdigest()[:16]}"


async def in_currency_of(service: CaseService, invoice_id: str, **amounts: Sum | None) -> None:
    """Hold amounts, named by their places in the body, to the invoice's currency. Raises `Problem` and `NotFound`."""
    currency = (await service.store.parties.invoice(invoice_id)).record.currency
    wrong = [
        RequestMistake(
            amount.currency, f"{currency}, the invoice's currency", pointer=f"#/{place.replace('__', '/')}/currency"
        )
        for place, amount in amounts.items()
        if amount is not None and amount.currency != currency
    ]
    if wrong:
        raise invalid(wrong)


def set_location(response: Response, *parts: str) -> None:
    """Say where the thing is that was made."""
    response.headers["Location"] = "/v1/" + "/".join(in_path(part) for part in parts)
