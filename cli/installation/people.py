"""Who may come in: the provider of the settings, the first admin, and where a person's link leads."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from adapters.oidc.identity import SignInProvider
from adapters.settings import Settings
from adapters.storage.access.people import PeopleBook
from api.authentication import WELCOME
from cli.exits import Missing

FIRST_ADMIN: Final = "admin"


def sign_in_provider_of(settings: Settings) -> SignInProvider | None:
    """The provider that knows our people, None where they have passwords alone.

    Raises `Missing` where what it takes to ask one is not installed.
    """
    said = settings.oidc
    if said.issuer is None or said.client_id is None or said.client_secret is None:
        return None
    try:
        from adapters.oidc.provider import OidcProvider
    except ModuleNotFoundError:
        raise Missing("oidc: found no authlib; allowed with it: pip install 'dunning[oidc]'") from None
    return OidcProvider(said.issuer, said.client_id, said.client_secret.get_secret_value(), said.name)


async def first_admin_link(people: PeopleBook, at: datetime) -> str | None:
    """The token of a link for the first admin, who is added if need be; None where an admin can come in already."""
    known = await people.list()
    admins = [one for one in known if "admin" in one.roles and one.disabled_at is None]
    if any(one.has_password or one.signed_in_at is not None for one in admins):
        return None
    if not admins:
        taken = {one.name for one in known}
        name = next(one for one in (FIRST_ADMIN, *(f"{FIRST_ADMIN}{number}" for number in range(2, 1_000)))
                    if one not in taken)  # fmt: skip
        await people.add(name, ("admin",), at, "dunning up")
        return await people.link(name, at, "dunning up")
    return await people.link(admins[0].name, at, "dunning up")


def link_of(settings: Settings, token: str, running_at: str | None = None) -> str:
    """The whole address of a person's link: at the public address, or where the API runs, or where it would."""
    base = settings.api.public_url or running_at or f"http://{settings.api.host}:{settings.api.port}"
    return f"{base.rstrip('/')}{WELCOME}{token}"
