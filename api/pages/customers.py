"""The list of customers: what each owes, how old the oldest of it is, and who looks after them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from adapters.storage.lists.customers import CustomerOrder, CustomerRow, WhichCustomers
from adapters.storage.lists.pages import Page
from api.case_service import CaseService
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked, Filter, values_of
from api.listing.columns import Column
from api.pages.forms import Blank, Written
from api.pages.sign_in import ThePages
from api.routes.parts import Cursor, TheCaseService
from api.shapes.values import Sum
from dunning.overdue import days_overdue

router = APIRouter(include_in_schema=False)

PATH: Final = "/customers"
PAGE: Final = 25
ORDERS: Final = (("id", "Customer id"), ("registered", "Newest registered"))
COLUMNS: Final[tuple[Column[CustomerRow], ...]] = (
    Column("customer_id", lambda row: row.id),
    Column("name", lambda row: row.name),
    Column("kind", lambda row: row.kind),
    Column("country", lambda row: row.country),
    Column("language", lambda row: row.locale),
    Column("account_manager", lambda row: row.account_manager),
    Column("parent", lambda row: row.parent),
    Column("open_cases", lambda row: row.owed.cases),
    Column("owed", lambda row: [Sum.of(amount, currency) for currency, amount in row.owed.sums]),
    Column("oldest_due_on", lambda row: row.owed.oldest),
    Column("is_stopped", lambda row: row.is_stopped),
    Column("registered_at", lambda row: row.registered_at),
)
_SHOWN: Final = {
    "all": WhichCustomers(), "owing": WhichCustomers(owes=True), "stopped": WhichCustomers(is_stopped=True),
}  # fmt: skip
_SHOW: Final = (("all", "All"), ("owing", "With an open case"), ("stopped", "Stopped"))


@dataclass(frozen=True, slots=True)
class CustomersAsked:
    """Which customers, as the URL says; names and addresses are looked for by the search, and never in a URL (O3)."""

    show: Annotated[Literal["all", "owing", "stopped"] | None, Blank, Query()] = None
    country: Written = None
    parent: Written = None
    sort: Annotated[CustomerOrder | None, Blank, Query()] = None
    cursor: Cursor = None

    def read(self, service: CaseService) -> Read[CustomerRow]:
        """How the rows are read."""
        shown = _SHOWN[self.show or "all"]
        country = self.country.upper() if self.country else None
        which = WhichCustomers(shown.owes, shown.is_stopped, country, self.parent)

        async def read(cursor: str | None, limit: int) -> Page[CustomerRow]:
            return await service.store.customers.page(which, order=self.sort or "id", cursor=cursor, limit=limit)

        return read

    def asked(self) -> Asked:
        """The same for the page's form, chips and links."""
        said = values_of(**{one.name: getattr(self, one.name) for one in fields(self)})
        narrowing = {name: value for name, value in said.items() if name not in {"sort", "cursor"}}
        filters = (
            Filter("show", "Show", _SHOW, usual="all", any_of_it=None),
            Filter("country", "Country, such as NL"),
            Filter("parent", "Group of, by id"),
        )
        return Asked(PATH, filters, narrowing, ORDERS, self.sort or "", self.cursor)


Wanted = Annotated[CustomersAsked, Depends()]


@router.get(PATH)
async def customers_page(request: Request, service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The customers that the filters let through."""
    page = await wanted.read(service)(wanted.cursor, PAGE)
    today, asked = await pages.today(), wanted.asked()
    rows = [(row, _overdue(row, today)) for row in page.rows]
    return await pages.show(request, "customers.html", asked=asked, rows=rows, following=asked.onwards(page.next))


@router.get(f"{PATH}.json")
async def customers_as_json(service: TheCaseService, wanted: Wanted) -> Response:
    """The same for programs, a page at a time."""
    return await as_json(wanted.read(service), COLUMNS, wanted.cursor)


@router.get(f"{PATH}.csv")
async def customers_as_csv(service: TheCaseService, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of it."""
    return as_csv(wanted.read(service), COLUMNS, "customers")


def _overdue(row: CustomerRow, today: date) -> int:
    return days_overdue(row.owed.oldest, today) if row.owed.oldest else 0
