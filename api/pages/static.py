"""The files that pages link to, from memory; their addresses change with their content, so browsers keep them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.pages.sign_in import ThePages
from dunning.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/static/{name}")
async def static_file(pages: ThePages, name: str, v: Annotated[str | None, Query()] = None) -> Response:
    """One file; open to everybody, as the sign-in page needs it."""
    found = pages.files.get(name)
    if found is None:
        raise NotFound("file: found none of that name")
    body, media_type = found
    lasting = "public, max-age=31536000, immutable" if v else "no-cache"
    return Response(body, media_type=media_type, headers={"Cache-Control": lasting})
