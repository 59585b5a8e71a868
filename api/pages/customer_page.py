"""One customer on one page: all that they owe, how they pay, how they are reached, and what may be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.request_ids import new_request_id
from adapters.storage.lists.behaviour import Behaviour
from adapters.storage.lists.cases import Which
from adapters.storage.lists.owed import Owed
from adapters.storage.lists.totals import DueTotal
from adapters.storage.lists.views import CaseView, CustomerView, TaskView
from api.actions.customer_index import CUSTOMER_ACTIONS
from api.attempt_reader import AttemptReader
from api.callers import Caller, caller_of, may
from api.case_service import CaseService
from api.limits import in_path
from api.pages.aging import buckets
from api.pages.attempts import MethodName, method_name
from api.pages.case_actions import Offered
from api.pages.customer_messages import comes_next, sent_rows
from api.pages.debtor import people_of
from api.pages.sign_in import ThePages
from api.pages.task_words import task_words
from api.pages.words import local_day, minor_money
from api.routes.parts import CustomerId, TheCaseService
from api.shapes.attempts import MethodInCase
from api.zones import Zones
from dunning.overdue import days_overdue
from dunning.records import Customer, Method

router = APIRouter(include_in_schema=False)

OPEN: Final = 100  # cases that are shown; the list of cases has them all
ENDED: Final = 10
MESSAGES: Final = 15
NOTES: Final = 30
TASKS: Final = 20
PAYMENTS: Final = 6


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One of their cases, in the time of its own clock."""

    case: CaseView
    zone: str
    overdue_days: int


@dataclass(frozen=True, slots=True)
class OwnMethod:
    """A payment method; `ruled` is what the rule book says of an attempt for the case with the oldest debt."""

    name: MethodName
    record: Method
    is_expired: bool
    ruled: MethodInCase | None


@router.get("/customers/{customer_id}")
async def customer_page(
    request: Request, service: TheCaseService, pages: ThePages, customer_id: CustomerId
) -> Response:
    """A customer as a whole."""
    store, now = service.store, await pages.clock.now()
    view = await store.parties.customer(customer_id)
    zone = view.record.timezone or pages.settings.timezone
    today = local_day(now, zone)
    owed = await store.customers.owed(customer_id)
    cases = (await store.cases.page(Which(customer=customer_id, is_open=True), order="due", limit=OPEN)).rows
    ended = (await store.cases.page(Which(customer=customer_id, is_open=False), limit=ENDED)).rows
    tasks = (await store.cases.tasks(customer=customer_id, limit=TASKS)).rows
    sent = await store.sendings.of_customer(customer_id, MESSAGES)
    clock = _Clocks(request.app.state.zones, view.record, now)
    return await pages.show(
        request,
        "customer.html",
        view=view,
        customer=view.record,
        zone=zone,
        now=now,
        owed=owed,
        overdue_days=days_overdue(owed.oldest, today) if owed.oldest else 0,
        open_cases=clock.rows(cases),
        ended=clock.rows(ended),
        aging=_aging(await store.totals.due(customer_id), owed, today),
        behaviour=_behaviour(await store.behaviours.of(customer_id, now, pages.settings.timezone)),
        group=await store.groups.of(customer_id),
        people=people_of(view.record, view.reach),
        methods=await _methods(service, view, cases, zone, now),
        tasks=[(task, _words(task, view.record)) for task in tasks],
        messages=sent_rows(sent, view.record),
        coming=comes_next(clock.rows(cases)),
        notes=(await store.notes.of_customer(customer_id, limit=NOTES)).rows,
        actions=offered(view, caller_of(request.scope)),
        once=new_request_id(),
    )


def offered(view: CustomerView, who: Caller | None) -> tuple[Offered, ...]:
    """What they may do with the customer as they stand; notes have a form of their own."""
    home = f"/customers/{in_path(view.record.id)}/actions"
    actions = (one.action for one in CUSTOMER_ACTIONS if one.offered(view))
    return tuple(
        Offered(one.title, one.does, f"{home}/{one.name}")
        for one in actions
        if one.name != "note" and may(who, one.right)
    )


@dataclass(frozen=True, slots=True)
class _Clocks:
    """In whose time each case of the customer lives: their policies say it, and few of them are different."""

    zones: Zones
    customer: Customer
    now: datetime

    def rows(self, cases: Sequence[CaseView]) -> list[OwnCase]:
        known: dict[str, str] = {}
        return [self._row(case, known) for case in cases]

    def _row(self, case: CaseView, known: dict[str, str]) -> OwnCase:
        zone = known.get(case.policy) or known.setdefault(case.policy, self.zones.of(case, self.customer))
        return OwnCase(case, zone, days_overdue(case.due_on, local_day(case.closed_at or self.now, zone)))


def _aging(due: Sequence[DueTotal], owed: Owed, today: date) -> dict[str, Any]:
    """A row for each age and a column for each currency, with the sum of each."""
    currencies = [currency for currency, _ in owed.sums]
    rows = [
        (one, [next((sum_.minor for sum_ in one.amounts if sum_.currency == name), 0) for name in currencies])
        for one in buckets(due, today)
    ]
    return {"currencies": currencies, "rows": rows, "sums": [amount for _, amount in owed.sums]}


def _behaviour(behaviour: Behaviour) -> dict[str, Any]:
    promised = behaviour.kept + behaviour.broken
    return {
        "days_late": behaviour.days_late,
        "kept": behaviour.kept,
        "broken": behaviour.broken,
        "share": round(100 * behaviour.kept / promised) if promised else None,
        "payments": behaviour.payments[:PAYMENTS],
        "count": len(behaviour.payments),
    }


async def _methods(
    service: CaseService, view: CustomerView, cases: Sequence[CaseView], zone: str, now: datetime
) -> list[OwnMethod]:
    ruled = await AttemptReader(service.store).methods(cases[0], zone, now, ()) if cases and view.methods else ()
    by_id, today = {one.id: one for one in ruled}, local_day(now, zone)
    return [
        OwnMethod(method_name(one, one.id), one, _is_expired(one, today), by_id.get(one.id)) for one in view.methods
    ]


def _is_expired(method: Method, today: date) -> bool:
    """A card is valid to the end of its month."""
    return method.expires is not None and method.expires < f"{today:%Y-%m}"


def _words(task: TaskView, customer: Customer) -> str:
    return task_words(task.about, task.note, customer.name or customer.id)


def sums_text(sums: Sequence[tuple[str, int]]) -> str:
    """Amounts of several currencies, one after the other."""
    return ", ".join(minor_money(amount, currency) for currency, amount in sums)
