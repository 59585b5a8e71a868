"""What is timed: each list and page by its address, a line each, and what the schedule asks of the store every hour.

`{invoice}` and `{customer}` stand for another one at each view.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from adapters.storage.store import Store
from bench.lists.debts import NOW, TODAY

VIEWS: Final = (
    "/overview",
    "/overview.json",
    "/cases",
    "/cases?stage=dispute",
    "/cases?stage=dunning",
    "/cases?sort=due",
    "/cases?sort=balance",
    "/cases?age=over-90",
    "/cases?waits=person",
    "/cases?currency=SEK",
    "/cases.json",
    "/cases?policy=consumer",
    "/cases/{invoice}",
    "/queue",
    "/queue?sort=amount",
    "/queue?sort=oldest",
    "/queue?stage=dispute",
    "/queue.json",
    "/tasks",
    "/tasks?sort=amount",
    "/customers",
    "/customers/{customer}",
    "/calendar",
    "/calendar?view=month",
    "/disputes",
    "/payments",
    "/messages",
    "/messages?view=waiting",
    "/reviews",
    "/policies",
    "/policies/b2b-net30?amount=2500.00",
    "/policies.json",
    "/system",
    "/v1/cases",
    "/v1/cases?customer_id={customer}",
    "/v1/tasks",
    "/v1/customers",
    "/v1/customers/{customer}",
    "/v1/invoices",
    "/v1/mailbox",
)


async def _look_for_openings(store: Store) -> None:
    await store.parties.due_for_opening(TODAY, lead_days=1)


async def _close_what_needs_no_answer(store: Store) -> None:
    await store.unopened.close_not_due(TODAY + timedelta(days=1), NOW)


HOURLY: Final[dict[str, Callable[[Store], Awaitable[None]]]] = {
    "hourly: invoices to open": _look_for_openings,
    "hourly: questions answered": _close_what_needs_no_answer,
}
