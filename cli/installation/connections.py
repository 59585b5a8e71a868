"""The real things beside the store, chosen by the settings: Temporal client, channels, gateway."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, TLSConfig

from adapters.correspondence import Correspondent, Courier
from adapters.email import EmailCourier, SmtpServer
from adapters.incoming.addresses import Signatures, SignedAddresses
from adapters.incoming.return_paths import ReturnPaths
from adapters.letters.pdf import expect_printable
from adapters.letters.print_folder import PrintFolder
from adapters.mailbox import ColleaguesMailbox, KeepingCourier, MailboxCourier
from adapters.messages.composer import Composer, Window
from adapters.pingen.account import PingenAccount
from adapters.pingen.courier import PingenCourier
from adapters.postmark.courier import PostmarkCourier, PostmarkServer
from adapters.private_folder import private_folder
from adapters.probing import PAUSE, ProbingCourier
from adapters.sandbox_book import FileBook
from adapters.settings import (
    IncomingSettings,
    PingenSettings,
    PostmarkSettings,
    Settings,
    SmtpSettings,
    TemporalSettings,
)
from adapters.storage.store import Store
from adapters.stored_statements import StoredStatements
from adapters.twilio.courier import TwilioAccount, TwilioCourier
from api.authentication import TWILIO
from cli.exits import Missing
from dunning.channels import CHANNELS
from dunning.ports import PaymentLinks
from dunning.records import Channel

BOOK: Final = "sandbox.db"
_AT_HOME: Final = frozenset({"mailbox", "print"})  # on this machine, where nobody's server is to be spared


async def connect_to_temporal(settings: TemporalSettings) -> Client:
    """A client of the Temporal server. Raises `Missing` if it does not answer."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    try:
        client = await Client.connect(
            settings.address,
            namespace=settings.namespace,
            api_key=key,
            tls=_tls(settings) or settings.tls or key is not None,
            data_converter=pydantic_data_converter,
        )
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=settings.namespace))
    except RPCError as error:
        raise Missing(
            f"temporal: {settings.address}: {error.message} Name another one in temporal.namespace "
            f"(DUNNING_TEMPORAL__NAMESPACE), or make it: temporal operator namespace create {settings.namespace}"
        ) from None
    except RuntimeError as error:
        raise Missing(
            f"temporal: found no server that answers at {settings.address} ({_brief(error)}); start one with "
            "`dunning up`, or name yours in temporal.address (DUNNING_TEMPORAL__ADDRESS)"
        ) from None
    return client


def build_correspondent(settings: Settings, store: Store, links: PaymentLinks | None = None) -> Correspondent:
    """Every channel that is not off, each with its courier; what leaves is kept for reading. `links` lead to pages of
    the payment provider.

    Raises `LettersMissing` where letters are printed, and this machine cannot make them.
    """
    creditor = settings.creditor.as_creditor()
    returns = return_paths_of(settings, store.database.fingerprint_key)
    couriers: Mapping[str, Callable[[], Courier]] = {
        "mailbox": MailboxCourier,
        "smtp": lambda: EmailCourier(mail_server(settings.smtp), creditor, returns),
        "postmark": lambda: PostmarkCourier(postmark_server(settings.postmark), creditor, returns=returns),
        "twilio": lambda: TwilioCourier(twilio_account(settings)),
        "pingen": lambda: PingenCourier(pingen_account(settings.pingen)),
        "print": lambda: PrintFolder(settings.letters.folder or settings.data),
    }
    # In trials, where cases run ahead of the machine's clock, nobody waits for a server by it.
    pause = timedelta() if settings.virtual_time else PAUSE
    routes = {channel: settings.route(channel) for channel in CHANNELS}
    by_channel: dict[Channel, Courier] = {}
    for channel, route in routes.items():
        if route != "off":
            keeping = KeepingCourier(couriers[route](), store.mailbox, creditor.email)
            by_channel[channel] = keeping if route in _AT_HOME else ProbingCourier(keeping, pause=pause)
    composer = composer_of(settings, printing=is_printed(settings))
    return Correspondent(composer, by_channel, StoredStatements(store.cases, store.parties), links)


