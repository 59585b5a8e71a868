"""The calendar: what is promised, agreed, granted and asked for, by day, week or month, without a script."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from adapters.storage.lists.agenda import DateView, Days, Tally
from adapters.storage.lists.pages import Page
from api.case_service import CaseService
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked, Filter, values_of
from api.listing.columns import Column
from api.pages.calendar_words import COMES_IN, KINDS, date_words, leads_to, tally_words
from api.pages.forms import Blank, WrittenCurrency, WrittenDay
from api.pages.sign_in import ThePages
from api.pages.words import day_in_full, local_day, minor_money, sentence
from api.routes.parts import Cursor, TheCaseService
from api.shapes.values import Sum
from dunning.ports import DateKind

router = APIRouter(include_in_schema=False)

PATH: Final = "/calendar"
PAGE: Final = 50
OF_A_DAY: Final = 8  # entries that a week shows of each day
View = Literal["day", "week", "month"]
VIEWS: Final[tuple[View, ...]] = ("day", "week", "month")
_WEEK: Final = timedelta(days=7)
_MONDAYS: Final = calendar.Calendar(firstweekday=calendar.MONDAY)
COLUMNS: Final[tuple[Column[DateView], ...]] = (
    Column("on", lambda one: one.on),
    Column("at", lambda one: one.at),
    Column("kind", lambda one: one.kind),
    Column("about", lambda one: one.about),
    Column("invoice_id", lambda one: one.invoice_id),
    Column("customer_id", lambda one: one.customer_id),
    Column("customer", lambda one: one.customer_name),
    Column("amount", lambda one: Sum.of(one.amount, one.currency)),
    Column("note", lambda one: one.note),
)


@dataclass(frozen=True, slots=True)
class CalendarAsked:
    """Which days, as the URL says: the day, week or month around `on`, today if nothing is said."""

    view: Annotated[View | None, Blank, Query()] = None
    on: WrittenDay = None
    kind: Annotated[DateKind | None, Blank, Query()] = None
    currency: WrittenCurrency = None
    cursor: Cursor = None

    def days(self, today: date) -> Days:
        """From the first day that is shown to the last."""
        first, last = _around(self.view or "week", self.on or today)
        return Days(first, last, (self.kind,) if self.kind else (), self.currency)

    def read(self, service: CaseService, today: date) -> Read[DateView]:
        """How the rows are read."""
        days = self.days(today)

        async def read(cursor: str | None, limit: int) -> Page[DateView]:
            return await service.store.agenda.page(days, cursor=cursor, limit=limit)

        return read

    def asked(self, currencies: Iterable[str]) -> Asked:
        """The same for the page's form, chips and links."""
        filters = (
            Filter("kind", "What", [(kind, sentence(several)) for kind, (_, several, _) in KINDS.items()]),
            Filter("currency", "Currency", [(one, one) for one in sorted(currencies)]),
        )
        besides = values_of(view=self.view, on=self.on)
        return Asked(PATH, filters, values_of(kind=self.kind, currency=self.currency), cursor=self.cursor,
                     besides=besides)  # fmt: skip


Wanted = Annotated[CalendarAsked, Depends()]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a day: its words, and where something can be done about it."""

    view: DateView
    words: str
    href: str
    tone: str


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day of the page: what stands on it, some of that in full, and how much money it should bring."""

    on: date
    tallies: tuple[Tally, ...]
    entries: tuple[Entry, ...]
    href: str
    is_today: bool
    is_past: bool
    is_beside: bool  # of the month before or after

    @property
    def more(self) -> int:
        """How many are not shown."""
        return sum(one.count for one in self.tallies) - len(self.entries)

    @property
    def counts(self) -> list[tuple[str, str]]:
        """How many of each kind, in words, with its tone."""
        of: dict[DateKind, int] = defaultdict(int)
        for one in self.tallies:
            of[one.kind] += one.count
        return [(tally_words(Tally(self.on, kind, "", count, 0)), KINDS[kind][2]) for kind, count in of.items()]

    @property
    def comes_in(self) -> str:
        """What the day should bring, in each currency."""
        return _sums(self.tallies)


