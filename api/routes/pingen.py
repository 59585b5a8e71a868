"""Where Pingen tells what became of letters. Its signature is the key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Depends, Header, Request

from adapters.pingen.news import LetterFate, MalformedNews, read_news
from adapters.pingen.signature import HEADER, UnsignedWebhook, verify
from api.authentication import PINGEN
from api.carrier_events import Busy
from api.from_pingen.news import PingenNews
from api.problems import Problem, RequestMistake
from api.rate_limit import RateLimit
from api.shapes.values import Shape, example
from api.webhooks import count_wrong, in_progress

router = APIRouter(tags=["webhooks"])
UNSIGNED: Final = RequestMistake(
    "none that fits", "Pingen's signature over this body, by our signing key", header=HEADER
)
NO_WEBHOOK: Final = RequestMistake("no webhook", "one as Pingen sends it", pointer="#/data")
_JSON: Final = "application/vnd.api+json"
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "A webhook of Pingen's, of the categories delivered, undeliverable, sent or issues",
        "content": {
            _JSON: {
                "schema": {"type": "object", "required": ["data"]},
                "example": {
                    "data": {
                        "type": "webhook_delivered",
                        "id": "9f1c6ee0-2ad1-4a1a-9f7e-1c2b3d4e5f60",
                        "relationships": {
                            "deliverable": {"data": {"type": "letters", "id": "6c0a9d1e-4f2b-42d7-8f0c-6b7a8c9d0e1f"}}
                        },
                    }
                },
            }
        },
    },
}


@dataclass(frozen=True, slots=True)
class PingenEndpoint:
    """What the address needs."""

    news: PingenNews
    signing_key: str | None = field(default=None, repr=False)
    wrong: RateLimit = field(default_factory=RateLimit)


class LetterNewsTaken(Shape):
    """It was taken: `done`, `known` (it was taken before), `unknown` (no letter of ours) or `nothing` (no news)."""

    model_config = example(result="done")

    result: Literal["done", "known", "unknown", "nothing"]


def _endpoint(request: Request) -> PingenEndpoint:
    return cast("PingenEndpoint", request.app.state.pingen)


@router.post(PINGEN, openapi_extra=_BODY)
async def hear_pingen(
    request: Request,
    endpoint: Annotated[PingenEndpoint, Depends(_endpoint)],
    signature: Annotated[str | None, Header(alias=HEADER, description="as Pingen makes it")] = None,
) -> LetterNewsTaken:
    """Take what Pingen tells. Each is done once, however often it comes.

    What is about a letter of somebody else, or nothing to us, is taken and changes nothing.
    """
    body = await request.body()
    _verify(endpoint, body, signature, request.client.host if request.client else "")
    news = _news(body)
    if news is None:
        return LetterNewsTaken(result="nothing")
    try:
        return LetterNewsTaken(result=await endpoint.news.handle(news))
    except Busy as busy:
        raise in_progress(busy) from None


def _verify(endpoint: PingenEndpoint, body: bytes, signature: str | None, client: str) -> None:
    """Only those who are wrong are counted: what is signed comes through, whoever shares its address."""
    if endpoint.signing_key is None:
        raise Problem("not-found", "pingen.signing_key: found none in the settings; allowed that of our webhooks there")
    try:
        verify(body, signature, endpoint.signing_key)
    except UnsignedWebhook as error:
        count_wrong(endpoint.wrong, client, "signatures")
        raise Problem("wrong-signature", str(error), (UNSIGNED,)) from None


def _news(body: bytes) -> LetterFate | None:
    try:
        return read_news(body)
    except MalformedNews:
        raise Problem("malformed", str(NO_WEBHOOK), (NO_WEBHOOK,)) from None
