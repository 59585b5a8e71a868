"""The two processes of an installation, each for as long as a block lasts: the worker and the API."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from fastapi import FastAPI
from pydantic import SecretStr
from temporalio.service import RPCError

from activities.openings import Openings
from activities.registry import RegisteredActivity, activities_by_queue
from adapters.agency import SandboxAgency
from adapters.secret import read_or_make_secret
from adapters.service import SandboxService
from adapters.settings import Settings
from adapters.stripe.origin import StripeOrigin
from adapters.web_server import guest_server
from api.application import PoliciesInForce, create_app
from api.configuration import ApiConfiguration
from api.worklist.desk import QueueDesk
from cli.doctor.diagnosis import Diagnosis
from cli.exits import Missing
from cli.installation.billing_account import billing_of
from cli.installation.connections import build_correspondent, composer_of, window_of
from cli.installation.escalation_rounds import escalation_rounds, queues_of
from cli.installation.installation import Installation
from cli.installation.people import sign_in_provider_of
from cli.installation.store import calendars_of
from cli.virtual_time.customer_journey import tell_news
from cli.virtual_time.time_machine import InstallationTimeMachine
from worker.due_cases import OPENS, StoredDueInvoices, keep_schedule
from worker.search_attributes import register_search_attributes
from worker.workers import working
from workflows.contract import TASK_QUEUE

NEWS_EVERY: Final = timedelta(seconds=5)
PRUNE_EVERY: Final = timedelta(hours=1)
RANK_EVERY: Final = timedelta(seconds=5)
_LOG: Final = structlog.get_logger("dunning")


class CaseServiceStarter:
    """Starts cases as the case service does: on the installation's clock, findable in Temporal."""

    def __init__(self, of: Installation) -> None:
        """Keeps the promise of `activities.openings.CaseStarter`."""
        self._case_service = replace(of.case_service, who=OPENS)

    async def start(self, invoice_id: str) -> None:
        """Start the case; one that is there is left alone (O1)."""
        await self._case_service.open(invoice_id)

    async def failure(self, invoice_id: str) -> str | None:
        """Why the case did not open."""
        return await self._case_service.client.failure(invoice_id)


@asynccontextmanager
async def run_worker(of: Installation) -> AsyncIterator[None]:
    """Work on every queue, keep the schedule that opens due cases, and listen to the payment provider."""
    with suppress(RPCError):  # a server that does not let us ask (Temporal Cloud) has them made by its owner
        await register_search_attributes(of.client)
    said = of.settings.worker
    async with working(of.client, activities_of(of), cached_cases=said.cached_cases, grace=said.grace):
        await keep_schedule(of.client)
        beside = [asyncio.create_task(_listen(of)), asyncio.create_task(_prune(of)), asyncio.create_task(_escalate(of))]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


def activities_of(of: Installation) -> dict[str, list[RegisteredActivity]]:
    """Every activity, by its queue."""
    post = build_correspondent(of.settings, of.store, of.provider.links)
    work = activities_by_queue(
        store=of.store.receivables,
        gateway=of.provider.gateway,
        correspondence=post,
        control=SandboxService(of.book),
        agency=SandboxAgency(of.book),
        channels=post.channels,
    )
    due = StoredDueInvoices(of.store, of.policies, of.settings.creditor.timezone, of.clock.ahead)
    work[TASK_QUEUE].append(Openings(due, CaseServiceStarter(of)).open_due_cases)
    return work


async def _listen(of: Installation) -> None:
    """Tell cases how their bank debits ended, and what concerns several of them; what fails now is told later."""
    while True:
        with _later("looked for"):
            for news in await of.sandbox.due_facts(await of.clock.now()):
                with _later("told"):
                    await tell_news(of.case_service, of.sandbox, news)
        with _later("told"):
            await of.case_service.deliver()
        await asyncio.sleep(NEWS_EVERY.total_seconds())


async def _escalate(of: Installation) -> None:
    """Tell colleagues of tasks that nobody answered (H6)."""
    await escalation_rounds(of).go_on(NEWS_EVERY)


async def _prune(of: Installation) -> None:
    """Let go of what was kept long enough; what fails now is done later."""
    while True:
        try:
            gone = await of.store.prune(await of.clock.now())
        except Exception as error:  # noqa: BLE001 - a store that is down: the next round tries again
            _LOG.warning("what was kept long enough could not be let go", error=type(error).__name__)
        else:
            _LOG.debug("what was kept long enough is gone", **gone)
        await asyncio.sleep(PRUNE_EVERY.total_seconds())


