"""The overview: the whole book at a glance, each figure a link to the cases behind it, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.clock import now as wall_clock
from adapters.storage.lists.pages import Page
from api.listing.answers import Read, as_csv, as_json
from api.listing.asked import Asked
from api.listing.columns import Column
from api.pages.book import BookOfToday, CameIn, OfStage, book_of_today
from api.pages.lists import LOOKED_BACK
from api.pages.sign_in import ThePages
from api.pages.words import STAGES
from api.routes.parts import TheCaseService
from api.shapes.values import Sum

router = APIRouter(include_in_schema=False)
PATH: Final = "/overview"
# What cases of a stage wait for, where they stand still and no more than that stage says why.
STILL: Final = {
    "promised": "For a promised payment", "plan": "For the next instalment", "pending": "For money under way",
    "dispute": "For the answer to an objection", "escalation": "For somebody to take it over",
    "reply": "For somebody to read a reply", "approval": "For an approval", "held": "Held by a person",
    "stopped": "Stopped for the customer", "below-minimum": "Too little is left to write about",
}  # fmt: skip
BROUGHT: Final = {
    "attempt": "A charge of ours", "notice": "After a notice", "promise": "A promise", "plan": "A plan",
    "unasked": "Before any notice", "taken-back": "Taken back",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the page, for programs: `of` which card, `name` which line of it."""

    of: str
    name: str
    cases: int | None = None
    amount: Sum | None = None


COLUMNS: Final[tuple[Column[Figure], ...]] = (
    Column("of", lambda figure: figure.of),
    Column("name", lambda figure: figure.name),
    Column("cases", lambda figure: figure.cases),
    Column("amount", lambda figure: figure.amount),
)


@router.get(PATH)
async def overview_page(request: Request, service: TheCaseService, pages: ThePages) -> Response:
    """The whole book at a glance."""
    now, store = await pages.clock.now(), service.store
    book = await book_of_today(store, now, pages.settings.timezone)
    return await pages.show(
        request,
        "overview.html",
        book=book,
        stages=_in_order(book),
        still=[one for one in _in_order(book) if one.stage in STILL],
        why=STILL,
        brought=[(BROUGHT.get(one.name, one.name), one) for one in _by_bringer(book)],
        asked=Asked(PATH, (), {}),
        unopened=await store.unopened.count(),
        reviews=await store.attempts.count_reviews(now - LOOKED_BACK),
        not_set=pages.settings.not_set(book.currencies),
        failed=await store.failed_sign_ins.lately(wall_clock()),
    )


@router.get(f"{PATH}.json")
async def overview_as_json(service: TheCaseService, pages: ThePages) -> Response:
    """Its figures for programs."""
    return await as_json(await _read(service, pages), COLUMNS, None)


@router.get(f"{PATH}.csv")
async def overview_as_csv(service: TheCaseService, pages: ThePages) -> Response:
    """Its figures for spreadsheets."""
    return as_csv(await _read(service, pages), COLUMNS, "overview")


async def _read(service: TheCaseService, pages: ThePages) -> Read[Figure]:
    book = await book_of_today(service.store, await pages.clock.now(), pages.settings.timezone)

    async def read(_cursor: str | None, _limit: int) -> Page[Figure]:
        return Page(tuple(_figures(book)), None)

    return read


def _figures(book: BookOfToday) -> Iterator[Figure]:
    for stage in _in_order(book):
        yield Figure("stage", stage.stage, stage.cases)
        yield from (Figure("stage", stage.stage, amount=amount) for amount in stage.amounts)
    for age in book.ages:
        yield Figure("age", age.name, age.cases)
        yield from (Figure("age", age.name, amount=amount) for amount in age.amounts)
    for one in _by_bringer(book):
        for since in ("today", "week", "month"):
            yield from (Figure(f"received-{since}", one.name, amount=amount) for amount in getattr(one, since))
    for week in book.promised:
        name = f"{week.first or ''}/{week.last or ''}"
        yield from (Figure("promised", name, amount=amount) for amount in week.amounts)
    yield Figure("waits", "person", book.with_a_person.cases)
    yield Figure("waits", "settings", book.for_settings)
    yield from (Figure(one.stage, one.reason, one.cases) for one in book.held)


def _by_bringer(book: BookOfToday) -> list[CameIn]:
    order = list(BROUGHT)
    return sorted(book.brought_by, key=lambda one: order.index(one.name))


def _in_order(book: BookOfToday) -> list[OfStage]:
    """Every stage that has cases, in the order of a case's life."""
    order = list(STAGES)
    return sorted(book.stages, key=lambda one: order.index(one.stage) if one.stage in STAGES else len(order))
