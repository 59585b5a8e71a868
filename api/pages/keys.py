"""The keys of the console, as a page for who cannot open the window."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.pages.sign_in import ThePages

router = APIRouter(include_in_schema=False)


@router.get("/keys")
async def keys_page(request: Request, pages: ThePages) -> Response:
    """What each key does."""
    return await pages.show(request, "keys.html")
