"""Signing in by the provider that knows our people: there, and back with who they are.

What a browser must bring back is kept in a cookie of its own, which unlike the session's comes along when another site
leads here. The session's cookie would not be sent on with the redirect of that site, so a page of ours leads on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final, cast

import structlog
from fastapi import APIRouter, Query, Request
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import RedirectResponse, Response

from adapters.clock import now
from adapters.oidc.identity import NotIdentified, SignInProvider
from api.authentication import PROVIDER
from api.cookies import Cookie
from api.pages.forms import local_path
from api.pages.rendering import Pages
from api.pages.sign_in import TheDoor, ThePages, sign_in_form
from api.problems import Problem
from api.routes.parts import TheCaseService

router = APIRouter(include_in_schema=False)
_BACK: Final = f"{PROVIDER}/back"
_AWAY: Final = timedelta(minutes=10)  # how long somebody may take there
_LOG: Final = structlog.get_logger("dunning.api")
_NOBODY: Final = "The sign-in worked, and nobody here has that address. An admin can add it."
_FAILED: Final = "The sign-in did not work. Try it again; if it stays so, the log of this product says why."


@router.get(PROVIDER)
async def go_to_provider(
    request: Request, pages: ThePages, onwards: Annotated[str | None, Query(alias="next", max_length=2_000)] = None
) -> Response:
    """Send the browser to the provider."""
    provider = _provider(pages)
    try:
        departure = await provider.depart(_back(pages))
    except NotIdentified as error:
        return _failed(request, pages, error)
    answer = RedirectResponse(departure.url, status_code=303)
    kept = _serializer(pages).dumps({**departure.kept, "next": local_path(onwards)})
    _cookie(pages).set(answer, str(kept), _AWAY)
    return answer


@router.get(_BACK)
async def come_back(request: Request, service: TheCaseService, pages: ThePages, door: TheDoor) -> Response:
    """Who came back, if it is one of our people."""
    provider, kept = _provider(pages), _kept(request, pages)
    said = {name: text[:2_000] for name, text in request.query_params.items()}
    try:
        who = await provider.arrive(_back(pages), kept, said)
    except NotIdentified as failure:
        await door.stranger(request.scope)
        return _failed(request, pages, failure)
    person = await service.store.people.known_by(who.subject, who.email, now())
    if person is None:
        await door.stranger(request.scope)
        return sign_in_form(request, pages, 403, unknown=_NOBODY)
    answer = pages.bare(request, "onwards.html", onwards=local_path(kept.get("next")), person=person.name)
    _cookie(pages).forget(answer)
    await pages.sessions.sign_in(request, answer, person.name)
    return answer


def _failed(request: Request, pages: Pages, why: NotIdentified) -> Response:
    _LOG.warning("the sign-in provider told us of nobody", why=str(why))
    return sign_in_form(request, pages, 502, unknown=_FAILED)


def _provider(pages: Pages) -> SignInProvider:
    if pages.settings.sign_in_provider is None:
        raise Problem("not-found", "People sign in with a password here")
    return pages.settings.sign_in_provider


def _back(pages: Pages) -> str:
    return f"{(pages.settings.public_url or '').rstrip('/')}{_BACK}"


def _kept(request: Request, pages: Pages) -> Mapping[str, str]:
    text = (_cookie(pages).read(request) or "")[:4_000]
    try:
        return cast("Mapping[str, str]", _serializer(pages).loads(text, max_age=int(_AWAY.total_seconds())))
    except BadData:
        return {}


def _cookie(pages: Pages) -> Cookie:
    return Cookie("dunning_provider", is_https=pages.settings.is_https, from_elsewhere=True)


def _serializer(pages: Pages) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(pages.settings.secret, salt="provider")
