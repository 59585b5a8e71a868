"""E-mail over Postmark: what is asked of it, and what each of its errors means."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.creditor import Creditor
from adapters.email_message import as_email, email_address
from adapters.http_carrier import CarrierAnswer
from adapters.incoming.addresses import Signatures, SignedAddresses
from adapters.incoming.return_paths import ReturnPaths
from adapters.logo import Logo
from adapters.postmark.codes import refusal
from adapters.postmark.courier import PostmarkCourier, PostmarkServer
from adapters.postmark.fake.application import FakePostmark, serve_fake
from dunning.errors import FateUnknown, NotTaken
from tests.adapters.letterboxes import a_parcel
from tests.fakes.creditors import NORTHWIND, a_creditor


@pytest.fixture
async def fake() -> AsyncIterator[FakePostmark]:
    async with serve_fake() as running:
        yield running


def courier(fake: FakePostmark, creditor: Creditor = NORTHWIND, **changes: Any) -> PostmarkCourier:
    server = replace(PostmarkServer(fake.books.token, api_base=fake.address), **changes)
    return PostmarkCourier(server, creditor)


async def test_a_message_is_the_one_that_leaves_over_smtp(fake: FakePostmark) -> None:
    parcel, recipient = a_parcel(), email_address("ap@acme.example")
    assert recipient is not None
    message_id = await courier(fake).deliver(parcel)
    [message], mail = fake.books.messages, as_email(parcel, recipient, NORTHWIND)
    assert message["MessageID"] == message_id
    assert (message["To"], message["Subject"]) == ("ap@acme.example", "A friendly reminder")
    assert (message["TextBody"], message["HtmlBody"]) == (parcel.message.text, parcel.message.html)
    assert (message["From"], message["ReplyTo"]) == (str(mail["From"]), str(mail["Reply-To"]))
    headers = {one["Name"]: one["Value"] for one in message["Headers"]}
    assert headers["Message-ID"] == mail["Message-ID"]
    assert headers["References"] == mail["References"]
    assert (headers["Auto-Submitted"], headers["Content-Language"]) == ("auto-generated", "en")
    assert headers["X-PM-KeepID"] == "true"


async def test_where_it_wants_to_be_answered_travels_too(fake: FakePostmark) -> None:
    signatures = Signatures(b"s" * 32)
    addresses = SignedAddresses(signatures, "reply.northwind.example")
    returns = ReturnPaths(signatures, addresses, found_at="https://dunning.northwind.example")
    server = PostmarkServer(fake.books.token, api_base=fake.address)
    await PostmarkCourier(server, NORTHWIND, returns=returns).deliver(a_parcel())
    headers = {one["Name"]: one["Value"] for one in fake.books.messages[0]["Headers"]}
    assert fake.books.messages[0]["ReplyTo"].endswith(f"<{addresses.address('reply', a_parcel().id)}>")
    assert headers["List-Unsubscribe"].startswith("<https://dunning.northwind.example/u/u")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_nobody_is_followed_by_what_they_open(fake: FakePostmark) -> None:
    await courier(fake).deliver(a_parcel())
    assert (fake.books.messages[0]["TrackOpens"], fake.books.messages[0]["TrackLinks"]) == (False, "None")


async def test_a_name_with_a_comma_stays_one_sender(fake: FakePostmark) -> None:
    await courier(fake, a_creditor(name='Bäcker, Müller & "Co"')).deliver(a_parcel())
    assert fake.books.messages[0]["From"] == '"Bäcker, Müller & \\"Co\\"" <accounts@northwind.example>'


async def test_a_logo_travels_with_the_page_that_shows_it(fake: FakePostmark) -> None:
    logo, parcel = Logo("png", b"\x89PNG\r\n\x1a\n"), a_parcel()
    await courier(fake).deliver(replace(parcel, message=replace(parcel.message, logo=logo)))
    [attached] = fake.books.messages[0]["Attachments"]
    assert (attached["ContentID"], attached["ContentType"]) == (logo.address, "image/png")
    assert base64.b64decode(attached["Content"]) == logo.data


async def test_a_message_without_a_page_is_text_alone(fake: FakePostmark) -> None:
    await courier(fake).deliver(a_parcel(html=None))
    assert "HtmlBody" not in fake.books.messages[0]


@pytest.mark.parametrize("address", ["inactive@acme.example", "", "acme", "jürgen@acme.example", "a b@acme.example"])
async def test_an_address_that_cannot_be_written_to_is_refused_for_good(fake: FakePostmark, address: str) -> None:
    fake.books.inactive.add("inactive@acme.example")
    assert await courier(fake).deliver(a_parcel(address)) is None
    assert not fake.books.messages


async def test_a_sender_that_is_not_confirmed_is_everybodys(fake: FakePostmark) -> None:
    fake.books.senders = set()
    with pytest.raises(NotTaken, match=r"^postmark: answered 422 400$") as refused:
        await courier(fake).deliver(a_parcel())
    assert (refused.value.lasting, refused.value.for_everybody) == (True, True)


async def test_a_stream_that_is_not_there_is_everybodys(fake: FakePostmark) -> None:
    with pytest.raises(NotTaken, match=r"^postmark: answered 422 1235$") as refused:
        await courier(fake, stream="letters").deliver(a_parcel())
    assert (refused.value.lasting, refused.value.for_everybody) == (True, True)


async def test_a_wrong_token_is_said_without_it(fake: FakePostmark) -> None:
    with pytest.raises(NotTaken, match=r"^postmark: answered 401 10$"):
        await courier(fake, token="sesame").deliver(a_parcel())
    assert "sesame" not in repr(PostmarkServer("sesame"))


async def test_a_message_that_cannot_be_sent_as_it_is_has_surely_not_left(fake: FakePostmark) -> None:
    with pytest.raises(NotTaken, match=r"^postmark message: cannot be written, ValueError$"):
        await courier(fake).deliver(a_parcel(subject="Two\nlines"))


@pytest.mark.parametrize("creditors", ["Invalid 'From' address: 'a'.", "Zero recipients specified"])
def test_an_invalid_message_marks_no_address_unless_it_names_it(creditors: str) -> None:
    answer = CarrierAnswer(422, {"ErrorCode": 300, "Message": creditors})
    refused = refusal(answer)
    assert isinstance(refused, NotTaken)
    assert (refused.lasting, refused.for_everybody) == (True, False)
    assert refusal(CarrierAnswer(422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'x'."})) is None


@pytest.mark.parametrize(
    "status, code, expected, everybody",
    [(429, 429, NotTaken, False), (500, 0, NotTaken, False), (503, 100, NotTaken, True), (502, 0, FateUnknown, None)],
)
def test_what_passes_is_waited_for(status: int, code: int, expected: type, everybody: bool | None) -> None:  # noqa: FBT001 - a column of the table
    refused = refusal(CarrierAnswer(status, {"ErrorCode": code}))
    assert type(refused) is expected
    assert getattr(refused, "lasting", False) is False
    assert getattr(refused, "for_everybody", None) is everybody


async def test_what_is_taken_without_a_name_has_a_fate_that_nobody_knows(fake: FakePostmark) -> None:
    fake.books.mishaps.append("gateway")
    with pytest.raises(FateUnknown, match=r"^postmark: answered 502$"):
        await courier(fake).deliver(a_parcel())
