"""The overview: where the open cases stand, how old the debt is, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.clock import now as wall_clock
from api.pages.aging import buckets
from api.pages.lists import LOOKED_BACK
from api.pages.sign_in import ThePages
from api.pages.words import STAGES, local_day
from api.routes.parts import TheCaseService

router = APIRouter(include_in_schema=False)
PATH: Final = "/overview"


@router.get(PATH)
async def overview_page(request: Request, service: TheCaseService, pages: ThePages) -> Response:
    """The whole book at a glance."""
    now = await pages.clock.now()
    return await pages.show(
        request,
        "overview.html",
        counts=_counts(await service.store.cases.stages()),
        unopened=await service.store.unopened.count(),
        reviews=await service.store.attempts.count_reviews(now - LOOKED_BACK),
        not_set=pages.settings.not_set(await service.store.cases.currencies()),
        failed=await service.store.failed_sign_ins.lately(wall_clock()),
        aging=buckets(await service.archive.aging(local_day(now, pages.settings.timezone))),
    )


def _counts(stages: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every stage that has cases, in the order of a case's life."""
    order = list(STAGES)
    return sorted(stages.items(), key=lambda one: order.index(one[0]) if one[0] in STAGES else len(order))
