"""The files that pages link to, from memory; their addresses change with their content, so browsers keep them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.pages.sign_in import ThePages
from dunning.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/static/{name}")
async def static_file(request: Request, pages: ThePages, name: str) -> Response:
    """One file; open to everybody, as the sign-in page needs it."""
    found = pages.files.get(name)
    if found is None:
        raise NotFound("file: found none of that name")
    body, media_type = found
    lasting = "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
    return Response(body, media_type=media_type, headers={"Cache-Control": lasting})
