"""The doctor asks the carriers of notices whether they know us, and sends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.postmark.fake.application import FakePostmark
from adapters.postmark.fake.application import serve_fake as serve_postmark
from adapters.settings import Settings
from adapters.twilio.fake.application import FakeTwilio
from adapters.twilio.fake.application import serve_fake as serve_twilio
from cli.doctor.carrier_examination import examine_mail, examine_text_messages
from tests.adapters.mail_host import MailHost, listening

PUBLIC = "https://dunning.example"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with serve_twilio() as fake:
        yield fake


@pytest.fixture
async def postmark() -> AsyncIterator[FakePostmark]:
    async with serve_postmark() as fake:
        yield fake


def texting(fake: FakeTwilio, *, token: str | None = None, public_url: str | None = PUBLIC) -> Settings:
    books = fake.books
    account: dict[str, Any] = {"account_sid": books.account_sid, "auth_token": token or books.auth_token}
    said = {"twilio": {**account, "sender": "Northwind", "api_base": fake.address}, "api": {"public_url": public_url}}
    return Settings.model_validate(said)


async def test_without_a_carrier_none_is_asked() -> None:
    assert (await examine_mail(Settings())).well
    found = await examine_text_messages(Settings())
    assert (found.well, found.found) == (True, "no carrier; text messages: mailbox")


async def test_an_account_that_is_known_is_well(twilio: FakeTwilio) -> None:
    found = await examine_text_messages(texting(twilio))
    assert (found.well, found.warns, found.found) == (True, False, f"twilio: {twilio.address}")
    assert not twilio.books.messages


async def test_a_wrong_token_is_named_by_its_setting(twilio: FakeTwilio) -> None:
    found = await examine_text_messages(texting(twilio, token="sesame"))
    assert not found.well
    assert found.found == f"twilio: {twilio.address}: answered 401"
    assert "twilio.auth_token" in found.fix
    assert "sesame" not in str(found)


async def test_an_address_that_twilio_cannot_find_is_a_warning(twilio: FakeTwilio) -> None:
    found = await examine_text_messages(texting(twilio, public_url=None))
    assert (found.well, found.warns) == (True, True)
    assert "api.public_url" in found.fix


async def test_a_carrier_that_does_not_answer_is_not_well(twilio: FakeTwilio) -> None:
    away = texting(twilio).model_copy(
        update={"twilio": texting(twilio).twilio.model_copy(update={"api_base": "http://127.0.0.1:9"})}
    )
    found = await examine_text_messages(away)
    assert (found.well, found.found) == (False, "http://127.0.0.1:9: twilio connection: ConnectError")


@pytest.mark.parametrize("token, well", [("postmark-fake", True), ("another", False)])
async def test_postmark_is_asked_by_its_token(postmark: FakePostmark, token: str, *, well: bool) -> None:
    said = {"postmark": {"server_token": token, "api_base": postmark.address}}
    found = await examine_mail(Settings.model_validate(said))
    assert (found.what, found.well) == ("e-mail", well)
    assert ("DUNNING_POSTMARK__SERVER_TOKEN" in found.fix) is not well
    assert not postmark.books.messages


async def test_what_postmark_does_not_tell_us_is_a_warning(postmark: FakePostmark) -> None:
    """M5: bounces and complaints that nobody hears of."""
    said: dict[str, Any] = {"postmark": {"server_token": postmark.books.token, "api_base": postmark.address}}
    found = await examine_mail(Settings.model_validate(said))
    assert (found.well, found.warns) == (True, True)
    assert "postmark.webhook_secret" in found.fix
    said["postmark"]["webhook_secret"] = "a-long-word-of-our-own"
    said["api"] = {"public_url": PUBLIC}
    found = await examine_mail(Settings.model_validate(said))
    assert "https://postmark:SECRET@dunning.example/webhooks/postmark" in found.fix
    assert "for Delivery, Bounce, SpamComplaint, SubscriptionChange" in found.fix
    postmark.books.webhook(f"{PUBLIC}/webhooks/postmark", "Delivery", "Bounce")
    postmark.books.webhook("https://elsewhere.example/", "SpamComplaint", "SubscriptionChange")
    assert "for SpamComplaint, SubscriptionChange" in (await examine_mail(Settings.model_validate(said))).fix
    postmark.books.webhook(f"{PUBLIC}/webhooks/postmark", "SpamComplaint", "SubscriptionChange")
    found = await examine_mail(Settings.model_validate(said))
    assert (found.well, found.warns) == (True, False)


async def test_a_mail_server_is_greeted() -> None:
    async with listening(MailHost()) as host:
        said = {"smtp": {"host": "127.0.0.1", "port": host.port, "security": "plain"}}
        assert (await examine_mail(Settings.model_validate(said))).well
    gone = await examine_mail(Settings.model_validate(said))
    assert (gone.well, gone.fix) == (False, "correct smtp (DUNNING_SMTP__HOST, ...)")
