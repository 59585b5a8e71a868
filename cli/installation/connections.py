"""The real things beside the store, chosen by the settings: Temporal client, channels, gateway."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, TLSConfig

from adapters.correspondence import Correspondent, Courier
from adapters.email import EmailCourier, SmtpServer
from adapters.letters.pdf import expect_printable
from adapters.letters.print_folder import PrintFolder
from adapters.mailbox import MailboxCourier
from adapters.messages.composer import Composer
from adapters.private_folder import private_folder
from adapters.probing import PAUSE, ProbingCourier
from adapters.sandbox_book import FileBook
from adapters.settings import Settings, SmtpSettings, TemporalSettings
from adapters.storage.store import Store
from cli.exits import Missing
from cli.installation.statements import StoredStatements
from dunning.channels import CHANNELS
from dunning.ports import PaymentLinks
from dunning.records import Channel

BOOK: Final = "sandbox.db"


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
    """Every channel that is not off, each with its courier; `links` lead to pages of the payment provider.

    Raises `LettersMissing` where letters are printed, and this machine cannot make them.
    """
    if settings.route("letter") == "print":
        expect_printable()
    creditor = settings.creditor.as_creditor()
    mailbox = MailboxCourier(store.mailbox, creditor.email)
    couriers: Mapping[str, Courier] = {
        "mailbox": mailbox,
        # In trials, where cases run ahead of the machine's clock, nobody waits for a server by it.
        "smtp": ProbingCourier(
            EmailCourier(mail_server(settings.smtp), creditor), pause=timedelta() if settings.virtual_time else PAUSE
        ),
        # In trials a letter is read in the mailbox, too.
        "print": PrintFolder(settings.letters.folder or settings.data, mailbox if settings.virtual_time else None),
    }
    routes = {channel: settings.route(channel) for channel in CHANNELS}
    by_channel: dict[Channel, Courier] = {
        channel: couriers[route] for channel, route in routes.items() if route != "off"
    }
    return Correspondent(composer_of(settings), by_channel, StoredStatements(store.cases, store.parties), links)


def composer_of(settings: Settings) -> Composer:
    """Who writes the creditor's messages, in words and looks of their own where there are some."""
    window = settings.letters.window if settings.route("letter") == "print" else None
    return Composer(settings.creditor.as_creditor(), *settings.messages.folders, window=window)


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
