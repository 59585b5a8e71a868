"""Where Postmark tells what became of e-mail. It signs nothing: the password in its address is the key."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, cast

from fastapi import APIRouter, Depends, Header, Request

from adapters.postmark.news import MailFate, Malformed, read_news
from api.authentication import POSTMARK
from api.carrier_events import Busy
from api.from_postmark.news import PostmarkNews
from api.json_bodies import UNREADABLE, JsonMistake, read_json
from api.problems import Problem, RequestMistake
from api.rate_limit import RateLimit
from api.shapes.values import Shape, example
from api.webhooks import count_wrong, in_progress

router = APIRouter(tags=["webhooks"])
USER: Final = "postmark"
LARGEST: Final = 1_048_576  # bytes: a bounce may quote the whole message that came back
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "A delivery, a bounce, a spam complaint or a subscription change, as Postmark tells it",
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["RecordType"]},
                "example": {
                    "RecordType": "Delivery",
                    "MessageStream": "outbound",
                    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
                    "Recipient": "ap@acme.example",
                    "DeliveredAt": "2026-03-05T08:00:02Z",
                },
            }
        },
    },
}
WRONG_PASSWORD: Final = RequestMistake(
    "no password that fits", f"Basic, the user {USER} and postmark.webhook_secret", header="Authorization"
)


@dataclass(frozen=True, slots=True)
class PostmarkEndpoint:
    """What the address needs; without a `secret` there is no such address. `stream` is the one that is ours."""

    news: PostmarkNews
    stream: str
    secret: str | None = field(default=None, repr=False)
    wrong: RateLimit = field(default_factory=RateLimit)


class MailNewsTaken(Shape):
    """It was taken: `done`, `known` (it was taken before), `unknown` (about no message of ours) or `ignored`."""

    model_config = example(result="done")

    result: Literal["done", "known", "unknown", "ignored"]


def _endpoint(request: Request) -> PostmarkEndpoint:
    return cast("PostmarkEndpoint", request.app.state.postmark)


@router.post(POSTMARK, openapi_extra=_BODY)
async def hear_postmark(
    request: Request,
    endpoint: Annotated[PostmarkEndpoint, Depends(_endpoint)],
    authorization: Annotated[str | None, Header(description="Basic, as in the address that Postmark was given")] = None,
) -> MailNewsTaken:
    """Take what Postmark tells. Each is done once, however often it comes and in whatever order.

    What is about a message of somebody else or in another stream, or nothing to us, is taken and changes nothing.
    """
    _admit(endpoint, authorization, request.client.host if request.client else "")
    news = _read(await request.body(), endpoint.stream)
    if news is None:
        return MailNewsTaken(result="ignored")
    try:
        return MailNewsTaken(result=await endpoint.news.handle(news))
    except Busy as busy:
        raise in_progress(busy) from None


def _admit(endpoint: PostmarkEndpoint, shown: str | None, client: str) -> None:
    """Only those who are wrong are counted: who has the password comes through, whoever shares their address."""
    if endpoint.secret is None:
        raise Problem("not-found", "postmark.webhook_secret: found none in the settings; allowed one of your own")
    wanted = f"{USER}:{endpoint.secret}".encode()
    if hmac.compare_digest(_decoded(shown or ""), wanted):
        return
    count_wrong(endpoint.wrong, client, "passwords")
    headers = {"WWW-Authenticate": 'Basic realm="postmark"'}
    raise Problem("unauthenticated", str(WRONG_PASSWORD), (WRONG_PASSWORD,), headers=headers)


def _decoded(header: str) -> bytes:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(credentials.strip().encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return b""


def _read(body: bytes, stream: str) -> MailFate | None:
    try:
        said: Any = read_json(body)
    except JsonMistake as error:
        raise _malformed(error.mistake) from None
    if not isinstance(said, dict):
        raise _malformed(UNREADABLE)
    try:
        return read_news(said, stream)
    except Malformed as error:
        raise _malformed(RequestMistake("none", error.allowed, pointer=f"#/{error.field}")) from None


def _malformed(found: RequestMistake) -> Problem:
    return Problem("malformed", str(found), (found,))
