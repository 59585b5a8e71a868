"""Where Twilio tells what became of text messages, and what people wrote back. Its signature is the key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final, cast
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Header, Request, Response

from adapters.twilio.news import Malformed, News, read_news
from adapters.twilio.signature import HEADER, WrongSignature, verify
from api.authentication import TWILIO
from api.carrier_events import Busy
from api.from_twilio.news import TwilioNews
from api.problems import Problem, RequestMistake
from api.rate_limit import RateLimit
from api.webhooks import count_wrong, in_progress

router = APIRouter(tags=["webhooks"])
MOST: Final = 200  # parameters; Twilio sends some twenty
_NO_FORM: Final = RequestMistake("something that is no form", f"at most {MOST} parameters in UTF-8", pointer="#")
_NO_REPLY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
_XML: Final = "text/xml"
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "The parameters of a status callback, or of a message that somebody wrote",
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": ["MessageSid"]},
                "example": {
                    "MessageSid": "SM0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
                    "MessageStatus": "delivered",
                    "To": "+31610000000",
                },
            }
        },
    },
}


@dataclass(frozen=True, slots=True)
class TwilioEndpoint:
    """What the address needs. `address` is the one that Twilio was given, over which it signs; None: it has none."""

    news: TwilioNews
    address: str | None
    auth_token: str | None = field(default=None, repr=False)
    wrong: RateLimit = field(default_factory=RateLimit)


class TwimlResponse(Response):
    """What Twilio is told to do next: nothing."""

    media_type = _XML


def _endpoint(request: Request) -> TwilioEndpoint:
    return cast("TwilioEndpoint", request.app.state.twilio)


@router.post(
    TWILIO,
    openapi_extra=_BODY,
    response_class=TwimlResponse,
    responses={200: {"description": "Taken; there is no reply", "content": {_XML: {"schema": {"example": _NO_REPLY}}}}},
)
async def hear_twilio(
    request: Request,
    endpoint: Annotated[TwilioEndpoint, Depends(_endpoint)],
    signature: Annotated[str | None, Header(alias=HEADER, description="as Twilio makes it")] = None,
) -> Response:
    """Take what Twilio tells. Each is done once, however often it comes.

    What is about a message of somebody else, or nothing to us, is taken and changes nothing.
    """
    said = _read(await request.body())
    _verify(endpoint, said, signature, request.client.host if request.client else "")
    news = _news(said)
    if news is not None:
        try:
            await endpoint.news.handle(news)
        except Busy as busy:
            raise in_progress(busy) from None
    return TwimlResponse(_NO_REPLY)


def _read(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST, errors="strict")
    except ValueError:
        raise _malformed(_NO_FORM) from None


def _verify(endpoint: TwilioEndpoint, said: list[tuple[str, str]], signature: str | None, client: str) -> None:
    """Only those who are wrong are counted: what is signed comes through, whoever shares its address."""
    if endpoint.auth_token is None:
        raise Problem("not-found", "twilio.auth_token: found none in the settings; allowed our account's at Twilio")
    if endpoint.address is None:
        raise Problem("not-found", "api.public_url: found none in the settings; allowed where Twilio finds us")
    try:
        verify(endpoint.address, said, signature, endpoint.auth_token)
    except WrongSignature as error:
        count_wrong(endpoint.wrong, client, "signatures")
        raise Problem("wrong-signature", str(error), (WRONG_SIGNATURE,)) from None


WRONG_SIGNATURE: Final = RequestMistake(
    "none that fits", "Twilio's signature over this address and body, by our auth token", header=HEADER
)


def _news(said: list[tuple[str, str]]) -> News | None:
    try:
        return read_news(dict(said))
    except Malformed:
        raise _malformed(RequestMistake("no sid of a message", "letters and digits", pointer="#/MessageSid")) from None


def _malformed(found: RequestMistake) -> Problem:
    return Problem("malformed", str(found), (found,))
