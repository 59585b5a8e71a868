"""The first page: every case with its stage, its next step and the moment of that in the debtor's own time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.clock import now as wall_clock
from adapters.storage.lists.views import CaseView
from api.case_service import CaseService
from api.pages.aging import buckets
from api.pages.forms import Blank, Written
from api.pages.lists import LOOKED_BACK
from api.pages.sign_in import ThePages
from api.pages.words import STAGES, local_day
from api.routes.parts import Cursor, TheCaseService
from api.shapes.cases import Stage
from api.zones import Zones
from dunning.overdue import days_overdue
from dunning.records import Customer

router = APIRouter(include_in_schema=False)

PAGE: Final = 25
_SHOWN: Final = {"open": True, "ended": False}

Shown = Annotated[Literal["open", "ended", "all"] | None, Blank, Query()]
StageFilter = Annotated[Stage | None, Blank, Query()]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the list."""

    case: CaseView
    zone: str
    overdue_days: int


@router.get("/")
async def overview_page(
    request: Request,
    service: TheCaseService,
    pages: ThePages,
    show: Shown = None,
    stage: StageFilter = None,
    policy: Written = None,
    customer: Written = None,
    cursor: Cursor = None,
) -> Response:
    """The cases that the filters let through."""
    asked: dict[str, str] = {
        "show": show or "", "stage": stage or "", "policy": policy or "", "customer": customer or "",
    }  # fmt: skip
    wanted = {name: text for name, text in asked.items() if text}
    now = await pages.clock.now()
    page = await service.store.cases.page(
        stage=stage,
        policy=policy,
        customer=customer,
        is_open=_SHOWN.get(show or ("all" if stage else "open")),
        cursor=cursor,
        limit=PAGE,
    )
    zones = request.app.state.zones
    return await pages.show(
        request,
        "overview.html",
        now=now,
        rows=await _rows(service, zones, page.rows, now),
        counts=_counts(await service.store.cases.stages()),
        unopened=await service.store.unopened.count(),
        reviews=await service.store.attempts.count_reviews(now - LOOKED_BACK),
        not_set=pages.settings.not_set(await service.store.cases.currencies()),
        failed=await service.store.failed_sign_ins.lately(wall_clock()),
        aging=buckets(await service.archive.aging(local_day(now, pages.settings.timezone))),
        wanted=asked,
        is_filtered=bool(wanted),
        policies=sorted(request.app.state.policies),
        stages=STAGES,
        following=_link(wanted, page.next) if page.next else None,
        is_first=cursor is None,
        first=_link(wanted, None),
    )


async def _rows(service: CaseService, zones: Zones, cases: tuple[CaseView, ...], now: datetime) -> list[CaseRow]:
    customers = await service.archive.customers(case.customer_id for case in cases)
    return [_row(zones, case, customers, now) for case in cases]


def _row(zones: Zones, case: CaseView, customers: Mapping[str, Customer], now: datetime) -> CaseRow:
    zone = zones.of(case, customers[case.customer_id])
    return CaseRow(case, zone, days_overdue(case.due_on, local_day(case.closed_at or now, zone)))


def _counts(stages: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every stage that has cases, in the order of a case's life."""
    order = list(STAGES)
    return sorted(stages.items(), key=lambda one: order.index(one[0]) if one[0] in STAGES else len(order))


def _link(wanted: Mapping[str, str], cursor: str | None) -> str:
    query = {**wanted, **({"cursor": cursor} if cursor else {})}
    return f"/?{urlencode(query)}" if query else "/"