@router.get(PATH)
async def calendar_page(request: Request, service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The days with what stands on them."""
    zone = pages.settings.timezone
    today = local_day(await pages.clock.now(), zone)
    days, view, on = wanted.days(today), wanted.view or "week", wanted.on or today
    tallies = await service.store.agenda.tally(days)
    found, following = await _entries(service, wanted, days, tallies)
    asked = wanted.asked({one.currency for one in tallies} | ({wanted.currency} if wanted.currency else set()))
    return await pages.show(
        request, "calendar.html", asked=asked, view=view, views=[(one, asked.link(view=one)) for one in VIEWS],
        title=_title(view, on), days=_days(days, view, on, today, tallies, found, asked, zone), today=asked.link(on=""),
        is_today=days.first <= today <= days.last, earlier=asked.link(on=_moved(view, on, -1).isoformat()),
        later=asked.link(on=_moved(view, on, 1).isoformat()), comes_in=_sums(tallies),
        following=asked.onwards(following), any_at_all=bool(tallies),
    )  # fmt: skip


@router.get(f"{PATH}.json")
async def calendar_as_json(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for programs, a page at a time."""
    return await as_json(wanted.read(service, await pages.today()), COLUMNS, wanted.cursor)


@router.get(f"{PATH}.csv")
async def calendar_as_csv(service: TheCaseService, pages: ThePages, wanted: Wanted) -> Response:
    """The same for spreadsheets, all of these days."""
    return as_csv(wanted.read(service, await pages.today()), COLUMNS, "calendar")


async def _entries(
    service: CaseService, wanted: CalendarAsked, days: Days, tallies: Sequence[Tally]
) -> tuple[Sequence[DateView], str | None]:
    """What is shown in full: a page of a day, the first of each day of a week, nothing of a month."""
    match wanted.view or "week":
        case "day":
            page = await service.store.agenda.page(days, cursor=wanted.cursor, limit=PAGE)
            return page.rows, page.next
        case "week":
            return await service.store.agenda.some(days, {one.on for one in tallies}, OF_A_DAY), None
        case "month":
            return (), None


def _days(
    days: Days, view: View, on: date, today: date, tallies: Sequence[Tally], found: Sequence[DateView], asked: Asked,
    zone: str,
) -> list[DayShown]:  # fmt: skip
    counted: dict[date, list[Tally]] = defaultdict(list)
    for tally in tallies:
        counted[tally.on].append(tally)
    entries: dict[date, list[Entry]] = defaultdict(list)
    for one in found:
        of = one.zone or zone
        entries[one.on].append(Entry(one, date_words(one, of), leads_to(one), KINDS[one.kind][2]))
    every = (days.first + timedelta(days=number) for number in range((days.last - days.first).days + 1))
    return [
        DayShown(
            day, tuple(counted[day]), tuple(entries[day]), asked.link(view="day", on=day.isoformat()),
            is_today=day == today, is_past=day < today, is_beside=view == "month" and day.month != on.month,
        )
        for day in every
    ]  # fmt: skip


def _around(view: View, on: date) -> tuple[date, date]:
    match view:
        case "day":
            return on, on
        case "week":
            first = on - timedelta(days=on.weekday())
            return first, first + _WEEK - timedelta(days=1)
        case "month":
            weeks = _MONDAYS.monthdatescalendar(on.year, on.month)
            return weeks[0][0], weeks[-1][-1]


def _moved(view: View, on: date, by: int) -> date:
    """A day of the period before or after."""
    match view:
        case "day":
            return on + timedelta(days=by)
        case "week":
            return on + by * _WEEK
        case "month":
            return (on.replace(day=1) + timedelta(days=32 if by > 0 else -1)).replace(day=1)


def _title(view: View, on: date) -> str:
    match view:
        case "day":
            return f"{on:%A}, {day_in_full(on)}"
        case "week":
            first, last = _around(view, on)
            return f"{day_in_full(first)} to {day_in_full(last)}"
        case "month":
            return f"{on:%B %Y}"


def _sums(tallies: Iterable[Tally]) -> str:
    """The money that should come in, in each currency."""
    of: dict[str, int] = defaultdict(int)
    for one in tallies:
        if one.kind in COMES_IN:
            of[one.currency] += one.amount
    return ", ".join(minor_money(amount, currency) for currency, amount in sorted(of.items()))