@contextmanager
def _later(done: str) -> Iterator[None]:
    """One piece of news that fails must not keep the others back, nor end the listening."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a server that is down, a locked file: the next round tries again
        _LOG.warning(f"the provider's news could not be {done}", error=type(error).__name__)


@asynccontextmanager
async def run_api(of: Installation, taken: socket.socket, *, demo_people: tuple[str, ...] = ()) -> AsyncIterator[str]:
    """Serve the API and the pages on a socket that is `bound`; yields the address that links begin with.

    `demo_people` may use a demonstration by their names.
    """
    settings = of.settings
    composer = composer_of(settings)
    rules = PoliciesInForce(of.policies, calendars_of(settings), composer.templates.catalogue, composer)
    machine = InstallationTimeMachine(of) if of.lead is not None else None
    async with billing_of(settings) as billing:
        app = create_app(of.case_service, rules, _surroundings(settings, demo_people), machine=machine, billing=billing)
        ranking = asyncio.create_task(_rank(app.state.queue_desk, of))
        try:
            async with _served(app, settings, taken) as address:
                yield address
        finally:
            ranking.cancel()
            await asyncio.gather(ranking, return_exceptions=True)


async def _rank(desk: QueueDesk, of: Installation) -> None:
    """Rank who changed, and whom the new day changes, while nobody looks; what fails now is done later."""
    while True:
        try:
            await desk.rank_all(await of.clock.now())
        except Exception as error:  # noqa: BLE001 - a store that is down or busy: the next round tries again
            _LOG.warning("the queue could not be ranked", error=type(error).__name__)
        await asyncio.sleep(RANK_EVERY.total_seconds())


def _surroundings(settings: Settings, demo_people: tuple[str, ...]) -> ApiConfiguration:
    return ApiConfiguration(
        secret=secret_of(settings),
        public_url=settings.api.public_url,
        proxies=settings.api.proxy_networks,
        demo_people=demo_people,
        sign_in_provider=sign_in_provider_of(settings),
        timezone=settings.creditor.timezone,
        creditor=settings.creditor.name or "Dunning",
        country=settings.creditor.country,
        assignment=tuple(rule.as_rule() for rule in settings.assignment.values()),
        pingen_signing_key=_secret(settings.pingen.signing_key),
        costs=settings.costs.of_pieces,
        window=window_of(settings),
        not_set=settings.not_set,
        examine=partial(_examined, settings),
        queues=queues_of(settings),
        temporal_ui=_workflows(settings),
        stripe_webhook_secret=_secret(settings.stripe_webhook_secret),
        twilio_auth_token=_secret(settings.twilio.auth_token),
        postmark_webhook_secret=_secret(settings.postmark.webhook_secret),
        postmark_stream=settings.postmark.stream,
        stripe_origin=StripeOrigin(settings.stripe_account, settings.stripe_takes),
    )


async def _examined(settings: Settings) -> Sequence[Diagnosis]:
    """What the doctor finds."""
    from cli.doctor.examinations import examine_settings

    return await examine_settings(settings)


def _workflows(settings: Settings) -> str | None:
    """Where the web interface of Temporal shows the workflows of our namespace."""
    ui = settings.temporal.ui
    return f"{ui.rstrip('/')}/namespaces/{settings.temporal.namespace}/workflows" if ui else None


def _secret(said: SecretStr | None) -> str | None:
    return said.get_secret_value() if said else None


@asynccontextmanager
async def _served(app: FastAPI, settings: Settings, taken: socket.socket) -> AsyncIterator[str]:
    server = guest_server(app, connections=settings.api.connections, idle=settings.api.idle)
    task = asyncio.create_task(server.serve(sockets=[taken]))
    await server.is_ready.wait()
    try:
        yield settings.api.public_url or _link(settings.api.host, taken.getsockname()[1])
    finally:
        server.should_exit = True
        await task


def secret_of(settings: Settings) -> str:
    """What signs cookies and forms."""
    return settings.api.secret.get_secret_value() if settings.api.secret else read_or_make_secret(settings.data)


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """The port of the API, taken before anything acts. Raises `Missing` where another program listens there."""
    host, port = settings.api.host, settings.api.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, port))
        except OSError as error:
            why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
            place = f"api: found no way to listen on {host}:{port}: {why}"
            raise Missing(f"{place}; allowed a free port in api.port (DUNNING_API__PORT)") from None
        yield taken


def _link(host: str, port: int) -> str:
    """Where this machine reaches it: an address that means every interface is no address to visit."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
