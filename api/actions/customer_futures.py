"""What would come of an action on a customer: the futures of their oldest open cases with it and without it (O4)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.storage.lists.cases import Which
from adapters.storage.lists.views import CaseView
from api.actions.futures import Debtor, FutureRow, WhatComes, what_comes
from api.message_previews import MessagePreviews
from api.problems import Problem
from api.shapes.cases import LineOut
from dunning.messages import Message

FORESEEN: Final = 5  # cases whose futures are worked out


@dataclass(frozen=True, slots=True)
class NextThing:
    """What a case does next, and when."""

    line: LineOut
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseFuture:
    """What one case does next without the action and with it; None where nothing comes by itself.

    `is_known` is false of a case that does not answer.
    """

    case: CaseView
    without: NextThing | None = None
    with_it: NextThing | None = None
    is_known: bool = True


async def futures_of(
    previews: MessagePreviews, customer_id: str, messages: Sequence[Message], now: datetime
) -> tuple[CaseFuture, ...]:
    """Those of the cases with the oldest debt."""
    store = previews.case_service.store
    which = Which(customer=customer_id, is_open=True)
    oldest = (await store.cases.page(which, order="due", limit=FORESEEN)).rows
    return tuple(await asyncio.gather(*(_future(previews, case, messages, now) for case in oldest)))


async def _future(
    previews: MessagePreviews, listed: CaseView, messages: Sequence[Message], now: datetime
) -> CaseFuture:
    try:
        case, invoice, reach = await previews.known(listed.invoice_id)
    except Problem:
        return CaseFuture(listed, is_known=False)
    debtor = Debtor(reach.customer, invoice, reach.channels)
    comes = await asyncio.to_thread(what_comes, case, messages, now, debtor)
    return CaseFuture(listed, *_next_things(comes, listed.currency))


def _next_things(comes: WhatComes, currency: str) -> tuple[NextThing | None, NextThing | None]:
    without = [(row.without, row) for row in comes.rows if row.without is not None]
    with_it = [(row.with_it, row) for row in comes.rows if row.with_it is not None]
    return _first(without, currency), _first(with_it, currency)


def _first(rows: list[tuple[datetime, FutureRow]], currency: str) -> NextThing | None:
    """What comes first; of a notice and its fee the notice."""
    at, row = min(rows, key=lambda one: (one[0], one[1].line.kind != "notice"), default=(None, None))
    return NextThing(LineOut.of(row.line, currency), at) if row is not None and at is not None else None
