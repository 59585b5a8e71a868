"""Looking for customers, invoices and pages. What is looked for is a name or an address more often than not, so it
comes in a form and never in a URL (O3): no log, no history and no bookmark keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from adapters.storage.lists.search import Found, FoundCustomer, FoundInvoice
from adapters.storage.search_words import plain
from api.callers import Caller, caller_of
from api.case_service import CaseService
from api.limits import in_path
from api.pages.forms import fields
from api.pages.navigation import places_of
from api.pages.sign_in import ThePages
from api.pages.words import minor_money, stage_name
from api.routes.parts import TheCaseService
from api.shapes.values import Shape

router = APIRouter(include_in_schema=False)

MOST: Final = 25  # customers, and invoices, on the page
MOST_AT_ONCE: Final = 12  # things of all kinds, while somebody types
LONGEST: Final = 200  # characters


class SearchIn(Shape):
    """What is looked for."""

    q: Annotated[str, Field(max_length=LONGEST)]


@router.get("/search")
async def search_page(request: Request, pages: ThePages) -> Response:
    """The form alone."""
    return await pages.show(request, "search.html", said="", found=None, rows=())


@router.post("/search")
async def search(request: Request, service: TheCaseService, pages: ThePages) -> Response:
    """What was found; where it is one thing, that."""
    said = (await fields(request)).get("q", "").strip()[:LONGEST]
    found = await service.store.search.find(said, MOST)
    rows = list(_rows(found))
    if len(rows) == 1:
        return RedirectResponse(rows[0]["href"], status_code=303)
    return await pages.show(request, "search.html", said=said, found=found, rows=rows)


@router.post("/search/as-typed")
async def search_as_typed(request: Request, service: TheCaseService, pages: ThePages) -> Response:
    """A part of a page: what is found while somebody types."""
    said = (await fields(request)).get("q", "").strip()[:LONGEST]
    return pages.bare(request, "_finds.html", said=said, rows=await _at_once(request, service, said))


@router.post("/search.json")
async def search_for_programs(request: Request, service: TheCaseService, body: SearchIn) -> Response:
    """The same for programs."""
    return JSONResponse({"items": await _at_once(request, service, body.q)})


async def _at_once(request: Request, service: CaseService, said: str) -> list[dict[str, Any]]:
    """Pages by their names, then customers and invoices, each with where it is."""
    found = await service.store.search.find(said, MOST_AT_ONCE)
    rows = [*_places(said, caller_of(request.scope)), *_in_turns(list(_rows(found)))]
    return rows[:MOST_AT_ONCE]


def _rows(found: Found) -> Iterator[dict[str, Any]]:
    yield from map(_customer, found.customers)
    yield from map(_invoice, found.invoices)


def _in_turns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A customer, an invoice, a customer, and so on, so that many of one kind leave room for the other."""
    places: dict[str, int] = {}
    turns = []
    for row in rows:
        places[row["kind"]] = places.get(row["kind"], 0) + 1
        turns.append((places[row["kind"]], row))
    return [row for _, row in sorted(turns, key=lambda one: one[0])]


def _customer(one: FoundCustomer) -> dict[str, Any]:
    owed = ", ".join(minor_money(amount, currency) for currency, amount in one.owed.sums)
    cases = f"{one.owed.cases} open {'case' if one.owed.cases == 1 else 'cases'}, {owed}" if owed else "no open case"
    named = [one.id if one.name else "", one.country or "", cases]
    return _found("customer", one.name or one.id, " · ".join(filter(None, named)), f"/customers/{in_path(one.id)}")


def _invoice(one: FoundInvoice) -> dict[str, Any]:
    whose, left = one.customer_name or one.customer_id, minor_money(max(one.balance, 0), one.currency)
    stage = stage_name(one.stage) if one.stage else "no case"
    href = f"/cases/{in_path(one.id)}" if one.stage else f"/customers/{in_path(one.customer_id)}"
    return _found("invoice", one.id, f"{whose} · {left} open · {stage}", href)


def _places(said: str, caller: Caller | None) -> Iterator[dict[str, Any]]:
    """The pages whose names begin so."""
    wanted = plain(said.strip())
    for place in places_of(caller):
        if wanted and plain(place.title).startswith(wanted):
            yield _found("page", place.title, "", place.href)


def _found(kind: str, title: str, sub: str, href: str) -> dict[str, Any]:
    return {"kind": kind, "title": title, "sub": sub, "href": href}
