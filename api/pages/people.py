"""Who works here: what each may do, and the link by which they come in. For admins; each change keeps its author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from adapters.clock import now
from adapters.person_names import email_of_person, name_of_person
from adapters.storage.access.people import LINK_FOR, PeopleBook
from api.authentication import WELCOME
from api.callers import caller_of
from api.pages.forms import our_fields
from api.pages.rendering import Flash, Pages
from api.pages.sign_in import ThePages
from api.routes.parts import TheCaseService
from dunning.errors import Conflict, NotFound
from dunning.roles import ROLES, roles_of

router = APIRouter(include_in_schema=False)
PAGE: Final = "/people"


def _by(request: Request) -> str:
    caller = caller_of(request.scope)
    return caller.principal if caller else "nobody"


By = Annotated[str, Depends(_by)]


@router.get(PAGE)
async def people_page(request: Request, service: TheCaseService, pages: ThePages) -> Response:
    """Everybody, and the forms that change what they may do."""
    return await _shown(request, service.store.people, pages)


@router.get(f"{PAGE}.json")
async def people_as_json(service: TheCaseService) -> Response:
    """The same for programs."""
    people = await service.store.people.list()
    return JSONResponse(
        {
            "items": [
                {
                    "name": one.name, "email": one.email, "roles": one.roles, "has_password": one.has_password,
                    "created_at": _text(one.created_at), "signed_in_at": _text(one.signed_in_at),
                    "disabled_at": _text(one.disabled_at), "locked_until": _text(one.locked_until),
                }
                for one in people
            ]
        }
    )  # fmt: skip


@router.post(PAGE)
async def add_person(request: Request, service: TheCaseService, pages: ThePages, by: By) -> Response:
    """Add somebody, and show the link by which they come in."""
    form, people = await _fields(request, pages), service.store.people
    try:
        name, email = name_of_person(form.get("name", "")), email_of_person(form.get("email"))
        await people.add(name, roles_of(form["roles"]), now(), by, email=email)
    except (ValueError, Conflict) as error:
        return await _shown(request, people, pages, status=422, wrong=str(error), filled=form)
    return await _with_link(request, people, pages, name, by)


@router.post(f"{PAGE}/roles")
async def change_roles(request: Request, service: TheCaseService, pages: ThePages, by: By) -> Response:
    """Other roles, from the next request on."""
    form, people = await _fields(request, pages), service.store.people
    try:
        await people.set_roles(form.get("person", ""), roles_of(form["roles"]), now(), by)
    except (ValueError, Conflict, NotFound) as error:
        return await _shown(request, people, pages, status=422, wrong=str(error))
    return _done(pages, f"{form['person']}: {', '.join(roles_of(form['roles']))}.")


@router.post(f"{PAGE}/state")
async def change_state(request: Request, service: TheCaseService, pages: ThePages, by: By) -> Response:
    """Let somebody in no more, or again."""
    form, people = await _fields(request, pages), service.store.people
    disabled = form.get("to") == "disabled"
    try:
        await people.set_disabled(form.get("person", ""), now(), by, disabled=disabled)
    except (Conflict, NotFound) as error:
        return await _shown(request, people, pages, status=422, wrong=str(error))
    return _done(
        pages, f"{form['person']} {'cannot come in any more, and is signed out' if disabled else 'may come in again'}."
    )


@router.post(f"{PAGE}/link")
async def make_link(request: Request, service: TheCaseService, pages: ThePages, by: By) -> Response:
    """A link by which somebody sets a password, shown once."""
    form = await _fields(request, pages)
    return await _with_link(request, service.store.people, pages, form.get("person", ""), by)


async def _with_link(request: Request, people: PeopleBook, pages: Pages, name: str, by: str) -> Response:
    try:
        token = await people.link(name, now(), by)
    except (Conflict, NotFound) as error:
        return await _shown(request, people, pages, status=422, wrong=str(error))
    base = (pages.settings.public_url or str(request.base_url)).rstrip("/")
    return await _shown(request, people, pages, link=f"{base}{WELCOME}{token}", linked=name)


async def _fields(request: Request, pages: Pages) -> dict[str, Any]:
    """The fields of one of the forms; of roles there may be several."""
    form: dict[str, Any] = await our_fields(request, pages)
    body = (await request.body()).decode("utf-8", "replace")
    return {**form, "roles": [value for field, value in parse_qsl(body) if field == "role"]}


async def _shown(
    request: Request,
    people: PeopleBook,
    pages: Pages,
    *,
    status: int = 200,
    wrong: str = "",
    link: str = "",
    linked: str = "",
    filled: Mapping[str, Any] | None = None,
) -> Response:
    answer = await pages.show(
        request, "people.html", people=await people.list(), changes=await people.changes(), roles=ROLES, now=now(),
        wrong=wrong, link=link, linked=linked, filled=filled or {"roles": ["agent"]},
        hours=int(LINK_FOR.total_seconds() // 3_600), provider=pages.settings.sign_in_provider,
    )  # fmt: skip
    answer.status_code = status
    return answer


def _done(pages: Pages, text: str) -> Response:
    answer = RedirectResponse(PAGE, status_code=303)
    pages.say_next(answer, Flash(text))
    return answer


def _text(at: Any) -> str | None:
    return at.isoformat() if at else None
