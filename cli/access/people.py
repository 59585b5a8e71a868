"""What is done with the people who work here: added, listed, given roles, let in no more. A rehearsal keeps nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from adapters.clock import now
from adapters.person_names import email_of_person, name_of_person
from adapters.storage.access.people import PeopleBook, PersonView
from adapters.storage.engine.rehearsal import Rehearsal
from cli.errands.doing import WithStore
from cli.errands.told import Table, Told
from cli.exits import BadInput
from cli.installation.people import link_of
from cli.installation.running_note import read_note
from cli.wording import minute, rehearsed
from dunning.roles import Role

_COLUMNS: Final = ("name", "e-mail", "roles", "signed in", "locked until", "disabled")


async def add(of: WithStore, *, name: str, roles: list[Role], email: str | None, by: str, dry_run: bool) -> Told:
    """Add somebody, with the link by which they set a password. Raises `Conflict`, and `BadInput`."""
    try:
        name, email = name_of_person(name), email_of_person(email)
    except ValueError as error:
        raise BadInput(str(error)) from None
    await _book(of, dry_run=dry_run).add(name, tuple(roles), now(), by, email=email)
    if dry_run:
        said = f"{name} would be added as {', '.join(roles)}, and a link be made by which they set a password"
        return rehearsed({"name": name, "roles": roles, "email": email}, said)
    return await _linked(of, name, by)


async def list_people(of: WithStore) -> Told:
    """Everybody, with their roles and when they signed in last."""
    found = await of.store.people.list()
    nobody = "Nobody yet: dunning people add NAME --role ROLE"
    return Told([asdict(one) for one in found], (Table(_COLUMNS, [_row(one) for one in found], nobody),))


async def roles(of: WithStore, *, name: str, roles: list[Role], by: str, dry_run: bool) -> Told:
    """Other roles in place of those before. Raises `NotFound`, and `Conflict` where no admin would be left."""
    before = await _roles_of(of, name)
    await _book(of, dry_run=dry_run).set_roles(name, tuple(roles), now(), by)
    now_said, document = ", ".join(roles), {"name": name, "roles": roles}
    if sorted(before) == sorted(roles):
        return Told({**document, "changed": False}, (f"{name} was {now_said} before; nothing changed",))
    if dry_run:
        return rehearsed(document, f"{name} would be {now_said} in place of {', '.join(before)}")
    return Told({**document, "changed": True}, (f"{name}: {now_said}",))


async def disable(of: WithStore, *, name: str, by: str, dry_run: bool) -> Told:
    """Let somebody in no more. Raises `NotFound`, and `Conflict` where no admin would be left."""
    return await _let_in(of, name, by, disabled=True, dry_run=dry_run)


async def enable(of: WithStore, *, name: str, by: str, dry_run: bool) -> Told:
    """Let somebody in again. Raises `NotFound`."""
    return await _let_in(of, name, by, disabled=False, dry_run=dry_run)


async def reset(of: WithStore, *, name: str, by: str, dry_run: bool) -> Told:
    """A link by which somebody sets a new password. Raises `NotFound`, and `Conflict` for who is disabled."""
    if dry_run:
        await _book(of, dry_run=True).link(name, now(), by)
        return rehearsed({"name": name}, f"a link would be made by which {name} sets a new password; earlier links end")
    return await _linked(of, name, by)


async def _let_in(of: WithStore, name: str, by: str, *, disabled: bool, dry_run: bool) -> Told:
    known = next((one for one in await of.store.people.list() if one.name == name), None)
    await _book(of, dry_run=dry_run).set_disabled(name, now(), by, disabled=disabled)
    document = {"name": name, "disabled": disabled}
    if known is not None and (known.disabled_at is not None) == disabled:
        was = "could not come in before" if disabled else "could come in before"
        return Told({**document, "changed": False}, (f"{name} {was}; nothing changed",))
    if dry_run:
        words = "could not come in any more, and would be signed out" if disabled else "could come in again"
        return rehearsed(document, f"{name} {words}")
    words = "cannot come in any more, and is signed out" if disabled else "may come in again"
    return Told({**document, "changed": True}, (f"{name} {words}",))


async def _linked(of: WithStore, name: str, by: str) -> Told:
    token, note = await of.store.people.link(name, now(), by), read_note(of.settings.data)
    link = link_of(of.settings, token, note.api if note else None)
    return Told({"name": name, "link": link}, (link,))


async def _roles_of(of: WithStore, name: str) -> tuple[Role, ...]:
    return next((one.roles for one in await of.store.people.list() if one.name == name), ())


def _book(of: WithStore, *, dry_run: bool) -> PeopleBook:
    return PeopleBook(Rehearsal(of.store.database)) if dry_run else of.store.people


def _row(one: PersonView) -> tuple[object, ...]:
    when = map(minute, (one.signed_in_at, one.locked_until, one.disabled_at))
    return (one.name, one.email, ", ".join(one.roles), *when)
