"""The money of all customers: what came in, is under way, has no invoice, is too much, or was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from adapters.storage.lists.pages import Page
from adapters.storage.lists.payments import PaymentState, PaymentView, WhichPayments
from api.case_service import CaseService
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked, Filter, values_of
from api.listing.columns import Column
from api.pages.forms import Blank, Written, WrittenCurrency, WrittenDay
from api.pages.sign_in import ThePages
from api.pages.words import local_day, minor_money
from api.routes.parts import Cursor, TheCaseService
from api.shapes.values import Sum

router = APIRouter(include_in_schema=False)

PATH: Final = "/payments"
PAGE: Final = 50
LOOKED_BACK: Final = timedelta(days=7)
# Every state: its name, and what it means.
STATES: Final[Mapping[PaymentState, tuple[str, str]]] = {
    "received": ("Received", "Money that came in and is booked on an invoice."),
    "pending": ("Under way", "Money that should come by a day. A case waits for it, if it covers what is demanded."),
    "unmatched": ("Without an invoice", "Money that came in, and nobody knows yet what it is for."),
    "overpaid": ("Too much", "What customers paid beyond what they owe. It is set against what they owe next."),
    "reversed": ("Taken back", "Money that was charged back, returned or refunded. It is owed again."),
}
COLUMNS: Final[tuple[Column[PaymentView], ...]] = (
    Column("state", lambda one: one.state),
    Column("id", lambda one: one.id),
    Column("invoice_id", lambda one: one.invoice_id),
    Column("customer_id", lambda one: one.customer_id),
    Column("customer", lambda one: one.customer_name),
    Column("amount", lambda one: Sum.of(one.amount, one.currency)),
    Column("at", lambda one: one.at),
    Column("expected_by", lambda one: one.on),
    Column("as_of", lambda one: one.as_of),
    Column("payment_id", lambda one: one.payment_id),
    Column("payer", lambda one: one.payer or None),
    Column("reference", lambda one: one.reference or None),
)


@dataclass(frozen=True, slots=True)
class PaymentsAsked:
    """Which money, as the URL says; what was booked is that of the last 7 days, if nothing is said."""

    state: Annotated[PaymentState | None, Blank, Query()] = None
    since: WrittenDay = None
    until: WrittenDay = None
    currency: WrittenCurrency = None
    customer: Written = None
    cursor: Cursor = None

    @property
    def shown(self) -> PaymentState:
        """The state that is shown."""
        return self.state or "received"

    def which(self, today: date, zone: str) -> WhichPayments:
        """The same for the store."""
        since = self.since or today - LOOKED_BACK
        before = self.until and self.until + timedelta(days=1)
        bounds = _start(since, zone), _start(before, zone) if before else None
        return WhichPayments(self.shown, self.currency, self.customer, *bounds)

    def read(self, service: CaseService, today: date, zone: str) -> Read[PaymentView]:
        """How the rows are read."""
        which = self.which(today, zone)

        async def read(cursor: str | None, limit: int) -> Page[PaymentView]:
            return await service.store.payments.page(which, cursor=cursor, limit=limit)

        return read

    def asked(self, currencies: Iterable[str], today: date) -> Asked:
        """The same for the page's form, chips and links."""
        by_day = (
            Filter("since", "From", kind="date", usual=(today - LOOKED_BACK).isoformat()),
            Filter("until", "To", kind="date"),
        )
        filters = (
            *(by_day if self.shown in {"received", "reversed"} else ()),
            Filter("currency", "Currency", [(one, one) for one in sorted(currencies)]),
            *(() if self.shown == "unmatched" else (Filter("customer", "Customer id"),)),
        )
        names = {one.name for one in filters}
        said = values_of(since=self.since, until=self.until, currency=self.currency, customer=self.customer)
        kept = {name: value for name, value in said.items() if name in names}
        return Asked(PATH, filters, kept, cursor=self.cursor, besides=values_of(state=self.state))


Wanted = Annotated[PaymentsAsked, Depends()]


@dataclass(frozen=True, slots=True)
class PaymentDay:
    """The money of a day on the page; no day of what has none."""

    on: date | None
    rows: tuple[PaymentView, ...]


@router.get(PATH)
async def payments_page(request: Request, service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The money of one state that the filters let through, by day, with its sum in each currency."""
    zone, today = pages.settings.timezone, await pages.today()
    which = wanted.which(today, zone)
    page = await service.store.payments.page(which, cursor=wanted.cursor, limit=PAGE)
    sums = await service.store.payments.sums(which)
    asked = wanted.asked({one.currency for one in sums} | ({wanted.currency} if wanted.currency else set()), today)
    back = {one.invoice_id for one in page.rows if one.invoice_id and one.state == "reversed"}
    reasons = await service.store.reasons.of_cases(back)
    name, means = STATES[wanted.shown]
    return await pages.show(
        request, "payments.html", asked=asked, state=wanted.shown, name=name, means=means,
        states=[(one, words, f"{PATH}?state={one}") for one, (words, _) in STATES.items()],
        days=list(_by_day(page.rows, zone)), following=asked.onwards(page.next),
        count=sum(one.count for one in sums),
        together=", ".join(minor_money(one.amount, one.currency) for one in sums),
        codes={name: code for one in reasons.values() for name, code in one.codes.items()},
    )  # fmt: skip


@router.get(f"{PATH}.json")
async def payments_as_json(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for programs, a page at a time."""
    return await as_json(wanted.read(service, await pages.today(), pages.settings.timezone), COLUMNS, wanted.cursor)


@router.get(f"{PATH}.csv")
async def payments_as_csv(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of it."""
    return as_csv(wanted.read(service, await pages.today(), pages.settings.timezone), COLUMNS, "payments")


def _start(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _by_day(rows: Iterable[PaymentView], zone: str) -> Iterator[PaymentDay]:
    """The rows of each day together, in the order in which they come."""

    def day(one: PaymentView) -> date | None:
        if one.state == "overpaid":
            return None
        return one.on or (local_day(one.at, zone) if one.at else None)

    return (PaymentDay(on, tuple(some)) for on, some in groupby(rows, day))
