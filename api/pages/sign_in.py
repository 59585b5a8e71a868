"""Signing in and out: a browser shows its key once and gets a cookie for it."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from api.authentication import SIGN_IN
from api.door import Door
from api.pages.forms import fields, is_same_origin, local_path, our_fields
from api.pages.rendering import Pages
from api.problems import Problem

router = APIRouter(include_in_schema=False)


def _pages(request: Request) -> Pages:
    return cast("Pages", request.app.state.pages)


def _door(request: Request) -> Door:
    return cast("Door", request.app.state.door)


ThePages = Annotated[Pages, Depends(_pages)]
TheDoor = Annotated[Door, Depends(_door)]


@router.get(SIGN_IN)
async def sign_in_page(
    request: Request, pages: ThePages, onwards: Annotated[str | None, Query(alias="next")] = None
) -> Response:
    """Ask for the key."""
    return pages.bare(request, "sign_in.html", onwards=local_path(onwards), wrong=False)


@router.post(SIGN_IN)
async def sign_in(request: Request, pages: ThePages, door: TheDoor) -> Response:
    """Take the key, and go on to where the browser wanted to be."""
    if not is_same_origin(request, public_url := pages.settings.public_url):
        raise Problem("forbidden", f"Open the sign-in page {_at(public_url)}, and send the form from there")
    form = await fields(request)
    onwards = local_path(form.get("next"))
    caller = await door.person(request.scope, form.get("key", "").strip())
    if caller is None:
        return pages.bare(request, "sign_in.html", 401, onwards=onwards, wrong=True)
    answer = RedirectResponse(onwards, status_code=303)
    await pages.sessions.sign_in(answer, caller.name)
    return answer


def _at(public_url: str | None) -> str:
    return f"at {public_url.rstrip('/')}{SIGN_IN}" if public_url else "here"


@router.post("/sign-out")
async def sign_out(request: Request, pages: ThePages) -> Response:
    """End the session."""
    await our_fields(request, pages)
    answer = RedirectResponse(SIGN_IN, status_code=303)
    await pages.sessions.sign_out(request, answer)
    return answer
