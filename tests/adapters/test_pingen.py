"""Letters over Pingen: what is asked of it, what each of its answers means, and how it signs what it tells."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from adapters.correspondence import Parcel
from adapters.http_carrier import CarrierAnswer
from adapters.letters.pdf import laid_out
from adapters.pingen.account import PingenAccount
from adapters.pingen.codes import refusal
from adapters.pingen.courier import PingenCourier
from adapters.pingen.fake.application import FakePingen, serve_fake
from adapters.pingen.fake.books import Books
from adapters.pingen.fake.webhooks import Webhooks
from adapters.pingen.news import LetterFate, MalformedNews, read_news
from adapters.pingen.signature import UnsignedWebhook, signature, verify
from dunning.errors import FateUnknown, NotTaken
from tests.adapters.golden_letters import boxes_on, page_of
from tests.adapters.letterboxes import a_parcel
from tests.paper import on_paper

MM = 96 / 25.4  # the library counts in CSS pixels
ADDRESS = "Acme Boote GmbH\nHafenstraße 3\n24103 Kiel"


@pytest.fixture
async def fake() -> AsyncIterator[FakePingen]:
    async with serve_fake() as running:
        yield running


def a_letter(key: str = "case:INV-1/step/firm", page: str | None = "<p>Dear Acme") -> Parcel:
    parcel = a_parcel(ADDRESS, channel="letter", key=key, html=None)
    return replace(parcel, message=replace(parcel.message, page=page))


def courier(fake: FakePingen, *, printed: bytes | None = None, **changes: Any) -> PingenCourier:
    books = fake.books
    account = PingenAccount(books.organisation, books.client_id, books.client_secret, api_base=fake.address)
    return PingenCourier(replace(account, **changes), printer=lambda page, _: printed or f"%PDF-{page}".encode())


async def test_a_letter_is_a_file_and_what_is_to_become_of_it(fake: FakePingen) -> None:
    parcel = a_letter()
    found = await courier(fake, product="fast", duplex=True, colour=True).deliver(parcel)
    [letter] = fake.books.letters
    assert letter["id"] == found
    said = letter["attributes"]
    assert (said["delivery_product"], said["print_mode"], said["print_spectrum"]) == ("fast", "duplex", "color")
    assert (said["address_position"], said["file_original_name"]) == ("left", f"{parcel.id}.pdf")
    assert fake.books.sheets[found] == b"%PDF-<p>Dear Acme"


async def test_who_is_let_in_stays_in_and_is_let_in_again_when_that_ends(fake: FakePingen) -> None:
    by = courier(fake)
    await by.deliver(a_letter("case:INV-1/step/firm"))
    await by.deliver(a_letter("case:INV-2/step/firm"))
    assert len(fake.books.tokens) == 1
    fake.books.tokens.clear()
    assert await by.deliver(a_letter("case:INV-3/step/firm"))
    assert len(fake.books.letters) == 3


async def test_a_question_that_is_asked_again_is_one_letter_and_one_that_was_refused_another(fake: FakePingen) -> None:
    fake.books.mishaps += ["too many", "gateway"]
    by = courier(fake)
    with pytest.raises(NotTaken, match=r"^pingen: answered 429 too_many_requests$"):
        await by.deliver(a_letter())
    assert not fake.books.letters
    assert await by.deliver(a_letter()) == fake.books.letters[0]["id"]
    assert (len(fake.books.letters), len(fake.books.answered)) == (1, 1)


async def test_a_refusal_after_a_lost_answer_says_nothing_of_the_letter(fake: FakePingen) -> None:
    """It may be on its way: nobody sends it again (N3)."""
    fake.books.mishaps += ["hang up", "too many"]
    with pytest.raises(FateUnknown):
        await courier(fake).deliver(a_letter())
    assert len(fake.books.letters) == 1


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"client_secret": "sesame"}, "pingen access: answered 401"),
        ({"organisation": "another"}, "pingen: answered 404 not_found"),
    ],
)
async def test_what_is_wrong_with_our_account_is_everybodys(fake: FakePingen, changes: Any, why: str) -> None:
    with pytest.raises(NotTaken) as refused:
        await courier(fake, **changes).deliver(a_letter())
    assert (refused.value.why, refused.value.lasting, refused.value.for_everybody) == (why, True, True)
    assert "sesame" not in repr(PingenAccount("o", "c", "sesame"))


async def test_what_is_wrong_with_a_letter_is_its_own(fake: FakePingen) -> None:
    for parcel, printed in (
        (a_letter(page=None), None),
        (a_letter(), b"no PDF"),
        (a_letter(), b"%PDF-" + b"0" * 8_000_001),
    ):
        with pytest.raises(NotTaken) as refused:
            await courier(fake, printed=printed).deliver(parcel)
        assert (refused.value.lasting, refused.value.for_everybody) == (True, False)
    assert not fake.books.letters


@pytest.mark.parametrize(
    "status, code, expected, everybody",
    [
        (409, "in_progress", FateUnknown, None),
        (429, "too_many_requests", NotTaken, False),
        (500, "internal_error", NotTaken, False),
        (500, "", FateUnknown, None),  # something between us and Pingen, which cannot know
        (502, "", FateUnknown, None),
        (503, "service_unavailable", NotTaken, True),
        (422, "validation_failed", NotTaken, False),
        (403, "forbidden", NotTaken, True),
    ],
)
def test_only_pingens_own_faults_say_that_nothing_left(
    status: int, code: str, expected: type[Exception], *, everybody: bool | None
) -> None:
    found = refusal(CarrierAnswer(status, {"errors": [{"code": code, "title": ADDRESS}]} if code else {}))
    assert type(found) is expected
    assert getattr(found, "for_everybody", None) is everybody
    assert "Acme" not in str(found)


# The sheet.


@on_paper
@pytest.mark.parametrize("locale", ["de", "nl"])
def test_the_address_lies_where_pingen_reads_it_and_nothing_where_it_prints_the_postage(locale: str) -> None:
    boxes = [box for box in boxes_on(laid_out(page_of(locale, "pingen")).pages[0]) if type(box).__name__ == "TextBox"]
    places = [(box.position_x / MM, box.position_y / MM, box) for box in boxes if box.text.strip()]
    window = [(x, y, box) for x, y, box in places if x < 107.5 and 40 <= y < 85.5]
    assert len(window) == 3
    for x, y, box in window:
        assert x >= 22
        assert x + box.width / MM <= 107.5
        assert y >= 60
        assert y + box.height / MM <= 85.5


# What is told.


def told(kind: Any, status: str | None = None) -> bytes:
    books = Books()
    letter = {"id": "6c0a9d1e-4f2b-42d7-8f0c-6b7a8c9d0e1f", "type": "letters", "attributes": {}, "links": {"self": "x"}}
    return Webhooks(books, httpx2.AsyncClient(), "http://127.0.0.1/webhooks/pingen").body(letter, kind, status)


@pytest.mark.parametrize(
    "kind, status, fate, hard",
    [
        ("delivered", None, "delivered", False),
        ("undeliverable", None, "bounced", True),
        ("issues", "invalid", "bounced", False),
        ("issues", "expired", "bounced", False),
        ("issues", "action_required", "waits", False),
        ("issues", "awaiting_credits", "waits", False),
    ],
)
def test_what_became_of_a_letter_is_news(kind: str, status: str | None, fate: str, *, hard: bool) -> None:
    found = read_news(told(kind, status))
    assert found == LetterFate("6c0a9d1e-4f2b-42d7-8f0c-6b7a8c9d0e1f", f"webhook_{kind}", fate, hard)  # type: ignore[arg-type]


def test_a_letter_on_its_way_is_none_and_neither_is_anything_but_a_letter() -> None:
    assert read_news(told("sent")) is None
    whole = json.loads(told("delivered"))
    whole["data"]["relationships"] |= {"deliverable": {"data": {"type": "emails", "id": "e-1"}}}
    assert read_news(json.dumps(whole).encode()) is None
    del whole["data"]["relationships"]["deliverable"]  # as it was told before July 2026
    assert read_news(json.dumps(whole).encode()) is not None
    del whole["data"]["relationships"]["letter"]
    assert read_news(json.dumps(whole).encode()) is None


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"null", b"{}", b'{"data": {"type": "webhook_sent"}}',
             b'{"data": {"type": "x", "relationships": {"letter": {"data": {"type": "letters", "id": "a b"}}}}}'],
)  # fmt: skip
def test_what_is_no_webhook_is_none_of_pingens(body: bytes) -> None:
    with pytest.raises(MalformedNews):
        read_news(body)


def test_a_signature_is_made_as_pingen_makes_it() -> None:
    """The key, body and signature of RFC 4231, test case 2: Pingen signs by HMAC-SHA256, in hexadecimal."""
    body, key = b"what do ya want for nothing?", "Jefe"
    signed = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert signature(body, key) == signed
    verify(body, signed, key)
    verify(body, signed.upper(), key)
    for header in (None, "", "ü", signed[:-1], signed.replace("5", "6")):
        with pytest.raises(UnsignedWebhook):
            verify(body, header, key)
    with pytest.raises(UnsignedWebhook):
        verify(body + b" ", signed, key)
