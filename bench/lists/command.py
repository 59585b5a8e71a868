"""`python -m bench lists`: fills a store with open cases and times each list and page through the API's own door."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from logging import WARNING
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import pgserver
import structlog
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import select

from adapters.calendars import creditors_calendars
from adapters.messages.catalogue import catalogue
from adapters.policies import shipped_policies
from adapters.storage import Store, migrate
from adapters.storage.tables import policies
from api.application import PoliciesInForce, create_app
from api.case_service import CaseService
from api.configuration import ApiConfiguration
from bench import book as a_case
from bench.lists.book import POLICIES, Book
from bench.lists.debts import NOW, customers_of
from bench.lists.filling import Filling
from bench.lists.timing import Timed, as_table, timed
from bench.lists.views import HOURLY, VIEWS
from dunning import snapshot
from dunning.engine import open_case
from tests.fakes.fake_case_client import FakeCaseClient, FakeClock

GOAL: Final = 200.0  # milliseconds of wall time at the 95th of a hundred views
_CALENDARS: Final = creditors_calendars("Europe/Amsterdam", "NL")


@dataclass(frozen=True, slots=True)
class Place:
    """A database and, where it has a process of its own, that."""

    name: str
    url: str
    server: int | None = None


@contextmanager
def on_sqlite() -> Iterator[Place]:
    """A file that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dunning-lists-") as folder:
        yield Place("SQLite", f"sqlite:///{folder}/store.sqlite")


@contextmanager
def on_postgresql() -> Iterator[Place]:
    """A server of its own that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="dunning-lists-"))
    server: Any = pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined] # it names no exports
    try:
        yield Place("PostgreSQL", server.get_uri(), server.get_pid())
    finally:
        server.cleanup()


PLACES: Final = {"sqlite": on_sqlite, "postgresql": on_postgresql}


async def fill(place: Place, open_cases: int) -> None:
    """A migrated database with a book of so many open cases."""
    await migrate(place.url)
    store = await _opened(place)
    rows = await store.database.read(lambda tx: tx.rows(select(policies)))
    await store.close()
    hashes = {row["name"]: row["hash"] for row in rows}
    book = Book.made(open_cases, hashes, _an_ended_case())
    await asyncio.to_thread(Filling(place.url).fill, *book.tables())


async def look(place: Place, open_cases: int, views: int, only: str) -> list[Timed]:
    """Each view of the list that has `only` in its address, so many times."""
    store = await _opened(place)
    try:
        client = AsyncClient(transport=ASGITransport(_application(store)), base_url="http://bench.example")
        key = await store.keys.create("bench", NOW, ("admin",))
        client.headers.update({"Authorization": f"Bearer {key}", "Accept": "text/html, application/json"})
        dice = random.Random(5)

        async def view(address: str) -> int:
            number = dice.randrange(open_cases)
            found = {"invoice": f"INV-{number:07}", "customer": f"C-{number % customers_of(open_cases):06}"}
            answer = await client.get(address.format_map(found))
            if answer.status_code != 200:  # noqa: PLR2004 - whatever else it is, it is not the page
                raise RuntimeError(f"{address}: {answer.status_code} {answer.text[:300]}")
            return len(answer.content)

        async def hourly(name: str) -> int:
            await HOURLY[name](store)
            return 0

        async with client:
            pages = [await timed(one, partial(view, one), views, place.server) for one in VIEWS if only in one]
        jobs = [await timed(one, partial(hourly, one), views, place.server) for one in HOURLY if only in one]
        return pages + jobs
    finally:
        await store.close()


def _application(store: Store) -> Any:
    clock = FakeClock(NOW)
    rules = PoliciesInForce(_policies(), _CALENDARS, catalogue())
    service = CaseService(store, FakeCaseClient(store, clock), clock)
    return create_app(service, rules, ApiConfiguration(secret=token_hex()))


async def _opened(place: Place) -> Store:
    return await Store.open(place.url, policies=_policies(), calendar_for=_CALENDARS)


def _an_ended_case() -> str:
    """A whole case as text, as large as those are that ended: it has none of their ids."""
    rules = a_case.policy()
    case = open_case(
        a_case.invoice(0), a_case.customer(0), (a_case.CARD,), rules, a_case.calendar(rules), a_case.OPENS_AT
    )
    return snapshot.dump(case)


def _policies() -> list[Any]:
    known = shipped_policies()
    return [known[name] for name in POLICIES]


async def _both(asked: argparse.Namespace) -> bool:
    """Whether every view kept to the goal, wherever it was looked at."""
    slow = False
    for name in asked.on:
        with PLACES[name]() as place:
            begin = time.perf_counter()
            await fill(place, asked.cases)
            seconds = time.perf_counter() - begin
            print(f"{place.name}: {asked.cases} open cases filled in within {seconds:.0f} s", file=sys.stderr)
            rows = await look(place, asked.cases, asked.views, asked.only)
        print("\n".join(as_table(f"{place.name}, ms", rows, GOAL)), flush=True)
        slow |= any(row.wall_95 > GOAL for row in rows)
    return not slow


def main(arguments: Sequence[str]) -> int:
    """`python -m bench lists [--cases N] [--views N] [--on sqlite|postgresql] [--only TEXT]`; 1 if a view is slow."""
    parser = argparse.ArgumentParser("python -m bench lists", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="how many are open")
    parser.add_argument("--views", type=int, default=50, help="how often each is looked at")
    parser.add_argument("--on", choices=list(PLACES), action="append", help="one database instead of both")
    parser.add_argument("--only", default="", metavar="TEXT", help="addresses that have this in them")
    asked = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(WARNING))
    asked.on = asked.on or list(PLACES)
    return 0 if asyncio.run(_both(asked)) else 1
