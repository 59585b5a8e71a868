"""What each kind of problem means: the pages that the `type` of a problem points to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.openapi.problems import example_of
from api.openapi.reference import as_text
from api.pages.sign_in import ThePages
from api.problems import KINDS
from dunning.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/problems/{kind}")
async def problem_page(request: Request, pages: ThePages, kind: str) -> Response:
    """One kind of problem; open to everybody, as the reference of the API is."""
    if kind not in KINDS:
        raise NotFound("problem: found none of that kind")
    code, title = KINDS[kind]
    return pages.bare(
        request, "problem_kind.html", kind=kind, code=code, title=title, example=as_text(example_of(kind).as_json())
    )
