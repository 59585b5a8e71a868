"""The link by which a person sets a password: once, when they come or when an admin lets them have another one."""

from __future__ import annotations

from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from adapters.clock import now
from adapters.passwords import hash_of, weakness
from api.authentication import WELCOME
from api.pages.rendering import Pages
from api.pages.sign_in import TheDoor, ThePages, own_fields
from api.routes.parts import TheCaseService

router = APIRouter(include_in_schema=False)
Token = Annotated[str, Path(max_length=100)]
_PAGE: Final = f"{WELCOME}{{token}}"


@router.get(_PAGE)
async def welcome_page(
    request: Request, service: TheCaseService, pages: ThePages, door: TheDoor, token: Token
) -> Response:
    """Ask for a new password. Opening the link uses nothing up, for scanners open links."""
    person = await service.store.people.linked(token, now())
    if person is None:
        await door.stranger(request.scope)
        return _page(request, pages, 404)
    return _page(request, pages, person=person.name)


@router.post(_PAGE)
async def set_password(
    request: Request, service: TheCaseService, pages: ThePages, door: TheDoor, token: Token
) -> Response:
    """Take the password: the link is used up, and every session of theirs ends but the one that begins."""
    form = await own_fields(request, pages, WELCOME)
    people = service.store.people
    person = await people.linked(token, now())
    if person is None:
        await door.stranger(request.scope)
        return _page(request, pages, 404)
    password = form.get("password", "")
    wrong = weakness(password, person.name)
    if wrong is None and form.get("again") != password:
        wrong = "password: found two different ones; allowed the same one twice"
    if wrong is not None:
        return _page(request, pages, 422, person=person.name, wrong=wrong)
    kept = await to_thread.run_sync(hash_of, password, limiter=request.app.state.checking)
    if await people.use_link(token, kept, now()) is None:
        return _page(request, pages, 404)
    answer = RedirectResponse("/", status_code=303)
    await pages.sessions.sign_in(request, answer, person.name)
    return answer


def _page(request: Request, pages: Pages, status: int = 200, *, person: str = "", wrong: str = "") -> Response:
    answer = pages.bare(request, "welcome.html", status, person=person, wrong=wrong)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the link is theirs alone
    return answer
