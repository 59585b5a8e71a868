"""The list of cases: each with its stage, its next step and the moment of that in the debtor's own time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from adapters.storage.lists.cases import CaseOrder, Which
from adapters.storage.lists.pages import Page
from adapters.storage.lists.views import CaseView
from api.case_service import CaseService
from api.listing.ages import AGE_OF, AGES, AgeName
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked, Filter, values_of
from api.listing.columns import Column
from api.pages.book import LOOKED_AT_WITHIN
from api.pages.forms import Blank, Written, WrittenCurrency
from api.pages.navigation import HOME
from api.pages.sign_in import ThePages
from api.pages.words import STAGES, local_day
from api.routes.parts import Cursor, TheCaseService
from api.shapes.cases import Stage
from api.shapes.values import Sum
from api.zones import Zones
from dunning.overdue import days_overdue
from dunning.records import Customer

router = APIRouter(include_in_schema=False)

PATH: Final = "/cases"
PAGE: Final = 25
ORDERS: Final = (("opened", "Newest opened"), ("due", "Oldest debt"), ("balance", "Largest balance"))
WaitsFor = Literal["person", "settings"]
_SHOWN: Final = {"open": True, "ended": False}
COLUMNS: Final[tuple[Column[CaseView], ...]] = (
    Column("invoice_id", lambda case: case.invoice_id),
    Column("customer_id", lambda case: case.customer_id),
    Column("customer", lambda case: case.customer_name),
    Column("policy", lambda case: case.policy),
    Column("stage", lambda case: case.stage),
    Column("due_on", lambda case: case.due_on),
    Column("amount", lambda case: Sum.of(case.amount, case.currency)),
    Column("balance", lambda case: Sum.of(case.balance, case.currency)),
    Column("demandable", lambda case: Sum.of(case.demandable, case.currency)),
    Column("holds", lambda case: case.holds),
    Column("next_step", lambda case: case.next_step),
    Column("next_at", lambda case: case.next_at),
    Column("outcome", lambda case: case.outcome),
    Column("opened_at", lambda case: case.opened_at),
    Column("closed_at", lambda case: case.closed_at),
)


@dataclass(frozen=True, slots=True)
class CasesAsked:
    """Which cases, as the URL says; what it leaves out lets everything through."""

    show: Annotated[Literal["open", "ended", "all"] | None, Blank, Query()] = None
    stage: Annotated[Stage | None, Blank, Query()] = None
    policy: Written = None
    customer: Written = None
    age: Annotated[AgeName | None, Blank, Query()] = None
    currency: WrittenCurrency = None
    waits: Annotated[WaitsFor | None, Blank, Query()] = None
    sort: Annotated[CaseOrder | None, Blank, Query()] = None
    cursor: Cursor = None

    @property
    def shown(self) -> str:
        """Open, ended or all of them; who names a stage means all."""
        return self.show or ("all" if self.stage else "open")

    @property
    def order(self) -> CaseOrder:
        """The one that is asked for; who asks for an age has the oldest first."""
        return self.sort or ("due" if self.age else "opened")

    def read(self, service: CaseService, now: datetime, zone: str) -> Read[CaseView]:
        """How the rows are read; how old a debt is goes by the day in the zone."""
        age, today = AGE_OF[self.age] if self.age else None, local_day(now, zone)
        which = Which(
            self.stage, self.policy, self.customer, is_open=_SHOWN.get(self.shown), currency=self.currency,
            due_from=age.due_from(today) if age else None, due_to=age.due_to(today) if age else None,
            asks_a_person=self.waits == "person",
            put_off_since=now - LOOKED_AT_WITHIN if self.waits == "settings" else None,
        )  # fmt: skip

        async def read(cursor: str | None, limit: int) -> Page[CaseView]:
            return await service.store.cases.page(which, order=self.order, cursor=cursor, limit=limit)

        return read

    def asked(self, policies: Mapping[str, object]) -> Asked:
        """The same for the page's form, chips and links."""
        said = values_of(**{one.name: getattr(self, one.name) for one in fields(self)})
        narrowing = {name: value for name, value in said.items() if name not in {"sort", "cursor"}}
        return Asked(
            PATH,
            _filters(sorted(policies), self.shown),
            narrowing,
            ORDERS,
            "" if self.order == ORDERS[0][0] else self.order,
            self.cursor,
        )


Wanted = Annotated[CasesAsked, Depends()]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the page."""

    case: CaseView
    zone: str
    overdue_days: int


@router.get("/")
async def first_page() -> Response:
    """To where the day begins."""
    return RedirectResponse(HOME, status_code=303)


@router.get(PATH)
async def cases_page(request: Request, service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The cases that the filters let through."""
    now = await pages.clock.now()
    page = await wanted.read(service, now, pages.settings.timezone)(wanted.cursor, PAGE)
    asked = wanted.asked(request.app.state.policies)
    rows = await _rows(service, request.app.state.zones, page.rows, now)
    return await pages.show(
        request, "cases.html", asked=asked, rows=rows, now=now, title=_title(wanted), following=asked.onwards(page.next)
    )


@router.get(f"{PATH}.json")
async def cases_as_json(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for programs, a page at a time."""
    read = wanted.read(service, await pages.clock.now(), pages.settings.timezone)
    return await as_json(read, COLUMNS, wanted.cursor)


@router.get(f"{PATH}.csv")
async def cases_as_csv(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of it."""
    return as_csv(wanted.read(service, await pages.clock.now(), pages.settings.timezone), COLUMNS, "cases")


def _filters(policies: list[str], shown: str) -> tuple[Filter, ...]:
    return (
        Filter("show", "Show", (("open", "Open"), ("ended", "Ended"), ("all", "All")), usual=shown, any_of_it=None),
        Filter("stage", "Stage", [(name, words) for name, (words, _) in STAGES.items() if name != "opening"]),
        Filter("policy", "Policy", [(name, name) for name in policies]),
        Filter("customer", "Customer id"),
        Filter("age", "Age", [(age.name, age.label) for age in AGES]),
        Filter("currency", "Currency"),
        Filter("waits", "Waits for", (("person", "An answer of a person"), ("settings", "Settings to be made"))),
    )


def _title(wanted: CasesAsked) -> str:
    return {"ended": "Ended cases", "all": "All cases"}.get(wanted.shown, "Open cases")


async def _rows(service: CaseService, zones: Zones, cases: tuple[CaseView, ...], now: datetime) -> list[CaseRow]:
    customers = await service.archive.customers(case.customer_id for case in cases)
    return [_row(zones, case, customers, now) for case in cases]


def _row(zones: Zones, case: CaseView, customers: Mapping[str, Customer], now: datetime) -> CaseRow:
    zone = zones.of(case, customers[case.customer_id])
    return CaseRow(case, zone, days_overdue(case.due_on, local_day(case.closed_at or now, zone)))
