"""The disputes that wait for an answer, the most urgent first: what is objected to, why, and how long there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from adapters.storage.lists.disputes import DisputeOrder, DisputeView, WhichDisputes
from adapters.storage.lists.pages import Page
from api.case_service import CaseService
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked, Filter, values_of
from api.listing.columns import Column
from api.pages.forms import Blank, Written, WrittenCurrency
from api.pages.sign_in import ThePages
from api.pages.words import local_day
from api.routes.parts import Cursor, TheCaseService
from api.shapes.values import Sum
from api.zones import Zones
from dunning.records import Customer

router = APIRouter(include_in_schema=False)

PATH: Final = "/disputes"
PAGE: Final = 25
ORDERS: Final = (("due", "Answer due first"), ("oldest", "Oldest"), ("amount", "Largest amount"))
STATES: Final = (("late", "Late"), ("escalated", "Escalated"))
COLUMNS: Final[tuple[Column[DisputeView], ...]] = (
    Column("dispute_id", lambda one: one.id),
    Column("invoice_id", lambda one: one.invoice_id),
    Column("customer_id", lambda one: one.customer_id),
    Column("customer", lambda one: one.customer_name),
    Column("reason", lambda one: one.reason),
    Column("amount", lambda one: Sum.of(one.amount, one.currency)),
    Column("balance", lambda one: Sum.of(one.balance, one.currency)),
    Column("since", lambda one: one.since),
    Column("raised_by", lambda one: one.by or one.authenticated),
    Column("answer_by", lambda one: one.answer_by),
    Column("escalations", lambda one: one.escalations),
    Column("queue", lambda one: one.queue),
)


@dataclass(frozen=True, slots=True)
class DisputesAsked:
    """Which disputes, as the URL says."""

    state: Annotated[Literal["late", "escalated"] | None, Blank, Query()] = None
    currency: WrittenCurrency = None
    customer: Written = None
    sort: Annotated[DisputeOrder | None, Blank, Query()] = None
    cursor: Cursor = None

    def read(self, service: CaseService, today: date) -> Read[DisputeView]:
        """How the rows are read."""
        late, escalated = self.state == "late", True if self.state == "escalated" else None
        which = WhichDisputes(self.customer, self.currency, escalated, today if late else None)

        async def read(cursor: str | None, limit: int) -> Page[DisputeView]:
            return await service.store.disputes.page(which, order=self.sort or "due", cursor=cursor, limit=limit)

        return read

    def asked(self) -> Asked:
        """The same for the page's form, chips and links."""
        filters = (
            Filter("state", "Show", STATES),
            Filter("currency", "Currency, such as EUR"),
            Filter("customer", "Customer id"),
        )
        said = values_of(state=self.state, currency=self.currency, customer=self.customer)
        return Asked(PATH, filters, said, ORDERS, self.sort or "", self.cursor)


Wanted = Annotated[DisputesAsked, Depends()]


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute of the page with its clock: the workdays that are left, in words, and how urgent that is."""

    view: DisputeView
    age_days: int
    clock: str
    tone: str

    @property
    def is_whole(self) -> bool:
        """Whether all that is owed is disputed."""
        return self.view.amount >= self.view.balance


@router.get(PATH)
async def disputes_page(request: Request, service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The disputes that the filters let through."""
    today = await pages.today()
    page = await wanted.read(service, today)(wanted.cursor, PAGE)
    asked = wanted.asked()
    rows = await _rows(service, request.app.state.zones, page.rows, today, pages.settings.timezone)
    files = await service.store.notes.files_about({one.invoice_id for one in page.rows})
    return await pages.show(
        request, "disputes.html", asked=asked, rows=rows, files=files, following=asked.onwards(page.next)
    )


@router.get(f"{PATH}.json")
async def disputes_as_json(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for programs, a page at a time."""
    return await as_json(wanted.read(service, await pages.today()), COLUMNS, wanted.cursor)


@router.get(f"{PATH}.csv")
async def disputes_as_csv(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of it."""
    return as_csv(wanted.read(service, await pages.today()), COLUMNS, "disputes")


async def _rows(
    service: CaseService, zones: Zones, views: tuple[DisputeView, ...], today: date, zone: str
) -> list[DisputeRow]:
    customers = await service.archive.customers({one.customer_id for one in views})
    return [_row(one, zones, customers, today, zone) for one in views]


def _row(view: DisputeView, zones: Zones, customers: Mapping[str, Customer], today: date, zone: str) -> DisputeRow:
    age = (today - local_day(view.since, zone)).days
    if view.answer_by is None:
        return DisputeRow(view, age, "no day is set for an answer", "quiet")
    customer = customers[view.customer_id]
    if view.answer_by < today:
        late = zones.workdays(view.policy, customer, view.answer_by, today)
        return DisputeRow(view, age, f"{_workdays(late)} late" if late else "late", "stop")
    left = zones.workdays(view.policy, customer, today, view.answer_by)
    return DisputeRow(
        view, age, f"{_workdays(left)} left" if left else "today is the last day", "ask" if left else "warn"
    )


def _workdays(count: int) -> str:
    return "1 workday" if count == 1 else f"{count} workdays"
