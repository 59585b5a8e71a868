"""Text messages over Twilio: what is asked of it, what each of its errors means, and how it signs what it tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import RedirectResponse

from adapters.http_carrier import CarrierAnswer
from adapters.opt_out_words import OPT_IN_WORDS, OPT_OUT_WORDS, is_opt_out
from adapters.stand_in import served_here
from adapters.twilio.codes import refusal
from adapters.twilio.courier import TwilioAccount, TwilioCourier
from adapters.twilio.fake.application import FakeTwilio, serve_fake
from adapters.twilio.news import Malformed, MessageFate, OptIn, OptOut, Reply, read_news
from adapters.twilio.signature import WrongSignature, signature, verify
from dunning.errors import FateUnknown, NotTaken
from tests.adapters.letterboxes import a_parcel

SANNE = "+31610000000"


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with serve_fake() as running:
        yield running


def account(fake: FakeTwilio, **changes: Any) -> TwilioAccount:
    known = TwilioAccount(fake.books.account_sid, fake.books.auth_token, "+15005550006", api_base=fake.address)
    return replace(known, **changes)


async def sent(fake: FakeTwilio, to: str = SANNE, text: str = "Please pay.\n", **changes: Any) -> str | None:
    return await TwilioCourier(account(fake, **changes)).deliver(a_parcel(to, channel="sms", text=text))


async def test_a_message_names_its_sender_and_its_id_is_the_sid(fake: FakeTwilio) -> None:
    sid = await sent(fake)
    [message] = fake.books.messages
    assert message["sid"] == sid
    assert (message["from"], message["to"], message["body"]) == ("+15005550006", SANNE, "Please pay.")
    assert fake.books.told_at == {}


async def test_a_messaging_service_chooses_the_number(fake: FakeTwilio) -> None:
    await sent(fake, sender=None, messaging_service="MG" + "0" * 32)
    [message] = fake.books.messages
    assert (message["from"], message["messaging_service_sid"], message["status"]) == (None, "MG" + "0" * 32, "accepted")


async def test_where_it_is_told_is_named_with_each_message(fake: FakeTwilio) -> None:
    sid = await sent(fake, told_at="https://dunning.example/webhooks/twilio")
    assert fake.books.told_at == {sid: "https://dunning.example/webhooks/twilio"}


async def test_every_sign_arrives_as_it_was_written(fake: FakeTwilio) -> None:
    text = "Betaal € 615,00 & bel 020=1 + 50% ü?\nStop: STOP"
    await sent(fake, text=text)
    assert fake.books.messages[0]["body"] == text


async def test_who_opted_out_at_twilio_is_an_address_that_refuses(fake: FakeTwilio) -> None:
    fake.books.opted_out.add(SANNE)
    assert await sent(fake) is None


@pytest.mark.parametrize("to", ["+15005550001", "+15005550004", "+15005550009", "0610000000"])
async def test_a_number_that_no_message_can_reach_is_refused_for_good(fake: FakeTwilio, to: str) -> None:
    assert await sent(fake, to) is None


@pytest.mark.parametrize(
    "to, sender, code, everybody",
    [
        ("+15005550002", "+15005550006", 21612, False),
        ("+15005550003", "+15005550006", 21408, False),
        (SANNE, "+15005550001", 21212, True),
        (SANNE, "+15005550007", 21606, True),
    ],
)
async def test_what_our_account_may_not_do_marks_no_number(
    fake: FakeTwilio, to: str, sender: str, code: int, *, everybody: bool
) -> None:
    with pytest.raises(NotTaken, match=rf"^twilio: answered 400 {code}$") as refused:
        await sent(fake, to, sender=sender)
    assert (refused.value.lasting, refused.value.for_everybody) == (True, everybody)


async def test_a_sender_whose_messages_queue_up_is_waited_for(fake: FakeTwilio) -> None:
    with pytest.raises(NotTaken, match=r"^twilio: answered 429 21611$") as refused:
        await sent(fake, sender="+15005550008")
    assert (refused.value.lasting, refused.value.for_everybody) == (False, False)


async def test_a_wrong_token_is_said_without_it(fake: FakeTwilio) -> None:
    with pytest.raises(NotTaken, match=r"^twilio: answered 401 20003$"):
        await sent(fake, auth_token="sesame")
    with pytest.raises(NotTaken, match=r"^twilio: answered 401 20003$"):
        await sent(fake, account_sid="AC" + "1" * 32)
    assert "sesame" not in repr(account(fake, auth_token="sesame"))


@pytest.mark.parametrize(
    "status, code, expected",
    [
        (429, 20429, NotTaken),
        (429, None, NotTaken),
        (500, 20500, NotTaken),
        (500, None, FateUnknown),  # something between us and Twilio, which cannot know
        (502, None, FateUnknown),
        (503, 20503, NotTaken),
        (503, None, NotTaken),
        (504, None, FateUnknown),
    ],
)
def test_only_twilios_own_faults_say_that_nothing_left(
    status: int, code: int | None, expected: type[Exception]
) -> None:
    assert type(refusal(CarrierAnswer(status, {"code": code} if code else {}))) is expected


async def test_an_answer_from_between_leaves_a_fate_that_nobody_knows(fake: FakeTwilio) -> None:
    fake.books.mishaps.append("gateway")
    with pytest.raises(FateUnknown, match=r"^twilio: answered 502$"):
        await sent(fake)


async def test_a_redirect_is_not_followed() -> None:
    """It would carry the token to somebody else."""
    async with serve_fake() as other, served_here(RedirectResponse(f"{other.address}/", 307)) as elsewhere:
        moved = account(other, api_base=elsewhere)
        with pytest.raises(NotTaken, match=r"^twilio: answered 307$") as refused:
            await TwilioCourier(moved).deliver(a_parcel(SANNE, channel="sms"))
    assert refused.value.lasting
    assert not other.books.messages


# Signatures: the examples are Twilio's own.

CALL = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030",
        "To": "+18005551212"}  # fmt: skip
ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2"
SIGNED = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_a_signature_is_made_as_twilio_makes_it() -> None:
    assert signature(ADDRESS, CALL.items(), "12345") == SIGNED
    verify(ADDRESS, CALL.items(), SIGNED, "12345")


@pytest.mark.parametrize("given", ["https://mycompany.com:443/a?b=1", "https://mycompany.com/a?b=1"])
@pytest.mark.parametrize("signed", ["https://mycompany.com:443/a?b=1", "https://mycompany.com/a?b=1"])
def test_the_port_may_be_signed_or_left_out(given: str, signed: str) -> None:
    verify(given, CALL.items(), signature(signed, CALL.items(), "12345"), "12345")


@pytest.mark.parametrize(
    "address, said, header, token",
    [
        (ADDRESS, CALL, None, "12345"),
        (ADDRESS, CALL, "", "12345"),
        (ADDRESS, CALL, "ü", "12345"),
        (ADDRESS, CALL, SIGNED.lower(), "12345"),
        (ADDRESS, CALL, SIGNED, "54321"),
        (ADDRESS, CALL | {"Digits": "1235"}, SIGNED, "12345"),
        (ADDRESS, CALL | {"More": "1"}, SIGNED, "12345"),
        ("https://mycompany.com/other?foo=1&bar=2", CALL, SIGNED, "12345"),
    ],
)
def test_nothing_else_fits(address: str, said: dict[str, str], header: str | None, token: str) -> None:
    with pytest.raises(WrongSignature, match=r"^X-Twilio-Signature: found no signature that fits"):
        verify(address, said.items(), header, token)


# What is told.


@pytest.mark.parametrize(
    "state, fate",
    [("delivered", "delivered"), ("read", "delivered"), ("undelivered", "bounced"), ("failed", "bounced")],
)
def test_the_end_of_a_message_is_news(state: str, fate: str) -> None:
    found = read_news({"MessageSid": "SM1", "MessageStatus": state, "From": "+15005550006", "To": SANNE})
    assert isinstance(found, MessageFate)
    assert (found.sid, found.state, found.fate) == ("SM1", state, fate)


@pytest.mark.parametrize("state", ["accepted", "queued", "sending", "sent", "canceled", "something new"])
def test_a_message_on_its_way_is_none(state: str) -> None:
    assert read_news({"MessageSid": "SM1", "MessageStatus": state}) is None


def written(text: str, **more: str) -> dict[str, str]:
    return {"MessageSid": "SM1", "SmsStatus": "received", "From": SANNE, "Body": text, **more}


@pytest.mark.parametrize(
    "language, word", [(name, word) for name, words in OPT_OUT_WORDS.items() for word in sorted(words)]
)
def test_a_word_that_opts_out_does_so_in_its_language(language: str, word: str) -> None:
    assert language
    assert read_news(written(word.upper())) == OptOut("SM1", SANNE)


@pytest.mark.parametrize("text", ["Stop", " STOP. ", "stop!", "Arrêt", "ARRÊT", "Opt-out", "STOP 36200", "stop\n"])
def test_however_it_is_written(text: str) -> None:
    assert is_opt_out(text)


@pytest.mark.parametrize(
    "text", ["Please stop calling my mother", "I will pay on Monday", "unstoppable", "yes", "hulp"]
)
def test_a_sentence_is_for_a_person_to_read(text: str) -> None:
    assert read_news(written(f" {text}\n")) == Reply("SM1", SANNE, text)


@pytest.mark.parametrize("word", sorted({word for words in OPT_IN_WORDS.values() for word in words}))
def test_a_word_that_opts_in_does_so_in_its_language(word: str) -> None:
    assert read_news(written(f"{word.upper()}!")) == OptIn("SM1", SANNE)


@pytest.mark.parametrize(
    "said", [written("Help"), written("INFO."), written(""), written("ja", From="whatsapp:+31610000000")]
)
def test_what_twilio_answers_or_nobody_wrote_is_no_news(said: dict[str, str]) -> None:
    assert read_news(said) is None


def test_a_picture_without_words_is_told_as_one() -> None:
    assert read_news(written("", NumMedia="2")) == Reply("SM1", SANNE, "(2 files without words, kept by Twilio)")
    assert read_news(written("See this", NumMedia="1")) == Reply("SM1", SANNE, "See this")


def test_where_a_service_reads_the_words_its_reading_counts() -> None:
    assert read_news(written("genoeg", OptOutType="STOP")) == OptOut("SM1", SANNE)
    assert read_news(written("yes", OptOutType="START")) == OptIn("SM1", SANNE)
    assert read_news(written("stop", OptOutType="HELP")) is None


def test_what_names_no_message_is_none_of_twilios() -> None:
    with pytest.raises(Malformed, match=r"^MessageSid: found none"):
        read_news({"MessageStatus": "delivered"})


def test_a_number_never_shows() -> None:
    assert SANNE not in repr((OptOut("SM1", SANNE), OptIn("SM1", SANNE), Reply("SM1", SANNE, SANNE)))
