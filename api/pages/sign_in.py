"""Signing in and out: a person shows a name and a password, and the browser gets a cookie for a session."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from api.authentication import PROVIDER, SIGN_IN
from api.door import Door
from api.pages.forms import fields, is_same_origin, local_path, our_fields
from api.pages.rendering import Pages
from api.problems import Problem, RequestMistake, invalid

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
    """Ask who it is."""
    return sign_in_form(request, pages, onwards=local_path(onwards))


@router.post(SIGN_IN)
async def sign_in(request: Request, pages: ThePages, door: TheDoor) -> Response:
    """Take name and password, and go on to where the browser wanted to be."""
    form = await own_fields(request, pages, SIGN_IN)
    onwards, name = local_path(form.get("next")), form.get("name", "")
    person = await door.person(request.scope, name, form.get("password", ""))
    if person is None:
        return sign_in_form(request, pages, 401, onwards=onwards, name=name[:100], wrong=True)
    answer = RedirectResponse(onwards, status_code=303)
    await pages.sessions.sign_in(request, answer, person.name)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, pages: ThePages) -> Response:
    """End the session."""
    await our_fields(request, pages)
    answer = RedirectResponse(SIGN_IN, status_code=303)
    await pages.sessions.sign_out(request, answer)
    return answer


@router.post("/demo/person")
async def be_somebody_else(request: Request, pages: ThePages) -> Response:
    """In a demonstration: go on as another one of its people."""
    form = await our_fields(request, pages)
    allowed = pages.settings.demo_people
    if not allowed:
        raise Problem("not-found", "This is no demonstration")
    if form.get("person") not in allowed:
        raise invalid([RequestMistake("another name", f"one of {', '.join(allowed)}", parameter="person")])
    answer = RedirectResponse(local_path(form.get("back")), status_code=303)
    await pages.sessions.sign_in(request, answer, form["person"])
    return answer


def sign_in_form(
    request: Request,
    pages: Pages,
    status: int = 200,
    *,
    onwards: str = "/",
    name: str = "",
    wrong: bool = False,
    unknown: str = "",
) -> Response:
    """The page that asks; `wrong` after a try, `unknown` says why a provider's answer let nobody in."""
    provider = pages.settings.sign_in_provider
    return pages.bare(
        request, "sign_in.html", status, onwards=onwards, name=name, wrong=wrong, unknown=unknown,
        provider=provider.name if provider else None, provider_at=PROVIDER,
    )  # fmt: skip


async def own_fields(request: Request, pages: Pages, page: str) -> dict[str, str]:
    """The fields of a form that somebody sends who is not signed in. Raises `Problem` for one of another site."""
    if not is_same_origin(request, public_url := pages.settings.public_url):
        raise Problem("forbidden", f"Open the page {_at(public_url, page)}, and send the form from there")
    return await fields(request)


def _at(public_url: str | None, page: str) -> str:
    return f"at {public_url.rstrip('/')}{page}" if public_url else "here"
