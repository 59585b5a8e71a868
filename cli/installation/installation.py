"""One installation, put together by its settings: what the worker, the API and the commands all stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client

from adapters.sandbox import SandboxGateway
from adapters.sandbox_book import FileBook
from adapters.settings import Settings
from adapters.settings.four_eyes import limits_in
from adapters.storage.store import Store
from api.case_service import CaseService
from api.clock import Clock
from api.four_eyes import FourEyes
from api.temporal_client import TemporalCaseClient
from cli.installation.connections import connect_to_temporal, sandbox_book
from cli.installation.payment_provider import Provider, provider_of
from cli.installation.store import open_store, policies_of
from cli.virtual_time.clocks import SharedLead, VirtualClock, WallClock
from dunning.policy import Policy


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything open and ready. `lead` is there where time is virtual.

    The `provider` takes the money. The `sandbox` tells of its bank debits also when another one has taken its place.
    """

    settings: Settings
    policies: tuple[Policy, ...]
    store: Store
    client: Client
    case_service: CaseService
    book: FileBook
    provider: Provider
    sandbox: SandboxGateway
    clock: Clock
    lead: SharedLead | None


@asynccontextmanager
async def open_installation(settings: Settings) -> AsyncIterator[Installation]:
    """The installation while the block lasts. Raises `Missing`, `StorageError` and `PolicyError`."""
    policies = policies_of(settings)
    client = await connect_to_temporal(settings.temporal)
    lead = SharedLead(settings.data) if settings.virtual_time else None
    clock: Clock = WallClock() if lead is None else VirtualClock(lead)
    async with open_store(settings, policies) as store:
        book = sandbox_book(settings)
        spread = settings.spread if lead is None else timedelta()
        limits = settings.four_eyes
        four_eyes = FourEyes(limits_in(limits.write_off), limits_in(limits.hand_off), limits_in(limits.waiver))
        case_service = CaseService(store, TemporalCaseClient(client, spread=spread), clock, four_eyes=four_eyes)
        async with provider_of(settings, book) as provider:
            sandbox = SandboxGateway(book)
            yield Installation(settings, policies, store, client, case_service, book, provider, sandbox, clock, lead)