def colleagues_courier(settings: Settings, store: Store) -> Courier | None:
    """Who takes mail to colleagues; it goes by the way of the debtors' e-mail, and is kept for reading by none other
    than the built-in mailbox.
    """
    creditor = settings.creditor.as_creditor()
    match settings.route("email"):
        case "smtp":
            return EmailCourier(mail_server(settings.smtp), creditor)
        case "postmark":
            return PostmarkCourier(postmark_server(settings.postmark), creditor)
        case "mailbox":
            return ColleaguesMailbox(store.mailbox, creditor.email)
        case _:
            return None


def composer_of(settings: Settings, *, printing: bool = False) -> Composer:
    """Who writes the creditor's messages, in words and looks of their own where there are some.

    Letters are pages too where they are for `printing`. Raises `LettersMissing` where this machine cannot make them.
    """
    if printing:
        expect_printable()
    window = window_of(settings) if printing else None
    return Composer(settings.creditor.as_creditor(), *settings.messages.folders, window=window)


def window_of(settings: Settings) -> Window:
    """Where the envelope of a letter shows the address."""
    return "pingen" if settings.route("letter") == "pingen" else settings.letters.window


def is_printed(settings: Settings) -> bool:
    """Whether letters leave as paper."""
    return settings.route("letter") in {"print", "pingen"}


def return_paths_of(settings: Settings, secret: bytes) -> ReturnPaths:
    """Where messages want to be answered; `secret` is the store's own."""
    said, signatures = settings.incoming, Signatures(secret)
    return ReturnPaths(
        signatures,
        addresses_of(said, signatures),
        reads_replies=said.replies,
        offers_unsubscribe=said.unsubscribe,
        found_at=settings.api.public_url,
    )


def addresses_of(said: IncomingSettings, signatures: Signatures) -> SignedAddresses | None:
    """The addresses that messages have of their own, if any."""
    return None if said.place is None else SignedAddresses(signatures, *said.place)


def mail_server(settings: SmtpSettings) -> SmtpServer:
    """The mail server of the settings."""
    return SmtpServer(
        host=settings.host or "127.0.0.1",
        port=settings.port,
        security=settings.security,
        username=settings.username,
        password=settings.password.get_secret_value() if settings.password else None,
        authorities=settings.authorities,
        returns_to=settings.returns_to,
    )


def postmark_server(settings: PostmarkSettings) -> PostmarkServer:
    """The server at Postmark of the settings."""
    token = settings.server_token.get_secret_value() if settings.server_token else ""
    return PostmarkServer(token, settings.stream, settings.api_base)


def twilio_account(settings: Settings) -> TwilioAccount:
    """The account at Twilio of the settings, which tells what became of messages where the world finds us."""
    said = settings.twilio
    return TwilioAccount(
        account_sid=said.account_sid or "",
        auth_token=said.auth_token.get_secret_value() if said.auth_token else "",
        sender=said.sender,
        messaging_service=said.messaging_service,
        api_base=said.api_base,
        told_at=_told_at(settings),
    )


def pingen_account(settings: PingenSettings) -> PingenAccount:
    """Our organisation at Pingen."""
    return PingenAccount(
        organisation=settings.organisation or "",
        client_id=settings.client_id or "",
        client_secret=settings.client_secret.get_secret_value() if settings.client_secret else "",
        product=settings.product,
        duplex=settings.duplex,
        colour=settings.colour,
        api_base=settings.api_base,
    )


def _told_at(settings: Settings) -> str | None:
    """Where Twilio finds us. It takes no message that names an address which only this machine reaches."""
    found_at, is_trial = settings.api.public_url, settings.twilio.api_base.startswith("http:")
    if found_at is None or not (is_trial or found_at.startswith("https:")):
        return None
    return f"{found_at.rstrip('/')}{TWILIO}"


def sandbox_book(settings: Settings) -> FileBook:
    """What the sandboxes remember; processes of one installation share the file."""
    return FileBook(private_folder(settings.data) / BOOK)


def _tls(settings: TemporalSettings) -> TLSConfig | None:
    paths = settings.server_authority, settings.certificate, settings.certificate_key
    if not any(paths):
        return None
    authority, certificate, key = (_bytes(path) for path in paths)
    return TLSConfig(server_root_ca_cert=authority, client_cert=certificate, client_private_key=key)


def _bytes(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise Missing(f"temporal: {path}: {error.strerror or error}; allowed a PEM file that can be read") from None


def _brief(error: Exception) -> str:
    """The reason in what the SDK says, which quotes it within the quotes of its own layers."""
    quoted = re.findall(r'"([^"]+)"', str(error))
    return quoted[-1] if quoted else str(error)[:200]
