"""Whether the carriers of notices answer and let us in: the mail server, Postmark, Twilio. Nothing is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.email import smtp_client
from adapters.http_carrier import CarrierAnswer
from adapters.postmark.courier import PostmarkCourier
from adapters.settings import Settings
from adapters.twilio.courier import TwilioCourier
from api.authentication import POSTMARK
from api.routes.postmark import USER
from cli.doctor.diagnosis import Diagnosis
from cli.installation.connections import mail_server, postmark_server, twilio_account
from dunning.errors import FateUnknown, NotTaken

PATIENCE: Final = timedelta(seconds=5)
TOLD: Final = ("Delivery", "Bounce", "SpamComplaint", "SubscriptionChange")  # what Postmark can tell, by its own names
_NOT_LET_IN: Final = frozenset({401, 403, 404})


async def examine_mail(settings: Settings) -> Diagnosis:
    """The carrier of e-mail: a mail server as far as its greeting and our name and password, Postmark by our token."""
    route = settings.route("email")
    if route == "postmark":
        courier = PostmarkCourier(postmark_server(settings.postmark), settings.creditor.as_creditor(), PATIENCE)
        token = "postmark.server_token (DUNNING_POSTMARK__SERVER_TOKEN)"  # noqa: S105 - the setting's name
        answered = await asked("e-mail", "postmark", settings.postmark.api_base, token, courier.examine)
        lacks = await _not_told(settings, courier) if answered.well else None
        return replace(answered, fix=lacks, warns=True) if lacks else answered
    what = "mail server"
    if route != "smtp":
        return Diagnosis(what, well=True, found=f"none needed; e-mail: {route}")
    server = replace(mail_server(settings.smtp), patience=PATIENCE)
    place = f"{server.host}:{server.port}"
    try:
        async with smtp_client(server):
            return Diagnosis(what, well=True, found=place)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        found = f"{place}: {type(error).__name__}"
        return Diagnosis(what, well=False, found=found, fix="correct smtp (DUNNING_SMTP__HOST, ...)")


async def _not_told(settings: Settings, courier: PostmarkCourier) -> str | None:
    """What is missing for Postmark to tell what became of e-mail, as something to do."""
    if settings.postmark.webhook_secret is None:
        return "set postmark.webhook_secret, and give Postmark the address, so that bounces and complaints are heard"
    host = urlsplit(settings.api.public_url or "").netloc or "YOUR-HOST"
    address = f"https://{USER}:SECRET@{host}{POSTMARK}"
    try:
        answer = await courier.webhooks()
    except (NotTaken, FateUnknown):
        return None
    told = {name for one in answer.body.get("Webhooks", ()) for name in _triggers(one)} if answer.is_success else TOLD
    missing = ", ".join(name for name in TOLD if name not in told)
    return f"add a webhook at Postmark, to {address}, for {missing}" if missing else None


def _triggers(webhook: Mapping[str, Any]) -> Iterator[str]:
    """What a webhook of Postmark tells us, if it tells us."""
    if urlsplit(str(webhook.get("Url", ""))).path == POSTMARK:
        triggers: Mapping[str, Mapping[str, Any]] = webhook.get("Triggers") or {}
        yield from (name for name, one in triggers.items() if one.get("Enabled"))


async def examine_text_messages(settings: Settings) -> Diagnosis:
    """The carrier of text messages, and whether it can tell what became of them."""
    what, route = "text messages", settings.route("sms")
    if route != "twilio":
        return Diagnosis(what, well=True, found=f"no carrier; text messages: {route}")
    courier = TwilioCourier(twilio_account(settings), PATIENCE)
    setting = "twilio.account_sid and twilio.auth_token (DUNNING_TWILIO__...)"
    found = await asked(what, "twilio", settings.twilio.api_base, setting, courier.examine)
    if found.well and settings.api.public_url is None:
        fix = "set api.public_url, so that Twilio can tell what became of messages, and who wants no more of them"
        return replace(found, fix=fix, warns=True)
    return found


async def asked(
    what: str, carrier: str, place: str, setting: str, ask: Callable[[], Awaitable[CarrierAnswer]]
) -> Diagnosis:
    """What a carrier answers to who looks; `setting` is what is wrong where it does not let us in."""
    try:
        answer = await ask()
    except (NotTaken, FateUnknown) as error:
        turned_away = isinstance(error, NotTaken) and error.lasting and "answered" in error.why
        fix = f"correct {setting}" if turned_away else f"look at {carrier}.api_base"
        return Diagnosis(what, well=False, found=f"{place}: {error.why}", fix=fix)
    if answer.is_success:
        return Diagnosis(what, well=True, found=f"{carrier}: {place}")
    fix = f"correct {setting}" if answer.status in _NOT_LET_IN else f"ask again later; look at {carrier}.api_base"
    return Diagnosis(what, well=False, found=f"{carrier}: {place}: answered {answer.status}", fix=fix)
