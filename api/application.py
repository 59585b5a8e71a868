"""The application, put together from what it is given: middleware, case service, addresses for programs, and pages."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from adapters.creditor import Creditor
from adapters.messages.composer import Composer
from adapters.policies import Catalogue
from adapters.storage.webhooks import webhook_of
from adapters.stripe.signature import HEADER as SIGNATURE
from api.access_log import AccessLog
from api.addresses import Addresses
from api.authentication import POSTMARK, STRIPE, TWILIO, AuthenticationMiddleware
from api.case_service import CaseService
from api.clock import TimeMachine
from api.configuration import ApiConfiguration
from api.crowd import CrowdLimit
from api.description import VERSION, server
from api.door import Door
from api.error_handlers import install_error_handlers
from api.from_mail.opt_out import MAIL
from api.from_pingen.news import PINGEN as PINGEN_PROVIDER
from api.from_pingen.news import PingenNews
from api.from_postmark.news import POSTMARK as POSTMARK_PROVIDER
from api.from_postmark.news import PostmarkNews
from api.from_stripe.events import StripeEventHandler
from api.from_stripe.invoices import BillingAccount
from api.from_stripe.payments import STRIPE as STRIPE_PROVIDER
from api.from_twilio.news import TWILIO as TWILIO_PROVIDER
from api.from_twilio.news import TwilioNews
from api.idempotency import IdempotencyMiddleware
from api.json_bodies import PlainJson
from api.limits import BodyLimit, KeepSlashes
from api.pages import (
    actions,
    calendar,
    case_page,
    customer_actions,
    customer_page,
    disputes,
    files,
    keys,
    lists,
    matching,
    message,
    message_list,
    next_thing,
    opt_out,
    overview,
    payments,
    people,
    problems,
    provider,
    queue,
    queue_acts,
    reference,
    search,
    sending,
    sign_in,
    statement,
    static,
    system,
    task_page,
    time_bar,
    welcome,
)
from api.pages import cases as case_list
from api.pages import customers as customer_list
from api.pages import policies as policy_pages
from api.pages import tasks as task_list
from api.pages.rendering import Pages
from api.parameters import only_known_parameters
from api.patience import StorePatience
from api.readiness import Readiness
from api.routes import (
    cases,
    customers,
    health,
    invoices,
    notes,
    pingen,
    policies,
    postmark,
    previews,
    requests,
    stripe,
    twilio,
    unmatched,
    worklist,
)  # fmt: skip
from api.routes import mailbox as messages
from api.safe_headers import SafeHeaders
from api.sessions import Sessions
from api.worklist.desk import QueueDesk
from api.zones import Zones
from dunning.policy import Policy
from dunning.ports import CalendarFor

_FOR_PROGRAMS: Final = (
    customers.router, worklist.router, invoices.invoices, invoices.payments, unmatched.router, cases.cases,
    requests.router, cases.tasks, notes.router, policies.router, cases.reviews, previews.router, messages.router,
    stripe.router, twilio.router, postmark.router, pingen.router, health.router,
)  # fmt: skip
_FOR_PEOPLE: Final = (
    queue.router, queue_acts.router, case_list.router, overview.router, case_page.router, actions.router,
    sending.router, lists.router, task_list.router, task_page.router, customer_list.router, customer_page.router,
    customer_actions.router, statement.router, search.router, message_list.router, message.router, files.router,
    calendar.router, disputes.router, payments.router, matching.router, policy_pages.router, system.router,
    time_bar.router, sign_in.router, static.router, problems.router, reference.router, opt_out.router,
    next_thing.router, keys.router, welcome.router, provider.router, people.router,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PoliciesInForce:
    """The policies in force, and how their calendars are made: the same that the store was opened with.

    `catalogue` are the messages that a policy may name, by language; `composer` writes what a preview shows, None: as
    for a creditor of whom nothing is set.
    """

    policies: Iterable[Policy]
    calendar_for: CalendarFor
    catalogue: Catalogue | None = None
    composer: Composer | None = None


def create_app(
    case_service: CaseService,
    rules: PoliciesInForce,
    settings: ApiConfiguration,
    *,
    machine: TimeMachine | None = None,
    billing: BillingAccount | None = None,
) -> FastAPI:
    """The API and the pages. With a `machine` pages can move time; `billing` is Stripe, asked when a case opens.

    Serve it without the server's own access log: that one writes queries, in which a key may stand.
    """
    app = FastAPI(
        title="Dunning", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
        servers=[server(settings.public_url)],
    )  # fmt: skip
    store = case_service.store
    sessions = Sessions(store.sessions, settings.secret, settings.session, is_https=settings.is_https)
    door = app.state.door = Door(store.keys, store.people, store.failed_sign_ins, decoy=settings.decoy)
    _give(app, case_service, rules, settings, sessions, machine, billing)
    install_error_handlers(app, app.state.pages.problem)
    app.router.routes.extend(_routes())
    # The last one added stands outermost.
    app.add_middleware(IdempotencyMiddleware, store=store.idempotency_keys, clock=case_service.clock)
    app.add_middleware(PlainJson)
    app.add_middleware(Addresses, of=app, page=app.state.pages.problem)
    app.add_middleware(
        AuthenticationMiddleware, door=door, sessions=sessions, demo=next(iter(settings.demo_people), None)
    )
    app.add_middleware(KeepSlashes)
    app.add_middleware(
        BodyLimit, most=settings.body_limit, seconds=settings.body_seconds,
        files=(files.FORMS, files.LARGEST_FORM, files.SECONDS),
        signed={STRIPE: (SIGNATURE, stripe.LARGEST), POSTMARK: ("Authorization", postmark.LARGEST)},
    )  # fmt: skip
    app.add_middleware(CrowdLimit, page=app.state.pages.problem)
    app.add_middleware(SafeHeaders, is_https=settings.is_https)
    app.add_middleware(StorePatience)
    app.add_middleware(AccessLog, page=app.state.pages.problem)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))
    return app


@functools.cache
def _routes() -> tuple[BaseRoute, ...]:
    """All addresses. What each takes is worked out once in a process, which is most of what an application costs."""
    every = APIRouter(
        dependencies=[Depends(only_known_parameters)], generate_unique_id_function=lambda route: route.name
    )
    for router in (*_FOR_PROGRAMS, *_FOR_PEOPLE):
        every.include_router(router)
    return tuple(every.routes)


def _give(
    app: FastAPI,
    case_service: CaseService,
    rules: PoliciesInForce,
    settings: ApiConfiguration,
    sessions: Sessions,
    machine: TimeMachine | None,
    billing: BillingAccount | None,
) -> None:
    """What the addresses ask the application for."""
    app.state.case_service = case_service
    app.state.readiness = Readiness(case_service.store, case_service.client)
    app.state.policies = {policy.name: policy for policy in rules.policies}
    app.state.catalogue = rules.catalogue
    app.state.composer = rules.composer or Composer(Creditor())
    app.state.calendar_for = rules.calendar_for
    app.state.costs = settings.costs
    app.state.zones = Zones(app.state.policies, rules.calendar_for, settings.timezone)
    app.state.pages = Pages(settings, sessions, case_service.clock, machine)
    app.state.queue_desk = QueueDesk.of(case_service.store.database, settings)
    app.state.reference = reference.Reference(app)
    app.state.moving = asyncio.Lock()
    app.state.checking = CapacityLimiter(1)  # a policy is read by the processor alone, of which others need some too
    zone = ZoneInfo(settings.timezone)
    app.state.stripe = stripe.StripeEndpoint(
        StripeEventHandler(
            replace(case_service, who=webhook_of(STRIPE_PROVIDER)), billing, ours=settings.stripe_origin
        ),
        zone,
        settings.stripe_webhook_secret,
    )
    app.state.opt_outs = opt_out.OptOuts(replace(case_service, who=MAIL))
    key = settings.pingen_signing_key
    app.state.pingen = pingen.PingenEndpoint(PingenNews(replace(case_service, who=webhook_of(PINGEN_PROVIDER))), key)
    app.state.twilio = twilio.TwilioEndpoint(
        TwilioNews(replace(case_service, who=webhook_of(TWILIO_PROVIDER))),
        f"{settings.public_url.rstrip('/')}{TWILIO}" if settings.public_url else None,
        settings.twilio_auth_token,
    )
    app.state.postmark = postmark.PostmarkEndpoint(
        PostmarkNews(replace(case_service, who=webhook_of(POSTMARK_PROVIDER))),
        settings.postmark_stream,
        settings.postmark_webhook_secret,
    )
