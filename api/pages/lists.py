"""A plain list: the declines that want people's eyes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.attempt_reader import review_of
from api.pages.attempts import method_name
from api.pages.sign_in import ThePages
from api.routes.parts import Cursor, TheCaseService

router = APIRouter(include_in_schema=False)

PAGE = 50
LOOKED_BACK: Final = timedelta(days=30)


@router.get("/reviews")
async def reviews_page(request: Request, service: TheCaseService, pages: ThePages, cursor: Cursor = None) -> Response:
    """The declines of the last 30 days that a person should look at."""
    since = await pages.clock.now() - LOOKED_BACK
    page = await service.store.attempts.reviews(since, cursor=cursor, limit=PAGE)
    found = [review_of(one) for one in page.rows]
    onwards = f"/reviews?cursor={page.next}" if page.next else None
    rows = [(method_name(one, one.method), one) for one in found]
    return await pages.show(request, "reviews.html", rows=rows, following=onwards, is_first=cursor is None)
