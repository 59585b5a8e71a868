"""The application, put together from what it is given: the door, the desk, the addresses for programs and the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from adapters.policies import Catalogue
from adapters.storage.policy_book import CalendarFor
from adapters.storage.store import Store
from api import faults
from api.access_log import AccessLog
from api.archive import Archive
from api.clock import Clock, TimeMachine
from api.description import VERSION, describe
from api.desk import Desk
from api.doorkeeper import Doorkeeper
from api.from_stripe.billing import BillingAccount
from api.from_stripe.news import StripeNews
from api.limits import BodyLimit, KeepSlashes
from api.once import Once
from api.pages import case_page, lists, mailbox, overview, problems, sign_in, static, time_bar
from api.pages.rendering import Pages
from api.routes import cases, customers, health, invoices, policies, requests, stripe
from api.routes import mailbox as messages
from api.runs import Runs
from api.safe_headers import SafeHeaders
from api.sessions import Sessions
from api.settings import ApiSettings
from api.zones import Zones
from dunning.policy import Policy

_FOR_PROGRAMS: Final = (
    customers.router, invoices.invoices, invoices.payments, cases.cases, requests.router, cases.tasks, policies.router,
    cases.reviews, messages.router, stripe.router, health.router,
)  # fmt: skip
_FOR_PEOPLE: Final = (
    overview.router, case_page.router, lists.router, mailbox.router, time_bar.router, sign_in.router, static.router,
    problems.router,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """The policies in force, and how their calendars are made: the same that the store was opened with.

    `catalogue` are the messages that a policy may name, by language.
    """

    policies: Iterable[Policy]
    calendar_for: CalendarFor
    catalogue: Catalogue | None = None


def desk_over(store: Store, runs: Runs, clock: Clock) -> Desk:
    """The desk over a store, the running cases and a clock."""
    return Desk(store, runs, clock, Archive(store.database))


def create_app(
    desk: Desk,
    rules: Rules,
    settings: ApiSettings,
    *,
    machine: TimeMachine | None = None,
    billing: BillingAccount | None = None,
) -> FastAPI:
    """The API and the pages. With a `machine` pages can move time; `billing` is Stripe, asked when a case opens.

    Serve it without the server's own access log: that one writes queries, in which a key may stand.
    """
    app = FastAPI(
        title="Dunning", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    sessions = Sessions(settings.secret, settings.session)
    _give(app, desk, rules, settings, sessions, machine, billing)
    faults.install(app, app.state.pages.trouble)
    for router in (*_FOR_PROGRAMS, *_FOR_PEOPLE):
        app.include_router(router)
    app.add_api_route("/openapi.json", _description, include_in_schema=False)
    # The last one added stands outermost.
    app.add_middleware(Once, replies=desk.store.replies, clock=desk.clock)
    app.add_middleware(Doorkeeper, keys=desk.store.keys, sessions=sessions, demo=settings.demo)
    app.add_middleware(KeepSlashes)
    app.add_middleware(BodyLimit, most=settings.body_limit)
    app.add_middleware(SafeHeaders)
    app.add_middleware(AccessLog, page=app.state.pages.trouble)
    return app


def _give(
    app: FastAPI,
    desk: Desk,
    rules: Rules,
    settings: ApiSettings,
    sessions: Sessions,
    machine: TimeMachine | None,
    billing: BillingAccount | None,
) -> None:
    """What the addresses ask the application for."""
    app.state.desk = desk
    app.state.keys = desk.store.keys
    app.state.policies = {policy.name: policy for policy in rules.policies}
    app.state.catalogue = rules.catalogue
    app.state.zones = Zones(app.state.policies, rules.calendar_for, settings.timezone)
    app.state.pages = Pages(settings, sessions, desk.clock, machine)
    app.state.moving = asyncio.Lock()
    zone = ZoneInfo(settings.timezone)
    app.state.stripe = stripe.StripeEndpoint(StripeNews(desk, billing), zone, settings.stripe_webhook_secret)


async def _description(request: Request) -> JSONResponse:
    return JSONResponse(describe(request.app))
