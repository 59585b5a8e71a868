"""Where Stripe tells what happened. Its signature is the key, so no API key is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Final, cast
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Request
from pydantic_core import from_json

from adapters.stripe.event_meanings import ParsedEvent
from adapters.stripe.events import Malformed, read_event
from adapters.stripe.signature import HEADER, WrongSignature, verify
from api.authentication import STRIPE
from api.from_stripe.events import Result, StripeEventHandler
from api.from_stripe.invoices import Busy
from api.problems import Problem, RequestMistake
from api.rate_limit import RateLimit
from api.shapes.values import Shape, example
from api.validation_errors import request_mistakes
from api.webhooks import count_wrong, in_progress
from dunning.set_aside import storable

router = APIRouter(tags=["webhooks"])
LARGEST: Final = 1_048_576  # bytes of an event: an invoice of many lines has hundreds of thousands
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "An event of Stripe",
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["id", "type", "created", "data"]},
                "example": {
                    "id": "evt_1Pgc76B7WZ01zgkW",
                    "type": "customer.created",
                    "created": 1772700000,
                    "data": {"object": {"id": "cus_QXg1o8vcGmoR32", "object": "customer"}},
                },
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class StripeEndpoint:
    """What the address needs. Days of invoices are counted in `zone`, the creditor's."""

    events: StripeEventHandler
    zone: ZoneInfo
    secret: str | None = field(default=None, repr=False)
    wrong: RateLimit = field(default_factory=RateLimit)


class EventTaken(Shape):
    """The event was taken: `done`, `known` (it was taken before) or `ignored` (it says nothing to us)."""

    model_config = example(event="evt_1Pgc76B7WZ01zgkW", result="done")

    event: str
    result: Result


def _endpoint(request: Request) -> StripeEndpoint:
    return cast("StripeEndpoint", request.app.state.stripe)


@router.post(STRIPE, openapi_extra=_BODY)
async def hear_stripe(
    request: Request,
    endpoint: Annotated[StripeEndpoint, Depends(_endpoint)],
    signature: Annotated[str | None, Header(alias=HEADER, description="as Stripe makes it")] = None,
) -> EventTaken:
    """Take an event of Stripe. Each is done once, however often they come and in whatever order.

    Events of unknown types are ignored.
    """
    body = await request.body()
    _verify(endpoint, body, signature, request.client.host if request.client else "")
    event = _read(body, endpoint.zone)
    try:
        result = await endpoint.events.handle(event)
    except Busy as busy:
        raise in_progress(busy) from None
    return EventTaken(event=event.id, result=result)


def _verify(endpoint: StripeEndpoint, body: bytes, signature: str | None, address: str) -> None:
    """Only those who are wrong are counted: what is signed comes through, whoever shares its address.

    Without a secret there is no such address. It is not an outage (503): nobody has to come back for it.
    """
    if endpoint.secret is None:
        raise Problem("not-found", "stripe_webhook_secret: found none in the settings; allowed Stripe's `whsec_...`")
    try:
        verify(body, signature, endpoint.secret)
    except WrongSignature as error:
        count_wrong(endpoint.wrong, address, "signatures")
        raise Problem("wrong-signature", str(error), (_MISTAKE,)) from None


_MISTAKE: Final = RequestMistake(
    "none that fits", "Stripe's signature over this body, 5 minutes old at most", header=HEADER
)


def _read(body: bytes, zone: ZoneInfo) -> ParsedEvent:
    try:
        event: Any = storable(from_json(body))
    except ValueError:
        raise _malformed(RequestMistake("something that is no JSON", "one JSON object in UTF-8", pointer="#")) from None
    try:
        return read_event(event, zone)
    except Malformed as error:
        raise _malformed(*request_mistakes(error.errors)) from None


def _malformed(*found: RequestMistake) -> Problem:
    return Problem("malformed", str(found[0]), found)
